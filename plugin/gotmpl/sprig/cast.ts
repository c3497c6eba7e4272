// Owns the conversion of any value to a number, as cast 1.10 does it: what is no number is 0.
import { parseFloat64, parseInt64 } from '../parse-number.ts';
import { indirect, type Value } from '../values.ts';

const minInt64 = -(2n ** 63n);

/** cast.ToInt64 and cast.ToInt. */
export function toInt64(value: Value): bigint {
  const held = indirect(value).value;
  switch (held.kind) {
    case 'int':
    case 'uint':
      return BigInt.asIntN(64, held.value);
    case 'float':
      return floatToInt64(held.value);
    case 'bool':
      return held.value ? 1n : 0n;
    case 'string': {
      const parsed = parseInt64(withoutFraction(held.value), 0);
      return typeof parsed === 'bigint' ? parsed : 0n;
    }
    default:
      return 0n;
  }
}

/** Go's conversion on 64-bit processors: towards zero, and the least integer for what does not fit. */
function floatToInt64(value: number): bigint {
  if (!Number.isFinite(value)) {
    return minInt64;
  }
  const whole = BigInt(Math.trunc(value));
  return BigInt.asIntN(64, whole) === whole ? whole : minInt64;
}

/** "3.7" counts as 3; what is no plain decimal number stays as it is. */
function withoutFraction(text: string): string {
  const [, whole] = /^([-+]?\d*)(?:\.\d*)$/.exec(text) ?? [];
  if (whole === undefined) {
    return text;
  }
  return /\d/.test(whole) ? whole : `${whole}0`;
}

/** cast.ToFloat64. */
export function toFloat64(value: Value): number {
  const held = indirect(value).value;
  switch (held.kind) {
    case 'int':
    case 'uint':
      return Number(held.value);
    case 'float':
      return held.value;
    case 'bool':
      return held.value ? 1 : 0;
    case 'string': {
      const parsed = parseFloat64(held.value);
      return typeof parsed === 'number' ? parsed : 0;
    }
    default:
      return 0;
  }
}
