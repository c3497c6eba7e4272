// Owns streams as wholes: whether one holds any document, and several as one.

const newline = 0x0a;
const byteOrderMark = [0xef, 0xbb, 0xbf] as const;

/** Only blank lines, comments and markers: a stream without a single document. Ends at the first line that is more. */
export function isBlank(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = hasByteOrderMark(bytes) ? byteOrderMark.length : 0;
  while (start < buffer.length) {
    const end = buffer.indexOf(newline, start);
    const line = buffer.toString('latin1', start, end === -1 ? buffer.length : end);
    if (!/^\s*(?:#.*|(?:---|\.\.\.)(?:\s+#.*|\s*))?$/u.test(line)) return false;
    if (end === -1) return true;
    start = end + 1;
  }
  return true;
}

/** The streams, one after another, with a document marker where the next does not begin with one. One stream alone stays as it is. */
export function joinStreams(streams: readonly Uint8Array[]): Uint8Array {
  if (streams.length === 1 && streams[0] !== undefined) return streams[0];
  const parts: Uint8Array[] = [];
  for (const stream of streams) {
    if (stream.length === 0) continue;
    const body =
      hasByteOrderMark(stream) && parts.length > 0 ? stream.subarray(byteOrderMark.length) : stream;
    const last = parts.at(-1)?.at(-1);
    if (last !== undefined)
      parts.push(Buffer.from(`${last === newline ? '' : '\n'}${markerBefore(body)}`));
    parts.push(body);
  }
  return Buffer.concat(parts);
}

/** A directive (`%YAML`) stands only behind the end of a document. */
function markerBefore(stream: Uint8Array): string {
  const start = Buffer.from(stream.subarray(0, 3)).toString('latin1');
  if (start === '---') return '';
  return start.startsWith('%') ? '...\n' : '---\n';
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return byteOrderMark.every((byte, index) => bytes[index] === byte);
}
