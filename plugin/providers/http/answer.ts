// Owns the answer of a service that has no SDK: its object, its words in one line, and what a refusal means. It asks nobody.
import { isRecord } from '../../k8s/object.ts';
import { ProviderError, type ProviderErrorCode } from '../provider.ts';

export type HttpAnswer = {
  readonly status: number;
  /** By lower-case name. Several of one name stand joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
};

/** The object that an answer holds; undefined where it holds none. A parser's own words would quote it. */
export function objectIn({
  body,
}: Pick<HttpAnswer, 'body'>): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const longestText = 500;

/** What a service says, fit for a message. `tokens` are what it may repeat when it refuses one. */
export function oneLine(text: string, tokens: RegExp): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(tokens, '(a token)')
    .slice(0, longestText)
    .replace(/[: ]+$/, '');
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
