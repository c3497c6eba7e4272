// Owns the cheap test whether a text could hold a word for any parser, so that what is foreign is never parsed.

/** API groups of the resources that are ours to read. */
export const ownWords: readonly string[] = ['external-secrets.io', 'eso-render.dev'];

/** In the names of our kinds: one of these stands in what is meant for us, and misses the group. */
const kindWords: readonly string[] = ['ExternalSecret', 'SecretStore'];

/** Whether a text holds one of our kinds in plain letters: for advice only, so that a word that is hidden may be missed. */
export function namesOwnKind(bytes: Uint8Array): boolean {
  const range = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return kindWords.some((word) => range.includes(word));
}

/**
 * `\\`, the escapes of a double-quoted scalar that can stand for a letter, and the line break that joins two lines: in YAML
 * 1.1 also one of U+0085, U+2028 and U+2029, here as the bytes of UTF-8.
 */
const escapes =
  /\\(?:\\|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|(?:\r\n|\n|\r|\u00C2\u0085|\u00E2\u0080[\u00A8\u00A9])[ \t]*)/g;

/** A tag under which a scalar is base64, however it is spelt: `!!binary`, verbatim, with %-escapes. */
const binaryTag = /binary|%[0-9A-Fa-f]{2}/;

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
  return (hasTags && mentionsBinary(text)) || (hasEscapes && mentionsEscaped(text, words));
}

/** Base64 hides any word; a %TAG directive gives the tag any name. */
function mentionsBinary(text: string): boolean {
  if (/%TAG[ \t]/.test(text)) return true;
  return text.match(/![^ \t\r\n]*/g)?.some((tag) => binaryTag.test(tag)) ?? false;
}

function mentionsEscaped(text: string, words: readonly string[]): boolean {
  const plain = text.replaceAll(escapes, unescape);
  return plain !== text && words.some((word) => plain.includes(word));
}

/** No word has a character beyond ASCII: one stands for all of them, and for the backslash. */
function unescape(escape: string): string {
  const kind = escape.charAt(1);
  if (kind === '\\') return '\u00FF';
  if (!/[xuU]/.test(kind)) return '';
  const code = Number.parseInt(escape.slice(2), 16);
  return code < 0x80 ? String.fromCodePoint(code) : '\u00FF';
}
