// Owns the reading of Go's number literals: strconv's ParseInt, ParseUint and ParseFloat.
import { decimalOf } from './decimal.ts';

const maxUint64 = 2n ** 64n - 1n;

export type NumberFailure = 'syntax' | 'range';

/** strconv.ParseUint for 64 bits. Base 0 takes the base, and underscores, from the literal. */
export function parseUint(text: string, base: 0 | 10): bigint | NumberFailure {
  const digits = base === 0 ? prefixedDigits(text) : text;
  if (digits === undefined || !isDigits(digits) || (base === 10 && !/^\d+$/.test(digits))) {
    return 'syntax';
  }
  // A leading zero is no prefix for BigInt, so the octal form of old is spelled out before.
  const value = BigInt(digits);
  return value > maxUint64 ? 'range' : value;
}

/** strconv.ParseInt for 64 bits. */
export function parseInt64(text: string, base: 0 | 10): bigint | NumberFailure {
  const isNegative = text.startsWith('-');
  const unsigned = parseUint(isNegative || text.startsWith('+') ? text.slice(1) : text, base);
  if (typeof unsigned === 'string') {
    return unsigned;
  }
  const value = isNegative ? -unsigned : unsigned;
  return BigInt.asIntN(64, value) === value ? value : 'range';
}

/** What callers of strconv.ParseInt and Atoi go on with who ask for no error: 0, or the number that comes nearest. */
export function nearestInt64(text: string): bigint {
  const parsed = parseInt64(text, 10);
  if (parsed === 'syntax') return 0n;
  if (parsed !== 'range') return parsed;
  return text.startsWith('-') ? -(2n ** 63n) : 2n ** 63n - 1n;
}

function isDigits(text: string): boolean {
  return /^(?:[0-9]+|0x[0-9a-f]+|0o[0-7]+|0b[01]+)$/.test(text);
}

function prefixedDigits(text: string): string | undefined {
  if (text.includes('_') && !hasGoodUnderscores(text)) {
    return undefined;
  }
  const lower = text.toLowerCase().replaceAll('_', '');
  return /^0[0-9]+$/.test(lower) ? `0o${lower.slice(1)}` : lower;
}

/** Whether each underscore stands between digits, or between a base prefix and a digit. */
function hasGoodUnderscores(text: string): boolean {
  const unsigned = text.replace(/^[-+]/, '').toLowerCase();
  const body = unsigned.replace(/^0[box]/, '0');
  const outside = unsigned.startsWith('0x')
    ? /(?:^|[^0-9a-f])_|_(?:[^0-9a-f]|$)/
    : /(?:^|\D)_|_(?:\D|$)/;
  return !outside.test(body);
}

// No two neighbours take the same character: a long text that is no number would be tried at each place.
const decimalFloat = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/;
const hexFloat = /^([-+]?)0x([0-9a-f]*)(?:\.([0-9a-f]*))?p([-+]?\d+)$/;
const infinity = /^([-+]?)inf(?:inity)?$/;

/** strconv.ParseFloat for 64 bits: decimal, hexadecimal with an exponent, infinities and NaN. */
export function parseFloat64(text: string): number | NumberFailure {
  if (text.includes('_') && !hasGoodFloatUnderscores(text)) {
    return 'syntax';
  }
  const lower = text.toLowerCase().replaceAll('_', '');
  const value = specialFloat(lower) ?? hexFloatValue(lower);
  if (value !== undefined) {
    return value;
  }
  if (!decimalFloat.test(lower)) {
    return 'syntax';
  }
  const parsed = Number(lower);
  return Number.isFinite(parsed) ? parsed : 'range';
}

function hasGoodFloatUnderscores(text: string): boolean {
  return hasGoodUnderscores(text) && !/^[-+]?(?:inf|nan)/i.test(text);
}

function specialFloat(lower: string): number | undefined {
  const match = infinity.exec(lower);
  if (match !== null) {
    return match[1] === '-' ? -Infinity : Infinity;
  }
  return lower === 'nan' ? Number.NaN : undefined;
}

function hexFloatValue(lower: string): number | NumberFailure | undefined {
  const match = hexFloat.exec(lower);
  if (match === null) {
    return undefined;
  }
  const [, sign = '', whole = '', fraction = '', exponent = ''] = match;
  if (whole + fraction === '') {
    return 'syntax';
  }
  const power = clampExponent(Number(exponent)) - 4 * fraction.length;
  const value = decimalOf(BigInt(`0x${whole}${fraction}`), power);
  if (!Number.isFinite(value)) {
    return 'range';
  }
  return sign === '-' ? -value : value;
}

/** Beyond these every number with as many digits as fit in a template is infinite or zero anyway. */
function clampExponent(exponent: number): number {
  return Math.max(-10_000, Math.min(10_000, exponent));
}
