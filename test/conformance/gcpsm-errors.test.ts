// Tests what is made of everything that Google, or what stands in its place, may answer: the class, and a message without a secret.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import {
  answer,
  canary,
  expectError,
  oneAttempt,
  readError,
  unclear,
  type AnswerRow,
} from './answers.ts';
import { apiFault, connectGoogle, endpoints, keyCredentials } from './gcpsm-backend.ts';
import { refOf } from './provider.ts';

let proxy: FaultProxy;

beforeAll(async () => {
  proxy = await startFaultProxy('http://127.0.0.1:9');
});
beforeEach(() => proxy.reset());
afterAll(() => proxy.stop());

const context = oneAttempt(keyCredentials);

const rows: readonly AnswerRow[] = [
  {
    reason: 'an error of Google keeps its name and its message',
    fault: { answer: apiFault(403, 'PERMISSION_DENIED', "Permission 'x' denied for resource 'y'") },
    code: 'denied',
    message: "PERMISSION_DENIED: Permission 'x' denied for resource 'y'",
  },
  {
    reason: 'a message of several lines is one',
    fault: { answer: apiFault(400, 'INVALID_ARGUMENT', 'a\nb\u001B[31mc\td') },
    code: 'invalid',
    message: 'INVALID_ARGUMENT: a b [31mc d',
  },
  {
    reason: 'a service that repeats the token',
    fault: {
      answer: apiFault(
        400,
        'INVALID_ARGUMENT',
        `no eyJhbGci.eyJ${canary}.${canary} or ya29.${canary}!`,
      ),
    },
    code: 'invalid',
    message: 'INVALID_ARGUMENT: no (a token) or (a token)!',
  },
  {
    reason: 'an error without a message',
    fault: { answer: apiFault(500, 'INTERNAL', '') },
    code: 'unavailable',
    message: 'INTERNAL',
  },
  {
    reason: 'throttling says when to come back',
    fault: {
      answer: {
        ...apiFault(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded'),
        headers: { 'retry-after': '2' },
      },
    },
    code: 'throttled',
    message: 'RESOURCE_EXHAUSTED: Quota exceeded',
    retryAfterMs: 2000,
  },
  {
    reason: 'a gateway that throttles',
    fault: answer(429, '', { 'retry-after': '7' }),
    code: 'throttled',
    message: unclear(429),
    retryAfterMs: 7000,
  },
  {
    reason: 'a gateway without a backend',
    fault: answer(502, `<html>${canary}</html>`),
    code: 'unavailable',
    message: unclear(502),
  },
  {
    reason: 'a page that is not found is no secret that is not found',
    fault: answer(404, `<html>${canary}</html>`),
    code: 'failed',
    message: unclear(404),
  },
  {
    reason: 'a redirect is not followed: the token would go with it',
    fault: answer(302, '', { location: 'http://127.0.0.1:1/' }),
    code: 'failed',
    message: unclear(302),
  },
  {
    reason: 'the parser would quote the secret',
    fault: answer(200, `{"name":"db","payload":${canary}}`),
    code: 'unavailable',
    message: unclear(200),
  },
  {
    reason: 'a page of somebody else',
    fault: answer(200, `<html>${canary}</html>`),
    code: 'unavailable',
    message: unclear(200),
  },
  {
    reason: 'an answer without a payload',
    fault: answer(200, { name: 'db' }),
    code: 'failed',
    message: 'invalid secret received. no secret string',
  },
  {
    reason: 'a connection that breaks before the answer',
    fault: { cut: 'before-answer' },
    code: 'unavailable',
    message: 'the connection failed (ECONNRESET)',
  },
];

test.each(rows)('$reason: $code', async (row) => {
  proxy.inject(row.fault);

  expectError(await readError(connectGoogle(), { ...context, env: endpoints(proxy.url) }), row);
  expect(proxy.requests()).toHaveLength(1);
});

test('nobody listens', async () => {
  const env = endpoints('http://127.0.0.1:1');

  expect(await readError(connectGoogle(), { ...context, env })).toMatchObject({
    code: 'unavailable',
    message: 'cannot reach 127.0.0.1:1 (ECONNREFUSED)',
  });
});

test.each([
  { reason: 'a host without a scheme', env: { GOOGLE_SECRET_MANAGER_ENDPOINT: 'localhost:1' } },
  { reason: 'another scheme', env: { GOOGLE_STS_ENDPOINT: 'ftp://localhost' } },
  { reason: 'no host', env: { GOOGLE_SECURETOKEN_ENDPOINT: 'http://' } },
  { reason: 'more than a host', env: { GCE_METADATA_HOST: 'localhost/path' } },
])('an endpoint that is none is told before anything is asked: $reason', async ({ env }) => {
  const [variable = ''] = Object.keys(env);

  await expect(connectGoogle().open({ ...context, env })).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(`^${variable} is not a`) as unknown,
  });
});

test('a request ends with its signal', async () => {
  proxy.inject({ delayMs: 600_000 });
  const client = await connectGoogle().open({
    ...context,
    env: endpoints(proxy.url),
    call: (_, task) => task(AbortSignal.timeout(100)),
  });

  await expect(client.read([refOf({ key: 'db' })])).rejects.toMatchObject({ name: 'TimeoutError' });
});
