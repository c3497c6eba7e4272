// Owns lines of bytes: where one ends (LF, CRLF or CR), and what is blank or a comment.

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export function isLineEnd(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn;
}

export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

/** Behind the end of the line in which `position` is. */
export function nextLineStart(buffer: Buffer, position: number): number {
  let end = position;
  while (end < buffer.length && !isLineEnd(buffer[end])) end += 1;
  if (end === buffer.length) return end;
  return buffer[end] === carriageReturn && buffer[end + 1] === lineFeed ? end + 2 : end + 1;
}

/** The first byte of the range that is neither a blank nor a line end; the range's end if there is none. */
export function firstVisible(buffer: Buffer, start: number, end: number): number {
  let position = start;
  while (position < end && (isBlank(buffer[position]) || isLineEnd(buffer[position])))
    position += 1;
  return position;
}

/** The end of the blank and comment lines at the start of the range. */
export function leadingComments(buffer: Buffer, start: number, end: number): number {
  let position = start;
  while (position < end) {
    let first = position;
    while (first < end && isBlank(buffer[first])) first += 1;
    if (first < end && buffer[first] !== 0x23 && !isLineEnd(buffer[first])) return position;
    position = Math.min(nextLineStart(buffer, first), end);
  }
  return end;
}

/** Counts lines, from 1. Offsets must not decrease, which keeps the counting linear. */
export function lineCounter(buffer: Buffer): (offset: number) => number {
  let line = 1;
  let counted = 0;
  return (offset) => {
    for (; counted < offset; counted += 1) {
      const byte = buffer[counted];
      if (byte === lineFeed || (byte === carriageReturn && buffer[counted + 1] !== lineFeed))
        line += 1;
    }
    return line;
  };
}
