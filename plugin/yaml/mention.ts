// Owns the cheap test whether a text could hold a word for any parser, so that what is foreign is never parsed.

/** API groups of the resources that are ours to read. */
export const ownWords: readonly string[] = ['external-secrets.io', 'eso-render.dev'];

/** `\\`, the escapes of a double-quoted scalar that can stand for a letter, and the line break that joins two lines. */
const escapes = /\\(?:\\|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|(?:\r\n|\n|\r)[ \t]*)/gu;

/** A tag under which a scalar is base64, however it is spelt: `!!binary`, verbatim, with %-escapes, or through a %TAG directive. */
const binaryTag = /!\S*(?:binary|%[0-9A-Fa-f]{2})|^%TAG\s/mu;

/**
 * False only if no YAML 1.1, YAML 1.2 or JSON parser could see one of the words in the UTF-8 text. The words are ASCII
 * letters, dots and dashes. True does not say that one is there: parse to know.
 */
export function mentions(bytes: Uint8Array, words: readonly string[]): boolean {
  const range = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (words.some((word) => range.includes(word))) return true;
  const hasEscapes = range.includes('\\');
  const hasTags = range.includes('!');
  if (!hasEscapes && !hasTags) return false;
  const text = range.toString('latin1');
  if (hasTags && binaryTag.test(text)) return true;
  return hasEscapes && mentionsEscaped(text, words);
}

function mentionsEscaped(text: string, words: readonly string[]): boolean {
  if (!/\\[xuU\r\n]/u.test(text)) return false;
  const plain = text.replaceAll(escapes, unescape);
  return words.some((word) => plain.includes(word));
}

/** No word has a character beyond ASCII: any stands for all of them. */
function unescape(escape: string): string {
  if (!/^\\[xuU]/u.test(escape)) return '';
  const code = Number.parseInt(escape.slice(2), 16);
  return code < 0x80 ? String.fromCodePoint(code) : '\u00FF';
}
