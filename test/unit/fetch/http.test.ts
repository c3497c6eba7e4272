// Tests the fetch step against real servers on loopback that throttle, fail, hang, cut connections or are not there.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../../plugin/fetch/clock.ts';
import { fetchAll, type FetchPlan } from '../../../plugin/fetch/fetch.ts';
import { outcomeTexts } from '../../support/fetch-outcomes.ts';
import { httpConnection } from '../../support/http-connection.ts';
import { emptyContext } from '../../support/scripted-connection.ts';

type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Counts from 1. */
  readonly count: number;
};

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type RunningServer = { readonly origin: string; readonly requests: () => number };

async function serve(answer: (exchange: Exchange) => void): Promise<RunningServer> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    answer({ request, response, count });
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { origin: originOf(server), requests: () => count };
}

function originOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return `http://127.0.0.1:${address.port}`;
}

async function originOfNobody(): Promise<string> {
  const { origin } = await serve(({ response }) => response.end());
  const server = servers.pop();
  await new Promise((resolve) => {
    server?.close(resolve);
  });
  return origin;
}

function planOf(origin: string, count: number): FetchPlan {
  const reads = Array.from({ length: count }, (_, index) => ({
    key: `k${index}`,
    version: '',
    metadataPolicy: 'None' as const,
  }));
  return { connections: [{ connection: httpConnection(origin), reads, finds: [] }] };
}

/** The outcomes of a read of `count` keys, without any delay before a retry that the server does not ask for. */
async function readFrom(
  origin: string,
  count: number,
  deadlineMs = 20_000,
): Promise<readonly string[]> {
  const fetched = await fetchAll(planOf(origin, count), {
    ...emptyContext,
    clock: { ...systemClock, random: () => 0 },
    deadlineMs,
    concurrency: 4,
  });
  return outcomeTexts(fetched).flat();
}

function repeated(text: string, count: number): readonly string[] {
  return Array.from({ length: count }, () => text);
}

test('throttled twice, then fine', async () => {
  const { origin, requests } = await serve(({ response, count }) => {
    response.writeHead(count <= 2 ? 429 : 200).end('value');
  });
  expect(await readFrom(origin, 1)).toEqual(['value']);
  expect(requests()).toBe(3);
});

test('Retry-After is waited for', async () => {
  const times: number[] = [];
  const { origin } = await serve(({ response, count }) => {
    times.push(performance.now());
    response.writeHead(count === 1 ? 429 : 200, { 'retry-after': '0.3' }).end('value');
  });
  expect(await readFrom(origin, 1)).toEqual(['value']);
  const [first = 0, second = 0] = times;
  expect(second - first).toBeGreaterThan(250);
});

test('503 for ever', async () => {
  const { origin, requests } = await serve(({ response }) => {
    response.writeHead(503).end();
  });
  expect(await readFrom(origin, 50)).toEqual(
    repeated('unavailable: status 503 (after 5 attempts)', 50),
  );
  expect(requests()).toBeLessThanOrEqual(4 + 4);
});

test('connection refused', async () => {
  const startedAt = performance.now();
  expect(await readFrom(await originOfNobody(), 50)).toEqual(
    repeated('unavailable: no connection (after 5 attempts)', 50),
  );
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('slow beyond the deadline: what is pending is cut, what has come is kept', async () => {
  const cut: Promise<unknown>[] = [];
  const { origin } = await serve(({ request, response }) => {
    if (request.url === '/k1') {
      cut.push(new Promise((resolve) => response.once('close', resolve)));
    } else {
      response.end('value');
    }
  });
  const startedAt = performance.now();
  expect(await readFrom(origin, 3, 400)).toEqual([
    'value',
    'timeout: no answer within 0.4 s (GET was pending)',
    'value',
  ]);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  await Promise.all(cut);
  expect(cut).toHaveLength(1);
});

test('connections that are cut before any answer', async () => {
  const { origin, requests } = await serve(({ request }) => request.socket.destroy());
  expect(await readFrom(origin, 10)).toEqual(
    repeated('unavailable: no connection (after 5 attempts)', 10),
  );
  expect(requests()).toBeGreaterThanOrEqual(5);
});

test('connections that are cut within an answer, then fine', async () => {
  const { origin } = await serve(({ response, count }) => {
    if (count > 3) {
      response.end('value');
      return;
    }
    response.writeHead(200, { 'content-length': '100' });
    response.write('val', () => response.destroy());
  });
  expect(await readFrom(origin, 3)).toEqual(['value', 'value', 'value']);
});

test('a store that is down does not hold up another one', async () => {
  const { origin } = await serve(({ response }) => response.end('value'));
  const down = planOf(await originOfNobody(), 20);
  const up = planOf(origin, 20);
  const fetched = await fetchAll(
    { connections: [...down.connections, ...up.connections] },
    { ...emptyContext, clock: systemClock, deadlineMs: 20_000, concurrency: 4 },
  );
  expect(outcomeTexts(fetched)).toEqual([
    repeated('unavailable: no connection (after 5 attempts)', 20),
    repeated('value', 20),
  ]);
});
