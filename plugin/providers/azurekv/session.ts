// Owns one store's session with a vault: its token, and the requests that carry it.
import { errorCodeOf, notUnderstood, serviceError } from '../azure/answers.ts';
import { azureTokens } from '../azure/auth.ts';
import { type HttpAnswer, objectIn } from '../http/answer.ts';
import { openBearer } from '../http/bearer.ts';
import { createWires } from '../http/wires.ts';
import type { OpenContext } from '../provider.ts';
import { challengedResource } from './challenge.ts';
import type { AzurekvConfig } from './config.ts';

type Json = Readonly<Record<string, unknown>>;

export type Session = {
  /**
   * One GET of each path, however often it is asked for: a find may come upon what is read by name too. Undefined where
   * there is no such object. Throws ProviderError.
   */
  readonly get: (name: string, path: string) => Promise<Json | undefined>;
  readonly close: () => void;
};

/** Of Key Vault's REST API. */
const apiVersion = '7.4';

/** Logs in, once for the store. Throws ProviderError. */
export async function openSession(config: AzurekvConfig, context: OpenContext): Promise<Session> {
  const { vault, entra, auth } = config;
  const wires = createWires();
  try {
    const resource =
      config.resource ||
      (await context.call('GetChallenge', (signal) =>
        challengedResource(urlOf(vault, '/secrets?maxresults=1'), wires.network(signal)),
      ));
    const source = await azureTokens(auth, { entra, resource }, context);
    const bearer = await openBearer(source, context, wires.network);
    return {
      get: remembered((name, path) =>
        context.call(name, async (signal) => {
          const network = wires.network(signal);
          const url = urlOf(vault, path);
          const answer = await bearer.use(network, (token) =>
            network.send({ method: 'GET', url, headers: { authorization: `Bearer ${token}` } }),
          );
          return objectOf(answer);
        }),
      ),
      close: wires.close,
    };
  } catch (error) {
    wires.close();
    throw error;
  }
}

function urlOf(vault: string, path: string): URL {
  const url = new URL(vault + path);
  url.searchParams.set('api-version', apiVersion);
  return url;
}

function remembered(get: Session['get']): Session['get'] {
  const answers = new Map<string, Promise<Json | undefined>>();
  return (name, path) => {
    const answer = answers.get(path) ?? get(name, path);
    answers.set(path, answer);
    return answer;
  };
}

/** A 404 is "there is none" only in Key Vault's own words: that of a gateway would make a Secret vanish. */
function objectOf(answer: HttpAnswer): Json | undefined {
  if (answer.status === 404 && errorCodeOf(answer).endsWith('NotFound')) return undefined;
  if (answer.status !== 200) throw serviceError(answer);
  const json = objectIn(answer);
  if (json === undefined) throw notUnderstood(answer);
  return json;
}
