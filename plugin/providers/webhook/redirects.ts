// Owns following redirects as Go's http.Client does, and what does not go to another host than the store names.
import type { HttpAnswer } from '../http/answer.ts';
import { ProviderError } from '../provider.ts';

type Header = {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
  /** It may be made of Secrets. */
  readonly isTemplate: boolean;
};

export type Outgoing = {
  readonly method: string;
  readonly url: URL;
  readonly headers: readonly Header[];
  readonly body: { readonly bytes: Uint8Array; readonly isTemplate: boolean } | undefined;
};

/** Requests in all, the first one included. */
const mostRequests = 10;

/** The answer behind all redirects. @throws ProviderError, and what `send` throws */
export async function follow(
  first: Outgoing,
  send: (request: Outgoing, isAtHome: boolean) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  let request = first;
  let isAtHome = true;
  for (let count = 1; ; count++) {
    const answer = await send(request, isAtHome);
    const location = redirectOf(answer, request);
    if (location === undefined) return answer;
    if (count === mostRequests)
      throw new ProviderError('failed', `stopped after ${mostRequests} redirects`);
    // Once away, a redirect back does not bring back what was left behind.
    isAtHome &&= isSameHost(first.url, location);
    request = redirected(request, { location, status: answer.status, isAtHome });
  }
}

/** Undefined where the answer is none, or does not say where to. */
function redirectOf({ status, headers }: HttpAnswer, { url }: Outgoing): URL | undefined {
  const location = headers.get('location') ?? '';
  if (![301, 302, 303, 307, 308].includes(status) || location === '') return undefined;
  const target = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (target?.protocol === 'http:' || target?.protocol === 'https:') return target;
  throw new ProviderError('failed', 'the endpoint redirects to what is no URL of http or https');
}

/** The host itself, or one below it. */
function isSameHost(home: URL, target: URL): boolean {
  if (target.hostname === home.hostname) return true;
  return !target.hostname.includes(':') && target.hostname.endsWith(`.${home.hostname}`);
}

const sensitive: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'cookie2',
  'proxy-authenticate',
  'proxy-authorization',
  'www-authenticate',
]);

const aboutBody: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
]);

type Redirect = {
  readonly location: URL;
  readonly status: number;
  readonly isAtHome: boolean;
};

/**
 * 307 and 308 repeat the request; the others ask by GET, and without the body. Beside the headers that Go keeps back from
 * another host, what a template made stays behind: it may be a credential under any name.
 */
function redirected(request: Outgoing, { location, status, isAtHome }: Redirect): Outgoing {
  const repeats = status === 307 || status === 308;
  const { method } = request;
  if (repeats && !isAtHome && request.body?.isTemplate === true) {
    throw new ProviderError(
      'failed',
      `the endpoint redirects the body, which a template made, to another host (${location.host}): name that in url`,
    );
  }
  return {
    method: repeats || method === 'GET' || method === 'HEAD' ? method : 'GET',
    url: location,
    headers: request.headers.filter(
      ({ name, isTemplate }) =>
        (isAtHome || !(isTemplate || sensitive.has(name))) && (repeats || !aboutBody.has(name)),
    ),
    body: repeats ? request.body : undefined,
  };
}
