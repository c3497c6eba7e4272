// Owns the built-ins that look into values: index, slice, len.
import { FunctionError, plainFailure } from './errors.ts';
import {
  elementOf,
  entryOf,
  indirect,
  sizeOf,
  sliceValue,
  stringType,
  stringValue,
  uint8Type,
  uintValue,
  withoutInterface,
  anyType,
  zeroValue,
  type Value,
} from './values.ts';

/** index: follows the keys and positions one after the other. */
export function indexValue(item: Value, indexes: readonly Value[]): Value {
  const start = withoutInterface(item);
  if (start.kind === 'invalid') {
    throw plainFailure('index of untyped nil');
  }
  return indexes.reduce<Value>(
    (current, index) => elementAt(current, withoutInterface(index)),
    start,
  );
}

function elementAt(item: Value, index: Value): Value {
  const { value, isNil } = indirect(item);
  if (isNil) {
    throw plainFailure('index of nil pointer');
  }
  switch (value.kind) {
    case 'string': {
      const at = positionOf(index, value.value.length);
      if (at === value.value.length) {
        throw plainFailure('reflect: string index out of range');
      }
      return uintValue(value.value.charCodeAt(at), uint8Type);
    }
    case 'slice': {
      const length = sizeOf(value);
      const at = positionOf(index, length);
      if (at === length) {
        throw plainFailure('reflect: slice index out of range');
      }
      return elementOf(value, at);
    }
    case 'map': {
      const entry = entryOf(value, keyOf(index));
      return entry.kind === 'invalid' ? zeroValue(value.type.elem ?? anyType) : entry;
    }
    case 'invalid':
      throw plainFailure('index of untyped nil');
    default:
      throw plainFailure(`can't index item of type ${value.type.name}`);
  }
}

function keyOf(index: Value): string {
  if (index.kind === 'invalid') {
    throw plainFailure('value is nil; should be of type string');
  }
  if (index.kind !== 'string') {
    throw plainFailure(`value has type ${index.type.name}; should be ${stringType.name}`);
  }
  return index.value;
}

/** A position as an index gives it. The end itself passes here: slicing may use it. */
function positionOf(index: Value, length: number): number {
  if (index.kind === 'invalid') {
    throw plainFailure('cannot index slice/array with nil');
  }
  if (index.kind !== 'int' && index.kind !== 'uint') {
    throw plainFailure(`cannot index slice/array with type ${index.type.name}`);
  }
  const position = BigInt.asIntN(64, index.value);
  if (position < 0n || position > BigInt(length)) {
    throw new FunctionError(`index out of range: ${position}`);
  }
  return Number(position);
}

/** slice: as x[i:j:k]. */
export function sliceOfValue(item: Value, indexes: readonly Value[]): Value {
  const { value, isNil } = indirect(withoutInterface(item));
  if (value.kind === 'invalid') {
    throw plainFailure('slice of untyped nil');
  }
  if (isNil) {
    throw plainFailure('slice of nil pointer');
  }
  if (indexes.length > 3) {
    throw plainFailure(`too many slice indexes: ${indexes.length}`);
  }
  switch (value.kind) {
    case 'string': {
      if (indexes.length === 3) {
        throw plainFailure('cannot 3-index slice a string');
      }
      const [start, end] = boundsOf(indexes, value.value.length);
      return stringValue(value.value.slice(start, end));
    }
    case 'slice': {
      const [start, end] = boundsOf(indexes, sizeOf(value));
      return sliceValue((value.items ?? []).slice(start, end), value.type);
    }
    default:
      throw plainFailure(`can't slice item of type ${value.type.name}`);
  }
}

function boundsOf(indexes: readonly Value[], length: number): readonly [number, number] {
  const [start = 0, end = length, limit] = indexes.map((index) => positionOf(index, length));
  if (start > end) {
    throw new FunctionError(`invalid slice index: ${start} > ${end}`);
  }
  if (limit !== undefined && end > limit) {
    throw new FunctionError(`invalid slice index: ${end} > ${limit}`);
  }
  return [start, end];
}

/** len: bytes of a string, elements of a list or map. */
export function lengthOf(item: Value): number {
  const { value, isNil } = indirect(item);
  if (isNil) {
    throw plainFailure('len of nil pointer');
  }
  switch (value.kind) {
    case 'string':
      return value.value.length;
    case 'slice':
    case 'map':
      return sizeOf(value);
    case 'invalid':
      throw plainFailure('reflect: call of reflect.Value.Type on zero Value');
    default:
      throw plainFailure(`len of type ${value.type.name}`);
  }
}
