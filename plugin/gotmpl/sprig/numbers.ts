// Owns sprig's arithmetic and number lists.
import { spend, type Budget } from '../budget.ts';
import { plainFailure } from '../errors.ts';
import {
  any,
  float,
  function1,
  function2,
  function3,
  int,
  int64,
  text,
  variadic,
  variadic1,
  variadic2,
  type Codec,
  type GoFunction,
} from '../functions.ts';
import { nearestInt64 } from '../parse-number.ts';
import { sprint } from '../printf.ts';
import { anyType, intSliceType, intValue, sliceValue, type Value } from '../values.ts';
import { toFloat64, toInt64 } from './cast.ts';
import {
  addDecimals,
  divideDecimals,
  multiplyDecimals,
  subtractDecimals,
} from './decimal-arithmetic.ts';

/** Any value, taken as an integer. */
const asInt: Codec<bigint> = { type: anyType, read: toInt64, make: (content) => intValue(content) };
/** Any value, taken as a float. */
const asFloat: Codec<number> = { ...float, type: anyType, read: toFloat64 };

const ints: Codec<readonly bigint[]> = {
  type: intSliceType,
  read: () => [],
  make: (numbers) =>
    sliceValue(
      numbers.map((number) => intValue(number)),
      intSliceType,
    ),
};

export const numberFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['int', function1([asInt], int, (n) => n)],
  ['int64', function1([asInt], int64, (n) => n)],
  ['float64', function1([asFloat], float, (f) => f)],
  ['atoi', function1([text], int, nearestInt64)],
  ['toDecimal', function1([any], int64, fromOctal)],
  ['add', variadic([asInt], int64, (numbers) => numbers.reduce((a, b) => a + b, 0n))],
  ['add1', function1([asInt], int64, (n) => n + 1n)],
  ['sub', function2([asInt, asInt], int64, (a, b) => a - b)],
  ['mul', variadic1([asInt, asInt], int64, multiply)],
  ['div', function2([asInt, asInt], int64, (a, b) => a / nonZero(b))],
  ['mod', function2([asInt, asInt], int64, (a, b) => a % nonZero(b))],
  ['max', variadic1([asInt, asInt], int64, (a, rest) => rest.reduce((x, y) => (y > x ? y : x), a))],
  [
    'biggest',
    variadic1([asInt, asInt], int64, (a, rest) => rest.reduce((x, y) => (y > x ? y : x), a)),
  ],
  ['min', variadic1([asInt, asInt], int64, (a, rest) => rest.reduce((x, y) => (y < x ? y : x), a))],
  [
    'maxf',
    variadic1([asFloat, asFloat], float, (a, rest) => extreme([a, ...rest], Infinity, Math.max)),
  ],
  [
    'minf',
    variadic1([asFloat, asFloat], float, (a, rest) => extreme([a, ...rest], -Infinity, Math.min)),
  ],
  ['floor', function1([asFloat], float, Math.floor)],
  ['ceil', function1([asFloat], float, Math.ceil)],
  ['round', variadic2([asFloat, int, float], float, round)],
  ['add1f', function1([asFloat], float, (a) => addDecimals(a, 1))],
  ['addf', variadic([asFloat], float, (numbers) => addDecimals(0, ...numbers))],
  ['subf', variadic1([asFloat, asFloat], float, (a, rest) => subtractDecimals(a, ...rest))],
  ['mulf', variadic1([asFloat, asFloat], float, (a, rest) => multiplyDecimals(a, ...rest))],
  ['divf', variadic1([asFloat, asFloat], float, (a, rest) => divideDecimals(a, ...rest))],
  [
    'until',
    function1([int], ints, (count, budget) =>
      until({ start: 0n, stop: count, step: count < 0n ? -1n : 1n }, budget),
    ),
  ],
  [
    'untilStep',
    function3([int, int, int], ints, ([start, stop, step], budget) =>
      until({ start, stop, step }, budget),
    ),
  ],
  ['seq', variadic([int], text, seq)],
]);

