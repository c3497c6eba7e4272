// Owns the reading of JSON into values, as Go's encoding/json reads it into an interface {}.
import { spend, type Budget } from './budget.ts';
import { FunctionError, LimitError } from './errors.ts';
import { parseFloat64 } from './parse-number.ts';
import { quote } from './quote.ts';
import { decodeRune, encodeRune } from './utf8.ts';
import {
  boolValue,
  floatValue,
  invalidValue,
  mapValue,
  sliceValue,
  stringValue,
  type Value,
} from './values.ts';

type Reading = {
  readonly text: string;
  readonly budget: Budget;
  at: number;
  depth: number;
  /** The first number that is too large for a float64: Go reads on, and fails at the end. */
  badNumber?: string;
  readonly numberOf: NumberReader;
};

/** The value of a number's literal; undefined where it is too large. */
type NumberReader = (literal: string) => Value | undefined;

/** Go goes 10000 deep; JavaScript's stack does not. */
const maxDepth = 500;

/** What was read, and Go's error where a number does not fit; there is a nil in its place. */
export type JsonResult = { readonly value: Value; readonly failure?: FunctionError };

/**
 * The value of a JSON text: numbers are float64 unless `numberOf` says otherwise, objects map[string]interface {}.
 * Throws FunctionError for wrong syntax, in Go's words, which quote characters of the text.
 */
export function readJson(
  text: string,
  budget: Budget,
  numberOf: NumberReader = readFloat,
): JsonResult {
  const reading: Reading = { text, budget, at: 0, depth: 0, numberOf };
  const value = readValue(reading);
  skipSpaces(reading);
  if (reading.at < text.length) {
    return unexpected(reading, 'after top-level value');
  }
  const { badNumber } = reading;
  return badNumber === undefined ? { value } : { value, failure: numberError(badNumber) };
}

/** The first value of a text, whatever stands behind it, as Go's json.Decoder reads it. Throws FunctionError. */
export function readFirstJson(text: string, budget: Budget): Value {
  if (/^[ \t\r\n]*$/.test(text)) throw new FunctionError('EOF');
  // The decoder does not ask how large a number is.
  const numberOf = (literal: string): Value => readFloat(literal) ?? floatValue(Infinity);
  const reading: Reading = { text, budget, at: 0, depth: 0, numberOf };
  try {
    return readValue(reading);
  } catch (error) {
    // Also in the midst of a word or a number.
    const isShort = error instanceof FunctionError && reading.at >= text.length;
    throw isShort ? new FunctionError('unexpected EOF') : error;
  }
}

const endOfInput = 'unexpected end of JSON input';

function numberError(literal: string): FunctionError {
  return new FunctionError(
    `json: cannot unmarshal number ${literal} into Go value of type float64`,
  );
}

function skipSpaces(reading: Reading): void {
  while (isSpace(reading.text.charCodeAt(reading.at))) reading.at++;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}

/** The next character behind spaces; empty at the end. */
function peekChar(reading: Reading): string {
  skipSpaces(reading);
  return reading.text[reading.at] ?? '';
}

function unexpected({ text, at }: Reading, context: string): never {
  const char = text[at];
  throw new FunctionError(char === undefined ? endOfInput : invalidCharacter(char, context));
}

/** Within a number, a word or an escape, Go reports the end of the text as a space. */
function unexpectedInside({ text, at }: Reading, context: string): never {
  throw new FunctionError(invalidCharacter(text[at] ?? ' ', context));
}

function invalidCharacter(char: string, context: string): string {
  return `invalid character ${quotedChar(char)} ${context}`;
}

/** Go takes the byte for a rune. */
function quotedChar(char: string): string {
  switch (char) {
    case "'":
      return String.raw`'\''`;
    case '"':
      return `'"'`;
    default:
      return `'${quote(encodeRune(char.charCodeAt(0))).slice(1, -1)}'`;
  }
}

function readValue(reading: Reading): Value {
  const char = peekChar(reading);
  spend(reading.budget, 1);
  switch (char) {
    case '{':
      return nested(reading, readObject);
    case '[':
      return nested(reading, readArray);
    case '"':
      return stringValue(readString(reading));
    case 't':
      readWord(reading, 'true');
      return boolValue(true);
    case 'f':
      readWord(reading, 'false');
      return boolValue(false);
    case 'n':
      readWord(reading, 'null');
      return invalidValue;
    default:
      return /[-0-9]/.test(char)
        ? readNumber(reading)
        : unexpected(reading, 'looking for beginning of value');
  }
}

function nested(reading: Reading, read: (reading: Reading) => Value): Value {
  if (reading.depth >= maxDepth) {
    throw new LimitError('JSON is nested too deep');
  }
  reading.depth++;
  reading.at++;
  const value = read(reading);
  reading.depth--;
  return value;
}

