// Owns reading values out of a document that nobody has checked: what is broken is read on, as gjson does, and never an error.
import { nothing, parseFloat64, type Result } from './result.ts';

/** A value and the offset behind it. */
export type Read = { readonly end: number; readonly result: Result };

const numberStart = /[-+0-9iIN]/;

/** The value that begins at `start`; undefined where none begins there, and `'broken'` for a string without an end. */
export function readValue(json: string, start: number): Read | 'broken' | undefined {
  const first = json[start] ?? '';
  if (first === '"') {
    const string = readString(json, start);
    return string.closed ? { end: string.end, result: stringResult(string) } : 'broken';
  }
  if (first === '{' || first === '[') {
    const end = nestedEnd(json, start);
    return { end, result: jsonResult(json.slice(start, end)) };
  }
  if (first === 't' || first === 'f' || (first === 'n' && !isNan(json, start))) {
    const end = literalEnd(json, start);
    return { end, result: literalResult(first, json.slice(start, end)) };
  }
  if (first === 'n' || numberStart.test(first)) {
    const end = numberEnd(json, start);
    return { end, result: numberResult(json.slice(start, end)) };
  }
  return undefined;
}

/** The next value at or behind `start`, whatever stands before it. */
export function readNext(json: string, start: number): Read | undefined {
  for (let position = start; position < json.length; position += 1) {
    const read = readValue(json, position);
    if (read === 'broken') return undefined;
    if (read !== undefined) return read;
  }
  return undefined;
}

/** `nan` and not `null`. */
function isNan(json: string, start: number): boolean {
  return start + 1 < json.length && json[start + 1] !== 'u';
}

export type ReadString = {
  readonly end: number;
  readonly raw: string;
  readonly escaped: boolean;
  readonly closed: boolean;
};

/** The string whose opening quote is at `start`. */
export function readString(json: string, start: number): ReadString {
  let escaped = false;
  let position = start + 1;
  while (position < json.length) {
    const character = json[position];
    if (character === '"')
      return { end: position + 1, raw: json.slice(start, position + 1), escaped, closed: true };
    if (character === '\\') escaped = true;
    position += character === '\\' ? 2 : 1;
  }
  return { end: json.length, raw: json.slice(start), escaped: false, closed: false };
}

export function stringText({ raw, escaped }: ReadString): string {
  const inner = raw.slice(1, -1);
  return escaped ? unescape(inner) : inner;
}

function stringResult(string: ReadString): Result {
  return { ...nothing, type: 'string', raw: string.raw, text: stringText(string) };
}

export function jsonResult(raw: string): Result {
  return { ...nothing, type: 'json', raw };
}

function numberResult(raw: string): Result {
  return { ...nothing, type: 'number', raw, number: parseFloat64(raw) };
}

function literalResult(first: string, raw: string): Result {
  return { ...nothing, type: first === 't' ? 'true' : first === 'f' ? 'false' : 'null', raw };
}

/** Behind the bracket that closes the one at `start`. Round ones count too; the kinds are not compared. */
export function nestedEnd(json: string, start: number): number {
  let depth = 1;
  let position = start + 1;
  while (position < json.length) {
    const character = json[position];
    if (character === '"') {
      const string = readString(json, position);
      // Past the end by one: an array that is broken off like this has no end of its own, and gives no count and no list.
      if (!string.closed) return json.length + 1;
      position = string.end;
      continue;
    }
    if (character === '{' || character === '[' || character === '(') depth += 1;
    else if (character === '}' || character === ']' || character === ')') depth -= 1;
    position += 1;
    if (depth === 0) return position;
  }
  return json.length;
}

/** Behind the string, or the bracketed text, that the text begins with. */
export function squashEnd(text: string): number {
  return text.startsWith('"') ? readString(text, 0).end : nestedEnd(text, 0);
}

function numberEnd(json: string, start: number): number {
  let end = start + 1;
  while (end < json.length && !endsNumber(json[end] ?? '')) end += 1;
  return end;
}

function endsNumber(character: string): boolean {
  return character <= ' ' || character === ',' || character === ']' || character === '}';
}

