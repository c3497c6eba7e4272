// Owns sprig's functions on strings that know neither words nor case.
import { spendBytes, type Budget } from '../budget.ts';
import { FunctionError, plainFailure } from '../errors.ts';
import {
  any,
  bool,
  function0,
  function1,
  function2,
  function3,
  int,
  text,
  texts,
  variadic,
  type Codec,
  type GoFunction,
} from '../functions.ts';
import { sprintf } from '../printf.ts';
import { quote } from '../quote.ts';
import { isSpace } from '../unicode.ts';
import { decodeRune, lastRuneSize } from '../utf8.ts';
import {
  isSameType,
  mapValue,
  stringMapType,
  stringSliceType,
  stringValue,
  type Value,
} from '../values.ts';
import { textOf, textsOf } from './values.ts';

/** A map[string]string, as the functions that split make it. */
const textMap: Codec<readonly string[]> = {
  type: stringMapType,
  read: () => [],
  make: (parts) =>
    mapValue(new Map(parts.map((part, i) => [`_${i}`, stringValue(part)])), stringMapType),
};

export const stringFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['hello', function0(text, () => 'Hello!')],
  ['toString', function1([any], text, textOf)],
  ['quote', variadic([any], text, quoteAll)],
  ['squote', variadic([any], text, singleQuoteAll)],
  ['cat', variadic([any], text, cat)],
  ['trim', function1([text], text, trimSpace)],
  ['trimAll', function2([text, text], text, trimSet)],
  ['trimall', function2([text, text], text, trimSet)],
  ['trimPrefix', function2([text, text], text, trimPrefix)],
  ['trimSuffix', function2([text, text], text, trimSuffix)],
  ['contains', function2([text, text], bool, (part, whole) => whole.includes(part))],
  ['hasPrefix', function2([text, text], bool, (part, whole) => whole.startsWith(part))],
  ['hasSuffix', function2([text, text], bool, (part, whole) => whole.endsWith(part))],
  ['replace', function3([text, text, text], text, replaceAll)],
  ['repeat', function2([int, text], text, repeat)],
  ['indent', function2([int, text], text, indent)],
  ['nindent', function2([int, text], text, (n, lines, budget) => `\n${indent(n, lines, budget)}`)],
  ['substr', function3([int, int, text], text, ([start, end, s]) => substring(start, end, s))],
  ['trunc', function2([int, text], text, truncate)],
  [
    'plural',
    function3([text, text, int], text, ([one, more, count]) => (count === 1n ? one : more)),
  ],
  ['join', function2([text, any], text, join)],
  ['toStrings', function1([any], any, toStrings)],
  ['splitList', function2([text, text], texts, (separator, s) => splitText(s, separator))],
  ['split', function2([text, text], textMap, (separator, s) => splitText(s, separator))],
  [
    'splitn',
    function3([text, int, text], textMap, ([separator, n, s]) =>
      splitText(s, separator, Number(n)),
    ),
  ],
]);

function quoteAll(values: readonly Value[], budget: Budget): string {
  return withoutNil(values)
    .map((value) => quote(textOf(value, budget)))
    .join(' ');
}

function singleQuoteAll(values: readonly Value[], budget: Budget): string {
  return withoutNil(values)
    .map((value) => sprintf("'%v'", [value], budget))
    .join(' ');
}

function cat(values: readonly Value[], budget: Budget): string {
  return withoutNil(values)
    .map((value) => sprintf('%v', [value], budget))
    .join(' ');
}

function withoutNil(values: readonly Value[]): Value[] {
  return values.filter((value) => value.kind !== 'invalid');
}

/** strings.TrimSpace: spaces as Unicode has them. */
function trimSpace(bytes: string): string {
  return trimWhere(bytes, isSpace);
}

function trimSet(set: string, bytes: string): string {
  const runes = new Set<number>();
  for (let at = 0; at < set.length;) {
    const { rune, size } = decodeRune(set, at);
    runes.add(rune);
    at += size;
  }
  return trimWhere(bytes, (rune) => runes.has(rune));
}

