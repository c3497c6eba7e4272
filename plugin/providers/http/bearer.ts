// Owns the bearer token of a connection: got once, and again where the service does not know it any more.
import type { OpenContext } from '../provider.ts';
import type { HttpAnswer } from './answer.ts';
import type { Network, Wires } from './wires.ts';

/** Gets an access token, with requests of the one call that it runs in. Throws ProviderError. */
export type TokenSource = (network: Network) => Promise<string>;

export type Bearer = {
  /** Sends a request with the token, and once more with a new one where the service answers 401. */
  readonly use: (
    network: Network,
    request: (token: string) => Promise<HttpAnswer>,
  ) => Promise<HttpAnswer>;
};

/** Gets the first token in a call of its own. Throws ProviderError. */
export async function openBearer(
  source: TokenSource,
  { call, remember }: Pick<OpenContext, 'call' | 'remember'>,
  network: Wires['network'],
): Promise<Bearer> {
  const get = async (via: Network): Promise<string> => {
    const got = await source(via);
    remember(got);
    return got;
  };
  let token = await call('GetAccessToken', (signal) => get(network(signal)));
  let renewal: Promise<string> | undefined;

  /** One renewal serves all whose token was refused. */
  async function renewed(refused: string, via: Network): Promise<string> {
    if (token !== refused) return token;
    renewal ??= get(via).finally(() => {
      renewal = undefined;
    });
    token = await renewal;
    return token;
  }

  return {
    use: async (via, request) => {
      const used = token;
      const answer = await request(used);
      return answer.status === 401 ? request(await renewed(used, via)) : answer;
    },
  };
}
