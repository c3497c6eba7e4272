// Tests the fetch step as a whole: outcomes in their places, opening, closing, the deadline, bugs.
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../plugin/fetch/clock.ts';
import {
  fetchAll,
  type FetchPlan,
  type FetchOptions,
  type Fetched,
} from '../../../plugin/fetch/fetch.ts';
import {
  ProviderError,
  type Connection,
  type SecretsClient,
} from '../../../plugin/providers/provider.ts';
import { outcomeTexts } from '../../support/fetch-outcomes.ts';
import {
  emptyContext,
  requestLog,
  scriptedConnection,
  type RequestLog,
  type Script,
  type ScriptedConnection,
} from '../../support/scripted-connection.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

type ConnectionPlan = FetchPlan['connections'][number];

type World = { readonly options: FetchOptions; readonly log: RequestLog };

function world(options: Partial<FetchOptions> = {}): World {
  return {
    options: {
      ...emptyContext,
      clock: virtualClock(),
      deadlineMs: 45_000,
      concurrency: 16,
      ...options,
    },
    log: requestLog(),
  };
}

function connectionIn(
  { options: { clock }, log }: World,
  scripted: Partial<ScriptedConnection> = {},
): Connection {
  return scriptedConnection({ clock, log, script: () => ({ kind: 'value' }), ...scripted });
}

function planned(
  connection: Connection,
  keys: readonly string[],
  finds: readonly string[] = [],
): ConnectionPlan {
  return {
    connection,
    reads: keys.map((key) => ({ key, version: '', metadataPolicy: 'None' })),
    finds: finds.map((path) => ({ path })),
  };
}

function fetchPlans(
  { options }: World,
  ...connections: readonly ConnectionPlan[]
): Promise<Fetched> {
  return fetchAll({ connections }, options);
}

function never(): Promise<never> {
  return new Promise(() => {});
}

describe('outcomes', () => {
  test('have the places of their reads and finds, whatever answers first', async () => {
    const here = world();
    const slow = connectionIn(here, {
      script: (key) => ({
        kind: key === 'absent' ? 'not-found' : 'value',
        afterMs: key === 'late' ? 90 : 10,
      }),
    });
    const denied = connectionIn(here, { script: () => ({ kind: 'denied' }) });
    const fetched = await fetchPlans(
      here,
      planned(slow, ['late', 'absent', 'early'], ['/all']),
      planned(denied, ['x'], ['/y']),
    );
    expect(outcomeTexts(fetched)).toEqual([
      ['value', 'not-found', 'value', 'values'],
      ['denied: the store says denied', 'denied: the store says denied'],
    ]);
  });

  test('come in parallel over connections, reads and finds', async () => {
    const here = world();
    const script: Script = () => ({ kind: 'value', afterMs: 20 });
    await fetchPlans(
      here,
      planned(connectionIn(here, { script }), ['a', 'b'], ['/c']),
      planned(connectionIn(here, { script }), ['d'], ['/e', '/f']),
    );
    expect(here.options.clock.now()).toBe(20);
  });

  test('a plan of nothing gives nothing', async () => {
    expect(await fetchPlans(world())).toEqual({ connections: [] });
  });

  test('a connection with nothing to read is not opened', async () => {
    const here = world();
    const fetched = await fetchPlans(here, planned(connectionIn(here, { login: 'login' }), []));
    expect(fetched).toEqual({ connections: [{ reads: [], finds: [] }] });
    expect(here.log.requests).toEqual([]);
  });

  test('a client without reads is asked for its finds only', async () => {
    const here = world();
    const client = { read: () => Promise.reject(new Error('asked to read nothing')) };
    const fetched = await fetchPlans(here, planned(connectionIn(here, { client }), [], ['/a']));
    expect(outcomeTexts(fetched)).toEqual([['values']]);
  });

  test('a client reads all its refs in one go', async () => {
    const here = world();
    await fetchPlans(here, planned(connectionIn(here, { batch: 20 }), ['a', 'b', 'c']));
    expect(here.log.requests.map(({ request }) => request)).toEqual(['a+b+c']);
  });
});

