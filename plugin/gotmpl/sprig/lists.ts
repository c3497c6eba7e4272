// Owns sprig's functions on lists. Each works on every type of list; most answer with []interface {}.
import { spend, type Budget } from '../budget.ts';
import { isDeepEqual } from '../deep-value.ts';
import { plainFailure } from '../errors.ts';
import {
  any,
  bool,
  function1,
  function2,
  int,
  list,
  texts,
  variadic,
  variadic1,
  type Codec,
  type GoFunction,
} from '../functions.ts';
import {
  anySliceType,
  compareBytes,
  invalidValue,
  isSameType,
  sliceOf,
  sliceValue,
  stringSliceType,
  zeroValue,
  type SliceValue,
  type Value,
} from '../values.ts';
import { toInt64 } from './cast.ts';
import { isEmpty, listOf, nilDereference, textOf, textsOf } from './values.ts';

type Items = readonly Value[];

/** A list or, where Go answers with nil, the nil list. */
const listOrNil: Codec<Items | undefined> = {
  type: anySliceType,
  read: list.read,
  make: (items) => (items === undefined ? zeroValue(anySliceType) : sliceValue(items)),
};

const listOfLists: Codec<readonly Items[]> = {
  type: sliceOf(anySliceType),
  read: () => [],
  make: (parts) =>
    sliceValue(
      parts.map((part) => sliceValue(part)),
      sliceOf(anySliceType),
    ),
};

/** The functions that have a twin named must…, which is the same but for how it fails inside Go. */
const twins: readonly (readonly [string, string, GoFunction])[] = [
  ['append', 'mustAppend', function2([any, any], list, append)],
  ['push', 'mustPush', function2([any, any], list, append)],
  ['prepend', 'mustPrepend', function2([any, any], list, prepend)],
  [
    'first',
    'mustFirst',
    function1(
      [any],
      any,
      (items) => itemsOf(items, 'Cannot find first on type')[0] ?? invalidValue,
    ),
  ],
  [
    'last',
    'mustLast',
    function1(
      [any],
      any,
      (items) => itemsOf(items, 'Cannot find last on type').at(-1) ?? invalidValue,
    ),
  ],
  [
    'rest',
    'mustRest',
    function1([any], listOrNil, (items) => someOf(itemsOf(items, 'Cannot find rest on type'), 1)),
  ],
  [
    'initial',
    'mustInitial',
    function1([any], listOrNil, (items) =>
      someOf(itemsOf(items, 'Cannot find initial on type'), 0, -1),
    ),
  ],
  [
    'reverse',
    'mustReverse',
    function1([any], list, (items) => itemsOf(items, 'Cannot find reverse on type').toReversed()),
  ],
  [
    'compact',
    'mustCompact',
    function1([any], list, (items) =>
      itemsOf(items, 'Cannot compact on type').filter((item) => !isEmpty(item)),
    ),
  ],
  ['uniq', 'mustUniq', function1([any], list, unique)],
  ['without', 'mustWithout', variadic1([any, any], list, without)],
  ['has', 'mustHas', function2([any, any], bool, has)],
  ['slice', 'mustSlice', variadic1([any, any], any, slice)],
  ['chunk', 'mustChunk', function2([int, any], listOfLists, chunk)],
];

export const listFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['list', variadic([any], list, (items) => items)],
  ['tuple', variadic([any], list, (items) => items)],
  ['concat', variadic([any], any, concat)],
  ['sortAlpha', function1([any], any, sortAlpha)],
  ...twins.flatMap(([name, twin, target]) => [[name, target] as const, [twin, target] as const]),
]);

function itemsOf(value: Value, failure: string): Items {
  return listOf(value, failure).items ?? [];
}

function someOf(items: Items, start: number, end?: number): Items | undefined {
  return items.length === 0 ? undefined : items.slice(start, end);
}

function append(items: Value, item: Value): Items {
  return [...itemsOf(items, 'Cannot push on type'), item];
}

function prepend(items: Value, item: Value): Items {
  return [item, ...itemsOf(items, 'Cannot prepend on type')];
}

function unique(value: Value, budget: Budget): Items {
  const kept: Value[] = [];
  for (const item of itemsOf(value, 'Cannot find uniq on type')) {
    if (!includes(kept, item, budget)) {
      kept.push(item);
    }
  }
  return kept;
}

function without(value: Value, omitted: Items, budget: Budget): Items {
  return itemsOf(value, 'Cannot find without on type').filter(
    (item) => !includes(omitted, item, budget),
  );
}

function includes(items: Items, wanted: Value, budget: Budget): boolean {
  spend(budget, items.length);
  return items.some((item) => isDeepEqual(wanted, item, budget));
}

function has(wanted: Value, value: Value, budget: Budget): boolean {
  return (
    value.kind !== 'invalid' && includes(itemsOf(value, 'Cannot find has on type'), wanted, budget)
  );
}

function slice(value: Value, [first, second]: Items): Value {
  const source: SliceValue = listOf(value, 'list should be type of slice or array but');
  const items = source.items ?? [];
  if (items.length === 0) {
    return invalidValue;
  }
  const length = BigInt(items.length);
  const start = first === undefined ? 0n : toInt64(first);
  const end = second === undefined ? length : toInt64(second);
  if (start < 0n || end < start || end > length) {
    throw plainFailure('reflect.Value.Slice: slice index out of bounds');
  }
  return sliceValue(items.slice(Number(start), Number(end)), source.type);
}

function concat(values: Items): Value {
  const joined = values.flatMap((value) => {
    if (value.kind === 'invalid') {
      throw nilDereference();
    }
    if (value.kind !== 'slice') {
      throw plainFailure(`Cannot concat type ${value.type.kind} as list`);
    }
    return value.items ?? [];
  });
  return joined.length === 0 ? zeroValue(anySliceType) : sliceValue(joined);
}

/** A nil []string stays nil, as in Go. */
function sortAlpha(value: Value, budget: Budget): Value {
  if (value.kind !== 'slice') return texts.make([textOf(value, budget)]);
  const isNone = value.items === undefined && isSameType(value.type, stringSliceType);
  return isNone ? value : texts.make(textsOf(value, budget).sort(compareBytes));
}

/** Parts of that size. Go computes the number of parts in floats, which gives sense to sizes below 1. */
function chunk(size: bigint, value: Value, budget: Budget): readonly Items[] {
  const items = itemsOf(value, 'Cannot chunk type');
  const step = Number(size);
  const count = Math.floor((items.length - 1) / step) + 1;
  const last = Math.floor(items.length % step) || step;
  if (!Number.isFinite(count) || count < 0 || (count > 0 && last < 0)) {
    throw plainFailure('runtime error: makeslice: len out of range');
  }
  spend(budget, count);
  return Array.from({ length: count }, (_, i) =>
    items.slice(i * step, i * step + (i === count - 1 ? last : step)),
  );
}
