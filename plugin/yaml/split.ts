// Owns cutting a stream into its documents: where each begins and ends, to the byte, without parsing any of them.

/** One document's part of a stream, in byte offsets. The slices of a stream are contiguous and cover it. */
export type Slice = {
  readonly start: number;
  readonly end: number;
  /** Behind byte order mark, directives and the `---` with its comment. */
  readonly contentStart: number;
  /** Before a `...`; of JSON the end of the value itself. */
  readonly contentEnd: number;
  /** Of contentStart in the stream, from 1. */
  readonly line: number;
  readonly format: 'yaml' | 'json';
  /** Nothing but blanks and comments. */
  readonly empty: boolean;
};

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Documents as YAML separates them (`---`, `...`, directives, byte order mark), and JSON values one behind another. A
 * `---` at the start of a line always separates, also inside a block scalar; an indented one never does.
 */
export function splitStream(bytes: Uint8Array): readonly Slice[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const nextMarker = markerFinder(buffer);
  const lineAt = lineCounter(buffer);
  const slices: Slice[] = [];
  let start = 0;
  while (start < buffer.length) {
    const contentStart = contentStartOf(buffer, start);
    const marker = nextMarker(contentStart);
    const limit = marker?.start ?? buffer.length;
    const jsonEnd = jsonValueEnd(buffer, contentStart, limit);
    const end =
      jsonEnd === undefined
        ? (marker?.end ?? buffer.length)
        : jsonSliceEnd(buffer, jsonEnd, marker);
    const contentEnd = jsonEnd ?? limit;
    slices.push({
      start,
      end,
      contentStart,
      contentEnd,
      line: lineAt(contentStart),
      format: jsonEnd === undefined ? 'yaml' : 'json',
      empty: leadingComments(buffer, contentStart, contentEnd) === contentEnd,
    });
    start = end;
  }
  return slices;
}

/** The end of the blank and comment lines at the start of a document's content. */
export function leadingComments(buffer: Buffer, start: number, end: number): number {
  let position = start;
  while (position < end) {
    const next = Math.min(lineEnd(buffer, position), end);
    const first = firstVisible(buffer, position, next);
    if (first < next && buffer[first] !== 0x23) return position;
    position = next;
  }
  return end;
}

/** Where a document ends: the start of the marker, and where the next slice begins (behind a `...`, at a `---`). */
type Marker = { readonly start: number; readonly end: number };

/** Finds the first marker at or behind a position. Positions must not decrease, which keeps the search linear. */
function markerFinder(buffer: Buffer): (from: number) => Marker | undefined {
  const finders = ['---', '...'].flatMap((text) => [
    occurrences(buffer, `\n${text}`),
    occurrences(buffer, `\r${text}`),
  ]);
  return (from) => {
    const found = finders
      .map((find) => find(Math.max(0, from - 1)))
      .filter((position) => position !== undefined);
    if (found.length === 0) return undefined;
    const start = Math.min(...found) + 1;
    return { start, end: buffer[start] === 0x2e ? lineEnd(buffer, start) : start };
  };
}

/** Positions of `needle` with a blank, a line end or nothing behind it. */
function occurrences(buffer: Buffer, needle: string): (from: number) => number | undefined {
  let known = -1;
  let exhausted = false;
  return (from) => {
    if (exhausted || known >= from) return exhausted ? undefined : known;
    known = buffer.indexOf(needle, from);
    while (known !== -1 && !isMarkerEnd(buffer[known + needle.length]))
      known = buffer.indexOf(needle, known + 1);
    exhausted = known === -1;
    return exhausted ? undefined : known;
  };
}

function isMarkerEnd(byte: number | undefined): boolean {
  return (
    byte === undefined ||
    byte === 0x20 ||
    byte === 0x09 ||
    byte === lineFeed ||
    byte === carriageReturn
  );
}

