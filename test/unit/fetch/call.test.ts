// Tests what one connection does when its calls fail: retries, delays, the circuit, attempts in all.
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../plugin/fetch/clock.ts';
import { fetchAll, type FetchPlan } from '../../../plugin/fetch/fetch.ts';
import {
  ProviderError,
  type Connection,
  type OpenContext,
  type RemoteRead,
} from '../../../plugin/providers/provider.ts';
import { outcomeTexts } from '../../support/fetch-outcomes.ts';
import {
  emptyContext,
  requestLog,
  scriptedConnection,
  type Answer,
  type RequestLog,
  type Script,
} from '../../support/scripted-connection.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

type ConnectionPlan = FetchPlan['connections'][number];

type Case = {
  readonly script: Script;
  readonly keys?: readonly string[];
  readonly retry?: ConnectionPlan['retry'];
  readonly login?: string;
  readonly concurrency?: number;
  readonly deadlineMs?: number;
  readonly random?: () => number;
};

type Seen = {
  readonly outcomes: readonly string[];
  readonly log: RequestLog;
  readonly endedAt: number;
};

async function run(given: Case): Promise<Seen> {
  const clock = virtualClock(given.random);
  const log = requestLog();
  const { script, login, keys = ['a'], retry } = given;
  const connection = scriptedConnection({
    clock,
    log,
    script,
    ...(login === undefined ? {} : { login }),
  });
  const plan = {
    connection,
    reads: readsOf(keys),
    finds: [],
    ...(retry === undefined ? {} : { retry }),
  };
  const fetched = await fetchAll(
    { connections: [plan] },
    {
      ...emptyContext,
      clock,
      deadlineMs: given.deadlineMs ?? 45_000,
      concurrency: given.concurrency ?? 16,
    },
  );
  return { outcomes: outcomeTexts(fetched).flat(), log, endedAt: clock.now() };
}

/** Runs `use` where a connection opens, with two slots for it and the others. */
async function openWith(
  use: (call: OpenContext['call']) => Promise<void>,
  {
    clock = virtualClock(),
    others = [],
  }: { readonly clock?: Clock; readonly others?: readonly ConnectionPlan[] } = {},
): Promise<void> {
  const inner = scriptedConnection({ clock, log: requestLog(), script: inTurn(value) });
  const connection: Connection = {
    ...inner,
    open: async (context) => {
      await use(context.call);
      return inner.open(context);
    },
  };
  await fetchAll(
    { connections: [{ connection, reads: readsOf(['a']), finds: [] }, ...others] },
    { ...emptyContext, clock, deadlineMs: 45_000, concurrency: 2 },
  );
}

function refuse(): Promise<never> {
  return Promise.reject(new ProviderError('unauthenticated', 'who?'));
}

function readsOf(names: readonly string[]): readonly RemoteRead[] {
  return names.map((key) => ({ key, version: '', metadataPolicy: 'None' }));
}

/** One answer per attempt; the last one stands for all later ones. */
function inTurn(...answers: readonly Answer[]): Script {
  return (_, attempt) => answers[Math.min(attempt, answers.length) - 1] ?? { kind: 'value' };
}

const throttled: Answer = { kind: 'throttled' };
const unavailable: Answer = { kind: 'unavailable' };
const value: Answer = { kind: 'value' };

function keys(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `k${index}`);
}