function literalEnd(json: string, start: number): number {
  let end = start + 1;
  while (end < json.length && /[a-z]/.test(json[end] ?? '')) end += 1;
  return end;
}

/** Past blanks and control characters; the length where there is nothing else. */
function firstVisible(json: string): number {
  let position = 0;
  while (position < json.length && (json[position] ?? '') <= ' ') position += 1;
  return position;
}

/** A text as one value; of an object or array everything that is there, also behind its end. */
export function parseRoot(json: string): Result {
  const start = firstVisible(json);
  if (start === json.length) return nothing;
  const first = json[start] ?? '';
  if (first === '{' || first === '[') return jsonResult(json.slice(start));
  if (first === '"') return rootString(json.slice(start));
  const read = readValue(json, start);
  return read === undefined || read === 'broken' ? nothing : read.result;
}

/** A string at the root is taken as far as it goes. */
function rootString(text: string): Result {
  const string = readString(text, 0);
  if (string.closed) return stringResult(string);
  const inner = text.slice(1);
  return {
    ...nothing,
    type: 'string',
    raw: text,
    text: inner.includes('\\') ? unescape(inner) : inner,
  };
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['"', '"'],
]);

/** Undoes the escapes of a string's inside. What cannot be an escape, or a control character, ends it. */
export function unescape(text: string): string {
  let output = '';
  let position = 0;
  while (position < text.length) {
    const character = text[position] ?? '';
    if (character < ' ') return output;
    if (character !== '\\') {
      output += character;
      position += 1;
      continue;
    }
    const kind = text[position + 1] ?? '';
    const simple = simpleEscapes.get(kind);
    const unicode = kind === 'u' ? readUnicode(text, position) : undefined;
    if (simple === undefined && unicode === undefined) return output;
    output += simple ?? unicode?.bytes ?? '';
    position += unicode?.width ?? 2;
  }
  return output;
}

/** `\u00e9`, or two of them that are one character; a half alone is U+FFFD. */
function readUnicode(
  text: string,
  start: number,
): { readonly bytes: string; readonly width: number } | undefined {
  if (start + 6 > text.length) return undefined;
  const first = hexAt(text, start + 2);
  const isHalf = first >= 0xd800 && first <= 0xdfff;
  if (!isHalf || text.slice(start + 6, start + 8) !== '\\u' || start + 12 > text.length)
    return { bytes: utf8(String.fromCharCode(first)), width: 6 };
  const pair = String.fromCharCode(first, hexAt(text, start + 8));
  return { bytes: pair.isWellFormed() ? utf8(pair) : utf8('\uFFFD'), width: 12 };
}

function hexAt(text: string, start: number): number {
  const digits = text.slice(start, start + 4);
  return /^[0-9A-Fa-f]{4}$/.test(digits) ? Number.parseInt(digits, 16) : 0;
}

/** The bytes of a text as a byte string; a lone surrogate is U+FFFD. */
export function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** A member of an object, or an element of an array (which has no key). */
export type Member = { readonly key: Result; readonly value: Result };

/** What gjson's ForEach visits: members, elements, or a plain value itself. */
export function members(result: Result): readonly Member[] {
  if (result.type !== 'json')
    return result.type === 'null' && result.raw === '' ? [] : [{ key: nothing, value: result }];
  const json = result.raw;
  const start = firstVisible(json);
  const open = json[start];
  if (open !== '{' && open !== '[') return [];
  const found: Member[] = [];
  let position = start + 1;
  while (position < json.length) {
    const key = open === '{' ? readKey(json, position) : { end: position, result: nothing };
    const value = key === undefined ? undefined : readNext(json, key.end);
    if (key === undefined || value === undefined) return found;
    found.push({ key: key.result, value: value.result });
    position = value.end + 1;
  }
  return found;
}

function readKey(json: string, start: number): Read | undefined {
  const quote = json.indexOf('"', start);
  const read = quote === -1 ? undefined : readValue(json, quote);
  return read === 'broken' ? undefined : read;
}