describe('opening', () => {
  test('that fails is the outcome of everything on this connection, and of nothing else', async () => {
    const here = world();
    const broken = connectionIn(here, {
      login: 'login',
      script: () => ({ kind: 'unauthenticated' }),
    });
    const fetched = await fetchPlans(
      here,
      planned(broken, ['a', 'b'], ['/c']),
      planned(connectionIn(here), ['d']),
    );
    const refused = 'unauthenticated: the store says unauthenticated';
    expect(outcomeTexts(fetched)).toEqual([[refused, refused, refused], ['value']]);
  });

  test('is retried as any call', async () => {
    const here = world();
    const script: Script = (request, attempt) => ({
      kind: request === 'login' && attempt < 3 ? 'throttled' : 'value',
    });
    const connection = connectionIn(here, { login: 'login', script });
    expect(outcomeTexts(await fetchPlans(here, planned(connection, ['a'])))).toEqual([['value']]);
    const requests = here.log.requests.map(({ request }) => request);
    expect(requests).toEqual(['login', 'login', 'login', 'a']);
  });

  test('gets the environment as it was given, and the credentials', async () => {
    const none = emptyContext.credentials;
    const asked: Connection[] = [];
    const here = world({
      env: { REGION: 'somewhere' },
      credentials: (connection) => {
        asked.push(connection);
        return { ...none(connection), ambient: true };
      },
    });
    const seen: unknown[] = [];
    const inner = connectionIn(here);
    const connection: Connection = {
      ...inner,
      open: (context) => {
        seen.push(context.env, context.credentials);
        return inner.open(context);
      },
    };
    await fetchPlans(here, planned(connection, ['a']));
    expect(seen[0]).toBe(here.options.env);
    expect(seen[1]).toMatchObject({ ambient: true });
    expect(asked).toEqual([connection]);
  });

  test('that throws before it waits is told like any other', async () => {
    const here = world();
    const connection: Connection = {
      ...connectionIn(here),
      open: () => {
        throw new ProviderError('credentials', 'the Secret "aws-creds" is missing');
      },
    };
    const fetched = await fetchPlans(here, planned(connection, ['a']));
    expect(outcomeTexts(fetched)).toEqual([['credentials: the Secret "aws-creds" is missing']]);
  });
});

describe('a client', () => {
  test('may reject with a ProviderError instead of giving outcomes', async () => {
    const here = world();
    const fail = (): Promise<never> => Promise.reject(new ProviderError('invalid', 'bad request'));
    const connection = connectionIn(here, { client: { read: fail, find: fail } });
    const fetched = await fetchPlans(here, planned(connection, ['a', 'b'], ['/c']));
    expect(outcomeTexts(fetched)).toEqual([
      ['invalid: bad request', 'invalid: bad request', 'invalid: bad request'],
    ]);
    expect(here.log).toMatchObject({ opened: 1, closed: 1 });
  });

  test.each([
    { reason: 'fails', close: () => Promise.reject(new Error('close failed')), endedAt: 0 },
    { reason: 'never ends', close: never, endedAt: 1_000 },
  ])('whose close $reason harms nobody', async ({ close, endedAt }) => {
    const here = world();
    const fetched = await fetchPlans(
      here,
      planned(connectionIn(here, { client: { close } }), ['a']),
    );
    expect(outcomeTexts(fetched)).toEqual([['value']]);
    expect(here.options.clock.now()).toBe(endedAt);
  });
});

describe('a bug of a provider', () => {
  const bug = new TypeError('x is not a function');
  const throwBug = (): never => {
    throw bug;
  };
  test.each([
    { reason: 'in read', client: { read: () => Promise.reject(bug) } },
    { reason: 'in read, before it waits', client: { read: throwBug } },
    { reason: 'in find', client: { find: () => Promise.reject(bug) } },
  ] satisfies readonly { reason: string; client: Partial<SecretsClient> }[])(
    '$reason rejects after every connection is closed',
    async ({ client }) => {
      const here = world();
      const slow = connectionIn(here, { script: () => ({ kind: 'value', afterMs: 500 }) });
      const fetching = fetchPlans(
        here,
        planned(connectionIn(here, { client }), ['a'], ['/b']),
        planned(slow, ['c']),
      );
      await expect(fetching).rejects.toBe(bug);
      expect(here.log).toMatchObject({ opened: 2, closed: 2, inFlight: 0 });
    },
  );

  test('in open rejects', async () => {
    const here = world();
    const connection: Connection = { ...connectionIn(here), open: () => Promise.reject(bug) };
    await expect(fetchPlans(here, planned(connection, ['a']))).rejects.toBe(bug);
  });

  test('in the task of a call is not retried', async () => {
    const here = world();
    const connection = connectionIn(here, { script: () => ({ kind: 'bug' }) });
    await expect(fetchPlans(here, planned(connection, ['a']))).rejects.toThrow(TypeError);
    expect(here.log).toMatchObject({ requests: [{ request: 'a' }], closed: 1 });
  });

  test.each([0, 2])('%i outcomes for one read is one', async (count) => {
    const here = world();
    const read: SecretsClient['read'] = async () =>
      Array.from({ length: count }, () => ({ outcome: 'not-found' }));
    const fetching = fetchPlans(here, planned(connectionIn(here, { client: { read } }), ['a']));
    await expect(fetching).rejects.toThrow(`Scripted store: ${count} outcomes for 1 reads`);
    expect(here.log.closed).toBe(1);
  });
});