/** Go's math.Max and math.Min: the infinity that nothing exceeds counts for more than NaN. */
function extreme(
  numbers: readonly number[],
  infinity: number,
  choose: (...numbers: number[]) => number,
): number {
  return numbers.includes(infinity) ? infinity : choose(...numbers);
}

/** The number that the printed value is in base 8, despite the name. */
function fromOctal(value: Value, budget: Budget): bigint {
  const [, sign, digits] = /^([-+]?)([0-7]{1,22})$/.exec(sprint([value], budget)) ?? [];
  if (digits === undefined) {
    return 0n;
  }
  const number = BigInt(`0o${digits}`) * (sign === '-' ? -1n : 1n);
  return BigInt.asIntN(64, number) === number ? number : 0n;
}

function multiply(first: bigint, rest: readonly bigint[]): bigint {
  return rest.reduce((a, b) => BigInt.asIntN(64, a * b), first);
}

function nonZero(divisor: bigint): bigint {
  if (divisor === 0n) {
    throw plainFailure('runtime error: integer divide by zero');
  }
  return divisor;
}

/** Rounds up from `limit` on, which is a half; a negative number has a negative fraction in Go. */
function round([value, places, limit = 0.5]: readonly [number, bigint, ...number[]]): number {
  const power = powerOfTen(places);
  const scaled = power * value;
  const fraction = scaled - Math.trunc(scaled);
  return (fraction >= limit ? Math.ceil(scaled) : Math.floor(scaled)) / power;
}

/** math.Pow(10, places): by squares, each of them rounded, so that large ones differ from the number of that name. */
function powerOfTen(places: bigint): number {
  const magnitude = places < 0n ? -places : places;
  if (magnitude > 400n) return places < 0n ? 0 : Infinity;
  let [fraction, exponent] = [1, 0];
  let [square, squareExponent] = [10 / 16, 4];
  for (let left = magnitude; left > 0n; left >>= 1n) {
    if (left % 2n === 1n) [fraction, exponent] = [fraction * square, exponent + squareExponent];
    [square, squareExponent] = [square * square, 2 * squareExponent];
    if (square < 0.5) [square, squareExponent] = [2 * square, squareExponent - 1];
  }
  // A half at a time: 2 to the whole exponent may be no number.
  const half = 2 ** (exponent / 2 - (exponent % 2) / 2);
  const rest = 2 ** (exponent % 2);
  return places < 0n ? 1 / fraction / half / half / rest : fraction * half * half * rest;
}

type Steps = { readonly start: bigint; readonly stop: bigint; readonly step: bigint };

/** The numbers from start up to, or down to, stop; stop itself is not among them. */
function until({ start, stop, step }: Steps, budget: Budget): bigint[] {
  const isDown = stop < start;
  if (isDown ? step >= 0n : step <= 0n) {
    return [];
  }
  const distance = isDown ? start - stop : stop - start;
  const size = isDown ? -step : step;
  const count = Number((distance + size - 1n) / size);
  spend(budget, count);
  return Array.from({ length: count }, (_, i) => start + BigInt(i) * step);
}

/** Like the command seq: last, or first and last, or first, step and last. */
function seq(params: readonly bigint[], budget: Budget): string {
  const steps = stepsOf(params);
  return steps === undefined ? '' : until(steps, budget).join(' ');
}

function stepsOf(params: readonly bigint[]): Steps | undefined {
  const [first, second, third] = params;
  if (first === undefined || params.length > 3) {
    return undefined;
  }
  if (second === undefined) {
    return inclusive(1n, first);
  }
  if (third === undefined) {
    return inclusive(first, second);
  }
  const isDown = third < first;
  const stop = third + (isDown ? -1n : 1n);
  return isDown && second > 0n ? undefined : { start: first, stop, step: second };
}

function inclusive(start: bigint, end: bigint): Steps {
  const step = end < start ? -1n : 1n;
  return { start, stop: end + step, step };
}
