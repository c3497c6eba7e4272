// Tests the real clock: sleeping, waking, and delays longer than a timer can be.
import { expect, test } from 'vitest';
import { startTimer, systemClock } from '../../../plugin/fetch/clock.ts';

test('a sleep lasts its time', async () => {
  const startedAt = systemClock.now();
  await systemClock.sleep(30, new AbortController().signal);
  expect(systemClock.now() - startedAt).toBeGreaterThan(25);
});

test.each([
  { reason: 'before it begins', wakeAfterMs: undefined, ms: 600_000 },
  { reason: 'while it lasts', wakeAfterMs: 50, ms: 600_000 },
  { reason: 'even when it is longer than a timer of Node', wakeAfterMs: 50, ms: 2 ** 40 },
])('a signal ends a sleep $reason', async ({ wakeAfterMs, ms }) => {
  const waker = wakeAfterMs === undefined ? AbortSignal.abort() : AbortSignal.timeout(wakeAfterMs);
  const startedAt = systemClock.now();
  await systemClock.sleep(ms, waker);
  const lasted = systemClock.now() - startedAt;
  expect(lasted).toBeLessThan(5_000);
  expect(lasted).toBeGreaterThanOrEqual((wakeAfterMs ?? 0) / 2);
});

test('random numbers are those of a fraction', () => {
  const numbers = Array.from({ length: 100 }, () => systemClock.random());
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  expect(new Set(numbers).size).toBeGreaterThan(90);
});

test('a timer that is cancelled never expires', async () => {
  const expired: string[] = [];
  const cancel = startTimer(systemClock, 10, () => expired.push('cancelled'));
  startTimer(systemClock, 20, () => expired.push('kept'));
  cancel();
  await systemClock.sleep(60, new AbortController().signal);
  expect(expired).toEqual(['kept']);
});
