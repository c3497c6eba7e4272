// Makes a connection that reads each key by one GET from a real server, with the errors of Node's own fetch.
import {
  ProviderError,
  type Connection,
  type OpenContext,
  type ReadOutcome,
} from '../../plugin/providers/provider.ts';
import { SecretBytes } from '../../plugin/secret-bytes.ts';

export function httpConnection(origin: string): Connection {
  return {
    identity: origin,
    title: `HTTP store, ${origin}`,
    open: async ({ call }) => ({
      read: (refs) => Promise.all(refs.map(({ key }) => read(call, `${origin}/${key}`))),
      find: async () => ({ outcome: 'not-found' }),
      close: async () => {},
    }),
  };
}

async function read(call: OpenContext['call'], url: string): Promise<ReadOutcome> {
  try {
    return await call('GET', (signal) => get(url, signal));
  } catch (error) {
    if (error instanceof ProviderError) return { outcome: 'error', error };
    throw error;
  }
}

async function get(url: string, signal: AbortSignal): Promise<ReadOutcome> {
  const { status, headers, bytes } = await send(url, signal);
  if (status === 200) return { outcome: 'value', value: new SecretBytes(bytes) };
  if (status === 404) return { outcome: 'not-found' };
  const code = status === 429 ? 'throttled' : 'unavailable';
  const retryAfterMs = Number(headers.get('retry-after') ?? 0) * 1_000;
  throw new ProviderError(code, `status ${status}`, { retryAfterMs });
}

type HttpAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
};

/** A body that breaks off is a failed request too. */
async function send(url: string, signal: AbortSignal): Promise<HttpAnswer> {
  try {
    const response = await fetch(url, { signal });
    const { status, headers } = response;
    return { status, headers, bytes: new Uint8Array(await response.arrayBuffer()) };
  } catch (error) {
    throw new ProviderError('unavailable', 'no connection', { cause: error });
  }
}
