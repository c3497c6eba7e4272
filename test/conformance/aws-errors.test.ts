// Tests what is made of everything that AWS, or what stands in its place, may answer: the class, and a message without a secret.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Connection, OpenContext } from '../../plugin/providers/provider.ts';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { answer, canary, expectError, oneAttempt, readError, type AnswerRow } from './answers.ts';
import { connectAws, endpoints, staticCredentials } from './aws-backend.ts';
import { refOf } from './provider.ts';

let proxy: FaultProxy;

beforeAll(async () => {
  proxy = await startFaultProxy('http://127.0.0.1:9');
});
beforeEach(() => proxy.reset());
afterAll(() => proxy.stop());

const context = oneAttempt(staticCredentials);
const connect = (region?: string): Connection =>
  connectAws('SecretsManager', region === undefined ? {} : { region });

const rows: readonly AnswerRow[] = [
  {
    reason: 'an error of AWS keeps its code and its first line',
    fault: answer(400, {
      __type: 'com.amazonaws#AccessDeniedException',
      Message: 'User: me is not authorized',
    }),
    code: 'denied',
    message: 'AccessDeniedException: User: me is not authorized',
  },
  {
    reason: 'a refused signature is followed by the request, with its token',
    fault: answer(400, {
      __type: 'InvalidSignatureException',
      message: `The signature does not match.\n\nx-amz-security-token:${canary}`,
    }),
    code: 'unauthenticated',
    message: 'InvalidSignatureException: The signature does not match.',
  },
  {
    reason: 'request ID and credential scope are taken out, as ESO does',
    fault: answer(400, {
      __type: 'UnrecognizedClientException',
      message: `bad token, request id: 4-2 Credential=${canary}/2026`,
    }),
    code: 'unauthenticated',
    message: 'UnrecognizedClientException: bad token,',
  },
  {
    reason: 'control characters of a stranger do not reach a terminal',
    fault: answer(400, { __type: 'ValidationException', message: 'a\u001B[31mb\tc' }),
    code: 'invalid',
    message: 'ValidationException: a [31mb c',
  },
  {
    reason: 'a code that nobody knows',
    fault: answer(400, { __type: 'TeapotException', message: 'short and stout' }),
    code: 'failed',
    message: 'TeapotException: short and stout',
  },
  {
    reason: 'a code that nobody knows, with a status that says more',
    fault: answer(503, { __type: 'TeapotException' }),
    code: 'unavailable',
    message: 'TeapotException',
  },
  {
    reason: 'throttling says when to come back',
    fault: answer(
      400,
      { __type: 'ThrottlingException', message: 'Rate exceeded' },
      { 'retry-after': '2' },
    ),
    code: 'throttled',
    message: 'ThrottlingException: Rate exceeded',
    retryAfterMs: 2000,
  },
  {
    reason: 'a gateway that throttles',
    fault: answer(429, '', { 'retry-after': '7' }),
    code: 'throttled',
    message: 'HTTP 429 with an answer not to be understood',
    retryAfterMs: 7000,
  },
  {
    reason: 'a gateway that refuses in XML',
    fault: answer(403, `<Error><Code>AccessDenied</Code>${canary}</Error>`),
    code: 'denied',
    message: 'HTTP 403 with an answer not to be understood',
  },
  {
    reason: 'a gateway without a backend',
    fault: answer(502, `<html>${canary}</html>`),
    code: 'unavailable',
    message: 'HTTP 502 with an answer not to be understood',
  },
  {
    reason: 'a redirect is not followed',
    fault: answer(302, '', { location: 'http://127.0.0.1:1/' }),
    code: 'failed',
    message: 'HTTP 302 with an answer not to be understood',
  },
  {
    reason: 'the parser would quote the secret',
    fault: answer(200, `{"Name":"db","SecretString": ${canary} }`),
    code: 'unavailable',
    message: 'HTTP 200 with an answer not to be understood',
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

  expectError(await readError(connect(), { ...context, env: endpoints(proxy.url) }), row);
  expect(proxy.requests()).toHaveLength(1);
});

test('a region that does not exist is named', async () => {
  const { code, message } = await readError(connect('eu-nowhere-9'), { ...context, env: {} });

  expect(code).toBe('unavailable');
  expect(message).toMatch(
    /^cannot find the host secretsmanager\.eu-nowhere-9\.amazonaws\.com \(E\w+\): is the region "eu-nowhere-9" right\?$/,
  );
});

test('nobody listens', async () => {
  const env = endpoints('http://127.0.0.1:1');

  expect(await readError(connect(), { ...context, env })).toMatchObject({
    code: 'unavailable',
    message: 'cannot reach 127.0.0.1:1 (ECONNREFUSED)',
  });
});

test.each([
  { reason: 'a host without a scheme', endpoint: 'localhost:4566' },
  { reason: 'another scheme', endpoint: 'ftp://localhost' },
  { reason: 'no host', endpoint: 'http://' },
])('an endpoint that is none is told before anything is asked: $reason', async ({ endpoint }) => {
  const opening = connectAws('SecretsManager').open({ ...context, env: endpoints(endpoint) });

  await expect(opening).rejects.toMatchObject({
    code: 'invalid',
    message: 'AWS_SECRETSMANAGER_ENDPOINT is not an http or https URL',
  });
});

test.each([
  { reason: 'of the service', spec: {} },
  { reason: 'of STS', spec: { role: 'arn:aws:iam::111111111111:role/hop' } },
])('a request ends with its signal: $reason', async ({ spec }) => {
  proxy.inject({ delayMs: 600_000 });
  const aborted: OpenContext = {
    ...context,
    env: endpoints(proxy.url),
    call: (_, task) => task(AbortSignal.timeout(100)),
  };
  const reading = connectAws('SecretsManager', spec)
    .open(aborted)
    .then((client) => client.read([refOf({ key: 'db' })]));
  const error = await reading.then(
    ([outcome]) => (outcome?.outcome === 'error' ? outcome.error : undefined),
    (thrown: unknown) => thrown,
  );

  expect(error).toMatchObject({
    code: 'timeout',
    message: expect.stringMatching(/the request was given up$/) as unknown,
  });
});
