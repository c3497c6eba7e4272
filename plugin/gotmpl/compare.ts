// Owns the built-in comparisons: eq, ne, lt, le, gt, ge.
import type { Budget } from './budget.ts';
import { FunctionError, plainFailure } from './errors.ts';
import { sprintf } from './printf.ts';
import {
  compareBytes,
  isNil,
  isSameType,
  withoutInterface,
  type IntValue,
  type UintValue,
  type Value,
} from './values.ts';

/** eq: whether the first equals any other. */
export function isEqualToAny(first: Value, others: readonly Value[], budget: Budget): boolean {
  if (others.length === 0) {
    throw plainFailure('missing argument for comparison');
  }
  return others.some((other) => isEqual(withoutInterface(first), withoutInterface(other), budget));
}

function isEqual(a: Value, b: Value, budget: Budget): boolean {
  if (isBasic(a) || isBasic(b)) {
    return isEqualBasic(a, b);
  }
  if (a.kind !== 'invalid' && b.kind !== 'invalid' && a.kind !== b.kind) {
    throw new FunctionError(
      sprintf(`non-comparable types %s: ${a.type.name}, ${b.type.name}: %v`, [a, b], budget),
    );
  }
  if (isNil(a) || isNil(b)) {
    return isNil(a) === isNil(b);
  }
  if (b.kind === 'slice' || b.kind === 'map') {
    throw new FunctionError(sprintf(`non-comparable type %s: ${b.type.name}`, [b], budget));
  }
  return isIdentical(a, b);
}

/** Go's == of structs and pointers. */
function isIdentical(a: Value, b: Value): boolean {
  if (a.kind === 'ptr' && b.kind === 'ptr') {
    return a.target === b.target;
  }
  return a.kind === 'struct' && b.kind === 'struct' && isSameType(a.type, b.type)
    ? a === b || [...a.fields].every(([name, value]) => isSameField(value, b.fields.get(name)))
    : false;
}

function isSameField(a: Value, b: Value | undefined): boolean {
  return (
    b !== undefined && a.kind === b.kind && (isBasic(a) ? isEqualBasic(a, b) : isIdentical(a, b))
  );
}

function isBasic({ kind }: Value): boolean {
  switch (kind) {
    case 'bool':
    case 'int':
    case 'uint':
    case 'float':
    case 'complex':
    case 'string':
      return true;
    default:
      return false;
  }
}

function isEqualBasic(a: Value, b: Value): boolean {
  if (a.kind === 'invalid' || b.kind === 'invalid') {
    return false;
  }
  if (isInteger(a) && isInteger(b)) {
    return a.value === b.value;
  }
  if (a.kind !== b.kind) {
    throw incompatible(a.type.name, b.type.name);
  }
  if (a.kind === 'complex' && b.kind === 'complex') {
    return a.real === b.real && a.imag === b.imag;
  }
  return 'value' in a && 'value' in b && a.value === b.value;
}

function isInteger(value: Value): value is IntValue | UintValue {
  return value.kind === 'int' || value.kind === 'uint';
}

function incompatible(a: string, b: string): FunctionError {
  return plainFailure(`incompatible types for comparison: ${a} and ${b}`);
}

/** lt: numbers of one kind, or strings by their bytes. */
export function isLess(first: Value, second: Value): boolean {
  const a = withoutInterface(first);
  const b = withoutInterface(second);
  if (!isBasic(a) || !isBasic(b) || a.kind === 'invalid' || b.kind === 'invalid') {
    throw badComparison();
  }
  if (isInteger(a) && isInteger(b)) {
    return a.value < b.value;
  }
  if (a.kind === 'float' && b.kind === 'float') {
    return a.value < b.value;
  }
  if (a.kind === 'string' && b.kind === 'string') {
    return compareBytes(a.value, b.value) < 0;
  }
  throw a.kind === b.kind ? badComparison() : incompatible(a.type.name, b.type.name);
}

function badComparison(): FunctionError {
  return plainFailure('invalid type for comparison');
}

/** le: Go asks lt first, then eq. */
export function isLessOrEqual(a: Value, b: Value, budget: Budget): boolean {
  return isLess(a, b) || isEqualToAny(a, [b], budget);
}
