// Owns the exact decimal form of a float64, which rounding to a number of digits needs.

/** `digits` with the decimal point before digit number `point`: 0.0123 is { digits: '123', point: -1 }. */
export type Decimal = { readonly digits: string; readonly point: number };

const view = new DataView(new ArrayBuffer(8));

export type BinaryFloat = {
  readonly mantissa: bigint;
  /** The value is mantissa * 2 ** exponent. */
  readonly exponent: number;
};

/** The 53 bits of a finite float and their power of two. */
export function binaryOf(value: number): BinaryFloat {
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** mantissa * 2 ** exponent as the nearest float64, halves to even. */
export function decimalOf(mantissa: bigint, exponent: number): number {
  const excess = mantissa.toString(2).length - 64;
  if (excess <= 0) {
    return scale(Number(mantissa), exponent);
  }
  // Only whether anything was cut off matters for rounding, so it is kept in the last bit.
  const kept = mantissa >> BigInt(excess);
  const sticky = kept << BigInt(excess) === mantissa ? kept : kept | 1n;
  return scale(Number(sticky), exponent + excess);
}

function scale(value: number, exponent: number): number {
  let result = value;
  let left = exponent;
  for (; left > 1000; left -= 1000) {
    result *= 2 ** 1000;
  }
  for (; left < -1000; left += 1000) {
    result *= 2 ** -1000;
  }
  return result * 2 ** left;
}

/** Every digit of a finite float. */
export function exactDecimal(value: number): Decimal {
  const { mantissa, exponent } = binaryOf(value);
  if (mantissa === 0n) {
    return { digits: '', point: 0 };
  }
  const all =
    exponent >= 0
      ? (mantissa << BigInt(exponent)).toString()
      : (mantissa * 5n ** BigInt(-exponent)).toString();
  return trimmed({ digits: all, point: all.length + Math.min(exponent, 0) });
}

/** The fewest digits that read back as the same float. */
export function shortestDecimal(value: number): Decimal {
  if (value === 0) {
    return { digits: '', point: 0 };
  }
  const [digits = '', exponent = '0'] = Math.abs(value).toExponential().split('e');
  return trimmed({ digits: digits.replace('.', ''), point: Number(exponent) + 1 });
}

/** Rounds to that many digits, exact halves to even. */
export function roundDecimal(decimal: Decimal, count: number): Decimal {
  if (count >= decimal.digits.length) {
    return decimal;
  }
  if (count < 0) {
    return { digits: '', point: 0 };
  }
  const kept = decimal.digits.slice(0, count);
  if (!roundsUp(decimal.digits, count)) {
    return trimmed({ digits: kept, point: decimal.point });
  }
  const raised = (BigInt(kept === '' ? '0' : kept) + 1n).toString();
  return trimmed({
    digits: raised.padStart(count, '0'),
    point: decimal.point + (raised.length > count ? 1 : 0),
  });
}

function roundsUp(digits: string, count: number): boolean {
  const rest = digits.slice(count);
  if (rest === '5') {
    return count > 0 && Number(digits[count - 1]) % 2 === 1;
  }
  return rest >= '5';
}

function trimmed({ digits, point }: Decimal): Decimal {
  const withoutTail = digits.replace(/0+$/, '');
  return withoutTail === '' ? { digits: '', point: 0 } : { digits: withoutTail, point };
}
