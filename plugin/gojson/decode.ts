// Owns Go's json.Unmarshal into a map[string]json.RawMessage, and the bytes that ESO makes of each raw value.
import { isValidJson, skipBlanks, stringEnd, valueEnd } from './scan.ts';
import { unquote } from './text.ts';

export type ObjectOutcome =
  | { readonly ok: true; readonly entries: ReadonlyMap<string, Uint8Array> }
  | { readonly ok: false; readonly problem: 'syntax' | 'not-an-object' };

/**
 * The keys of a JSON object with their values as they stand in the text, blanks around them removed. Of equal keys the
 * last one counts; the document `null` is an empty map; anything behind the object is a syntax problem.
 */
export function decodeObject(json: Uint8Array): ObjectOutcome {
  if (!isValidJson(json)) return { ok: false, problem: 'syntax' };
  const start = skipBlanks(json, 0);
  if (json[start] === 0x6e) return { ok: true, entries: new Map() };
  if (json[start] !== 0x7b) return { ok: false, problem: 'not-an-object' };
  return { ok: true, entries: objectEntries(json, start) };
}

/** Of an object that is known to be valid. */
function objectEntries(json: Uint8Array, start: number): ReadonlyMap<string, Uint8Array> {
  const entries = new Map<string, Uint8Array>();
  let position = skipBlanks(json, start + 1);
  while (json[position] === 0x22) {
    const keyEnd = stringEnd(json, position) ?? json.length;
    const valueStart = skipBlanks(json, skipBlanks(json, keyEnd) + 1);
    const end = valueEnd(json, valueStart) ?? json.length;
    entries.set(unquote(json.subarray(position, keyEnd)), json.subarray(valueStart, end));
    position = skipBlanks(json, skipBlanks(json, end) + 1);
  }
  return entries;
}

/** A raw value as a Secret's value: a string without its quotes, null as nothing, everything else as it stands. */
export function rawToBytes(raw: Uint8Array): Uint8Array {
  if (raw[0] === 0x22) return Buffer.from(unquote(raw));
  return raw[0] === 0x6e ? new Uint8Array() : raw;
}
