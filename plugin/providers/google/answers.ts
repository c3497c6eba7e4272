// Owns what Google's answers mean: JSON objects, and errors of its APIs and of its token endpoints as ProviderError.
import { answerError, codeOfStatus, type HttpAnswer, objectIn, oneLine } from '../http/answer.ts';
import { ProviderError } from '../provider.ts';
import { fieldsOf, textOf } from '../spec.ts';

type Json = Readonly<Record<string, unknown>>;

/** A JWT, or one of Google's own tokens, that a service may repeat when it refuses it. */
const tokens = /\b(?:eyJ[\w-]+\.[\w-]+\.[\w-]*|ya29\.[\w.-]+)/g;

/** What an API says; the two errors that a caller may make something of are answers. */
export type ApiAnswer =
  | { readonly status: 'OK'; readonly json: Json }
  | { readonly status: 'NOT_FOUND' | 'FAILED_PRECONDITION'; readonly error: ProviderError };

/** `check` throws where the answer is not the one that was asked for. Throws {@link ProviderError}. */
export function apiAnswer(answer: HttpAnswer, check: (json: Json) => void): ApiAnswer {
  const json = answer.status === 200 ? objectIn(answer) : undefined;
  if (json !== undefined) {
    check(json);
    return { status: 'OK', json };
  }
  const status = statusOf(answer);
  const error = apiError(answer);
  if (status === 'NOT_FOUND' || status === 'FAILED_PRECONDITION') return { status, error };
  throw error;
}

/** Every resource of Google's has a name. Throws {@link ProviderError} `unavailable` for anything else. */
export function checkResource({ name }: Json): void {
  if (typeof name !== 'string') throw notUnderstood({ status: 200 });
}

/** Google's own name of an error (`NOT_FOUND`, google.rpc.Code); '' where the answer is not Google's. */
function statusOf(answer: HttpAnswer): string {
  return textOf(fieldsOf(objectIn(answer)?.['error'])['status']);
}

/** The error of an API that refuses, or that answers with what it is not to be understood by. */
function apiError(answer: HttpAnswer): ProviderError {
  const status = statusOf(answer);
  const message = textOf(fieldsOf(objectIn(answer)?.['error'])['message']);
  return refusal(answer, status === '' ? '' : `${status}: ${message}`);
}

/**
 * The error of a token endpoint: OAuth's form (RFC 6749 5.2), or that of an API. A request that it refuses as invalid is a
 * token that it does not accept.
 */
export function tokenError(answer: HttpAnswer, attempt: string): ProviderError {
  const { error, error_description } = objectIn(answer) ?? {};
  const said = typeof error === 'string' ? `${error}: ${textOf(error_description)}` : '';
  const { code, message, retryAfterMs } = said === '' ? apiError(answer) : refusal(answer, said);
  return new ProviderError(
    code === 'invalid' ? 'unauthenticated' : code,
    `${attempt}: ${message}`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}

/** `said` is '' where the answer does not say it in a form of Google's. */
function refusal(answer: HttpAnswer, said: string): ProviderError {
  if (answer.status === 200) return notUnderstood(answer);
  return said === ''
    ? answerError(answer, textOfUnknown(answer))
    : answerError(answer, oneLine(said, tokens));
}

/** An answer that was cut short on its way comes with 200 too: another attempt may fare better. */
export function notUnderstood(answer: Pick<HttpAnswer, 'status'>): ProviderError {
  const code = answer.status === 200 ? 'unavailable' : codeOfStatus(answer.status);
  return new ProviderError(code, textOfUnknown(answer));
}

function textOfUnknown({ status }: Pick<HttpAnswer, 'status'>): string {
  return `HTTP ${status} with an answer not to be understood`;
}
