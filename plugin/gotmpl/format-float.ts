// Owns strconv.FormatFloat: a float64 in the formats e, E, f, g, G, b, x, X.
import { binaryOf, exactDecimal, roundDecimal, shortestDecimal, type Decimal } from './decimal.ts';

export type FloatFormat = 'e' | 'E' | 'f' | 'g' | 'G' | 'b' | 'x' | 'X';

/** The text of a float; precision -1 asks for the fewest digits that read back as the same number. */
export function formatFloat(value: number, format: FloatFormat, precision: number): string {
  if (Number.isNaN(value)) {
    return 'NaN';
  }
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) {
    return sign === '' ? '+Inf' : '-Inf';
  }
  return sign + formatMagnitude(Math.abs(value), format, precision);
}

function formatMagnitude(value: number, format: FloatFormat, precision: number): string {
  switch (format) {
    case 'b':
      return formatBinary(value);
    case 'x':
      return formatHex(value, precision);
    case 'X':
      return formatHex(value, precision).toUpperCase();
    case 'e':
    case 'E':
      return formatExponent(value, format, precision);
    case 'f':
      return formatFixed(value, precision);
    default:
      return formatGeneral(value, format, precision);
  }
}

function formatExponent(value: number, letter: 'e' | 'E', precision: number): string {
  const decimal =
    precision < 0 ? shortestDecimal(value) : roundDecimal(exactDecimal(value), precision + 1);
  const count = precision < 0 ? Math.max(decimal.digits.length - 1, 0) : precision;
  return exponentText(decimal, count, letter);
}

function exponentText({ digits, point }: Decimal, count: number, letter: 'e' | 'E'): string {
  const first = digits === '' ? '0' : digits.slice(0, 1);
  const fraction = count > 0 ? `.${digits.slice(1, count + 1).padEnd(count, '0')}` : '';
  const exponent = digits === '' ? 0 : point - 1;
  return `${first}${fraction}${letter}${signedExponent(exponent)}`;
}

function signedExponent(exponent: number): string {
  return (exponent < 0 ? '-' : '+') + Math.abs(exponent).toString().padStart(2, '0');
}

function formatFixed(value: number, precision: number): string {
  if (precision < 0) {
    const decimal = shortestDecimal(value);
    return fixedText(decimal, Math.max(decimal.digits.length - decimal.point, 0));
  }
  const exact = exactDecimal(value);
  return fixedText(roundDecimal(exact, exact.point + precision), precision);
}

function fixedText({ digits, point }: Decimal, count: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (count <= 0) {
    return whole;
  }
  const fraction = point >= 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  return `${whole}.${fraction.slice(0, count).padEnd(count, '0')}`;
}

function formatGeneral(value: number, letter: 'g' | 'G', precision: number): string {
  const isShortest = precision < 0;
  const wanted = precision === 0 ? 1 : precision;
  const decimal = isShortest ? shortestDecimal(value) : roundDecimal(exactDecimal(value), wanted);
  const { digits, point } = decimal;
  const isWhole = digits.length >= point;
  const threshold = isShortest ? 6 : wanted > digits.length && isWhole ? digits.length : wanted;
  const exponent = point - 1;
  if (exponent < -4 || exponent >= threshold) {
    // The precision counts all digits here, so trailing zeros never appear.
    return exponentText(decimal, Math.max(digits.length - 1, 0), letter === 'g' ? 'e' : 'E');
  }
  return fixedText(decimal, Math.max(digits.length - point, 0));
}

function formatBinary(value: number): string {
  const { mantissa, exponent } = binaryOf(value);
  return `${mantissa}p${exponent >= 0 ? '+' : ''}${exponent}`;
}

function formatHex(value: number, precision: number): string {
  if (value === 0) {
    return `0x0${precision > 0 ? `.${'0'.repeat(precision)}` : ''}p+00`;
  }
  const binary = binaryOf(value);
  const shift = BigInt(53 - binary.mantissa.toString(2).length);
  const exponent = binary.exponent + 52 - Number(shift);
  const rounded = roundHex(binary.mantissa << shift, precision);
  const carried = rounded.mantissa >> 53n;
  const digits = (rounded.mantissa >> carried).toString(16).padStart(14, '0');
  const fraction =
    precision < 0 ? digits.slice(1).replace(/0+$/, '') : fractionOf(digits, precision);
  return `0x1${fraction === '' ? '' : `.${fraction}`}p${signedExponent(exponent + Number(carried))}`;
}

function fractionOf(digits: string, precision: number): string {
  return digits.slice(1, 1 + precision).padEnd(precision, '0');
}

/** Rounds the 52 bits after the first to that many hexadecimal digits, halves to even. */
function roundHex(mantissa: bigint, precision: number): { readonly mantissa: bigint } {
  if (precision < 0 || precision >= 13) {
    return { mantissa };
  }
  const cut = BigInt(52 - 4 * precision);
  const kept = mantissa >> cut;
  const rest = mantissa & ((1n << cut) - 1n);
  const half = 1n << (cut - 1n);
  const isUp = rest > half || (rest === half && (kept & 1n) === 1n);
  return { mantissa: (isUp ? kept + 1n : kept) << cut };
}
