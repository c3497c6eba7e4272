// Owns Go's quoting of strings and runes, both ways, as strconv does it.
import { isPrint } from './unicode.ts';
import { decodeRune, encodeRune, isValidRune, isValidUtf8, runeError } from './utf8.ts';

const letterEscapes: ReadonlyMap<number, string> = new Map([
  [0x07, String.raw`\a`],
  [0x08, String.raw`\b`],
  [0x0c, String.raw`\f`],
  [0x0a, String.raw`\n`],
  [0x0d, String.raw`\r`],
  [0x09, String.raw`\t`],
  [0x0b, String.raw`\v`],
]);

const escapedRunes: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['b', 0x08],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
  ['\\', 0x5c],
]);

export type QuoteStyle = { readonly asciiOnly: boolean };

const anyRune: QuoteStyle = { asciiOnly: false };

/** Printable ASCII without the quotation mark and the backslash. */
const unescaped = /^[ !#-[\]-~]*$/;

/** A byte string as a Go string literal: strconv.Quote, or QuoteToASCII. */
export function quote(bytes: string, style: QuoteStyle = anyRune): string {
  if (unescaped.test(bytes)) return `"${bytes}"`;
  let out = '"';
  for (let at = 0; at < bytes.length;) {
    const { rune, size } = decodeRune(bytes, at);
    out +=
      rune === runeError && size === 1
        ? String.raw`\x` + hex(bytes.charCodeAt(at), 2)
        : quotedRune(rune, '"', style);
    at += size;
  }
  return `${out}"`;
}

/** A rune as a Go character literal; U+FFFD for what is no rune. */
export function quoteRune(rune: number, style: QuoteStyle = anyRune): string {
  return `'${quotedRune(isValidRune(rune) ? rune : runeError, "'", style)}'`;
}

function quotedRune(rune: number, mark: string, style: QuoteStyle): string {
  if (rune === mark.charCodeAt(0) || rune === 0x5c) {
    return `\\${String.fromCharCode(rune)}`;
  }
  if (style.asciiOnly ? rune < 0x80 && isPrint(rune) : isPrint(rune)) {
    return encodeRune(rune);
  }
  const letter = letterEscapes.get(rune);
  if (letter !== undefined) {
    return letter;
  }
  if (rune < 0x20 || rune === 0x7f) {
    return String.raw`\x` + hex(rune, 2);
  }
  return rune < 0x10000 ? String.raw`\u` + hex(rune, 4) : String.raw`\U` + hex(rune, 8);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** U+0040 '@', as Go's verb %#U. */
export function unicodePoint(rune: number): string {
  const point = `U+${rune.toString(16).toUpperCase().padStart(4, '0')}`;
  return isPrint(rune) ? `${point} '${encodeRune(rune)}'` : point;
}

/** Whether a string can stand unchanged between backquotes. */
export function canBackquote(bytes: string): boolean {
  for (let at = 0; at < bytes.length;) {
    const { rune, size } = decodeRune(bytes, at);
    const isControl = (rune < 0x20 && rune !== 0x09) || rune === 0x7f;
    if ((size === 1 && rune === runeError) || rune === 0xfeff || isControl || rune === 0x60) {
      return false;
    }
    at += size;
  }
  return true;
}

/** The bytes that a Go string literal stands for; undefined where its syntax is wrong. */
export function unquote(literal: string): string | undefined {
  const mark = literal[0];
  if (literal.length < 2 || !literal.endsWith(mark ?? '')) {
    return undefined;
  }
  const body = literal.slice(1, -1);
  if (mark === '`') {
    return body.includes('`') ? undefined : body.replaceAll('\r', '');
  }
  if (mark !== '"') {
    return undefined;
  }
  return body.includes('\\') || !isValidUtf8(body) ? unescape(body) : body;
}

function unescape(body: string): string | undefined {
  let out = '';
  for (let at = 0; at < body.length;) {
    const char = unquoteChar(body, at, '"');
    if (char === undefined || body[at] === '\n') {
      return undefined;
    }
    out += char.isByte ? String.fromCharCode(char.rune) : encodeRune(char.rune);
    at = char.next;
  }
  return out;
}

/** One character of a literal: a rune, or a byte where it was written as `\x` or octal. */
export type UnquotedChar = {
  readonly rune: number;
  readonly isByte: boolean;
  readonly next: number;
};

/** Reads the character at `at` of a literal's body, as strconv.UnquoteChar; undefined where it is wrong. */
export function unquoteChar(body: string, at: number, mark: string): UnquotedChar | undefined {
  const char = body[at];
  if (char === undefined || char === mark) {
    return undefined;
  }
  if (char !== '\\') {
    const { rune, size } = decodeRune(body, at);
    return { rune, isByte: false, next: at + size };
  }
  const letter = body[at + 1] ?? '';
  const named = letter === mark ? mark.charCodeAt(0) : escapedRunes.get(letter);
  if (named !== undefined) {
    return { rune: named, isByte: false, next: at + 2 };
  }
  return numericEscape(body, at + 1, letter);
}

const hexDigits: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

function numericEscape(body: string, at: number, letter: string): UnquotedChar | undefined {
  const count = hexDigits.get(letter);
  if (count === undefined) {
    const octal = body.slice(at, at + 3);
    const byte = Number.parseInt(octal, 8);
    return /^[0-7]{3}$/.test(octal) && byte <= 0xff
      ? { rune: byte, isByte: true, next: at + 3 }
      : undefined;
  }
  const digits = body.slice(at + 1, at + 1 + count);
  if (digits.length !== count || !/^[0-9a-fA-F]+$/.test(digits)) {
    return undefined;
  }
  const rune = Number.parseInt(digits, 16);
  const isByte = letter === 'x';
  return isByte || isValidRune(rune) ? { rune, isByte, next: at + 1 + count } : undefined;
}
