// Owns sprig's choice of values (default, ternary …) and its questions about types.
import type { Budget } from '../budget.ts';
import { FunctionError } from '../errors.ts';
import {
  any,
  bool,
  function1,
  function2,
  function3,
  text,
  variadic,
  variadic1,
  type GoFunction,
} from '../functions.ts';
import { deepCopy, isDeepEqual } from '../deep-value.ts';
import { sprintf } from '../printf.ts';
import { invalidValue, type Value } from '../values.ts';
import { isEmpty, kindName } from './values.ts';

export const defaultFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['default', variadic1([any, any], any, defaultOf)],
  ['empty', function1([any], bool, isEmpty)],
  ['coalesce', variadic([any], any, (values) => values.find(isFull) ?? invalidValue)],
  ['all', variadic([any], bool, (values) => values.every(isFull))],
  ['any', variadic([any], bool, (values) => values.some(isFull))],
  ['ternary', function3([any, any, bool], any, ([yes, no, isYes]) => (isYes ? yes : no))],
  ['fail', function1([text], text, fail)],
  ['typeOf', function1([any], text, typeOf)],
  ['typeIs', function2([text, any], bool, (name, value, budget) => name === typeOf(value, budget))],
  ['typeIsLike', function2([text, any], bool, isTypeLike)],
  ['kindOf', function1([any], text, kindOf)],
  ['kindIs', function2([text, any], bool, (name, value) => name === kindOf(value))],
  ['deepEqual', function2([any, any], bool, isDeepEqual)],
  ['deepCopy', function1([any], any, deepCopy)],
  ['mustDeepCopy', function1([any], any, deepCopy)],
]);

function isFull(value: Value): boolean {
  return !isEmpty(value);
}

function defaultOf(fallback: Value, given: readonly Value[]): Value {
  const [first] = given;
  return first === undefined || isEmpty(first) ? fallback : first;
}

function fail(message: string): string {
  throw new FunctionError(message);
}

function typeOf(value: Value, budget: Budget): string {
  return sprintf('%T', [value], budget);
}

function isTypeLike(name: string, value: Value, budget: Budget): boolean {
  const type = typeOf(value, budget);
  return name === type || `*${name}` === type;
}

function kindOf(value: Value): string {
  return value.kind === 'invalid' ? 'invalid' : kindName(value.type);
}
