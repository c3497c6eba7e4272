// Owns the check of parseDuration against what Go's time.ParseDuration gives.
import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../../plugin/eso/duration.ts';

describe('parseDuration', () => {
  test.each<{ text: string; milliseconds: number | undefined; reason: string }>([
    { text: '1h0m0s', milliseconds: 3_600_000, reason: 'as Kubernetes writes an hour' },
    { text: '1.5h', milliseconds: 5_400_000, reason: 'a fraction' },
    { text: '.5s', milliseconds: 500, reason: 'a fraction without integer part' },
    { text: '1.s', milliseconds: 1000, reason: 'a point without fraction' },
    { text: '-1s', milliseconds: -1000, reason: 'a sign' },
    { text: '+5ms', milliseconds: 5, reason: 'the other sign' },
    { text: '1s1h', milliseconds: 3_601_000, reason: 'units in any order' },
    { text: '1µs', milliseconds: 0.001, reason: 'the micro sign' },
    { text: '1μs', milliseconds: 0.001, reason: 'the Greek letter' },
    { text: '1000000ns', milliseconds: 1, reason: 'nanoseconds' },
    { text: '0', milliseconds: 0, reason: 'zero needs no unit' },
    { text: '-0', milliseconds: 0, reason: 'nor has it a sign' },
    { text: '', milliseconds: undefined, reason: 'nothing' },
    { text: '-', milliseconds: undefined, reason: 'a sign alone' },
    { text: '1', milliseconds: undefined, reason: 'no unit' },
    { text: '1h1', milliseconds: undefined, reason: 'no unit at the end' },
    { text: '1d', milliseconds: undefined, reason: 'no unit of Go' },
    { text: '.s', milliseconds: undefined, reason: 'no digit' },
    { text: '1e3s', milliseconds: undefined, reason: 'an exponent' },
    { text: ' 1s', milliseconds: undefined, reason: 'a space before' },
    { text: '1s\n', milliseconds: undefined, reason: 'a line end behind' },
    { text: '2562047h', milliseconds: 9_223_369_200_000, reason: 'about the longest' },
    { text: '2562048h', milliseconds: undefined, reason: 'more than int64 nanoseconds' },
  ])('$text: $reason', ({ text, milliseconds }) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });
});
