// Owns how one connection makes its network calls: in slots, within time, retried one at a time, until its store is down.
import { setMaxListeners } from 'node:events';
import { ProviderError, type OpenContext, type ProviderErrorCode } from '../providers/provider.ts';
import { abortable } from './abortable.ts';
import { startTimer, type Clock } from './clock.ts';
import type { Deadline } from './deadline.ts';
import { isRetryable, retryPolicy, type RetryPolicy, type RetrySettings } from './retry.ts';
import type { Slots } from './slots.ts';

/** A request without an answer for so long is made again rather than waited for. */
const attemptTimeoutMs = 15_000;

/** What all connections share, and the store's own retry settings. */
export type CallOptions = {
  readonly clock: Clock;
  readonly slots: Slots;
  readonly deadline: Deadline;
  readonly retry: RetrySettings | undefined;
};

type Request<T> = {
  readonly name: string;
  readonly task: (signal: AbortSignal) => Promise<T>;
};

/** The state of one connection. */
type Line = Omit<CallOptions, 'retry'> & {
  readonly policy: RetryPolicy;
  /** The circuit. Aborted with the failure that every call of this connection shares from then on. */
  readonly down: AbortController;
  /** Aborts when the connection is down or the deadline has passed. */
  readonly stop: AbortSignal;
  /** Set while one call is being retried: the failure that it ends in, or undefined once the store answers. Never rejects. */
  recovery: Promise<ProviderErrorCode | undefined> | undefined;
  /** The latest failure that no answer has followed, for the message at the deadline. */
  lastFailure: ProviderError | undefined;
};

/**
 * Makes {@link OpenContext.call} for one connection.
 *
 * A connection that fails is tried by one call at a time. The first call that fails and may be
 * retried is; the others, also those that fail meanwhile, wait for how that ends. When the store
 * answers, all go on, and what failed meanwhile does not count as their attempt: it was the same
 * outage. When it throttles to the end, those that were throttled too end with it. When it is
 * unreachable to the end, or knows nobody, the circuit opens: every call of the connection, also one
 * under way, ends with that failure at once. So a store that is down costs at most the requests that
 * were under way plus the retries of one call, and retries never come in parallel.
 *
 * A task that made a call of its own would hold its slot while it waits for another one: make them
 * one after the other, or both requests in one task.
 */
export function createCall({ retry, ...shared }: CallOptions): OpenContext['call'] {
  const down = new AbortController();
  const stop = AbortSignal.any([shared.deadline.signal, down.signal]);
  // Node 20 warns on stderr from the eleventh listener on; here every waiting call is one.
  setMaxListeners(0, stop);
  const policy = retryPolicy(retry, shared.clock.random);
  const line: Line = {
    ...shared,
    policy,
    down,
    stop,
    recovery: undefined,
    lastFailure: undefined,
  };
  return async (name, task) => {
    try {
      return await makeCall(line, { name, task });
    } catch (error) {
      const { signal, exceeded } = line.deadline;
      if (signal.aborted && error === signal.reason) throw exceeded(name, line.lastFailure);
      throw error;
    }
  };
}

async function makeCall<T>(line: Line, request: Request<T>): Promise<T> {
  for (;;) {
    await takeTurn(line);
    try {
      return await attempt(line, request);
    } catch (error) {
      if (line.stop.aborted || !isRetryable(error)) throw error;
      if (line.recovery === undefined) return await recover(line, request, error);
      const end = await abortable(line.recovery, line.stop);
      if (end === error.code) throw error;
    }
  }
}

/** Waits for a slot at a time when nobody is retrying. */
async function takeTurn(line: Line): Promise<void> {
  for (;;) {
    await line.slots.take(line.stop);
    if (line.recovery === undefined) return;
    line.slots.give();
    await abortable(line.recovery, line.stop);
  }
}

/** One request, in a slot that was taken for it and is given back here. */
async function attempt<T>(line: Line, { name, task }: Request<T>): Promise<T> {
  const late = new AbortController();
  const cancelTimer = startTimer(line.clock, attemptTimeoutMs, () => {
    const message = `no answer to ${name} within ${attemptTimeoutMs / 1000} s`;
    late.abort(new ProviderError('unavailable', message));
  });
  const signal = AbortSignal.any([line.stop, late.signal]);
  try {
    signal.throwIfAborted();
    const answer = await abortable(task(signal), signal);
    line.lastFailure = undefined;
    return answer;
  } catch (error) {
    noteFailure(line, error);
    throw error;
  } finally {
    cancelTimer();
    line.slots.give();
  }
}

function noteFailure(line: Line, error: unknown): void {
  if (isRetryable(error)) {
    line.lastFailure = error;
  } else if (error instanceof ProviderError && isRefusedForAll(error)) {
    line.down.abort(error);
  }
}

/** The store does not know who asks: no other request of this connection can fare better. */
function isRefusedForAll({ code }: ProviderError): boolean {
  return code === 'unauthenticated' || code === 'credentials';
}

/** Retries a request that has failed, while all other calls of the connection wait. */
function recover<T>(line: Line, request: Request<T>, failure: ProviderError): Promise<T> {
  const retries = retryUntilOver(line, request, failure);
  line.recovery = retries
    .then(
      () => undefined,
      (error: unknown) => (isRetryable(error) ? error.code : undefined),
    )
    .finally(() => {
      line.recovery = undefined;
    });
  return retries;
}

async function retryUntilOver<T>(
  line: Line,
  request: Request<T>,
  firstFailure: ProviderError,
): Promise<T> {
  const { clock, deadline, policy, slots, stop } = line;
  let failure = firstFailure;
  let attempts = 1;
  while (attempts <= policy.maxRetries) {
    const delayMs = policy.delayMs(attempts, failure);
    if (clock.now() + delayMs >= deadline.endsAt) break;
    await clock.sleep(delayMs, stop);
    await slots.take(stop);
    attempts += 1;
    try {
      return await attempt(line, request);
    } catch (error) {
      if (stop.aborted || !isRetryable(error)) throw error;
      failure = error;
    }
  }
  const end = exhausted(failure, attempts);
  if (end.code === 'unavailable') line.down.abort(end);
  throw end;
}

function exhausted(failure: ProviderError, attempts: number): ProviderError {
  if (attempts === 1) return failure;
  const message = `${failure.message} (after ${attempts} attempts)`;
  return new ProviderError(failure.code, message, { cause: failure });
}