/** Behind what comes before the content: mark, comments and directives up to a `---`, and the rest of its line if that holds nothing else. */
function contentStartOf(buffer: Buffer, start: number): number {
  const bare = hasByteOrderMark(buffer, start) ? start + 3 : start;
  let position = bare;
  while (position < buffer.length && !isDocumentStart(buffer, position)) {
    const next = lineEnd(buffer, position);
    const first = firstVisible(buffer, position, next);
    const isPreamble =
      first === next || buffer[first] === 0x23 || (first === position && buffer[first] === 0x25);
    if (!isPreamble) return bare;
    position = next;
  }
  return position < buffer.length ? behindMarker(buffer, position) : bare;
}

function isDocumentStart(buffer: Buffer, position: number): boolean {
  return (
    buffer.toString('latin1', position, position + 3) === '---' && isMarkerEnd(buffer[position + 3])
  );
}

function behindMarker(buffer: Buffer, marker: number): number {
  const end = lineEnd(buffer, marker);
  const first = firstVisible(buffer, marker + 3, end);
  return first === end || buffer[first] === 0x23 ? end : first;
}

function hasByteOrderMark(buffer: Buffer, start: number): boolean {
  return buffer[start] === 0xef && buffer[start + 1] === 0xbb && buffer[start + 2] === 0xbf;
}

/** Behind the line end (LF, CRLF or CR) of the line in which `position` is. */
function lineEnd(buffer: Buffer, position: number): number {
  const feed = buffer.indexOf(lineFeed, position);
  const end = feed === -1 ? buffer.length : feed + 1;
  const carriage = buffer.subarray(position, end).indexOf(carriageReturn);
  if (carriage === -1) return end;
  const behind = position + carriage + 1;
  return behind === feed ? end : behind;
}

/** The first byte in the range that is not a blank or a line end; the range's end if there is none. */
export function firstVisible(buffer: Buffer, start: number, end: number): number {
  let position = start;
  while (position < end && isMarkerEnd(buffer[position])) position += 1;
  return position;
}

function lineCounter(buffer: Buffer): (offset: number) => number {
  let line = 1;
  let counted = 0;
  return (offset) => {
    while (counted < offset) {
      const end = lineEnd(buffer, counted);
      if (
        end > offset ||
        (end === buffer.length &&
          buffer[end - 1] !== lineFeed &&
          buffer[end - 1] !== carriageReturn)
      )
        break;
      line += 1;
      counted = end;
    }
    return line;
  };
}

/** The end of the JSON object or array that stands alone in the range, or before more JSON; undefined if that is not what is there. */
function jsonValueEnd(buffer: Buffer, start: number, limit: number): number | undefined {
  const first = firstVisible(buffer, start, limit);
  const open = buffer[first];
  if (first === limit || (open !== 0x7b && open !== 0x5b)) return undefined;
  const end = scanJson(buffer, first, limit);
  if (end === undefined) return undefined;
  const next = firstVisible(buffer, end, limit);
  return next === limit || buffer[next] === 0x7b || buffer[next] === 0x5b ? end : undefined;
}

function jsonSliceEnd(buffer: Buffer, jsonEnd: number, marker: Marker | undefined): number {
  const limit = marker?.start ?? buffer.length;
  const next = firstVisible(buffer, jsonEnd, limit);
  return next === limit ? (marker?.end ?? buffer.length) : next;
}

const jsonPlain = new Set(Buffer.from(' \t\r\n,:+-.0123456789eEtrufalsn'));

/** Only what JSON has between its strings, and brackets that close: a YAML flow mapping with plain words is not JSON. */
function scanJson(buffer: Buffer, start: number, limit: number): number | undefined {
  let depth = 0;
  for (let position = start; position < limit; position += 1) {
    const byte = buffer[position] ?? 0;
    if (byte === 0x22) {
      const end = jsonStringEnd(buffer, position, limit);
      if (end === undefined) return undefined;
      position = end;
    } else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth === 0) return position + 1;
    } else if (!jsonPlain.has(byte)) return undefined;
  }
  return undefined;
}

/** The closing quote. */
function jsonStringEnd(buffer: Buffer, start: number, limit: number): number | undefined {
  for (let position = start + 1; position < limit; position += 1) {
    const byte = buffer[position];
    if (byte === 0x22) return position;
    if (byte === lineFeed || byte === carriageReturn) return undefined;
    if (byte === 0x5c) position += 1;
  }
  return undefined;
}