describe('the deadline', () => {
  test('names the call that was pending, and keeps what had come', async () => {
    const here = world({ deadlineMs: 2_500 });
    const connection = connectionIn(here, {
      script: (key) => ({ kind: key === 'slow' ? 'hang' : 'value' }),
    });
    const fetched = await fetchPlans(here, planned(connection, ['a', 'slow', 'b'], ['/c']));
    expect(outcomeTexts(fetched)).toEqual([
      ['value', 'timeout: no answer within 2.5 s (Get slow was pending)', 'value', 'values'],
    ]);
    expect(here.options.clock.now()).toBe(2_500);
    expect(here.log).toMatchObject({ closed: 1, inFlight: 0 });
  });

  test('ends calls that wait for a slot, and they are never made', async () => {
    const here = world({ deadlineMs: 1_000, concurrency: 1 });
    const connection = connectionIn(here, { script: () => ({ kind: 'hang' }) });
    const fetched = await fetchPlans(here, planned(connection, ['a', 'b']));
    expect(outcomeTexts(fetched)).toEqual([
      [
        'timeout: no answer within 1 s (Get a was pending)',
        'timeout: no answer within 1 s (Get b was pending)',
      ],
    ]);
    expect(here.log.requests.map(({ request }) => request)).toEqual(['a']);
  });

  test.each([
    {
      reason: 'a client that never answers',
      client: { read: never, find: never },
      texts: ['reading', 'find'],
    },
    {
      reason: 'a client that never closes either',
      client: { read: never, find: never, close: never },
      texts: ['reading', 'find'],
    },
  ])('holds against $reason', async ({ client, texts }) => {
    const here = world({ deadlineMs: 1_000 });
    const fetched = await fetchPlans(here, planned(connectionIn(here, { client }), ['a'], ['/b']));
    expect(outcomeTexts(fetched)).toEqual([
      texts.map((pending) => `timeout: no answer within 1 s (${pending} was pending)`),
    ]);
    expect(here.options.clock.now()).toBeLessThanOrEqual(2_500);
  });

  test('holds against a connection that opens too late, which is closed when it does', async () => {
    const here = world({ deadlineMs: 1_000 });
    const inner = connectionIn(here);
    const connection: Connection = {
      ...inner,
      open: async (context) => {
        await here.options.clock.sleep(60_000, new AbortController().signal);
        return inner.open(context);
      },
    };
    const fetched = await fetchPlans(here, planned(connection, ['a']));
    expect(outcomeTexts(fetched)).toEqual([
      ['timeout: no answer within 1 s (opening the connection was pending)'],
    ]);
    expect(here.options.clock.now()).toBe(1_500);
    await here.options.clock.sleep(60_000, new AbortController().signal);
    expect(here.log).toMatchObject({ opened: 1, closed: 1, requests: [] });
  });

  test('of nothing ends at once', async () => {
    const here = world({ deadlineMs: 0 });
    const connection = connectionIn(here, { script: () => ({ kind: 'value', afterMs: 1 }) });
    const fetched = await fetchPlans(here, planned(connection, ['a']));
    expect(outcomeTexts(fetched)).toEqual([['timeout: no answer within 0 s (Get a was pending)']]);
  });
});

test('no timer is left when a fetch has returned', async () => {
  const here = world({ clock: systemClock, deadlineMs: 60_000 });
  const timers = (): number =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const forgotten = connectionIn(here, { script: () => ({ kind: 'hang' }) });
  const connection: Connection = {
    ...forgotten,
    open: async (context) => {
      const client = await forgotten.open(context);
      const read: SecretsClient['read'] = async (refs) => {
        void client.read(refs);
        return refs.map(() => ({ outcome: 'not-found' }));
      };
      return { ...client, read };
    },
  };
  const fetched = await fetchPlans(
    here,
    planned(connection, ['a']),
    planned(connectionIn(here), ['b']),
  );
  await new Promise(setImmediate);
  expect(outcomeTexts(fetched)).toEqual([['not-found'], ['value']]);
  expect(timers()).toBeLessThanOrEqual(before);
});
