// Owns PEM as Go's encoding/pem reads and writes it, on byte strings.
import { readBase64 } from './sprig/encoding.ts';

export type PemBlock = {
  readonly type: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Uint8Array;
};

type Decoded = { readonly block: PemBlock | undefined; readonly rest: string };

const begin = '-----BEGIN ';
const end = '\n-----END ';
const endOfLine = '-----';

/**
 * The first block of a text, and what stands behind it; the text itself where there is no block. What comes before a block, and
 * a block that is broken, is passed over, as pem.Decode does.
 */
export function decodePem(text: string): Decoded {
  let rest = text;
  for (;;) {
    const endAt = rest.indexOf(end);
    if (endAt < 0) return { block: undefined, rest: text };
    const beginAt = rest.lastIndexOf(begin, endAt - begin.length);
    if (beginAt >= 0 && (beginAt === 0 || rest[beginAt - 1] === '\n')) {
      const decoded = decodeAt(rest.slice(beginAt + begin.length), endAt - beginAt - begin.length);
      if (decoded !== undefined) return decoded;
    }
    rest = rest.slice(endAt + end.length);
  }
}

/** The block whose type `text` begins with, and whose end stands at `endAt`. */
function decodeAt(text: string, endAt: number): Decoded | undefined {
  const first = lineOf(text);
  if (!first.line.endsWith(endOfLine)) return undefined;
  const type = first.line.slice(0, -endOfLine.length);
  const { headers, size } = headersOf(text.slice(first.size), endAt - first.size);
  const bodyAt = first.size + size;
  // Without headers the end may follow at once, and its line end is that of the type.
  if (headers.size > 0 && bodyAt > endAt) return undefined;
  const trailer = text.slice(endAt + end.length);
  const closing = type + endOfLine;
  if (!trailer.startsWith(closing) || lineOf(trailer.slice(closing.length)).line !== '') {
    return undefined;
  }
  const body = bodyAt < endAt ? text.slice(bodyAt, endAt).replaceAll(/[ \t]/g, '') : '';
  const bytes = readBase64(body);
  if (typeof bytes !== 'string') return undefined;
  const rest = text.slice(endAt + end.length - 1);
  return {
    block: { type, headers, bytes: Buffer.from(bytes, 'latin1') },
    rest: rest.slice(lineOf(rest).size),
  };
}

/** The header lines that a text begins with; what begins behind `endAt` is none. */
function headersOf(
  text: string,
  endAt: number,
): {
  readonly headers: ReadonlyMap<string, string>;
  readonly size: number;
} {
  const headers = new Map<string, string>();
  let size = 0;
  while (size <= endAt) {
    const line = lineOf(text.slice(size));
    const colon = line.line.indexOf(':');
    if (colon < 0) break;
    headers.set(line.line.slice(0, colon).trim(), line.line.slice(colon + 1).trim());
    size += line.size;
  }
  return { headers, size };
}

/** The first line without its end and the blanks before that, and its whole size. */
function lineOf(text: string): { readonly line: string; readonly size: number } {
  const newline = text.indexOf('\n');
  const size = newline < 0 ? text.length : newline + 1;
  let end = newline < 0 ? text.length : newline;
  if (newline > 0 && text[newline - 1] === '\r') end -= 1;
  while (end > 0 && isBlank(text[end - 1])) end -= 1;
  return { line: text.slice(0, end), size };
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t';
}

/** pem.Encode: lines of 64 columns, headers in order of their names behind Proc-Type. */
export function encodePem({ type, headers, bytes }: PemBlock): string {
  const names = [...headers.keys()].toSorted();
  const ordered = [
    ...names.filter((name) => name === 'Proc-Type'),
    ...names.filter((name) => name !== 'Proc-Type'),
  ];
  const head = ordered.map((name) => `${name}: ${headers.get(name) ?? ''}\n`).join('');
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  const body = lines.map((line) => `${line}\n`).join('');
  return `${begin}${type}${endOfLine}\n${head}${head === '' ? '' : '\n'}${body}-----END ${type}${endOfLine}\n`;
}

/** A block without headers. */
export function pemText(type: string, bytes: Uint8Array): string {
  return encodePem({ type, headers: new Map(), bytes });
}