describe('retry', () => {
  test.each([
    {
      reason: 'throttled is retried',
      script: inTurn(throttled, throttled, value),
      outcome: 'value',
      times: [0, 100, 300],
    },
    {
      reason: 'unavailable is retried',
      script: inTurn(unavailable, value),
      outcome: 'value',
      times: [0, 100],
    },
    {
      reason: 'five attempts in all, each delay twice the one before',
      script: inTurn(throttled),
      outcome: 'throttled: the store says throttled (after 5 attempts)',
      times: [0, 100, 300, 700, 1500],
    },
    {
      reason: 'the delay is a random part of the backoff',
      script: inTurn(throttled, throttled, value),
      random: () => 0.25,
      outcome: 'value',
      times: [0, 25, 75],
    },
    {
      reason: 'no answer within the time of an attempt is retried',
      script: inTurn({ kind: 'hang' }, value),
      outcome: 'value',
      times: [0, 15_100],
    },
    {
      reason: 'a task that does not listen to its signal is left behind',
      script: inTurn({ kind: 'deaf' }, value),
      outcome: 'value',
      times: [0, 15_100],
    },
    {
      reason: 'no attempt is ever answered: the deadline, and what was wrong before',
      script: inTurn({ kind: 'hang' }),
      outcome:
        'timeout: no answer within 45 s (Get a was pending; before that: no answer to Get a within 15 s)',
      times: [0, 15_100, 30_300],
    },
    {
      reason: 'what an answer has followed is not told at the deadline',
      script: inTurn(throttled, value, { kind: 'hang' }),
      keys: ['a', 'a'],
      concurrency: 1,
      deadlineMs: 10_000,
      outcome: ['value', 'timeout: no answer within 10 s (Get a was pending)'],
      times: [0, 100, 100],
    },
    {
      reason: 'the backoff is capped',
      script: inTurn(throttled),
      retry: { maxRetries: 8 },
      outcome: 'throttled: the store says throttled (after 9 attempts)',
      times: [0, 100, 300, 700, 1500, 3100, 6300, 11_300, 16_300],
    },
    {
      reason: 'the settings of the store: so many retries at a fixed interval',
      script: inTurn(throttled),
      retry: { maxRetries: 2, retryIntervalMs: 1_000 },
      outcome: 'throttled: the store says throttled (after 3 attempts)',
      times: [0, 1000, 2000],
    },
    {
      reason: 'settings without a number of retries mean three',
      script: inTurn(throttled),
      retry: { retryIntervalMs: 10 },
      outcome: 'throttled: the store says throttled (after 4 attempts)',
      times: [0, 10, 20, 30],
    },
    {
      reason: 'settings may forbid retries',
      script: inTurn(unavailable),
      retry: { maxRetries: 0 },
      outcome: 'unavailable: the store says unavailable',
      times: [0],
    },
    {
      reason: 'Retry-After makes a delay longer',
      script: inTurn({ kind: 'throttled', retryAfterMs: 3_000 }, value),
      outcome: 'value',
      times: [0, 3000],
    },
    {
      reason: 'Retry-After makes no delay shorter',
      script: inTurn({ kind: 'throttled', retryAfterMs: 1 }, value),
      outcome: 'value',
      times: [0, 100],
    },
    {
      reason: 'Retry-After makes a fixed interval longer',
      script: inTurn({ kind: 'throttled', retryAfterMs: 3_000 }, value),
      retry: { retryIntervalMs: 1_000 },
      outcome: 'value',
      times: [0, 3000],
    },
    {
      reason: 'Retry-After beyond the deadline is not waited for: the cause is told at once',
      script: inTurn({ kind: 'throttled', retryAfterMs: 60_000 }),
      outcome: 'throttled: the store says throttled',
      times: [0],
    },
    {
      reason: 'an interval beyond the deadline is not waited for either',
      script: inTurn(unavailable),
      retry: { retryIntervalMs: 2 ** 40 },
      outcome: 'unavailable: the store says unavailable',
      times: [0],
    },
    {
      reason: 'a retry may end in something that is not retried',
      script: inTurn(throttled, { kind: 'denied' }),
      outcome: 'denied: the store says denied',
      times: [0, 100],
    },
  ])('$reason', async ({ outcome, times, ...given }) => {
    const { outcomes, log } = await run(given);
    expect(outcomes).toEqual([outcome].flat());
    expect(log.requests.map(({ at }) => at)).toEqual(times);
  });

  test.each(['denied', 'unauthenticated', 'invalid', 'failed', 'credentials', 'timeout'] as const)(
    '%s is never retried',
    async (kind) => {
      const { outcomes, log } = await run({ script: inTurn({ kind }) });
      expect(outcomes).toEqual([`${kind}: the store says ${kind}`]);
      expect(log.requests).toHaveLength(1);
    },
  );
});

