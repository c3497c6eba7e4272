// Owns durations in nanoseconds as Go reads and writes them: 1h15m30.918s.
import { FunctionError } from './errors.ts';
import { goTimeQuote } from './time-quote.ts';

const maxDuration = 2n ** 63n;

const units: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['\xc2\xb5s', 1000n],
  ['\xce\xbcs', 1000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** time.ParseDuration: nanoseconds. Throws FunctionError with Go's text, which quotes the duration. */
export function parseDuration(text: string): bigint {
  const isNegative = text.startsWith('-');
  let rest = text.replace(/^[-+]/, '');
  if (rest === '0') {
    return 0n;
  }
  if (rest === '') {
    throw durationError('invalid duration', text);
  }
  let total = 0n;
  while (rest !== '') {
    const [part = '', whole = '', , fraction = '', unit = ''] =
      /^(\d*)(\.(\d*))?([^.\d]*)/.exec(rest) ?? [];
    if (whole + fraction === '') {
      throw durationError('invalid duration', text);
    }
    total += nanoseconds({ whole, fraction, unit }, text);
    if (total > maxDuration) {
      throw durationError('invalid duration', text);
    }
    rest = rest.slice(part.length);
  }
  if (isNegative) {
    return -total;
  }
  if (total === maxDuration) {
    throw durationError('invalid duration', text);
  }
  return total;
}

function durationError(message: string, text: string): FunctionError {
  return new FunctionError(`time: ${message} ${goTimeQuote(text)}`);
}

type Part = { readonly whole: string; readonly fraction: string; readonly unit: string };

function nanoseconds({ whole, fraction, unit }: Part, text: string): bigint {
  const count = BigInt(whole || '0');
  if (count > maxDuration) {
    throw durationError('invalid duration', text);
  }
  if (unit === '') {
    throw durationError('missing unit in duration', text);
  }
  const size = units.get(unit);
  if (size === undefined) {
    throw durationError(`unknown unit ${goTimeQuote(unit)} in duration`, text);
  }
  if (count > maxDuration / size) {
    throw durationError('invalid duration', text);
  }
  return count * size + fractionOf(fraction, Number(size));
}

/** Go computes the fraction in floats, from as many digits as fit in 63 bits. */
function fractionOf(digits: string, size: number): bigint {
  const used = digits.slice(0, 18);
  return used === '' ? 0n : BigInt(Math.trunc(Number(used) * (size / 10 ** used.length)));
}

/** Duration.String */
export function durationText(nanos: bigint): string {
  const magnitude = nanos < 0n ? -nanos : nanos;
  const sign = nanos < 0n ? '-' : '';
  if (magnitude === 0n) {
    return '0s';
  }
  if (magnitude < 1_000_000_000n) {
    return sign + subSecondText(magnitude);
  }
  const seconds = magnitude / 1_000_000_000n;
  const fraction = (magnitude % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  const tail = `${seconds % 60n}${fraction === '' ? '' : `.${fraction}`}s`;
  const minutes = seconds / 60n;
  if (minutes === 0n) {
    return sign + tail;
  }
  const hours = minutes / 60n;
  return `${sign}${hours === 0n ? '' : `${hours}h`}${minutes % 60n}m${tail}`;
}

function subSecondText(nanos: bigint): string {
  if (nanos < 1000n) {
    return `${nanos}ns`;
  }
  const [size, unit] =
    nanos < 1_000_000n ? ([1000n, '\xc2\xb5s'] as const) : ([1_000_000n, 'ms'] as const);
  const width = size.toString().length - 1;
  const fraction = (nanos % size).toString().padStart(width, '0').replace(/0+$/, '');
  return `${nanos / size}${fraction === '' ? '' : `.${fraction}`}${unit}`;
}
