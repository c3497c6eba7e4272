// Owns time and chance: the clock that everything in fetch/ waits by.
import { setTimeout as wait } from 'node:timers/promises';

/** Times are milliseconds of a clock that never goes back. */
export type Clock = {
  readonly now: () => number;
  /** Ends after `ms`, or as soon as the signal aborts. Never rejects: who waits looks at the signal. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** At least 0, less than 1. */
  readonly random: () => number;
};

/** Node fires a longer timer at once. */
const longestSleepMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  random: () => Math.random(),
  sleep: async (ms, signal) => {
    try {
      await wait(Math.min(ms, longestSleepMs), undefined, { signal });
    } catch {
      // Woken by the signal, the only way in which this wait can fail.
    }
  },
};

/** Runs `expire` after `ms`, unless the function that it returns is called before. */
export function startTimer(clock: Clock, ms: number, expire: () => void): () => void {
  const cancelled = new AbortController();
  void clock.sleep(ms, cancelled.signal).then(() => {
    if (!cancelled.signal.aborted) expire();
  });
  return () => cancelled.abort();
}
