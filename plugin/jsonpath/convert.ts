// Owns how a value of JSON is taken for a number, a truth, a key or an equal, as gval does it. Undefined: it is none.
import { formatFloat } from '../gotmpl/format-float.ts';
import { parseFloat64 } from '../gotmpl/parse-number.ts';
import type { GoJson } from '../gojson/value.ts';

/** A number, or a text that Go reads as one. */
export function toNumber(value: GoJson): number | undefined {
  if (typeof value === 'number') return value;
  const parsed = typeof value === 'string' ? parseFloat64(value) : undefined;
  return typeof parsed === 'number' ? parsed : undefined;
}

/** Go's int of it: cut to the whole, and the least one where it does not fit. */
export function toInteger(value: GoJson): number | undefined {
  const number = toNumber(value);
  if (number === undefined) return undefined;
  return Math.abs(number) < 2 ** 63 ? Math.trunc(number) : -(2 ** 63);
}

export function toTruth(value: GoJson): boolean | undefined {
  if (value === null || value === false || value === 'false' || value === 'FALSE') return false;
  if (value === true || value === 'true' || value === 'TRUE') return true;
  const number = toNumber(value);
  return number === undefined ? undefined : number !== 0;
}

/** The key that a value stands for: fmt's `%v` of it. */
export function toKey(value: GoJson): string {
  if (value === null) return '<nil>';
  if (typeof value === 'number') return formatFloat(value, 'g', -1);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(toKey).join(' ')}]`;
  return `map[${sortedEntries(value)
    .map(([key, item]) => `${key}:${toKey(item)}`)
    .join(' ')}]`;
}

/** reflect.DeepEqual. */
export function isEqual(a: GoJson, b: GoJson): boolean {
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index] ?? null));
  if (isObject(a) && isObject(b))
    return (
      a.size === b.size &&
      [...a].every(([key, item]) => b.has(key) && isEqual(item, b.get(key) ?? null))
    );
  return a === b;
}

/** The elements of a list, or of an object: Go gives those at random, and here they stand by their keys in byte order. */
export function elementsOf(value: GoJson): readonly GoJson[] {
  if (isList(value)) return value;
  return isObject(value) ? sortedEntries(value).map(([, item]) => item) : [];
}

function sortedEntries(
  object: ReadonlyMap<string, GoJson>,
): readonly (readonly [string, GoJson])[] {
  return [...object].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

export function isObject(value: GoJson): value is ReadonlyMap<string, GoJson> {
  return value instanceof Map;
}

export function isList(value: GoJson): value is readonly GoJson[] {
  return Array.isArray(value);
}
