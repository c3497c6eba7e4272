// Owns the table of Go's own template functions.
import type { Budget } from './budget.ts';
import { isEqualToAny, isLess, isLessOrEqual } from './compare.ts';
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts';
import {
  any,
  bool,
  function1,
  function2,
  int,
  text,
  variadic,
  variadic1,
  type Codec,
  type GoFunction,
} from './functions.ts';
import { indexValue, lengthOf, sliceOfValue } from './indexing.ts';
import { sprint, sprintf, sprintln } from './printf.ts';
import {
  indirect,
  isTrue,
  reflectValueType,
  stringValue,
  withoutInterface,
  type Value,
} from './values.ts';

/** A value as it comes: in its interface, or none at all. */
const reflected: Codec<Value> = {
  type: reflectValueType,
  read: (value) => value,
  make: (content) => content,
};

export const builtins: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['and', { ...variadic1([reflected, reflected], reflected, decidedBeforeCall), form: 'and' }],
  ['or', { ...variadic1([reflected, reflected], reflected, decidedBeforeCall), form: 'or' }],
  ['not', function1([reflected], bool, (value) => !isTrue(withoutInterface(value)))],
  ['eq', variadic1([reflected, reflected], bool, isEqualToAny)],
  ['ne', function2([reflected, reflected], bool, (a, b, budget) => !isEqualToAny(a, [b], budget))],
  ['lt', function2([reflected, reflected], bool, isLess)],
  ['le', function2([reflected, reflected], bool, isLessOrEqual)],
  ['gt', function2([reflected, reflected], bool, (a, b, budget) => !isLessOrEqual(a, b, budget))],
  ['ge', function2([reflected, reflected], bool, (a, b) => !isLess(a, b))],
  ['index', variadic1([reflected, reflected], reflected, indexValue)],
  ['slice', variadic1([reflected, reflected], reflected, sliceOfValue)],
  ['len', function1([reflected], int, (value) => BigInt(lengthOf(value)))],
  ['print', variadic([any], text, sprint)],
  ['printf', variadic1([text, any], text, sprintf)],
  ['println', variadic([any], text, sprintln)],
  ['html', variadic([any], text, (args, budget) => escapeHtml(printed(args, budget)))],
  ['js', variadic([any], text, (args, budget) => escapeJs(printed(args, budget)))],
  ['urlquery', variadic([any], text, (args, budget) => escapeQuery(printed(args, budget)))],
  ['call', { ...variadic1([reflected, reflected], reflected, decidedBeforeCall), form: 'call' }],
]);

function decidedBeforeCall(first: Value): Value {
  return first;
}

/** The text that the escaping functions work on: like print, but nothing prints as `<no value>`. */
function printed(args: readonly Value[], budget: Budget): string {
  const [only] = args;
  if (args.length === 1 && only?.kind === 'string') {
    return only.value;
  }
  return sprint(args.map(printable), budget);
}

/** What an action prints of a value. */
export function printable(value: Value): Value {
  const held =
    value.kind === 'ptr' && value.type.elem?.text === undefined ? indirect(value).value : value;
  return held.kind === 'invalid' ? stringValue('<no value>') : held;
}
