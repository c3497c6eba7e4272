// Tests what holds for every plan and every schedule of faults: outcomes in place, bounds, the deadline, no leaks.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fetchAll, type FetchPlan, type Fetched } from '../../plugin/fetch/fetch.ts';
import type { RetrySettings } from '../../plugin/fetch/retry.ts';
import { outcomeTexts } from '../support/fetch-outcomes.ts';
import {
  canary,
  emptyContext,
  requestLog,
  scriptedConnection,
  type Answer,
  type RequestLog,
} from '../support/scripted-connection.ts';
import { virtualClock } from '../support/virtual-clock.ts';

type ConnectionPlan = FetchPlan['connections'][number];

type Store = {
  readonly keys: number;
  readonly finds: number;
  readonly batch: number;
  readonly hasLogin: boolean;
  readonly retry: RetrySettings | undefined;
  /** Taken in turn by the requests as they come, and then from the start again. */
  readonly answers: readonly Answer[];
};

type Scenario = {
  readonly stores: readonly Store[];
  readonly concurrency: number;
  readonly deadlineMs: number;
  readonly chances: readonly number[];
};

const answer: fc.Arbitrary<Answer> = fc.record(
  {
    kind: fc.oneof(
      { weight: 6, arbitrary: fc.constant('value' as const) },
      {
        weight: 5,
        arbitrary: fc.constantFrom(
          'throttled' as const,
          'unavailable' as const,
          'not-found' as const,
        ),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          'denied' as const,
          'unauthenticated' as const,
          'credentials' as const,
          'invalid' as const,
          'failed' as const,
          'hang' as const,
          'deaf' as const,
        ),
      },
    ),
    afterMs: fc.nat(3_000),
    retryAfterMs: fc.nat(20_000),
  },
  { requiredKeys: ['kind'] },
);

const retry: fc.Arbitrary<RetrySettings> = fc.record(
  { maxRetries: fc.nat(6), retryIntervalMs: fc.nat(2_000) },
  { requiredKeys: [] },
);

const store: fc.Arbitrary<Store> = fc.record({
  keys: fc.nat(12),
  finds: fc.nat(3),
  batch: fc.integer({ min: 1, max: 5 }),
  hasLogin: fc.boolean(),
  retry: fc.option(retry, { nil: undefined }),
  answers: fc.array(answer, { minLength: 1, maxLength: 12 }),
});

const scenario: fc.Arbitrary<Scenario> = fc.record({
  stores: fc.array(store, { maxLength: 4 }),
  concurrency: fc.integer({ min: 1, max: 6 }),
  deadlineMs: fc.integer({ min: 1, max: 60_000 }),
  chances: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 8 }),
});

/** Gives the items one after another, for ever. */
function cycle<T>(items: readonly T[], whenEmpty: T): () => T {
  let index = 0;
  return () => {
    const item = items[index % items.length];
    index += 1;
    return item ?? whenEmpty;
  };
}

type Ran = {
  readonly fetched: Fetched;
  /** Of everything; only its `mostInFlight` counts over all stores. */
  readonly total: RequestLog;
  readonly requestsOf: readonly (readonly string[])[];
  readonly endedAt: number;
};

async function run({ stores, concurrency, deadlineMs, chances }: Scenario): Promise<Ran> {
  const clock = virtualClock(cycle(chances, 0));
  const total = requestLog();
  const requestsOf = stores.map((): string[] => []);
  const connections = stores.map((one, index): ConnectionPlan => {
    const nextAnswer = cycle<Answer>(one.answers, { kind: 'value' });
    const connection = scriptedConnection({
      clock,
      log: total,
      batch: one.batch,
      script: (request) => {
        requestsOf[index]?.push(request);
        return nextAnswer();
      },
      ...(one.hasLogin ? { login: 'login' } : {}),
    });
    return {
      connection,
      reads: Array.from({ length: one.keys }, (_, key) => ({
        key: `k${key}`,
        version: '',
        metadataPolicy: 'None',
      })),
      finds: Array.from({ length: one.finds }, (_, find) => ({ path: `/f${find}` })),
      ...(one.retry === undefined ? {} : { retry: one.retry }),
    };
  });
  const fetched = await fetchAll(
    { connections },
    { ...emptyContext, clock, deadlineMs, concurrency },
  );
  return { fetched, total, requestsOf, endedAt: clock.now() };
}

function maxRetries({ retry }: Store): number {
  return retry === undefined ? 4 : (retry.maxRetries ?? 3);
}

/** Calls that a store can be asked to make. */
function calls({ keys, finds, batch, hasLogin }: Store): number {
  return Math.ceil(keys / batch) + finds + (hasLogin ? 1 : 0);
}

const closingMs = 1_500;

test('each read and find has one outcome in its place, within the bounds', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const { fetched, total, requestsOf, endedAt } = await run(given);
      expect(fetched.connections.map(({ reads, finds }) => [reads.length, finds.length])).toEqual(
        given.stores.map(({ keys, finds }) => [keys, finds]),
      );
      expect(total.mostInFlight).toBeLessThanOrEqual(given.concurrency);
      expect(total.inFlight).toBe(0);
      expect(total.closed).toBe(total.opened);
      expect(endedAt).toBeLessThanOrEqual(given.deadlineMs + closingMs);
      given.stores.forEach((one, index) => {
        const bound = calls(one) * (given.concurrency + 1 + maxRetries(one));
        expect(requestsOf[index]?.length).toBeLessThanOrEqual(bound);
      });
    }),
    { numRuns: 400 },
  );
});

test('a store that never answers well costs what was under way and the retries of one call', async () => {
  const down = fc.constantFrom<Answer['kind']>('unavailable', 'unauthenticated', 'credentials');
  await fc.assert(
    fc.asyncProperty(scenario, down, async (given, kind) => {
      const stores = given.stores.map((one) => ({ ...one, answers: [{ kind, afterMs: 5 }] }));
      const { requestsOf } = await run({ ...given, stores });
      stores.forEach((one, index) => {
        const bound = Math.min(calls(one), given.concurrency) + maxRetries(one);
        expect(requestsOf[index]?.length).toBeLessThanOrEqual(bound);
      });
    }),
    { numRuns: 200 },
  );
});

test('the same answers and the same chances give the same outcomes, requests and time', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const [first, second] = [await run(given), await run(given)];
      expect(outcomeTexts(second.fetched)).toEqual(outcomeTexts(first.fetched));
      expect(second.total.requests).toEqual(first.total.requests);
      expect(second.endedAt).toBe(first.endedAt);
    }),
    { numRuns: 100 },
  );
});

test('no message holds a value or a raw cause', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const { fetched } = await run(given);
      expect(outcomeTexts(fetched).flat().join('\n')).not.toContain(canary);
      expect(JSON.stringify(fetched)).not.toContain(canary);
    }),
    { numRuns: 200 },
  );
});

test('nothing is rejected behind the back of whoever fetches', async () => {
  const rejections: unknown[] = [];
  const listen = (reason: unknown): void => {
    rejections.push(reason);
  };
  process.on('unhandledRejection', listen);
  try {
    await fc.assert(
      fc.asyncProperty(scenario, fc.boolean(), async (given, hasBug) => {
        const bug: Answer = { kind: 'bug', afterMs: 100 };
        const stores = given.stores.map((one) => ({
          ...one,
          answers: hasBug ? [...one.answers, bug] : one.answers,
        }));
        await Promise.allSettled([run({ ...given, stores })]);
      }),
      { numRuns: 200 },
    );
    await new Promise(setImmediate);
  } finally {
    process.off('unhandledRejection', listen);
  }
  expect(rejections).toEqual([]);
});
