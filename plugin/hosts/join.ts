// Owns streams as wholes: whether one holds any document, and several as one.
import { isLineEnd } from '../yaml/lines.ts';
import { behindByteOrderMark, separatorBefore, slicesOf } from '../yaml/split.ts';

/** Only blank lines, comments, directives and markers: a stream without a single document. Ends at the first document. */
export function isBlank(bytes: Uint8Array): boolean {
  for (const { empty } of slicesOf(bytes)) if (!empty) return false;
  return true;
}

/** The streams, one after another, with a document marker where the next does not begin with one. One stream alone stays as it is. */
export function joinStreams(streams: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = streams.filter(({ length }) => length > 0);
  if (first === undefined) return new Uint8Array();
  if (others.length === 0) return first;
  const parts: Buffer[] = [asBuffer(first)];
  for (const stream of others) {
    const buffer = asBuffer(stream);
    const body = buffer.subarray(behindByteOrderMark(buffer, 0));
    const lead = isLineEnd(parts.at(-1)?.at(-1)) ? '' : '\n';
    const [slice] = slicesOf(body);
    parts.push(
      Buffer.from(`${lead}${slice === undefined ? '' : separatorBefore(body, slice)}`),
      body,
    );
  }
  return Buffer.concat(parts);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
