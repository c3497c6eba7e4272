// Owns one HTTP request of a provider that has no SDK: sent, answered whole, and its failures as ProviderError.
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { ProviderError, type ProviderErrorCode } from '../provider.ts';
import type { Agents } from './agents.ts';
import { networkMeaning } from './network-error.ts';
import { userAgent } from './user-agent.ts';

export type HttpRequest = {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
};

export type HttpAnswer = {
  readonly status: number;
  /** By lower-case name. Several of one name stand joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
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

/** What a status means that no rule of the service explains. */
export function codeOfStatus(status: number): ProviderErrorCode {
  switch (status) {
    case 400:
    case 422:
      return 'invalid';
    case 401:
      return 'unauthenticated';
    case 403:
      return 'denied';
    case 408:
      return 'unavailable';
    case 429:
      return 'throttled';
    default:
      return status >= 500 ? 'unavailable' : 'failed';
  }
}

/** `Retry-After` in milliseconds: RFC 9110 10.2.3, seconds or a date. Undefined where there is none to be understood. */
function retryAfterMsOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** The error of an answer that refuses. `text` is safe to show: never the answer's body as it is. */
export function answerError(
  answer: Pick<HttpAnswer, 'status' | 'headers'>,
  text: string,
): ProviderError {
  const retryAfterMs = retryAfterMsOf(answer.headers.get('retry-after'));
  return new ProviderError(
    codeOfStatus(answer.status),
    text,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}
