// Makes a clock that jumps to the next sleeper as soon as everything else has come to rest.
import type { Clock } from '../../plugin/fetch/clock.ts';

type Sleeper = { readonly wakesAt: number; readonly wake: () => void };

/** Starts at 0. `random` stands for the random source; by default every delay has its full length. */
export function virtualClock(random: () => number = () => 1): Clock {
  const sleepers = new Set<Sleeper>();
  let now = 0;
  let isRunning = false;

  /** An immediate runs when no promise is left that could go on without time passing. */
  function run(): void {
    isRunning = true;
    setImmediate(() => {
      isRunning = false;
      const next = [...sleepers].sort((a, b) => a.wakesAt - b.wakesAt)[0];
      if (next === undefined) return;
      now = next.wakesAt;
      next.wake();
      run();
    });
  }

  return {
    now: () => now,
    random,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          sleepers.delete(sleeper);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = { wakesAt: now + Math.max(0, ms), wake };
        if (signal.aborted) return resolve();
        sleepers.add(sleeper);
        signal.addEventListener('abort', wake, { once: true });
        if (!isRunning) run();
      }),
  };
}
