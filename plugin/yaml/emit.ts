// Owns putting documents in the place of documents: every byte outside the edits stays as it came.
import { type PlainData, toJsonText, toYamlText } from './encode.ts';
import { firstVisible, isLineEnd, leadingComments } from './lines.ts';
import { behindByteOrderMark, documentMarker, separatorBefore, type Slice } from './split.ts';

/** The objects that take a document's place, none of which removes it; or the new text of its content. */
export type SliceEdit = readonly PlainData[] | string;

/**
 * The stream with its edits, by index of the slice. A document that objects replace keeps its marker, its leading comments
 * (`# Source: …`) and its line ends; JSON stays JSON.
 */
export function emitStream(
  bytes: Uint8Array,
  slices: readonly Slice[],
  edits: ReadonlyMap<number, SliceEdit>,
): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Buffer[] = [];
  let before: Slice | undefined;
  for (const [index, slice] of slices.entries()) {
    const edit = edits.get(index);
    if (edit?.length === 0) continue;
    const isBehindRemoved = before !== slices[index - 1];
    if (
      before !== undefined &&
      (isBehindRemoved || (edit !== undefined && before.format === 'json'))
    )
      parts.push(separator(buffer, { before, last: parts.at(-1), slice }));
    parts.push(
      edit === undefined
        ? buffer.subarray(slice.start, slice.end)
        : replacement(buffer, slice, edit),
    );
    before = slice;
  }
  return Buffer.concat(parts);
}

type Joint = { readonly before: Slice; readonly last: Buffer | undefined; readonly slice: Slice };

/** A document that began behind a `...` or behind JSON has no marker of its own; between two of JSON there need be none. */
function separator(buffer: Buffer, { before, last, slice }: Joint): Buffer {
  const text = separatorBefore(buffer, slice);
  const isJson = before.format === 'json' && slice.format === 'json';
  if (isJson && text === documentMarker) return Buffer.alloc(0);
  return withLineEnds(buffer, slice, `${isLineEnd(last?.at(-1)) ? '' : '\n'}${text}`);
}

function replacement(buffer: Buffer, slice: Slice, edit: SliceEdit): Buffer {
  const { start, contentStart, contentEnd, end } = slice;
  const { keptTo, content } = newContent(buffer, slice, edit);
  return Buffer.concat([
    buffer.subarray(start, Math.max(contentStart, keptTo)),
    content,
    buffer.subarray(contentEnd, end),
  ]);
}

/** The new content, and up to where the old one stays in front of it. */
type NewContent = { readonly keptTo: number; readonly content: Buffer };

function newContent(buffer: Buffer, slice: Slice, edit: SliceEdit): NewContent {
  const { start, contentStart, contentEnd } = slice;
  if (typeof edit === 'string') return { keptTo: contentStart, content: Buffer.from(edit) };
  if (slice.format === 'json') {
    const keptTo = firstVisible(buffer, contentStart, contentEnd);
    return { keptTo, content: Buffer.from(edit.map(toJsonText).join('\n')) };
  }
  const keptTo = leadingComments(buffer, contentStart, contentEnd);
  const isAtLineStart =
    keptTo === behindByteOrderMark(buffer, start) || isLineEnd(buffer[keptTo - 1]);
  const text = `${isAtLineStart ? '' : '\n'}${edit.map(toYamlText).join('---\n')}`;
  return { keptTo, content: withLineEnds(buffer, slice, text) };
}

function withLineEnds(buffer: Buffer, { start, end }: Slice, text: string): Buffer {
  const usesCrLf = buffer.subarray(start, end).includes('\r\n');
  return Buffer.from(usesCrLf ? text.replaceAll('\n', '\r\n') : text);
}