describe('slots', () => {
  test('a call that waits for its retry holds none', async () => {
    const script: Script = (key, attempt) =>
      key === 'k0' && attempt === 1 ? throttled : { kind: 'value', afterMs: 1 };
    const { outcomes, log } = await run({ script, keys: keys(1), login: 'login', concurrency: 1 });
    expect(outcomes).toEqual(['value']);
    expect(log.mostInFlight).toBe(1);
  });

  test('as many requests as there are slots, in the order of the reads', async () => {
    const script: Script = () => ({ kind: 'value', afterMs: 10 });
    const { log, endedAt } = await run({ script, keys: keys(9), concurrency: 3 });
    expect(log.mostInFlight).toBe(3);
    expect(log.requests.map(({ request }) => request)).toEqual(keys(9));
    expect(endedAt).toBe(30);
  });
});

describe('a store that is down', () => {
  test('costs the requests under way and the retries of one call', async () => {
    const { outcomes, log, endedAt } = await run({
      script: inTurn(unavailable),
      keys: keys(1_000),
    });
    expect(new Set(outcomes)).toEqual(
      new Set(['unavailable: the store says unavailable (after 5 attempts)']),
    );
    expect(outcomes).toHaveLength(1_000);
    expect(log.requests).toHaveLength(16 + 4);
    expect(endedAt).toBe(1_500);
  });

  test('is asked one request at a time once that is known', async () => {
    const { log } = await run({ script: inTurn(unavailable), keys: keys(100) });
    const later = log.requests.filter(({ at }) => at > 0);
    expect(later.map(({ at }) => at)).toEqual([100, 300, 700, 1500]);
  });

  test('ends requests that are under way', async () => {
    const script: Script = (key) => (key === 'k0' ? unavailable : { kind: 'hang' });
    const { outcomes, endedAt } = await run({ script, keys: keys(3) });
    expect(new Set(outcomes)).toEqual(
      new Set(['unavailable: the store says unavailable (after 5 attempts)']),
    );
    expect(endedAt).toBe(1_500);
  });

  test.each(['unauthenticated', 'credentials'] as const)('%s is found out once', async (kind) => {
    const { outcomes, log } = await run({
      script: inTurn({ kind, afterMs: 1 }),
      keys: keys(50),
      concurrency: 2,
    });
    expect(new Set(outcomes)).toEqual(new Set([`${kind}: the store says ${kind}`]));
    expect(log.requests).toHaveLength(2);
  });

  test('keeps what had been read before', async () => {
    const script: Script = (key) => (key < 'k3' ? value : unavailable);
    const { outcomes } = await run({ script, keys: keys(6), concurrency: 1 });
    const down = 'unavailable: the store says unavailable (after 5 attempts)';
    expect(outcomes).toEqual(['value', 'value', 'value', down, down, down]);
  });

  test('gives its slots and those it waited for to other stores', async () => {
    const clock = virtualClock();
    const down = scriptedConnection({
      clock,
      log: requestLog(),
      script: inTurn({ kind: 'unauthenticated' }),
    });
    const up = scriptedConnection({ clock, log: requestLog(), script: inTurn(value) });
    const reads = readsOf(keys(5));
    const fetched = await fetchAll(
      { connections: [down, up].map((connection) => ({ connection, reads, finds: [] })) },
      { ...emptyContext, clock, deadlineMs: 45_000, concurrency: 1 },
    );
    expect(outcomeTexts(fetched).map((texts) => [...new Set(texts)])).toEqual([
      ['unauthenticated: the store says unauthenticated'],
      ['value'],
    ]);
  });

  test('gets no request that had its slot when another one was refused', async () => {
    const begun: string[] = [];
    await openWith(async (call) => {
      const request = (name: string, task: () => Promise<void>): Promise<void> =>
        call(name, () => {
          begun.push(name);
          return task();
        });
      await Promise.allSettled([
        request('fine', async () => {}),
        request('refused', refuse),
        request('next', async () => {}),
      ]);
    });
    expect(begun).toEqual(['fine', 'refused']);
  });

  test('ends a later call at once, also when no slot is free', async () => {
    const clock = virtualClock();
    const slow = scriptedConnection({
      clock,
      log: requestLog(),
      script: inTurn({ kind: 'value', afterMs: 500 }),
    });
    const endedAt: number[] = [];
    await openWith(
      async (call) => {
        await Promise.allSettled([call('first', refuse)]);
        await Promise.allSettled([call('second', refuse)]);
        endedAt.push(clock.now());
      },
      { clock, others: [{ connection: slow, reads: readsOf(keys(2)), finds: [] }] },
    );
    expect(endedAt).toEqual([0]);
  });

  test('a key that is denied or absent closes nothing', async () => {
    const kinds: Readonly<Record<string, Answer['kind']>> = { k1: 'denied', k2: 'not-found' };
    const script: Script = (key) => ({ kind: kinds[key] ?? 'value' });
    const { outcomes } = await run({ script, keys: keys(4), concurrency: 1 });
    expect(outcomes).toEqual(['value', 'denied: the store says denied', 'not-found', 'value']);
  });
});

