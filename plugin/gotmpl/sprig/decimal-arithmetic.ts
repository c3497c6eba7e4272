// Owns sprig's float arithmetic, which goes through decimals so that 0.1 + 0.2 is 0.3.
import { shortestDecimal } from '../decimal.ts';
import { plainFailure } from '../errors.ts';

/** coefficient * 10 ** exponent */
type DecimalNumber = { readonly coefficient: bigint; readonly exponent: number };

/** Division is exact to that many digits behind the point, the last one rounded. */
const divisionPrecision = 16;

export function addDecimals(first: number, ...rest: readonly number[]): number {
  return calculate(first, rest, add);
}

export function subtractDecimals(first: number, ...rest: readonly number[]): number {
  return calculate(first, rest, (a, b) => add(a, { ...b, coefficient: -b.coefficient }));
}

export function multiplyDecimals(first: number, ...rest: readonly number[]): number {
  return calculate(first, rest, (a, b) => ({
    coefficient: a.coefficient * b.coefficient,
    exponent: a.exponent + b.exponent,
  }));
}

export function divideDecimals(first: number, ...rest: readonly number[]): number {
  return calculate(first, rest, divide);
}

function calculate(
  first: number,
  rest: readonly number[],
  operate: (a: DecimalNumber, b: DecimalNumber) => DecimalNumber,
): number {
  // One after the other: what is no decimal is named when its turn comes.
  const { coefficient, exponent } = rest.reduce(
    (result, value) => operate(result, fromFloat(value)),
    fromFloat(first),
  );
  return Number(`${coefficient}e${exponent}`);
}

function fromFloat(value: number): DecimalNumber {
  if (!Number.isFinite(value)) {
    throw plainFailure(`Cannot create a Decimal from ${floatName(value)}`);
  }
  const { digits, point } = shortestDecimal(value);
  const magnitude = BigInt(digits || '0');
  return { coefficient: value < 0 ? -magnitude : magnitude, exponent: point - digits.length };
}

function floatName(value: number): string {
  if (Number.isNaN(value)) {
    return 'NaN';
  }
  return value > 0 ? '+Inf' : '-Inf';
}

function add(a: DecimalNumber, b: DecimalNumber): DecimalNumber {
  const exponent = Math.min(a.exponent, b.exponent);
  return { coefficient: scaled(a, exponent) + scaled(b, exponent), exponent };
}

function scaled({ coefficient, exponent }: DecimalNumber, to: number): bigint {
  return coefficient * 10n ** BigInt(exponent - to);
}

function divide(a: DecimalNumber, b: DecimalNumber): DecimalNumber {
  if (b.coefficient === 0n) {
    throw plainFailure('decimal division by 0');
  }
  const shift = a.exponent - b.exponent + divisionPrecision;
  const dividend = shift > 0 ? a.coefficient * 10n ** BigInt(shift) : a.coefficient;
  const divisor = shift < 0 ? b.coefficient * 10n ** BigInt(-shift) : b.coefficient;
  return { coefficient: roundedQuotient(dividend, divisor), exponent: -divisionPrecision };
}

/** Halves are rounded away from zero. */
function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  const isNegative = dividend < 0n !== divisor < 0n;
  const top = dividend < 0n ? -dividend : dividend;
  const bottom = divisor < 0n ? -divisor : divisor;
  const quotient = (2n * top + bottom) / (2n * bottom);
  return isNegative ? -quotient : quotient;
}
