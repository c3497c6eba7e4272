// Owns putting documents in the place of documents: every byte outside the edits stays as it came.
import { type PlainData, toJsonText, toYamlText } from './encode.ts';
import { firstVisible, leadingComments, type Slice } from './split.ts';

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
  let behindRemoved = false;
  for (const [index, slice] of slices.entries()) {
    const edit = edits.get(index);
    if (edit?.length === 0) {
      behindRemoved = true;
      continue;
    }
    if (behindRemoved && parts.length > 0) parts.push(Buffer.from(separatorBefore(buffer, slice)));
    parts.push(
      edit === undefined
        ? buffer.subarray(slice.start, slice.end)
        : replacement(buffer, slice, edit),
    );
    behindRemoved = false;
  }
  return Buffer.concat(parts);
}

/** A document that began behind a removed one may have had no marker of its own. */
function separatorBefore(buffer: Buffer, { start, format }: Slice): string {
  const head = buffer.toString('latin1', start, start + 3);
  if (head === '---' || format === 'json') return '';
  return head.startsWith('%') ? '...\n' : '---\n';
}

function replacement(buffer: Buffer, slice: Slice, edit: SliceEdit): Buffer {
  if (typeof edit === 'string') {
    const { start, contentStart, contentEnd, end } = slice;
    return Buffer.concat([
      buffer.subarray(start, contentStart),
      Buffer.from(edit),
      buffer.subarray(contentEnd, end),
    ]);
  }
  return slice.format === 'json'
    ? jsonReplacement(buffer, slice, edit)
    : yamlReplacement(buffer, slice, edit);
}

function jsonReplacement(buffer: Buffer, slice: Slice, objects: readonly PlainData[]): Buffer {
  const head = buffer.subarray(
    slice.start,
    firstVisible(buffer, slice.contentStart, slice.contentEnd),
  );
  const text = objects.map(toJsonText).join('\n');
  return Buffer.concat([head, Buffer.from(text), buffer.subarray(slice.contentEnd, slice.end)]);
}

function yamlReplacement(buffer: Buffer, slice: Slice, objects: readonly PlainData[]): Buffer {
  const head = buffer.subarray(
    slice.start,
    leadingComments(buffer, slice.contentStart, slice.contentEnd),
  );
  const usesCrLf = buffer.subarray(slice.start, slice.end).includes('\r\n');
  const last = head.at(-1);
  const atLineStart =
    last === undefined ||
    last === 0x0a ||
    last === 0x0d ||
    slice.contentStart === byteOrderMarkEnd(slice, head);
  const text = `${atLineStart ? '' : '\n'}${objects.map((object) => toYamlText(object)).join('---\n')}`;
  return Buffer.concat([
    head,
    Buffer.from(usesCrLf ? text.replaceAll('\n', '\r\n') : text),
    buffer.subarray(slice.contentEnd, slice.end),
  ]);
}

/** Behind a byte order mark alone no line has begun yet. */
function byteOrderMarkEnd(slice: Slice, head: Buffer): number {
  return head.length === 3 && head[0] === 0xef ? slice.start + 3 : -1;
}