function readWord(reading: Reading, word: string): void {
  for (let i = 0; i < word.length; i++, reading.at++) {
    if (reading.text[reading.at] !== word[i]) {
      unexpectedInside(reading, `in literal ${word} (expecting '${word[i] ?? ''}')`);
    }
  }
}

/** The parts of a number in order, each with what Go says where it is not there. */
const numberParts = {
  whole: /(?:0|[1-9][0-9]*)/y,
  digits: /[0-9]+/y,
} as const;

function readNumber(reading: Reading): Value {
  const start = reading.at;
  if (reading.text[reading.at] === '-') {
    reading.at++;
  }
  readDigits(reading, numberParts.whole, 'in numeric literal');
  if (reading.text[reading.at] === '.') {
    reading.at++;
    readDigits(reading, numberParts.digits, 'after decimal point in numeric literal');
  }
  if (/[eE]/.test(reading.text[reading.at] ?? '')) {
    reading.at++;
    if (/[-+]/.test(reading.text[reading.at] ?? '')) {
      reading.at++;
    }
    readDigits(reading, numberParts.digits, 'in exponent of numeric literal');
  }
  const literal = reading.text.slice(start, reading.at);
  const number = reading.numberOf(literal);
  if (number === undefined) reading.badNumber ??= literal;
  return number ?? invalidValue;
}

function readFloat(literal: string): Value | undefined {
  const number = parseFloat64(literal);
  return typeof number === 'number' ? floatValue(number) : undefined;
}

function readDigits(reading: Reading, pattern: RegExp, context: string): void {
  pattern.lastIndex = reading.at;
  const found = pattern.exec(reading.text)?.[0];
  if (found === undefined) {
    return unexpectedInside(reading, context);
  }
  reading.at += found.length;
  return undefined;
}

function readArray(reading: Reading): Value {
  const items: Value[] = [];
  if (peekChar(reading) === ']') {
    reading.at++;
    return sliceValue(items);
  }
  for (;;) {
    items.push(readValue(reading));
    const next = peekChar(reading);
    if (next !== ',' && next !== ']') {
      return unexpected(reading, 'after array element');
    }
    reading.at++;
    if (next === ']') {
      return sliceValue(items);
    }
  }
}

function readObject(reading: Reading): Value {
  const entries = new Map<string, Value>();
  if (peekChar(reading) === '}') {
    reading.at++;
    return mapValue(entries);
  }
  for (;;) {
    if (peekChar(reading) !== '"') {
      return unexpected(reading, 'looking for beginning of object key string');
    }
    const key = readString(reading);
    if (peekChar(reading) !== ':') {
      return unexpected(reading, 'after object key');
    }
    reading.at++;
    entries.set(key, readValue(reading));
    const next = peekChar(reading);
    if (next !== ',' && next !== '}') {
      return unexpected(reading, 'after object key:value pair');
    }
    reading.at++;
    if (next === '}') {
      return mapValue(entries);
    }
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

function readString(reading: Reading): string {
  reading.at++;
  let out = '';
  for (;;) {
    out += readPlain(reading);
    const { rune, size } = decodeRune(reading.text, reading.at);
    if (size === 0 || rune < 0x20) {
      return unexpected(reading, 'in string literal');
    }
    reading.at += size;
    if (rune === 0x22) {
      return out;
    }
    out += rune === 0x5c ? readEscape(reading) : encodeRune(rune);
  }
}

/** ASCII without the quotation mark, the backslash and control characters. */
const plain = /[ !#-[\]-\u007f]*/y;

/** What stands for itself up to the next quote, escape, or byte that is not of ASCII. */
function readPlain(reading: Reading): string {
  plain.lastIndex = reading.at;
  const found = plain.exec(reading.text)?.[0] ?? '';
  reading.at += found.length;
  return found;
}

function readEscape(reading: Reading): string {
  const letter = reading.text[reading.at] ?? '';
  const char = escapes.get(letter);
  if (char === undefined && letter !== 'u') {
    return unexpectedInside(reading, 'in string escape code');
  }
  reading.at++;
  return char ?? encodeRune(readCodePoint(reading));
}

/** A code point, from two escapes if it is written as a surrogate pair. */
function readCodePoint(reading: Reading): number {
  const first = readHex(reading);
  if (first < 0xd800 || first > 0xdbff || !reading.text.startsWith(String.raw`\u`, reading.at)) {
    return first;
  }
  const before = reading.at;
  reading.at += 2;
  const second = readHex(reading);
  if (second >= 0xdc00 && second <= 0xdfff) {
    return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
  }
  reading.at = before;
  return first;
}

function readHex(reading: Reading): number {
  const start = reading.at;
  for (; reading.at < start + 4; reading.at++) {
    if (!/[0-9a-fA-F]/.test(reading.text[reading.at] ?? '')) {
      unexpectedInside(reading, String.raw`in \u hexadecimal character escape`);
    }
  }
  return Number.parseInt(reading.text.slice(start, reading.at), 16);
}
