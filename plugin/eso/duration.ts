// Owns durations as Go's time.ParseDuration reads them.

const unitMs = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
} as const;

const part = /(?<number>\d+(?:\.\d*)?|\.\d+)(?<unit>ns|us|µs|μs|ms|s|m|h)/gy;

/** int64 nanoseconds: what Go's Duration holds at most. */
const longestMs = 2 ** 63 / 1e6;

/**
 * Milliseconds of `1h0m0s`, `1.5h`, `-1s` or `0`. Undefined for what Go refuses: no unit, `1d`, spaces, and more than some
 * 292 years.
 */
export function parseDuration(text: string): number | undefined {
  const unsigned = text.replace(/^[+-]/, '');
  if (unsigned === '0') return 0;
  const milliseconds = sumOfParts(unsigned);
  if (milliseconds === undefined || milliseconds >= longestMs) return undefined;
  return text.startsWith('-') && milliseconds !== 0 ? -milliseconds : milliseconds;
}

function sumOfParts(text: string): number | undefined {
  let sum = 0;
  let end = 0;
  for (const match of text.matchAll(part)) {
    const { number = '', unit = '' } = match.groups ?? {};
    if (!isUnit(unit)) return undefined;
    sum += Number(number) * unitMs[unit];
    end += match[0].length;
  }
  return end > 0 && end === text.length ? sum : undefined;
}

function isUnit(unit: string): unit is keyof typeof unitMs {
  return Object.hasOwn(unitMs, unit);
}
