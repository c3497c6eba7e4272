// Owns sprig's base64 and base32, and its checksums; and hexdec, which ESO has besides.
import { createHash } from 'node:crypto';
import { function1, text, type GoFunction } from '../functions.ts';
import { unicodePoint } from '../quote.ts';

export const encodingFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['b64enc', function1([text], text, (bytes) => Buffer.from(bytes, 'latin1').toString('base64'))],
  ['b64dec', function1([text], text, decodeBase64)],
  ['hexdec', function1([text], text, decodeHex)],
  ['b32enc', function1([text], text, encodeBase32)],
  ['b32dec', function1([text], text, decodeBase32)],
  ['sha1sum', function1([text], text, (bytes) => digest('sha1', bytes))],
  ['sha256sum', function1([text], text, (bytes) => digest('sha256', bytes))],
  ['sha512sum', function1([text], text, (bytes) => digest('sha512', bytes))],
  ['adler32sum', function1([text], text, adler32)],
]);

function digest(algorithm: string, bytes: string): string {
  return createHash(algorithm).update(bytes, 'latin1').digest('hex');
}

/** Go formats the sum as a decimal number. */
function adler32(bytes: string): string {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte.charCodeAt(0)) % 65521;
    b = (b + a) % 65521;
  }
  return (b * 65536 + a).toString();
}

const base64Digit = /[A-Za-z0-9+/]/;

/** Bad input gives Go's error text as the value. */
function decodeBase64(encoded: string): string {
  const decoded = readBase64(encoded);
  return typeof decoded === 'string' ? decoded : decoded.failure;
}

/** Standard base64 with padding; line breaks are skipped. Go's error text where it is wrong. */
export function readBase64(encoded: string): string | { readonly failure: string } {
  const bad = badBase64Position(encoded);
  return bad === undefined
    ? Buffer.from(encoded, 'base64').toString('latin1')
    : { failure: `illegal base64 data at input byte ${bad}` };
}

/** Where Go's decoder stops, if it does: at a wrong byte, or at the start of an incomplete group. */
function badBase64Position(encoded: string): number | undefined {
  let count = 0;
  for (let at = 0; at < encoded.length; at++) {
    const char = encoded[at] ?? '';
    if (char === '=') {
      return badPaddingPosition(encoded, at, count % 4);
    }
    if (base64Digit.test(char)) {
      count++;
    } else if (!isLineBreak(char)) {
      return at;
    }
  }
  return count % 4 === 0 ? undefined : encoded.length - (count % 4);
}

function badPaddingPosition(encoded: string, at: number, digits: number): number | undefined {
  if (digits < 2) {
    return at;
  }
  let next = skipLineBreaks(encoded, at + 1);
  if (digits === 2) {
    if (next === encoded.length) {
      return encoded.length;
    }
    if (encoded[next] !== '=') {
      return next - 1;
    }
    next = skipLineBreaks(encoded, next + 1);
  }
  return next < encoded.length ? next : undefined;
}

function skipLineBreaks(encoded: string, start: number): number {
  let at = start;
  while (isLineBreak(encoded[at] ?? '')) {
    at++;
  }
  return at;
}

function isLineBreak(char: string): boolean {
  return char === '\n' || char === '\r';
}

/** Hexadecimal digits in pairs. Bad input gives Go's error text as the value. */
function decodeHex(encoded: string): string {
  const bad = /[^0-9a-fA-F]/.exec(encoded)?.[0];
  if (bad !== undefined) {
    return `encoding/hex: invalid byte: ${unicodePoint(bad.charCodeAt(0))}`;
  }
  return encoded.length % 2 === 0
    ? Buffer.from(encoded, 'hex').toString('latin1')
    : 'encoding/hex: odd length hex string';
}

const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function encodeBase32(bytes: string): string {
  let out = '';
  let bits = 0;
  let pending = 0;
  for (const byte of bytes) {
    pending = ((pending << 8) | byte.charCodeAt(0)) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += base32Alphabet[(pending >> bits) & 31] ?? '';
    }
  }
  if (bits > 0) {
    out += base32Alphabet[(pending << (5 - bits)) & 31] ?? '';
  }
  return out.padEnd(Math.ceil(out.length / 8) * 8, '=');
}

function decodeBase32(encoded: string): string {
  const input = encoded.replaceAll(/[\r\n]/g, '');
  const end = input.search(/[^A-Z2-7]/);
  const digits = end < 0 ? input : input.slice(0, end);
  const bad = badBase32Position(input, digits.length);
  if (bad !== undefined) {
    return `illegal base32 data at input byte ${bad}`;
  }
  let out = '';
  let bits = 0;
  let pending = 0;
  for (const digit of digits) {
    pending = ((pending << 5) | base32Alphabet.indexOf(digit)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out += String.fromCharCode((pending >> bits) & 0xff);
    }
  }
  return out;
}

/** Numbers of digits in the last group that make no whole byte. */
const impossibleRests: ReadonlySet<number> = new Set([1, 3, 6]);

/** Where Go's decoder stops behind that many digits, if it does. What follows good padding is not read. */
function badBase32Position(input: string, digits: number): number | undefined {
  const inGroup = digits % 8;
  if (digits === input.length) {
    return inGroup === 0 ? undefined : digits - inGroup;
  }
  const behind = input.length - digits - 1;
  if (input[digits] !== '=' || inGroup < 2 || behind >= 8) {
    return digits;
  }
  if (behind + inGroup < 7) {
    return input.length;
  }
  const padding = input.slice(digits + 1, digits + 8 - inGroup);
  const other = padding.search(/[^=]/);
  if (other >= 0) {
    return digits + other;
  }
  return impossibleRests.has(inGroup) ? digits : undefined;
}