function trimWhere(bytes: string, isTrimmed: (rune: number) => boolean): string {
  let start = 0;
  while (start < bytes.length && isTrimmed(decodeRune(bytes, start).rune)) {
    start += decodeRune(bytes, start).size;
  }
  let end = bytes.length;
  while (end > start) {
    const size = lastRuneSize(bytes, end);
    if (!isTrimmed(decodeRune(bytes, end - size).rune)) {
      break;
    }
    end -= size;
  }
  return bytes.slice(start, end);
}

function trimPrefix(prefix: string, s: string): string {
  return s.startsWith(prefix) ? s.slice(prefix.length) : s;
}

function trimSuffix(suffix: string, s: string): string {
  return s.endsWith(suffix) ? s.slice(0, s.length - suffix.length) : s;
}

function replaceAll(
  [old, replacement, s]: readonly [string, string, string],
  budget: Budget,
): string {
  const parts = old === '' ? ['', ...splitRunes(s), ''] : s.split(old);
  spendBytes(budget, s.length + parts.length * replacement.length);
  return old === '' && s === '' ? replacement : parts.join(replacement);
}

function repeat(count: bigint, s: string, budget: Budget): string {
  if (count < 0n) {
    throw plainFailure('strings: negative Repeat count');
  }
  spendBytes(budget, Number(count) * s.length);
  return s.repeat(s === '' ? 0 : Number(count));
}

function indent(spaces: bigint, lines: string, budget: Budget): string {
  const pad = repeat(spaces, ' ', budget);
  const parts = lines.split('\n');
  spendBytes(budget, lines.length + parts.length * pad.length);
  return pad + parts.join(`\n${pad}`);
}

/** s[start:end], where a negative start means from the beginning, and a wrong end up to the end. */
function substring(start: bigint, end: bigint, s: string): string {
  const length = BigInt(s.length);
  if (start < 0n) {
    checkEnd(end, length);
    return s.slice(0, Number(end));
  }
  const stop = end < 0n || end > length ? length : end;
  if (start > stop) {
    throw outOfRange(`[${start}:${stop}]`);
  }
  return s.slice(Number(start), Number(stop));
}

function checkEnd(end: bigint, length: bigint): void {
  if (end < 0n) {
    throw outOfRange(`[:${end}]`);
  }
  if (end > length) {
    throw outOfRange(`[:${end}] with length ${length}`);
  }
}

/** The panic of Go's slicing. */
function outOfRange(bounds: string): FunctionError {
  return new FunctionError(`runtime error: slice bounds out of range ${bounds}`);
}

function truncate(count: bigint, s: string): string {
  const length = BigInt(s.length);
  if (count < 0n && length + count > 0n) {
    return s.slice(Number(length + count));
  }
  return count >= 0n && length > count ? s.slice(0, Number(count)) : s;
}

/** A []string is itself, also a nil one. */
function toStrings(value: Value, budget: Budget): Value {
  const isOne = value.kind === 'slice' && isSameType(value.type, stringSliceType);
  return isOne ? value : texts.make(textsOf(value, budget));
}

function join(separator: string, values: Value, budget: Budget): string {
  const parts = textsOf(values, budget);
  const length = parts.reduce((sum, part) => sum + part.length + separator.length, 0);
  spendBytes(budget, length);
  return parts.join(separator);
}

/** strings.SplitN: at most `limit` parts, all of them if it is negative, none if it is 0. */
export function splitText(s: string, separator: string, limit = -1): string[] {
  if (limit === 0) {
    return [];
  }
  const all = separator === '' ? splitRunes(s) : s.split(separator);
  if (limit < 0 || all.length <= limit) {
    return all;
  }
  const head = all.slice(0, limit - 1);
  return [...head, all.slice(limit - 1).join(separator)];
}

function splitRunes(s: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < s.length;) {
    const { size } = decodeRune(s, at);
    parts.push(s.slice(at, at + size));
    at += size;
  }
  return parts;
}
