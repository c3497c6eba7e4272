// Owns what Azure's answers mean: errors of its services, of Entra ID and of the metadata service, as ProviderError.
import { answerError, codeOfStatus, type HttpAnswer, objectIn, oneLine } from '../http/answer.ts';
import { ProviderError, type ProviderErrorCode } from '../provider.ts';
import { fieldsOf, listOf, textOf } from '../spec.ts';

/** A JWT, as all of Azure's tokens are, that a service may repeat when it refuses it. */
const tokens = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** Azure's own name of an error (`SecretNotFound`); '' where the answer is not Azure's. */
export function errorCodeOf(answer: HttpAnswer): string {
  return textOf(fieldsOf(objectIn(answer)?.['error'])['code']);
}

/** The error of a service that refuses; a registry of containers makes a list of it. */
export function serviceError(answer: HttpAnswer): ProviderError {
  const { error, errors } = objectIn(answer) ?? {};
  const { code, message } = fieldsOf(error ?? listOf(errors)[0]);
  if (textOf(code) === '') return notUnderstood(answer);
  return answerError(answer, oneLine(`${textOf(code)}: ${textOf(message)}`, tokens));
}

/** An answer that was cut short on its way comes with 200 too: another attempt may fare better. */
export function notUnderstood(answer: HttpAnswer): ProviderError {
  const text = `HTTP ${answer.status} with an answer not to be understood`;
  return answer.status === 200 ? new ProviderError('unavailable', text) : answerError(answer, text);
}

/** `access_token`, or another field, of an answer. `attempt` stands before the message of an error. Throws {@link ProviderError}. */
export function tokenIn(answer: HttpAnswer, attempt: string, field = 'access_token'): string {
  if (answer.status !== 200) throw tokenError(answer, attempt);
  const token = textOf(objectIn(answer)?.[field]);
  if (token === '') throw notUnderstood(answer);
  return token;
}

/** OAuth's form (RFC 6749 5.2), in which Entra ID says more than is of use in its later lines. */
function tokenError(answer: HttpAnswer, attempt: string): ProviderError {
  const { error, error_description } = objectIn(answer) ?? {};
  const [said = ''] = textOf(error_description).split(/\s*(?:\r?\n|Trace ID:)/);
  const text =
    typeof error === 'string' ? oneLine(`${error}: ${said}`, tokens) : serviceError(answer).message;
  const { retryAfterMs } = answerError(answer, '');
  return new ProviderError(
    codeOfTokenStatus(answer.status),
    `${attempt}: ${text}`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}

/** A request that is refused as invalid is an identity that is not accepted. */
function codeOfTokenStatus(status: number): ProviderErrorCode {
  const code = codeOfStatus(status);
  return code === 'invalid' || code === 'denied' || code === 'failed' ? 'unauthenticated' : code;
}
