// Owns what several groups of sprig's functions ask of a value: its text, whether it is empty, its items.
import type { Budget } from '../budget.ts';
import { plainFailure, type FunctionError } from '../errors.ts';
import { textMethodOf } from '../print-value.ts';
import { sprint } from '../printf.ts';
import { isTrue, type GoType, type SliceValue, type Value } from '../values.ts';

/** The text of a value: a string itself, what its String method says, else as it prints. */
export function textOf(value: Value, budget: Budget): string {
  if (value.kind === 'string') {
    return value.value;
  }
  const toText = value.kind === 'invalid' ? undefined : textMethodOf(value.type);
  return toText === undefined || value.kind === 'invalid' ? sprint([value], budget) : toText(value);
}

/** sprig's empty: what is not true in a template. */
export function isEmpty(value: Value): boolean {
  return !isTrue(value);
}

/** The elements as texts: of a list without its nils, of anything else the value itself. */
export function textsOf(value: Value, budget: Budget): string[] {
  if (value.kind === 'slice') {
    return (value.items ?? [])
      .filter((item) => item.kind !== 'invalid')
      .map((item) => textOf(item, budget));
  }
  return value.kind === 'invalid' ? [] : [textOf(value, budget)];
}

/** The list, or the error that a function raises for something else; `verb` begins its text. */
export function listOf(value: Value, verb: string): SliceValue {
  if (value.kind === 'invalid') {
    throw nilDereference();
  }
  if (value.kind !== 'slice') {
    throw plainFailure(`${verb} ${kindName(value.type)}`);
  }
  return value;
}

/** What Go says where a function of sprig asks for the type of nil. */
export function nilDereference(): FunctionError {
  return plainFailure('runtime error: invalid memory address or nil pointer dereference');
}

/** reflect.Kind.String */
export function kindName(type: GoType): string {
  return type.kind;
}
