// Owns text as Go's encoding/json makes it of bytes: escapes undone, and U+FFFD for every byte that is not UTF-8.
import { isUtf8 } from 'node:buffer';

const replacement = '\uFFFD';

/** UTF-8 with one U+FFFD for each byte that belongs to no character, as Go's range over a string gives. */
export function decodeUtf8(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return Buffer.from(bytes).toString();
  let text = '';
  let position = 0;
  while (position < bytes.length) {
    const width = characterWidth(bytes, position);
    text +=
      width === 0
        ? replacement
        : Buffer.from(bytes.subarray(position, position + width)).toString();
    position += Math.max(width, 1);
  }
  return text;
}

/** Bytes of the character at `position`; 0 where none is valid there. */
export function characterWidth(bytes: Uint8Array, position: number): number {
  const first = bytes[position] ?? 0;
  const width = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const character = bytes.subarray(position, position + width);
  return character.length === width && isUtf8(character) ? width : 0;
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

const escape = /\\(?:u([0-9A-Fa-f]{4})|([^u]))/g;

/** A valid JSON string, quotes included, as text. A surrogate without its other half becomes U+FFFD. */
export function unquote(raw: Uint8Array): string {
  const inner = decodeUtf8(raw.subarray(1, -1));
  if (!inner.includes('\\')) return inner;
  return inner
    .replaceAll(escape, (_match, hex: string | undefined, simple: string | undefined) =>
      hex === undefined
        ? (simpleEscapes.get(simple ?? '') ?? simple ?? '')
        : String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .toWellFormed();
}
