// Owns JSON as Go's interface{} holds it, and writing it as json.Marshal does: numbers are float64, keys sorted by bytes.
import { isValidJson } from './scan.ts';
import { decodeUtf8 } from './text.ts';

export type GoJson =
  | null
  | boolean
  | number
  | string
  | readonly GoJson[]
  | ReadonlyMap<string, GoJson>;

export type ValueOutcome = { readonly ok: true; readonly value: GoJson } | { readonly ok: false };

/** json.Unmarshal into an interface{}. A number beyond float64, and nesting beyond what can be held, fail. */
export function decodeValue(json: Uint8Array): ValueOutcome {
  if (!isValidJson(json)) return { ok: false };
  try {
    return { ok: true, value: fromParsed(JSON.parse(decodeUtf8(json))) };
  } catch {
    // The text is valid: only a number or the nesting can be too large, and nothing of the text may be shown.
    return { ok: false };
  }
}

function fromParsed(parsed: unknown): GoJson {
  if (Array.isArray(parsed)) return parsed.map(fromParsed);
  if (typeof parsed === 'object' && parsed !== null) {
    return new Map(
      Object.entries(parsed).map(([key, value]) => [key.toWellFormed(), fromParsed(value)]),
    );
  }
  if (typeof parsed === 'string') return parsed.toWellFormed();
  if (typeof parsed === 'boolean') return parsed;
  if (typeof parsed !== 'number') return null;
  if (!Number.isFinite(parsed)) throw new RangeError('beyond float64');
  return parsed;
}

/** json.Marshal, or an Encoder with SetEscapeHTML(false). */
export function encodeValue(value: GoJson, options: { readonly escapeHtml: boolean }): Uint8Array {
  return Buffer.from(jsonText(value, options.escapeHtml ? htmlEscaped : alwaysEscaped));
}

const alwaysEscaped = /[\u2028\u2029]/g;
/** With what json.Marshal escapes, so that JSON can stand in HTML. */
export const htmlEscaped: RegExp = /[<>&\u2028\u2029]/g;

function jsonText(value: GoJson, escaped: RegExp): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return quoted(value, escaped);
  if (isList(value)) return `[${value.map((item) => jsonText(item, escaped)).join(',')}]`;
  const entries = [...value].map(([key, item]) => [key, jsonText(item, escaped)] as const);
  return objectText(entries, escaped);
}

/** Of keys with the JSON of their values; sorted by the bytes of the keys. */
export function objectText(
  entries: readonly (readonly [key: string, json: string])[],
  escaped: RegExp,
): string {
  const sorted = entries.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${sorted.map(([key, json]) => `${quoted(key, escaped)}:${json}`).join(',')}}`;
}

function isList(
  value: readonly GoJson[] | ReadonlyMap<string, GoJson>,
): value is readonly GoJson[] {
  return Array.isArray(value);
}

/** A JSON string. */
export function quoted(text: string, escaped: RegExp): string {
  return JSON.stringify(text).replaceAll(
    escaped,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Go's strconv.FormatFloat(value, 'f', -1, 64): the shortest digits, never an exponent. */
export function formatFloat(value: number): string {
  const match = /^(-?)(\d)(?:\.(\d+))?e([-+]\d+)$/.exec(value.toExponential());
  if (match === null) return Object.is(value, -0) ? '-0' : String(value);
  const [, sign = '', first = '', rest = '', exponentText] = match;
  const exponent = Number(exponentText);
  const digits = first + rest;
  if (exponent < 0)
    return `${sign}${Number(digits) === 0 ? '0' : `0.${'0'.repeat(-exponent - 1)}${digits}`}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return `${Object.is(value, -0) ? '-' : sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** ESO's GetByteValue: text as it is, null as nothing, numbers without an exponent, the rest as JSON (HTML-escaped). */
export function valueBytes(value: GoJson): Uint8Array {
  if (value === null) return new Uint8Array();
  if (typeof value === 'string') return new TextEncoder().encode(value);
  if (typeof value === 'number') return new TextEncoder().encode(formatFloat(value));
  return encodeValue(value, { escapeHtml: true });
}
