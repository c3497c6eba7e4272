// Owns what answers of Vault and OpenBao mean: secrets with their data as it is spelled, and errors as ProviderError.
import { decodeObject, rawToBytes } from '../../gojson/decode.ts';
import { decodeValue, type GoJson } from '../../gojson/value.ts';
import { answerError, type HttpAnswer } from '../http/answer.ts';
import { ProviderError, type ProviderErrorCode } from '../provider.ts';
import { textsOf } from '../spec.ts';

/** The fields of a JSON object, raw. */
export type RawObject = ReadonlyMap<string, Uint8Array>;

const longestMessage = 500;

/** What a service may repeat when it refuses it: tokens of both, JWTs, and the signed headers of a login by `iam`, base64 of JSON. */
const tokens = /\b(?:(?:hv[sbr]|[sbr])\.[\w-]{20,}|eyJ[\w+/=-]+(?:\.[\w-]+)*)/g;

/** The fields of what an answer, or a field of one, holds; undefined where it is no object. A parser's words would quote it. */
export function fieldsIn(json: Uint8Array | undefined): RawObject | undefined {
  const decoded = decodeObject(json ?? new Uint8Array());
  return decoded.ok ? decoded.entries : undefined;
}

/** A text, or a number as it is spelled; '' where there is neither. */
export function textIn(fields: RawObject | undefined, name: string): string {
  return Buffer.from(rawToBytes(fields?.get(name) ?? new Uint8Array())).toString();
}

/**
 * The fields of a secret that was read, or undefined where there is none. A path that no engine handles is none either: so
 * says HashiCorp's client. What comes with 404 and a warning, or with metadata, is a secret without data. An answer that is
 * not the service's own, but a gateway's, is an error, and never "there is none". Throws {@link ProviderError}.
 */
export function secretIn(answer: HttpAnswer, path: string): RawObject | undefined {
  const attempt = `reading ${path}`;
  const { status } = answer;
  if (status !== 200 && status !== 404) throw refusal(answer, attempt, readAdvice);
  const fields = fieldsIn(answer.body);
  if (status === 404 && isAbsence(fields)) return undefined;
  if (fields === undefined || !isSecret(fields, status)) throw notUnderstood(answer, attempt);
  return fields;
}

const readAdvice: ReadonlyMap<number, string> = new Map([
  [403, 'the token is not accepted, or its policies do not allow this path'],
]);

/** `errors`, of texts or of none, and nothing beside it. */
function isAbsence(fields: RawObject | undefined): boolean {
  const errors = valueIn(fields?.get('errors'));
  return (
    fields?.size === 1 &&
    Array.isArray(errors) &&
    errors.every((error) => typeof error === 'string')
  );
}

/** With 200 an engine answers with data, be it null; with 404 it has something to say of what is not there. */
function isSecret(fields: RawObject, status: number): boolean {
  const data = fields.get('data');
  if (status === 200) return data !== undefined && (fieldsIn(data) !== undefined || isNull(data));
  return ['data', 'warnings'].some((name) => holdsAnything(fields.get(name)));
}

function isNull(json: Uint8Array): boolean {
  return valueIn(json) === null;
}

function holdsAnything(json: Uint8Array | undefined): boolean {
  const value = valueIn(json);
  return (value instanceof Map && value.size > 0) || (Array.isArray(value) && value.length > 0);
}

/** An answer that was cut short on its way comes with 200 too: another attempt may fare better. */
function notUnderstood({ status }: Pick<HttpAnswer, 'status'>, attempt: string): ProviderError {
  const message = `${attempt}: HTTP ${status} with an answer that is not to be understood`;
  return new ProviderError(status === 200 ? 'unavailable' : 'failed', message);
}

/** The error of an answer that refuses. `attempt` says what was asked for, `advice` what a status means there. */
export function refusal(
  answer: HttpAnswer,
  attempt: string,
  advice: ReadonlyMap<number, string> = new Map(),
): ProviderError {
  const said = errorsIn(answer);
  const { code, retryAfterMs } = answerError(answer, '');
  const hint = advice.get(answer.status);
  const text = [`HTTP ${answer.status}`, ...(said === '' ? [] : [said])].join(': ');
  return new ProviderError(
    codeOf(answer.status, code),
    `${attempt}: ${text}${hint === undefined ? '' : `: ${hint}`}`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}

/** 412 is a standby that has not seen yet what this client has; 472 and 473 are standbys that do not answer. */
function codeOf(status: number, code: ProviderErrorCode): ProviderErrorCode {
  return [412, 472, 473].includes(status) ? 'unavailable' : code;
}

/** The service's own words in one line; '' where it has none. */
export function errorsIn({ body }: Pick<HttpAnswer, 'body'>): string {
  return textsOf(valueIn(fieldsIn(body)?.get('errors')))
    .join('; ')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(tokens, '(a token)')
    .slice(0, longestMessage)
    .trim();
}

/** Undefined for what is no JSON, or not there. */
function valueIn(json: Uint8Array | undefined): GoJson | undefined {
  const decoded = decodeValue(json ?? new Uint8Array());
  return decoded.ok ? decoded.value : undefined;
}
