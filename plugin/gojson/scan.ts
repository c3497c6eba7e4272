// Owns the grammar of JSON as Go's encoding/json checks it: where values and strings end, and whether they are valid at all.

/** Nesting beyond this is an error in Go too. */
const maxDepth = 10_000;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

export function skipBlanks(json: Uint8Array, start: number): number {
  let position = start;
  while (isBlank(json[position])) position += 1;
  return position;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Whether the whole text is one value with nothing but blanks around it. */
export function isValidJson(json: Uint8Array): boolean {
  const end = valueEnd(json, skipBlanks(json, 0));
  return end !== undefined && skipBlanks(json, end) === json.length;
}

/** The end of the value that begins at `start`; undefined where it is not valid. Keeps its own stack: depth is the input's. */
export function valueEnd(json: Uint8Array, start: number): number | undefined {
  const closers: number[] = [];
  let position: number | undefined = start;
  while (position !== undefined) {
    const opened = openContainer(json, position, closers);
    if (opened === undefined) return undefined;
    if (opened.expectsValue) {
      position = opened.position;
      continue;
    }
    const next = afterValue(json, opened.position, closers);
    if (next === undefined || !next.expectsValue) return next?.position;
    position = next.position;
  }
  return undefined;
}

type Step = { readonly position: number; readonly expectsValue: boolean };

/** At the start of a value: past a scalar or an empty container, or at the first value inside one. */
function openContainer(json: Uint8Array, start: number, closers: number[]): Step | undefined {
  const open = json[start];
  if (open !== openBrace && open !== openBracket) {
    const end = open === quote ? stringEnd(json, start) : literalEnd(json, start);
    return end === undefined ? undefined : { position: end, expectsValue: false };
  }
  if (closers.length >= maxDepth) return undefined;
  const closer = open === openBrace ? closeBrace : closeBracket;
  const first = skipBlanks(json, start + 1);
  if (json[first] === closer) return { position: first + 1, expectsValue: false };
  closers.push(closer);
  return atElement(json, first, closer);
}

/** Behind a value: closes what ends here, and goes to the next value if there is one. */
function afterValue(json: Uint8Array, start: number, closers: number[]): Step | undefined {
  let position = start;
  for (;;) {
    const closer = closers.at(-1);
    if (closer === undefined) return { position, expectsValue: false };
    position = skipBlanks(json, position);
    if (json[position] === comma) return atElement(json, skipBlanks(json, position + 1), closer);
    if (json[position] !== closer) return undefined;
    closers.pop();
    position += 1;
  }
}

/** At the value of the element that begins here: in an object behind its key. */
function atElement(json: Uint8Array, start: number, closer: number): Step | undefined {
  if (closer === closeBracket) return { position: start, expectsValue: true };
  const end = stringEnd(json, start);
  if (end === undefined) return undefined;
  const separator = skipBlanks(json, end);
  if (json[separator] !== colon) return undefined;
  return { position: skipBlanks(json, separator + 1), expectsValue: true };
}

/** Behind the closing quote of the string that begins at `start`. */
export function stringEnd(json: Uint8Array, start: number): number | undefined {
  if (json[start] !== quote) return undefined;
  let position = start + 1;
  while (position < json.length) {
    const byte = json[position] ?? 0;
    if (byte === quote) return position + 1;
    if (byte < 0x20) return undefined;
    const width = byte === backslash ? escapeWidth(json, position) : 1;
    if (width === undefined) return undefined;
    position += width;
  }
  return undefined;
}

function escapeWidth(json: Uint8Array, start: number): number | undefined {
  const text = Buffer.from(json.subarray(start, start + 6)).toString('latin1');
  if (/^\\["\\/bfnrt]/.test(text)) return 2;
  return /^\\u[0-9A-Fa-f]{4}$/.test(text) ? 6 : undefined;
}

const literal = /^(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null)$/;

function literalEnd(json: Uint8Array, start: number): number | undefined {
  let end = start;
  while (end < json.length && isLiteralByte(json[end] ?? 0)) end += 1;
  return literal.test(Buffer.from(json.subarray(start, end)).toString('latin1')) ? end : undefined;
}

/** Letters, digits, and what numbers hold. */
function isLiteralByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}
