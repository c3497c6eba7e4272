// Owns cutting a stream into its documents: where each begins and ends, to the byte, without parsing any of them.
import { jsonValueEnd } from './json-end.ts';
import {
  firstVisible,
  isBlank,
  isLineEnd,
  leadingComments,
  lineCounter,
  nextLineStart,
} from './lines.ts';

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

/**
 * Documents as YAML separates them (`---`, `...`, directives, byte order mark), and JSON values one behind another. A
 * `---` at the start of a line always separates, also inside a block scalar; an indented one never does.
 */
export function splitStream(bytes: Uint8Array): readonly Slice[] {
  return [...slicesOf(bytes)];
}

/** The same, one by one: for who needs only the first of them. */
export function* slicesOf(bytes: Uint8Array): Generator<Slice, void> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const nextMarker = markerFinder(buffer);
  const lineAt = lineCounter(buffer);
  let start = 0;
  while (start < buffer.length) {
    const contentStart = contentStartOf(buffer, start);
    const marker = nextMarker(contentStart);
    const jsonEnd = jsonValueEnd(buffer, contentStart, marker.start);
    const contentEnd = jsonEnd ?? marker.start;
    const end = jsonEnd === undefined ? marker.end : jsonSliceEnd(buffer, jsonEnd, marker);
    yield {
      start,
      end,
      contentStart,
      contentEnd,
      line: lineAt(contentStart),
      format: jsonEnd === undefined ? 'yaml' : 'json',
      empty: leadingComments(buffer, contentStart, contentEnd) === contentEnd,
    };
    start = end;
  }
}

/** As a line of its own. */
export const documentMarker = '---\n';

/** What must stand at the start of a line in front of the document so that it is one of its own behind another: nothing where it has a `---`. */
export function separatorBefore(buffer: Buffer, { start, contentStart }: Slice): string {
  const bare = behindByteOrderMark(buffer, start);
  if (contentStart === bare) return documentMarker;
  const isDirective = buffer[leadingComments(buffer, bare, contentStart)] === 0x25;
  return isDirective ? '...\n' : '';
}

/** Behind the byte order mark, if there is one at the offset. */
export function behindByteOrderMark(buffer: Buffer, offset: number): number {
  const isMark =
    buffer[offset] === 0xef && buffer[offset + 1] === 0xbb && buffer[offset + 2] === 0xbf;
  return isMark ? offset + 3 : offset;
}

/** Where a document ends: the start of the marker, and where the next slice begins (behind a `...`, at a `---`). */
type Marker = { readonly start: number; readonly end: number };

/** Finds the first marker at or behind a position. Positions must not decrease, which keeps the search linear. */
function markerFinder(buffer: Buffer): (from: number) => Marker {
  const first = behindByteOrderMark(buffer, 0);
  const finders = ['\n---', '\r---', '\n...', '\r...'].map((text) => occurrences(buffer, text));
  return (from) => {
    const found = finders.map((find) => find(Math.max(0, from - 1)) + 1);
    const start =
      from === first && isMarker(buffer, from, '...') ? from : Math.min(...found, buffer.length);
    return { start, end: buffer[start] === 0x2e ? nextLineStart(buffer, start) : start };
  };
}

/** Positions of a line end and a marker; infinite behind the last one. */
function occurrences(buffer: Buffer, needle: string): (from: number) => number {
  let known = -1;
  return (from) => {
    if (known >= from) return known;
    known = buffer.indexOf(needle, from);
    while (known !== -1 && !isMarker(buffer, known + 1, needle.slice(1)))
      known = buffer.indexOf(needle, known + 1);
    if (known === -1) known = Number.POSITIVE_INFINITY;
    return known;
  };
}

/** Whether this marker is there, with a blank, a line end or nothing behind it. */
function isMarker(buffer: Buffer, position: number, marker: string): boolean {
  const next = position + marker.length;
  return (
    buffer.toString('latin1', position, next) === marker &&
    (next === buffer.length || isBlank(buffer[next]) || isLineEnd(buffer[next]))
  );
}

/** Behind what comes before the content: mark, comments and directives up to a `---`, and the rest of its line if that holds nothing else. */
function contentStartOf(buffer: Buffer, start: number): number {
  const bare = behindByteOrderMark(buffer, start);
  let position = leadingComments(buffer, bare, buffer.length);
  while (buffer[position] === 0x25)
    position = leadingComments(buffer, nextLineStart(buffer, position), buffer.length);
  return isMarker(buffer, position, '---') ? behindMarker(buffer, position) : bare;
}

function behindMarker(buffer: Buffer, marker: number): number {
  const next = nextLineStart(buffer, marker);
  const first = firstVisible(buffer, marker + 3, next);
  return first === next || buffer[first] === 0x23 ? next : first;
}

function jsonSliceEnd(buffer: Buffer, jsonEnd: number, marker: Marker): number {
  const next = firstVisible(buffer, jsonEnd, marker.start);
  return next === marker.start ? marker.end : next;
}
