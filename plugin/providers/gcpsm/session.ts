// Owns one store's session with Google: its project, its token, and the requests that carry it.
import { openBearer } from '../http/bearer.ts';
import type { OpenContext } from '../provider.ts';
import { apiAnswer, type ApiAnswer } from '../google/answers.ts';
import { createWires } from '../http/wires.ts';
import { googleLogin, metadataReader } from '../google/login.ts';
import type { GcpsmConfig } from './config.ts';
import { googleEndpoints } from '../google/endpoints.ts';

export type Session = {
  readonly projectID: string;
  /** One GET of each path, however often it is asked for: a find may come upon what is read by name too. Throws ProviderError. */
  readonly get: (request: ApiRequest) => Promise<ApiAnswer>;
  readonly close: () => void;
};

type ApiRequest = {
  /** The API's name of the call. */
  readonly name: string;
  /** With its query, below Secret Manager's endpoint. */
  readonly path: string;
  /** Throws ProviderError for an answer that is not the one that was asked for. */
  readonly check: Parameters<typeof apiAnswer>[1];
};

/** Logs in, once for the store. Throws ProviderError. */
export async function openSession(config: GcpsmConfig, context: OpenContext): Promise<Session> {
  const endpoints = googleEndpoints(context.env, config.location);
  const wires = createWires();
  const metadata = metadataReader(endpoints, wires, context);
  try {
    const projectID = config.projectID || (await metadata('project/project-id'));
    const { source, headers } = await googleLogin(config.auth, {
      ...context,
      endpoints,
      metadata,
      takesJwt: true,
    });
    const bearer = await openBearer(
      async (network) => (await source(network)).value,
      context,
      wires.network,
    );
    return {
      projectID,
      get: remembered(({ name, path, check }) =>
        context.call(name, async (signal) => {
          const network = wires.network(signal);
          const url = new URL(endpoints.secretManager + path);
          const answer = await bearer.use(network, (token) =>
            network.send({
              method: 'GET',
              url,
              headers: { ...headers, authorization: `Bearer ${token}` },
            }),
          );
          return apiAnswer(answer, check);
        }),
      ),
      close: wires.close,
    };
  } catch (error) {
    wires.close();
    throw error;
  }
}

function remembered(get: Session['get']): Session['get'] {
  const answers = new Map<string, Promise<ApiAnswer>>();
  return (request) => {
    const known = answers.get(request.path);
    if (known !== undefined) return known;
    const answer = get(request);
    answers.set(request.path, answer);
    return answer;
  };
}
