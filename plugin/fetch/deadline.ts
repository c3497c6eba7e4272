// Owns the deadline of a fetch: when it is, who is told, and how a user reads it.
import { setMaxListeners } from 'node:events';
import { ProviderError } from '../providers/provider.ts';
import type { Clock } from './clock.ts';

/** How long a client may take to hand over what it had when the deadline passed. */
const graceMs = 500;

export type Deadline = {
  /** On the clock that it was started with. */
  readonly endsAt: number;
  /** Aborts at the deadline: every call ends. */
  readonly signal: AbortSignal;
  /** Aborts a little later: what has not come by then is given up. */
  readonly givenUp: AbortSignal;
  /** `pending` says what was waited for, `failure` what had gone wrong with it before. */
  readonly exceeded: (pending: string, failure?: ProviderError) => ProviderError;
  /** Ends timers and whatever still runs, when nobody waits for it any more. */
  readonly end: () => void;
};

export function startDeadline(clock: Clock, deadlineMs: number): Deadline {
  const over = new AbortController();
  const givenUp = new AbortController();
  const ended = new AbortController();
  // Node 20 warns on stderr from the eleventh listener on; here every connection is one.
  setMaxListeners(0, givenUp.signal);
  void clock
    .sleep(deadlineMs, ended.signal)
    .then(() => over.abort())
    .then(() => clock.sleep(graceMs, ended.signal))
    .then(() => givenUp.abort());
  return {
    endsAt: clock.now() + deadlineMs,
    signal: over.signal,
    givenUp: givenUp.signal,
    exceeded: (pending, failure) => {
      const before = failure === undefined ? '' : `; before that: ${failure.message}`;
      const message = `no answer within ${deadlineMs / 1000} s (${pending} was pending${before})`;
      return new ProviderError('timeout', message, { cause: failure });
    },
    end: () => ended.abort(),
  };
}
