// Owns the built-ins that escape text: html, js, urlquery.
import { isPrint } from './unicode.ts';
import { decodeRune } from './utf8.ts';

const htmlEntities: ReadonlyMap<string, string> = new Map([
  ['\0', '\xef\xbf\xbd'],
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);

/** Text for an HTML document or attribute. */
export function escapeHtml(bytes: string): string {
  return bytes.replaceAll(/[\0"'&<>]/g, (byte) => htmlEntities.get(byte) ?? byte);
}

const jsEscapes: ReadonlyMap<number, string> = new Map([
  [0x5c, String.raw`\\`],
  [0x27, String.raw`\'`],
  [0x22, String.raw`\"`],
  [0x3c, String.raw`\u003C`],
  [0x3e, String.raw`\u003E`],
  [0x26, String.raw`\u0026`],
  [0x3d, String.raw`\u003D`],
]);

/** Text for a JavaScript string. */
export function escapeJs(bytes: string): string {
  let out = '';
  for (let at = 0; at < bytes.length;) {
    const { rune, size } = decodeRune(bytes, at);
    const isPlain = rune >= 0x20 && isPrint(rune);
    out +=
      jsEscapes.get(rune) ??
      (isPlain || rune === 0x7f ? bytes.slice(at, at + size) : jsCodePoint(rune));
    at += size;
  }
  return out;
}

function jsCodePoint(rune: number): string {
  return String.raw`\u${rune.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Text for a value in a URL's query: a space becomes a plus sign. */
export function escapeQuery(bytes: string): string {
  return bytes.replaceAll(/[^A-Za-z0-9\-_.~]/g, escapedByte);
}

function escapedByte(byte: string): string {
  return byte === ' ' ? '+' : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
