// Tests one HTTP request of a provider against real servers and a real proxy.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createAgents } from '../../../../plugin/providers/http/agents.ts';
import { answerError } from '../../../../plugin/providers/http/answer.ts';
import { send } from '../../../../plugin/providers/http/send.ts';
import { userAgent } from '../../../../plugin/providers/http/user-agent.ts';
import { ProviderError } from '../../../../plugin/providers/provider.ts';

const running: Server[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(
    running.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
});

async function listen(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  running.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return new URL(`http://127.0.0.1:${address.port}/`);
}

/** Gives back what it was sent. */
const echo: RequestListener = (incoming, response) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const { method, url, headers } = incoming;
    response.setHeader('x-one', ['a', 'b']);
    response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }));
  });
};

async function get(url: URL, signal: AbortSignal = AbortSignal.timeout(10_000)): Promise<unknown> {
  const agents = createAgents();
  try {
    const { body } = await send(agents, { method: 'GET', url, signal });
    return JSON.parse(Buffer.from(body).toString());
  } finally {
    agents.destroy();
  }
}

test('method, path, headers and body arrive as they were given, and the answer whatever its status', async () => {
  const url = await listen((incoming, response) => {
    response.statusCode = 404;
    echo(incoming, response);
  });
  const agents = createAgents();
  const answer = await send(agents, {
    method: 'PUT',
    url: new URL('/a%2Fb?c=d', url),
    headers: { 'x-vault-token': 't' },
    body: 'ü',
    signal: AbortSignal.timeout(10_000),
  });
  agents.destroy();

  expect(answer.status).toBe(404);
  expect(answer.headers.get('x-one')).toBe('a, b');
  expect(JSON.parse(Buffer.from(answer.body).toString())).toMatchObject({
    method: 'PUT',
    url: '/a%2Fb?c=d',
    body: 'ü',
    headers: {
      'x-vault-token': 't',
      'content-length': '2',
      'user-agent': userAgent,
    },
  });
});

test('a connection is used again', async () => {
  let connections = 0;
  const url = await listen(echo);
  running[0]?.on('connection', () => (connections += 1));
  const agents = createAgents();
  for (let count = 0; count < 3; count += 1) {
    await send(agents, { method: 'GET', url, signal: AbortSignal.timeout(10_000) });
  }
  agents.destroy();

  expect(connections).toBe(1);
});

describe('the proxy of the environment', () => {
  const proxied: RequestListener = (incoming, response) => {
    response.end(JSON.stringify({ proxied: incoming.url }));
  };

  test('is asked for the whole URL', async () => {
    vi.stubEnv('HTTP_PROXY', (await listen(proxied)).href);
    vi.stubEnv('NO_PROXY', '');

    expect(await get(new URL('http://vault.example/v1/a'))).toEqual({
      proxied: 'http://vault.example/v1/a',
    });
  });

  test('is not asked for a host of NO_PROXY', async () => {
    const url = await listen(echo);
    vi.stubEnv('HTTP_PROXY', (await listen(proxied)).href);
    vi.stubEnv('NO_PROXY', 'example.com,127.0.0.1');

    expect(await get(url)).toMatchObject({ method: 'GET', url: '/' });
  });

  test.each([
    { status: 404, code: 'failed', reason: 'what is not found is the server, not a secret' },
    { status: 403, code: 'failed', reason: 'the proxy does not want to' },
    { status: 502, code: 'unavailable', reason: 'the proxy cannot reach the server' },
  ])('refuses CONNECT with $status: $reason', async ({ status, code }) => {
    const asked: string[] = [];
    const proxy = await listen(echo);
    running[0]?.on('connect', (incoming, socket) => {
      asked.push(incoming.url ?? '');
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 2\r\n\r\n{}`);
    });
    vi.stubEnv('HTTPS_PROXY', proxy.href);
    vi.stubEnv('NO_PROXY', '');

    await expect(get(new URL('https://vault.example/'))).rejects.toMatchObject({
      code,
      message: `the proxy does not connect to vault.example (status ${status})`,
    });
    expect(asked).toEqual(['vault.example:443']);
  });
});

describe('a failure', () => {
  test('nobody listens: unavailable, with the address', async () => {
    const url = await listen(echo);
    await new Promise((resolve) => running.pop()?.close(resolve));

    await expect(get(url)).rejects.toMatchObject({
      code: 'unavailable',
      message: `cannot reach 127.0.0.1:${url.port} (ECONNREFUSED)`,
    });
  });

  test('an answer cut short: unavailable', async () => {
    const url = await listen((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    });

    await expect(get(url)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'the connection failed (ECONNRESET)',
    });
  });

  test('a signal: its own reason', async () => {
    const url = await listen(() => undefined);
    const reason = new ProviderError('timeout', 'enough');
    const stop = new AbortController();
    const pending = get(url, stop.signal);
    running[0]?.once('request', () => stop.abort(reason));

    await expect(pending).rejects.toBe(reason);
  });

  test('an endless answer: refused', async () => {
    const url = await listen((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024);
      const more = (): void => {
        while (response.write(chunk));
      };
      response.on('drain', more);
      more();
    });

    await expect(get(url)).rejects.toMatchObject({
      code: 'failed',
      message: 'the answer is larger than 32 MiB',
    });
  });
});

describe('Retry-After', () => {
  test.each([
    { reason: 'seconds', value: '7', ms: 7_000 },
    { reason: 'a date that has passed', value: 'Wed, 21 Oct 2015 07:28:00 GMT', ms: 0 },
    { reason: 'no header', value: undefined, ms: undefined },
    { reason: 'neither', value: 'soon', ms: undefined },
  ])('$reason', ({ value, ms }) => {
    const headers = new Map(value === undefined ? [] : [['retry-after', value]]);
    expect(answerError({ status: 429, headers }, 'slow down').retryAfterMs).toBe(ms);
  });

  test('is in the error of the answer', () => {
    const headers = new Map([['retry-after', '2']]);

    expect(answerError({ status: 429, headers }, 'slow down')).toMatchObject({
      code: 'throttled',
      message: 'slow down',
      retryAfterMs: 2_000,
    });
  });

  test.each([
    { status: 400, code: 'invalid' },
    { status: 401, code: 'unauthenticated' },
    { status: 403, code: 'denied' },
    { status: 408, code: 'unavailable' },
    { status: 418, code: 'failed' },
    { status: 503, code: 'unavailable' },
  ])('status $status is $code', ({ status, code }) => {
    expect(answerError({ status, headers: new Map() }, 'no').code).toBe(code);
  });
});