describe('a store that comes back', () => {
  test('lets all go on whose failures were part of the outage', async () => {
    const script: Script = (_, attempt) => (attempt === 1 ? unavailable : value);
    const { outcomes, log, endedAt } = await run({ script, keys: keys(16) });
    expect(new Set(outcomes)).toEqual(new Set(['value']));
    expect(log.requests).toHaveLength(32);
    expect(endedAt).toBe(100);
  });

  test('is one that refuses the call that was retried, too', async () => {
    const script: Script = (key, attempt) => {
      if (attempt === 1) return throttled;
      return key === 'k0' ? { kind: 'denied' } : value;
    };
    const { outcomes } = await run({ script, keys: keys(3) });
    expect(outcomes).toEqual(['denied: the store says denied', 'value', 'value']);
  });
});

describe('a store that throttles', () => {
  test('gets all its values out at the rate that it allows', async () => {
    const rate = 40;
    const clock = virtualClock();
    const log = requestLog();
    // A bucket of 40 that fills with 40 a second, as Parameter Store has.
    let tokens = rate;
    let filledAt = 0;
    const script: Script = () => {
      tokens = Math.min(rate, tokens + ((clock.now() - filledAt) / 1_000) * rate);
      filledAt = clock.now();
      if (tokens < 1) return { kind: 'throttled', afterMs: 5 };
      tokens -= 1;
      return { kind: 'value', afterMs: 20 };
    };
    const reads = readsOf(keys(400));
    const fetched = await fetchAll(
      {
        connections: [{ connection: scriptedConnection({ clock, log, script }), reads, finds: [] }],
      },
      { ...emptyContext, clock, deadlineMs: 45_000, concurrency: 16 },
    );
    expect(new Set(outcomeTexts(fetched).flat())).toEqual(new Set(['value']));
    expect(clock.now()).toBeLessThan(20_000);
  });

  test('to the end is told as such, and the circuit stays closed', async () => {
    const script: Script = (key) => (key === 'k0' ? throttled : value);
    const { outcomes } = await run({ script, keys: keys(3), concurrency: 1 });
    expect(outcomes).toEqual([
      'throttled: the store says throttled (after 5 attempts)',
      'value',
      'value',
    ]);
  });

  test('to the end ends the calls that it had throttled meanwhile', async () => {
    const { outcomes, log } = await run({ script: inTurn(throttled), keys: keys(4) });
    expect(outcomes).toEqual([
      'throttled: the store says throttled (after 5 attempts)',
      'throttled: the store says throttled',
      'throttled: the store says throttled',
      'throttled: the store says throttled',
    ]);
    expect(log.requests).toHaveLength(4 + 4);
  });

  test('does not end a call that it could not be reached for', async () => {
    const script: Script = (key, attempt) => {
      if (key === 'k0') return throttled;
      return attempt === 1 ? unavailable : value;
    };
    const { outcomes } = await run({ script, keys: keys(2) });
    expect(outcomes).toEqual(['throttled: the store says throttled (after 5 attempts)', 'value']);
  });
});
