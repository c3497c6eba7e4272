// Owns UTF-8 in byte strings: a Go string is kept as a JavaScript string with one char per byte.

/** U+FFFD, which Go reads where bytes are not UTF-8. */
export const runeError = 0xfffd;

export type DecodedRune = { readonly rune: number; readonly size: number };

const invalid: DecodedRune = { rune: runeError, size: 1 };
const end: DecodedRune = { rune: runeError, size: 0 };

/** What is the same as text and as bytes goes without a copy. */
export const beyondAscii: RegExp = /[\u0080-\uffff]/;

/** The bytes of a text as a byte string. */
export function toByteString(text: string): string {
  if (!beyondAscii.test(text)) return text;
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** A byte string as a text for people; what is not UTF-8 becomes U+FFFD. */
export function fromByteString(bytes: string): string {
  if (!beyondAscii.test(bytes)) return bytes;
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/**
 * Decodes the rune that starts at `at`. As Go's utf8.DecodeRune: size 0 at the end, and size 1 with
 * U+FFFD where the bytes are no UTF-8 (overlong forms and surrogates included).
 */
export function decodeRune(bytes: string, at: number): DecodedRune {
  if (at >= bytes.length) {
    return end;
  }
  const first = bytes.charCodeAt(at);
  if (first < 0x80) {
    return { rune: first, size: 1 };
  }
  const size = sequenceSize(first);
  if (size === 0 || at + size > bytes.length) {
    return invalid;
  }
  let rune = first & (0x7f >> size);
  for (let i = 1; i < size; i++) {
    const next = bytes.charCodeAt(at + i);
    if ((next & 0xc0) !== 0x80) {
      return invalid;
    }
    rune = (rune << 6) | (next & 0x3f);
  }
  return isShortestForm(rune, size) && isValidRune(rune) ? { rune, size } : invalid;
}

function sequenceSize(first: number): number {
  if (first >= 0xc2 && first <= 0xdf) {
    return 2;
  }
  if (first >= 0xe0 && first <= 0xef) {
    return 3;
  }
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

function isShortestForm(rune: number, size: number): boolean {
  return size === 2 || (size === 3 ? rune >= 0x800 : rune >= 0x10000);
}

/** Whether a number is a code point that UTF-8 can hold: in range and no surrogate. */
export function isValidRune(rune: number): boolean {
  return (rune >= 0 && rune < 0xd800) || (rune > 0xdfff && rune <= 0x10ffff);
}

/** The UTF-8 bytes of a rune; U+FFFD for what is none. */
export function encodeRune(rune: number): string {
  if (rune >= 0 && rune < 0x80) {
    return String.fromCharCode(rune);
  }
  return toByteString(String.fromCodePoint(isValidRune(rune) ? rune : runeError));
}

/** The size of the rune that ends before `end`, as Go's utf8.DecodeLastRune counts it. */
export function lastRuneSize(bytes: string, end: number): number {
  if (end > 0 && bytes.charCodeAt(end - 1) < 0x80) return 1;
  for (let size = 2; size <= 4 && size <= end; size++) {
    if (decodeRune(bytes, end - size).size === size) {
      return size;
    }
  }
  return end > 0 ? 1 : 0;
}

/** The runes of a byte string in order. */
export function runesOf(bytes: string): number[] {
  const runes: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const { rune, size } = decodeRune(bytes, at);
    runes.push(rune);
    at += size;
  }
  return runes;
}

/** How many runes there are, each bad byte counted as one. */
export function runeCount(bytes: string): number {
  if (!beyondAscii.test(bytes)) return bytes.length;
  let count = 0;
  for (let at = 0; at < bytes.length; count++) {
    at += bytes.charCodeAt(at) < 0x80 ? 1 : decodeRune(bytes, at).size;
  }
  return count;
}

/** Where the rune with that number starts; the length of the string if it has fewer. */
export function runeOffset(bytes: string, index: number): number {
  let at = 0;
  for (let i = 0; i < index && at < bytes.length; i++) {
    at += decodeRune(bytes, at).size;
  }
  return at;
}

/** Whether all of it is UTF-8. */
export function isValidUtf8(bytes: string): boolean {
  return badUtf8At(bytes) === undefined;
}

/** Where the first byte is that is not UTF-8, if there is one. */
export function badUtf8At(bytes: string): number | undefined {
  if (!beyondAscii.test(bytes)) return undefined;
  for (let at = 0; at < bytes.length;) {
    const { rune, size } = decodeRune(bytes, at);
    if (rune === runeError && size === 1) {
      return at;
    }
    at += size;
  }
  return undefined;
}
