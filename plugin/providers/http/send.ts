// Owns one HTTP request of a provider that has no SDK: sent, answered whole, and its failures as ProviderError.
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { ProviderError } from '../provider.ts';
import type { Agents } from './agents.ts';
import type { HttpAnswer } from './answer.ts';
import { networkMeaning } from './network-error.ts';
import { userAgent } from './user-agent.ts';

export type HttpRequest = {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
};

/** No answer that a Secret could be made of is as large. */
const mostBytes = 32 * 1024 * 1024;

/**
 * Sends a request, and gives its answer whatever its status; redirects are not followed. Throws the signal's reason when
 * that aborts, else {@link ProviderError}: `unavailable` where another attempt may fare better, `failed` where not.
 */
export async function send(agents: Agents, request: HttpRequest): Promise<HttpAnswer> {
  try {
    const incoming = await begin(agents, request);
    return {
      status: incoming.statusCode ?? 0,
      headers: headersOf(incoming),
      body: await bodyOf(incoming),
    };
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason;
    if (error instanceof ProviderError) throw error;
    const meaning = networkMeaning(error);
    if (meaning === undefined) throw error;
    throw new ProviderError(meaning.code, meaning.text);
  }
}

function begin(
  agents: Agents,
  { method, url, headers, body, signal }: HttpRequest,
): Promise<IncomingMessage> {
  const isSecure = url.protocol === 'https:';
  const start = isSecure ? requestHttps : requestHttp;
  const agent = isSecure ? agents.https : agents.http;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    start(url, {
      method,
      agent,
      signal,
      headers: { 'user-agent': userAgent, ...headers, ...length },
    })
      .on('response', resolve)
      .on('error', reject)
      .end(body);
  });
}

async function bodyOf(incoming: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('an answer that is no bytes');
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > mostBytes) {
      throw new ProviderError('failed', `the answer is larger than ${mostBytes / 1024 / 1024} MiB`);
    }
  }
  return Buffer.concat(chunks);
}

function headersOf(incoming: IncomingMessage): ReadonlyMap<string, string> {
  const headers = Object.entries(incoming.headers);
  return new Map(
    headers.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
