// Owns the fetch step: every connection of a plan opened, read and closed, in parallel and within the deadline.
import {
  ProviderError,
  type Connection,
  type Credentials,
  type FindOutcome,
  type FindQuery,
  type OpenContext,
  type ReadOutcome,
  type RemoteRead,
  type SecretsClient,
} from '../providers/provider.ts';
import { abortable } from './abortable.ts';
import { createCall } from './call.ts';
import { startTimer, type Clock } from './clock.ts';
import { startDeadline, type Deadline } from './deadline.ts';
import { lend } from './lend.ts';
import type { RetrySettings } from './retry.ts';
import { createSlots, type Slots } from './slots.ts';

/** What to read, once each: connections, and the reads in one, are distinct. */
export type FetchPlan = { readonly connections: readonly ConnectionPlan[] };

type ConnectionPlan = {
  readonly connection: Connection;
  readonly retry?: RetrySettings;
  readonly reads: readonly RemoteRead[];
  readonly finds: readonly FindQuery[];
};

export type FetchOptions = Pick<OpenContext, 'env'> & {
  /** What a connection may use. */
  readonly credentials: (connection: Connection) => Credentials;
  /** How long the whole fetch may take. */
  readonly deadlineMs: number;
  /** How many requests may be under way at once, over all connections; at least 1. */
  readonly concurrency: number;
  readonly clock: Clock;
};

/** One outcome for every read and find of the plan, in its place. */
export type Fetched = { readonly connections: readonly ConnectionOutcomes[] };

type ConnectionOutcomes = {
  readonly reads: readonly ReadOutcome[];
  readonly finds: readonly FindOutcome[];
};

type Run = Omit<FetchOptions, 'deadlineMs' | 'concurrency'> & {
  readonly deadline: Deadline;
  readonly slots: Slots;
};

/** A client that does not close in this time is left alone. */
const closeMs = 1_000;

/**
 * Reads the plan. What a user can cause is an outcome; this rejects only for a bug, which is what a
 * provider throws that is not a {@link ProviderError}. Returns within 1.5 s after the deadline, also
 * when a provider does not listen to its signal, and leaves no timer behind.
 */
export async function fetchAll(plan: FetchPlan, options: FetchOptions): Promise<Fetched> {
  const { deadlineMs, concurrency, ...shared } = options;
  const deadline = startDeadline(options.clock, deadlineMs);
  const run: Run = { ...shared, deadline, slots: createSlots(concurrency) };
  try {
    return { connections: await all(plan.connections.map((one) => fetchConnection(one, run))) };
  } finally {
    deadline.end();
  }
}

async function fetchConnection(plan: ConnectionPlan, run: Run): Promise<ConnectionOutcomes> {
  if (plan.reads.length === 0 && plan.finds.length === 0) return { reads: [], finds: [] };
  const { withhold, ...lent } = lend(run.credentials(plan.connection));
  const client = await open(plan, run, lent);
  if (client instanceof ProviderError) {
    const failed = { outcome: 'error', error: withhold(client) } as const;
    return { reads: plan.reads.map(() => failed), finds: plan.finds.map(() => failed) };
  }
  const reading = readAll(client, plan, run);
  const finding = all(plan.finds.map((query) => find(client, query, run)));
  try {
    await Promise.allSettled([reading, finding]);
    const safe = <T extends ReadOutcome | FindOutcome>(outcome: T): T =>
      outcome.outcome === 'error' ? { ...outcome, error: withhold(outcome.error) } : outcome;
    return { reads: (await reading).map(safe), finds: (await finding).map(safe) };
  } finally {
    await close(client, run.clock);
  }
}

async function open(
  { connection, retry }: ConnectionPlan,
  { clock, slots, deadline, env }: Run,
  lent: Pick<OpenContext, 'credentials' | 'remember'>,
): Promise<SecretsClient | ProviderError> {
  const call = createCall({ clock, slots, deadline, retry });
  const opening = start(() => connection.open({ env, call, ...lent }));
  const client = await answer(opening, 'opening the connection', deadline);
  // Given up does not mean that it never opens: nobody else would close it then.
  if (client instanceof ProviderError) void opening.then((late) => close(late, clock), ignore);
  return client;
}

async function readAll(
  client: SecretsClient,
  { connection, reads }: ConnectionPlan,
  { deadline }: Run,
): Promise<readonly ReadOutcome[]> {
  if (reads.length === 0) return [];
  const outcomes = await answer(
    start(() => client.read(reads)),
    'reading',
    deadline,
  );
  if (outcomes instanceof ProviderError) {
    return reads.map(() => ({ outcome: 'error', error: outcomes }));
  }
  if (outcomes.length === reads.length) return outcomes;
  throw new Error(`${connection.title}: ${outcomes.length} outcomes for ${reads.length} reads`);
}

async function find(
  client: SecretsClient,
  query: FindQuery,
  { deadline }: Run,
): Promise<FindOutcome> {
  const outcome = await answer(
    start(() => client.find(query)),
    'find',
    deadline,
  );
  return outcome instanceof ProviderError ? { outcome: 'error', error: outcome } : outcome;
}

async function close(client: SecretsClient, clock: Clock): Promise<void> {
  const late = new AbortController();
  const cancelTimer = startTimer(clock, closeMs, () => late.abort());
  try {
    await abortable(
      start(() => client.close()),
      late.signal,
    );
  } catch {
    // What was asked for has been answered already, and this process ends soon: a user could do nothing about it.
  } finally {
    cancelTimer();
  }
}

/** What a provider answers, or the ProviderError that it ends in. Anything else that it throws goes through. */
async function answer<T>(
  promise: Promise<T>,
  pending: string,
  deadline: Deadline,
): Promise<T | ProviderError> {
  try {
    return await abortable(promise, deadline.givenUp);
  } catch (error) {
    if (error instanceof ProviderError) return error;
    if (deadline.givenUp.aborted && error === deadline.givenUp.reason) {
      return deadline.exceeded(pending);
    }
    throw error;
  }
}

/** A throw before the first `await` is a rejection too. */
async function start<T>(work: () => Promise<T>): Promise<T> {
  return work();
}

/** As Promise.all, but a rejection waits until everything else has ended. */
async function all<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function ignore(): void {}
