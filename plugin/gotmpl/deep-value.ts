// Owns what goes through whole values: deep equality, deep copies.
import { spend, type Budget } from './budget.ts';
import { LimitError, plainFailure } from './errors.ts';
import {
  isSameType,
  mapValue,
  sliceValue,
  type MapValue,
  type SliceValue,
  type StructValue,
  type Value,
  zeroValue,
} from './values.ts';

/** A dict can hold itself, and JavaScript's stack does not grow. */
const maxDepth = 500;

/** reflect.DeepEqual: the same types all the way down, and the same contents. */
export function isDeepEqual(a: Value, b: Value, budget: Budget): boolean {
  return isEqualAt(a, b, { budget, depth: 0 });
}

type Walk = { readonly budget: Budget; readonly depth: number };

function deeper({ budget, depth }: Walk): Walk {
  spend(budget, 1);
  if (depth >= maxDepth) {
    throw new LimitError('a value is nested too deep');
  }
  return { budget, depth: depth + 1 };
}

function isEqualAt(a: Value, b: Value, walk: Walk): boolean {
  if (a.kind === 'invalid' || b.kind === 'invalid') {
    return a.kind === b.kind;
  }
  if (!isSameType(a.type, b.type)) {
    return false;
  }
  if (a.kind === 'slice' && b.kind === 'slice') {
    return areItemsEqual(a, b, deeper(walk));
  }
  if (a.kind === 'map' && b.kind === 'map') {
    return areEntriesEqual(a, b, deeper(walk));
  }
  return isScalarEqual(a, b, walk);
}

function isScalarEqual(a: Value, b: Value, walk: Walk): boolean {
  if (a.kind === 'complex' && b.kind === 'complex') {
    return a.real === b.real && a.imag === b.imag;
  }
  if (a.kind === 'struct' && b.kind === 'struct') {
    const entries = (value: typeof a): Map<string, Value> => new Map(value.fields);
    return areEntriesEqual(mapValue(entries(a)), mapValue(entries(b)), deeper(walk));
  }
  if (a.kind === 'ptr' && b.kind === 'ptr') {
    return a.target === b.target || isPointeeEqual(a.target, b.target, walk);
  }
  return 'value' in a && 'value' in b && a.value === b.value;
}

function isPointeeEqual(a: Value | undefined, b: Value | undefined, walk: Walk): boolean {
  return a !== undefined && b !== undefined && isEqualAt(a, b, deeper(walk));
}

function areItemsEqual({ items: a }: SliceValue, { items: b }: SliceValue, walk: Walk): boolean {
  if (a === undefined || b === undefined) {
    return a === b;
  }
  return (
    a === b ||
    (a.length === b.length &&
      a.every((item, i) => {
        const other = b[i];
        return other !== undefined && isEqualAt(item, other, walk);
      }))
  );
}

function areEntriesEqual({ entries: a }: MapValue, { entries: b }: MapValue, walk: Walk): boolean {
  if (a === undefined || b === undefined) {
    return a === b;
  }
  return (
    a === b ||
    (a.size === b.size &&
      [...a].every(([key, value]) => {
        const other = b.get(key);
        return other !== undefined && isEqualAt(value, other, walk);
      }))
  );
}

/** A copy that shares no list or map with the original. */
export function deepCopy(value: Value, budget: Budget): Value {
  if (value.kind === 'invalid') {
    throw plainFailure('reflect: call of reflect.Value.Type on zero Value');
  }
  return copyAt(value, { budget, depth: 0 });
}

function copyAt(value: Value, walk: Walk): Value {
  if (value.kind === 'slice' && value.items !== undefined) {
    const next = deeper(walk);
    return sliceValue(
      value.items.map((item) => copyAt(item, next)),
      value.type,
    );
  }
  if (value.kind === 'map' && value.entries !== undefined) {
    const next = deeper(walk);
    const entries = [...value.entries].map(([key, entry]) => [key, copyAt(entry, next)] as const);
    return mapValue(new Map(entries), value.type);
  }
  if (value.kind === 'ptr' && value.target !== undefined) {
    return { ...value, target: copiedStruct(value.target, walk) };
  }
  return value.kind === 'struct' ? copiedStruct(value, walk) : value;
}

/** The library behind deepCopy has no way to fields that are not exported; times it copies whole. */
function copiedStruct(struct: StructValue, walk: Walk): StructValue {
  if (struct.type.name === 'time.Time') return struct;
  const next = deeper(walk);
  const fields = [...struct.fields].map(([name, field]): [string, Value] => {
    if (/^[A-Z]/.test(name)) return [name, copyAt(field, next)];
    return [name, field.kind === 'invalid' ? field : zeroValue(field.type)];
  });
  return { ...struct, fields: new Map(fields) };
}
