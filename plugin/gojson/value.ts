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

/** json.Unmarshal into an interface{}. A number beyond float64 fails, and nesting beyond 10,000. */
export function decodeValue(json: Uint8Array): ValueOutcome {
  if (!isValidJson(json)) return { ok: false };
  try {
    return { ok: true, value: fromParsed(JSON.parse(decodeUtf8(json))) };
  } catch {
    // The text is valid: only a number can be too large, and nothing of the text may be shown.
    return { ok: false };
  }
}

/** A value that waits to be put where it belongs. Waiting ones are kept in a list: the depth of JSON is the input's. */
type Waiting = { readonly parsed: unknown; readonly put: (value: GoJson) => void };

function fromParsed(parsed: unknown): GoJson {
  let root: GoJson = null;
  const waiting: Waiting[] = [{ parsed, put: (value) => (root = value) }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    next.put(opened(next.parsed, waiting));
  }
  return root;
}

/** The value; what is in it has its place, and waits. */
function opened(parsed: unknown, waiting: Waiting[]): GoJson {
  if (Array.isArray(parsed)) {
    const list: GoJson[] = parsed.map(() => null);
    for (const [i, item] of parsed.entries()) {
      waiting.push({ parsed: item, put: (value) => (list[i] = value) });
    }
    return list;
  }
  if (typeof parsed === 'object' && parsed !== null) {
    const entries = Object.entries(parsed).map(
      ([key, item]) => [key.toWellFormed(), item] as const,
    );
    const map = new Map<string, GoJson>(entries.map(([key]) => [key, null]));
    for (const [key, item] of entries.toReversed()) {
      waiting.push({ parsed: item, put: (value) => map.set(key, value) });
    }
    return map;
  }
  return scalarOf(parsed);
}

function scalarOf(parsed: unknown): GoJson {
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

/** What is still to be written: a text, or a value. The next one stands last. */
type Part = { readonly text: string } | { readonly value: GoJson };

function jsonText(root: GoJson, escaped: RegExp): string {
  const texts: string[] = [];
  const parts: Part[] = [{ value: root }];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    if ('text' in part) texts.push(part.text);
    else if (typeof part.value === 'object' && part.value !== null) {
      for (const inner of containerParts(part.value, escaped).toReversed()) parts.push(inner);
    } else texts.push(scalarText(part.value, escaped));
  }
  return texts.join('');
}

function scalarText(value: null | boolean | number | string, escaped: RegExp): string {
  if (typeof value === 'string') return quoted(value, escaped);
  return typeof value === 'number' && Object.is(value, -0) ? '-0' : String(value);
}

function containerParts(
  container: readonly GoJson[] | ReadonlyMap<string, GoJson>,
  escaped: RegExp,
): readonly Part[] {
  if (isList(container)) {
    const items = container.flatMap((value, i) => [{ text: i === 0 ? '' : ',' }, { value }]);
    return [{ text: '[' }, ...items, { text: ']' }];
  }
  const entries = sortedByBytes([...container]).flatMap(([key, value], i) => [
    { text: `${i === 0 ? '' : ','}${quoted(key, escaped)}:` },
    { value },
  ]);
  return [{ text: '{' }, ...entries, { text: '}' }];
}

function sortedByBytes<T>(
  entries: readonly (readonly [key: string, value: T])[],
): readonly (readonly [key: string, value: T])[] {
  return entries.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** Of keys with the JSON of their values; sorted by the bytes of the keys. */
export function objectText(
  entries: readonly (readonly [key: string, json: string])[],
  escaped: RegExp,
): string {
  return `{${sortedByBytes(entries)
    .map(([key, json]) => `${quoted(key, escaped)}:${json}`)
    .join(',')}}`;
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
