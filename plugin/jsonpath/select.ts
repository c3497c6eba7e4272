// Owns what the steps of a path select in a document, as PaesslerAG/jsonpath v0.1.1 does.
import type { GoJson } from '../gojson/value.ts';
import {
  elementsOf,
  isEqual,
  isList,
  isObject,
  toInteger,
  toKey,
  toNumber,
  toTruth,
} from './convert.ts';

/** What an expression is evaluated over. `current` is null where there is none. */
type Scope = {
  readonly root: GoJson;
  readonly current: GoJson;
  readonly budget: Budget;
};

/** How much more may be looked at: `..` in a filter of `..` multiplies. */
type Budget = { left: number };

/** Undefined: it selects nothing. A filter passes such an element over, and a path as a whole fails. */
export type Expression = (scope: Scope) => GoJson | undefined;

/** A step to one value, or to any number of them. */
export type Step =
  | { readonly to: 'one'; readonly select: (value: GoJson, scope: Scope) => GoJson | undefined }
  | { readonly to: 'many'; readonly select: (value: GoJson, scope: Scope) => readonly GoJson[] };

/** A path that looks at more than its budget. */
export class BudgetError extends Error {}

export function pathOf(start: 'root' | 'current', steps: readonly Step[]): Expression {
  return (scope) => {
    const [values, isMany] = walk(steps, scope, scope[start]);
    return isMany ? values : values[0];
  };
}

/** A path with a step to many gives a list, whatever is in it; a step to one that fails leaves its value out. */
function walk(
  steps: readonly Step[],
  scope: Scope,
  start: GoJson,
): readonly [values: readonly GoJson[], isMany: boolean] {
  let values: readonly GoJson[] = [start];
  let isMany = false;
  for (const step of steps) {
    if (step.to === 'many') isMany = true;
    values = values.flatMap((value) => selectBy(step, value, scope));
    spend(scope, values.length);
  }
  return [values, isMany];
}

function selectBy(step: Step, value: GoJson, scope: Scope): readonly GoJson[] {
  if (step.to === 'many') return step.select(value, scope);
  const selected = step.select(value, scope);
  return selected === undefined ? [] : [selected];
}

function spend({ budget }: Scope, count: number): void {
  budget.left -= count + 1;
  if (budget.left < 0) throw new BudgetError();
}

/** `.name`, `[key]`. */
export function child(key: Expression): Step {
  return { to: 'one', select: (value, scope) => childOf(value, key, scope) };
}

/** `[a, b]`: those of them that are there. */
export function children(keys: readonly Expression[]): Step {
  return {
    to: 'many',
    select: (value, scope) =>
      keys.map((key) => childOf(value, key, scope)).filter((found) => found !== undefined),
  };
}

function childOf(value: GoJson, key: Expression, scope: Scope): GoJson | undefined {
  if (!isObject(value) && !isList(value)) return undefined;
  const named = key({ ...scope, current: value });
  if (named === undefined) return undefined;
  if (isObject(value)) return value.get(toKey(named));
  const index = toInteger(named);
  return index === undefined || index < 0 ? undefined : value[index];
}

/** `*`, `[*]`. */
export const everyChild: Step = { to: 'many', select: elementsOf };

/** `..`: the value itself and all that is below it, in the order of reading. */
export const descendants: Step = {
  to: 'many',
  select: (value, scope) => {
    const found: GoJson[] = [];
    const waiting: GoJson[] = [value];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      found.push(next);
      for (const element of elementsOf(next).toReversed()) waiting.push(element);
      spend(scope, 0);
    }
    return found;
  },
};

/** `[?(condition)]`. */
export function filter(condition: Expression): Step {
  return {
    to: 'many',
    select: (value, scope) =>
      elementsOf(value).filter((element) => {
        const outcome = condition({ ...scope, current: element });
        return outcome !== undefined && toTruth(outcome) === true;
      }),
  };
}

/** `[min:max:step]`, of a list. A minimum above the maximum as they are written selects nothing: `[1:-1]` does. */
export function range([min, max, step]: readonly [Expression, Expression, Expression]): Step {
  return {
    to: 'many',
    select: (value, scope) => {
      if (!isList(value)) return [];
      const inner = { ...scope, current: value };
      const [from, to, by] = [min, max, step].map((bound) => integerOf(bound, inner));
      if (from === undefined || to === undefined || by === undefined || from > to) return [];
      return slice(value, { from: within(from, value.length), to: within(to, value.length), by });
    },
  };
}

function integerOf(bound: Expression, scope: Scope): number | undefined {
  const value = bound(scope);
  return value === undefined ? undefined : toInteger(value);
}

/** A bound below zero counts from the end. */
function within(bound: number, length: number): number {
  return bound < 0 ? Math.max(0, length + bound) : Math.min(bound, length);
}

type Bounds = { readonly from: number; readonly to: number; readonly by: number };

/** A step below zero goes from the end; one of zero is one of one. */
function slice(list: readonly GoJson[], { from, to, by }: Bounds): readonly GoJson[] {
  const inside = list.slice(from, to);
  const ordered = by < 0 ? inside.toReversed() : inside;
  return ordered.filter((_, index) => index % Math.abs(by || 1) === 0);
}

/** `(expression)` as a step: whatever it gives. */
export function script(expression: Expression): Step {
  return { to: 'one', select: (value, scope) => expression({ ...scope, current: value }) };
}

export function constant(value: GoJson): Expression {
  return () => value;
}

export function negated(operand: Expression): Expression {
  return (scope) => {
    const value = operand(scope);
    const number = value === undefined ? undefined : toNumber(value);
    return number === undefined ? undefined : -number;
  };
}

/** `==` and `!=`, the only operators of this language. */
export function compared(a: Expression, b: Expression, isWanted: boolean): Expression {
  return (scope) => {
    const left = a(scope);
    const right = left === undefined ? undefined : b(scope);
    if (left === undefined || right === undefined) return undefined;
    return isEqual(left, right) === isWanted;
  };
}

/**
 * A name without `$`: a variable, looked up in the root. What an object does not have is null (so that `null` itself
 * works), and what a list does not have leaves the list.
 */
export function variable(keys: readonly Expression[]): Expression {
  return (scope) => {
    let value: GoJson | undefined = scope.root;
    for (const key of keys) {
      const named = key(scope);
      if (named === undefined || value === undefined) return undefined;
      value = member(value, toKey(named));
    }
    return value;
  };
}

function member(value: GoJson, key: string): GoJson | undefined {
  if (isObject(value)) return value.get(key) ?? null;
  if (!isList(value)) return undefined;
  const element = /^[-+]?\d+$/.test(key) ? value[Number(key)] : undefined;
  return element === undefined ? value : element;
}
