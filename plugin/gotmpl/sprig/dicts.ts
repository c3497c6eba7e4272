// Owns sprig's functions on dicts. A dict is shared by all who hold it, so set and merge show everywhere.
import { plainFailure } from '../errors.ts';
import {
  any,
  bool,
  dict,
  function1,
  function2,
  function3,
  list,
  text,
  texts,
  variadic,
  variadic1,
  type Codec,
  type GoFunction,
} from '../functions.ts';
import type { Budget } from '../budget.ts';
import {
  anyMapType,
  compareBytes,
  invalidValue,
  mapValue,
  stringType,
  stringValue,
  type GoType,
  type MapValue,
  type Value,
} from '../values.ts';
import { mergeInto } from './merge.ts';
import { textOf } from './values.ts';

type Entries = Map<string, Value>;

/** The dict with its nil, where that makes a difference. */
const dictOrNil: Codec<MapValue> = {
  type: anyMapType,
  read: (value) => (value.kind === 'map' ? value : mapValue(new Map())),
  make: (value) => value,
};

export const dictFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['dict', variadic([any], dict, makeDict)],
  ['get', function2([dict, text], any, (entries, key) => entries.get(key) ?? stringValue(''))],
  ['set', function3([dictOrNil, text, any], dictOrNil, set)],
  ['unset', function2([dictOrNil, text], dictOrNil, unset)],
  ['hasKey', function2([dict, text], bool, (entries, key) => entries.has(key))],
  ['pluck', variadic1([text, dict], list, pluck)],
  ['keys', variadic([dict], texts, (dicts) => dicts.flatMap(sortedKeysOf))],
  ['values', function1([dict], list, valuesOf)],
  ['pick', variadic1([dict, text], dict, pick)],
  ['omit', variadic1([dict, text], dict, omit)],
  ['dig', variadic([any], any, dig)],
  ...mergeFunctions('merge', 'mustMerge', { overwrites: false }),
  ...mergeFunctions('mergeOverwrite', 'mustMergeOverwrite', { overwrites: true }),
]);

function mergeFunctions(
  name: string,
  twin: string,
  style: { readonly overwrites: boolean },
): (readonly [string, GoFunction])[] {
  const merge = variadic1([dictOrNil, dictOrNil], dictOrNil, (target, sources, budget) => {
    const given = sources.flatMap(({ entries }) => (entries === undefined ? [] : [entries]));
    // Only what is merged into it makes a dict of nil.
    if (target.entries === undefined && given.length === 0) return target;
    const merged = target.entries ?? new Map<string, Value>();
    for (const source of given) mergeInto(merged, source, { ...style, budget });
    return mapValue(merged);
  });
  return [
    [name, merge],
    [twin, merge],
  ];
}

function makeDict(pairs: readonly Value[], budget: Budget): Entries {
  const entries: Entries = new Map();
  for (let i = 0; i < pairs.length; i += 2) {
    entries.set(textOf(pairs[i] ?? invalidValue, budget), pairs[i + 1] ?? stringValue(''));
  }
  return entries;
}

function set([target, key, value]: readonly [MapValue, string, Value]): MapValue {
  if (target.entries === undefined) {
    throw plainFailure('assignment to entry in nil map');
  }
  target.entries.set(key, value);
  return target;
}

function unset(target: MapValue, key: string): MapValue {
  target.entries?.delete(key);
  return target;
}

function pluck(key: string, dicts: readonly Entries[]): Value[] {
  return dicts.flatMap((entries) => {
    const value = entries.get(key);
    return value === undefined ? [] : [value];
  });
}

/** Go's order is random; ours is by key, so that a template gives the same text each time. */
function sortedKeysOf(entries: Entries): string[] {
  return [...entries.keys()].sort(compareBytes);
}

function valuesOf(entries: Entries): Value[] {
  return sortedKeysOf(entries).map((key) => entries.get(key) ?? invalidValue);
}

function pick(entries: Entries, keys: readonly string[]): Entries {
  const wanted = new Set(keys);
  return new Map([...entries].filter(([key]) => wanted.has(key)));
}

function omit(entries: Entries, keys: readonly string[]): Entries {
  const unwanted = new Set(keys);
  return new Map([...entries].filter(([key]) => !unwanted.has(key)));
}

/** dig "a" "b" default dict: follows keys; a key that is absent gives the default. */
function dig(args: readonly Value[]): Value {
  if (args.length < 3) {
    throw plainFailure('dig needs at least three arguments');
  }
  const fallback = args.at(-2) ?? invalidValue;
  const [first = invalidValue] = args.slice(-1);
  assertDict(first);
  const path = args.slice(0, -2).map(assertText);
  let current: Value = first;
  for (const key of path) {
    const next: Value | undefined = assertDict(current).get(key);
    if (next === undefined) {
      return fallback;
    }
    current = next;
  }
  return current;
}

function assertText(value: Value): string {
  return value.kind === 'string' ? value.value : refuse(value, stringType);
}

function assertDict(value: Value): Entries {
  return value.kind === 'map' && value.type.name === anyMapType.name
    ? (value.entries ?? new Map())
    : refuse(value, anyMapType);
}

/** The panic of a Go type assertion. */
function refuse(value: Value, wanted: GoType): never {
  const actual = value.kind === 'invalid' ? 'nil' : value.type.name;
  throw plainFailure(`interface conversion: interface {} is ${actual}, not ${wanted.name}`);
}
