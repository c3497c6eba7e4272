// Owns asking the metadata server of Google Cloud, which knows the machine that this process runs on.
import { ProviderError, type OpenContext } from '../provider.ts';
import { textOf } from '../spec.ts';
import { notUnderstood, tokenError } from './answers.ts';
import { objectIn } from '../http/answer.ts';
import type { Network } from '../http/wires.ts';
import type { Endpoints } from './endpoints.ts';
import { expiryOf } from './exchange.ts';
import { cloudPlatformScope, type TokenSource } from './token-source.ts';

type Metadata = Pick<Endpoints, 'metadata'>;

/** Marks requests that a browser could not be led into, and answers that come from the real one. */
const flavor = 'Metadata-Flavor';

/** Throws {@link ProviderError} `credentials` where this machine's identity may not be used, or is said not to be there. */
export function allowMetadata({
  env,
  credentials,
}: Pick<OpenContext, 'env' | 'credentials'>): void {
  if (!credentials.ambient) {
    const message =
      "the metadata server is the environment's own identity, and its use is not allowed";
    throw new ProviderError('credentials', message);
  }
  if (env['METADATA_SERVER_DETECTION']?.trim().toLowerCase() === 'none') {
    const message = 'METADATA_SERVER_DETECTION=none says that there is no metadata server';
    throw new ProviderError('credentials', message);
  }
}

/** The text at a path below `/computeMetadata/v1/`. Throws {@link ProviderError}. */
export async function readMetadata(
  path: string,
  { metadata }: Metadata,
  { sendDirect }: Pick<Network, 'sendDirect'>,
): Promise<string> {
  const url = new URL(`${metadata}/computeMetadata/v1/${path}`);
  const request = { method: 'GET', url, headers: { [flavor]: 'Google' } };
  const answer = await sendDirect(request).catch((error: unknown) => {
    throw absent(error, url);
  });
  if (answer.headers.get(flavor.toLowerCase()) !== 'Google') throw absent(undefined, url);
  if (answer.status !== 200) throw tokenError(answer, `the metadata server, ${path}`);
  return new TextDecoder().decode(answer.body).trim();
}

/** The token of the service account that this machine has. */
export function machineToken(endpoints: Metadata): TokenSource {
  return async ({ sendDirect }) => {
    const path = `instance/service-accounts/default/token?scopes=${encodeURIComponent(cloudPlatformScope)}`;
    const body = Buffer.from(await readMetadata(path, endpoints, { sendDirect }));
    const { access_token, expires_in } = objectIn({ body }) ?? {};
    const value = textOf(access_token);
    if (value === '') throw notUnderstood({ status: 200 });
    return { value, expiresAt: expiryOf(expires_in) };
  };
}

/** Nobody there, or somebody else: no attempt fares better. An error that is none of the network goes through. */
function absent(error: unknown, { host }: URL): unknown {
  if (error !== undefined && !(error instanceof ProviderError)) return error;
  const reason = error === undefined ? "its answer is another service's" : error.message;
  const message = `there is no metadata server at ${host}, so this is no machine of Google Cloud (${reason})`;
  return new ProviderError('credentials', message);
}
