// Owns JSON read by Go with UseNumber and written again: keys sorted, HTML escaped, numbers as they were spelled.
import { decodeObject } from './decode.ts';
import { isValidJson, skipBlanks, valueEnd } from './scan.ts';
import { unquote } from './text.ts';
import { encodeValue } from './value.ts';

/** Undefined for what is no JSON. Of equal keys the last one counts. */
export function remarshal(json: Uint8Array): Uint8Array | undefined {
  return isValidJson(json) ? Buffer.from(textOf(json.subarray(skipBlanks(json, 0)))) : undefined;
}

/** Of a valid value at the start of the bytes. */
function textOf(json: Uint8Array): string {
  const raw = json.subarray(0, valueEnd(json, 0) ?? json.length);
  switch (raw[0]) {
    case 0x7b:
      return objectText(raw);
    case 0x5b:
      return `[${itemsOf(raw).map(textOf).join(',')}]`;
    case 0x22:
      return quoted(unquote(raw));
    default:
      return Buffer.from(raw).toString();
  }
}

function objectText(raw: Uint8Array): string {
  const decoded = decodeObject(raw);
  const entries = decoded.ok ? [...decoded.entries] : [];
  const sorted = entries.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${sorted.map(([key, value]) => `${quoted(key)}:${textOf(value)}`).join(',')}}`;
}

function quoted(text: string): string {
  return Buffer.from(encodeValue(text, { escapeHtml: true })).toString();
}

function itemsOf(raw: Uint8Array): readonly Uint8Array[] {
  const items: Uint8Array[] = [];
  let at = skipBlanks(raw, 1);
  while (at < raw.length && raw[at] !== 0x5d) {
    const end = valueEnd(raw, at) ?? raw.length;
    items.push(raw.subarray(at, end));
    at = skipBlanks(raw, end);
    if (raw[at] === 0x2c) at = skipBlanks(raw, at + 1);
  }
  return items;
}
