// Owns rewrite.merge: the values of all keys, JSON objects, become one.
import { decodeValue, encodeValue, type GoJson, valueBytes } from '../gojson/value.ts';
import { SecretBytes } from '../secret-bytes.ts';
import { type MapOutcome, type SecretMap, sortedKeys } from './keys.ts';
import type { RewriteMerge } from './types.ts';

type JsonObject = ReadonlyMap<string, GoJson>;
type Sources =
  | { readonly ok: true; readonly keys: readonly string[] }
  | { readonly ok: false; readonly message: string };

/**
 * `rewrite.merge` (ESO 2.4): keys outside `priority` in byte order, then `priority` as listed; later ones win. Strategy
 * Extract gives the keys of the merged object, JSON puts it under `into` beside the keys that were there. Numbers pass
 * through float64, as in ESO.
 */
export function mergeValues(map: SecretMap, merge: RewriteMerge): MapOutcome {
  if (merge.strategy === 'JSON' && merge.into === '') {
    return {
      ok: false,
      message: "merge: strategy JSON needs the field 'into', the key that takes the result",
    };
  }
  const sources = mergeOrder(map, merge);
  if (!sources.ok) return sources;
  const merged = new Map<string, GoJson>();
  const conflicts = new Set<string>();
  for (const key of sources.keys) {
    const object = objectAt(map, key);
    if (object === undefined)
      return { ok: false, message: `merge: the value of "${key}" is not a JSON object` };
    for (const [name, value] of object) {
      if (merged.has(name)) conflicts.add(name);
      merged.set(name, value);
    }
  }
  if (conflicts.size > 0 && merge.conflictPolicy !== 'Ignore')
    return { ok: false, message: conflictMessage(conflicts) };
  return {
    ok: true,
    map: merge.strategy === 'JSON' ? underKey(map, merge.into, merged) : extracted(merged),
  };
}

function mergeOrder(map: SecretMap, merge: RewriteMerge): Sources {
  const priority = merge.priority ?? [];
  const absent = priority.find((key) => !map.has(key));
  if (absent !== undefined && merge.priorityPolicy !== 'IgnoreNotFound') {
    return {
      ok: false,
      message: `merge: priority names the key "${absent}", which is not there; priorityPolicy IgnoreNotFound lets it be absent`,
    };
  }
  const others = sortedKeys(map).filter((key) => !priority.includes(key));
  return { ok: true, keys: [...others, ...priority.filter((key) => map.has(key))] };
}

function objectAt(map: SecretMap, key: string): JsonObject | undefined {
  const decoded = decodeValue(map.get(key)?.reveal() ?? new Uint8Array());
  if (!decoded.ok) return undefined;
  if (decoded.value === null) return new Map();
  return decoded.value instanceof Map ? decoded.value : undefined;
}

function conflictMessage(conflicts: ReadonlySet<string>): string {
  const keys = [...conflicts].map((key) => `"${key}"`).join(', ');
  return `merge: more than one value has the key ${keys}; conflictPolicy Ignore lets the later one win`;
}

function underKey(map: SecretMap, into: string, merged: JsonObject): SecretMap {
  return new Map([...map, [into, new SecretBytes(encodeValue(merged, { escapeHtml: false }))]]);
}

function extracted(merged: JsonObject): SecretMap {
  return new Map([...merged].map(([key, value]) => [key, new SecretBytes(valueBytes(value))]));
}
