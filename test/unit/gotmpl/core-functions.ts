// Owns the functions that test/conformance/go/functions.go declares in Go: one per shape of signature.
import { FunctionError } from '../../../plugin/gotmpl/errors.ts';
import {
  any,
  bool,
  dict,
  float,
  function0,
  function1,
  function2,
  int,
  int64,
  list,
  text,
  texts,
  variadic,
  variadic1,
  type Codec,
  type FunctionMap,
  type GoFunction,
} from '../../../plugin/gotmpl/functions.ts';
import { invalidValue, uint64Type, uintValue, type Value } from '../../../plugin/gotmpl/values.ts';

const uint64: Codec<bigint> = {
  type: uint64Type,
  read: (value) => (value.kind === 'uint' ? value.value : 0n),
  make: (content) => uintValue(content),
};

export const coreFunctions: FunctionMap = new Map<string, GoFunction>([
  ['list', variadic([any], list, (items) => items)],
  ['strings', variadic([text], texts, (items) => items)],
  ['dict', variadic([any], dict, makeDict)],
  ['same', function1([any], any, (value) => value)],
  ['nothing', function0(any, () => invalidValue)],
  ['wantBool', function1([bool], bool, (value) => value)],
  ['wantInt', function1([int], int, (value) => value)],
  ['wantInt64', function1([int64], int64, (value) => value)],
  ['wantUint64', function1([uint64], uint64, (value) => value)],
  ['wantFloat', function1([float], float, (value) => value)],
  ['wantString', function1([text], text, (value) => value)],
  ['wantList', function1([list], int, (items) => BigInt(items.length))],
  ['wantDict', function1([dict], int, (entries) => BigInt(entries.size))],
  ['sum', variadic1([int, int], int, (first, rest) => rest.reduce((a, b) => a + b, first))],
  ['repeatWord', function2([int, text], text, repeatWord)],
  ['fails', function1([text], text, fails)],
]);

function makeDict(pairs: readonly Value[]): Map<string, Value> {
  const entries = new Map<string, Value>();
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const key = pairs[i];
    if (key?.kind === 'string') {
      entries.set(key.value, pairs[i + 1] ?? invalidValue);
    }
  }
  return entries;
}

function repeatWord(count: bigint, word: string): string {
  return word.repeat(Math.max(0, Math.min(Number(count), 10)));
}

function fails(message: string): string {
  throw new FunctionError(message);
}
