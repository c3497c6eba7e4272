// Owns where a JSON value of a stream ends, found without parsing it.
import { firstVisible, isBlank, isLineEnd } from './lines.ts';

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/** What JSON has between its strings and brackets. */
const jsonPlain = new Set(Buffer.from(',:+-.0123456789eEtrufalsn'));

/** The end of the JSON object or array that stands alone in the range, or before more JSON; undefined if that is not what is there. */
export function jsonValueEnd(buffer: Buffer, start: number, limit: number): number | undefined {
  const first = firstVisible(buffer, start, limit);
  if (first === limit || !isOpening(buffer[first])) return undefined;
  const end = scanJson(buffer, first, limit);
  if (end === undefined) return undefined;
  const next = firstVisible(buffer, end, limit);
  return next === limit || isOpening(buffer[next]) ? end : undefined;
}

/** A YAML flow mapping with plain words is not JSON, nor is one whose brackets do not close. */
function scanJson(buffer: Buffer, start: number, limit: number): number | undefined {
  let depth = 0;
  let isBehindText = false;
  for (let position = start; position < limit; position += 1) {
    const byte = buffer[position] ?? 0;
    if (isBlank(byte) || isLineEnd(byte)) continue;
    if (byte === colon && !isBehindText) return undefined;
    isBehindText = byte === quote;
    if (byte === quote) {
      const end = jsonStringEnd(buffer, position, limit);
      if (end === undefined) return undefined;
      position = end;
    } else if (isOpening(byte)) depth += 1;
    else if (isClosing(byte)) {
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
    if (byte === quote) return position;
    if (isLineEnd(byte)) return undefined;
    if (byte === backslash) position += 1;
  }
  return undefined;
}

function isOpening(byte: number | undefined): boolean {
  return byte === 0x7b || byte === 0x5b;
}

function isClosing(byte: number | undefined): boolean {
  return byte === 0x7d || byte === 0x5d;
}
