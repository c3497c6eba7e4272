// Tests what is made of everything that Azure, or what stands in its place, may answer: the class, and a message without a secret.
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';
import { startFaultProxy, type Fault, type FaultProxy } from '../servers/fault-proxy.ts';
import {
  answer,
  canary,
  expectError,
  oneAttempt,
  readError,
  unclear,
  type AnswerRow,
} from './answers.ts';
import {
  connectMovable,
  endpoints,
  secretCredentials,
  serviceFault,
  tenant,
} from './azurekv-backend.ts';

let proxy: FaultProxy;

beforeAll(async () => {
  proxy = await startFaultProxy('http://127.0.0.1:9');
});
beforeEach(() => proxy.reset());
afterAll(() => proxy.stop());

const token: Fault = {
  operation: `POST /${tenant}/oauth2/v2.0/token`,
  answer: { status: 200, body: { access_token: `eyJ.${canary}.x` } },
};

const context = oneAttempt(secretCredentials);

describe('the vault', () => {
  test.each<AnswerRow>([
    {
      reason: 'an error keeps its name and its message',
      fault: { answer: serviceFault(403, 'Forbidden', 'does not have secrets get permission') },
      code: 'denied',
      message: 'Forbidden: does not have secrets get permission',
    },
    {
      reason: 'a message of several lines is one',
      fault: { answer: serviceFault(400, 'BadParameter', 'a\r\nb\u001B[31mc') },
      code: 'invalid',
      message: 'BadParameter: a b [31mc',
    },
    {
      reason: 'a service that repeats the token',
      fault: { answer: serviceFault(400, 'BadParameter', `no eyJhbG.eyJ${canary}.${canary}!`) },
      code: 'invalid',
      message: 'BadParameter: no (a token)!',
    },
    {
      reason: 'a token that is not taken, nor a new one',
      fault: { answer: serviceFault(401, 'Unauthorized', 'AKV10032: Invalid issuer.') },
      code: 'unauthenticated',
      message: 'Unauthorized: AKV10032: Invalid issuer.',
    },
    {
      reason: 'throttling says when to come back',
      fault: {
        answer: { ...serviceFault(429, 'Throttled', 'too many'), headers: { 'retry-after': '2' } },
      },
      code: 'throttled',
      message: 'Throttled: too many',
      retryAfterMs: 2000,
    },
    {
      reason: 'throttling that does not',
      fault: { answer: serviceFault(429, 'Throttled', 'too many') },
      code: 'throttled',
      message: 'Throttled: too many',
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
      reason: 'nor is a vault that is not found',
      fault: { answer: serviceFault(404, 'ResourceGone', 'no such vault') },
      code: 'failed',
      message: 'ResourceGone: no such vault',
    },
    {
      reason: 'a redirect is not followed: the token would go with it',
      fault: answer(302, '', { location: 'http://127.0.0.1:1/' }),
      code: 'failed',
      message: unclear(302),
    },
    {
      reason: 'the parser would quote the secret',
      fault: answer(200, `{"value":${canary}}`),
      code: 'unavailable',
      message: unclear(200),
    },
    {
      reason: 'a secret without a value',
      fault: answer(200, { id: 'db' }),
      code: 'failed',
      message: 'Key Vault answered with a secret without a value',
    },
    {
      reason: 'a connection that breaks before the answer',
      fault: { cut: 'before-answer' },
      code: 'unavailable',
      message: 'the connection failed (ECONNRESET)',
    },
  ])('$reason', async (row) => {
    proxy.inject(token);
    proxy.inject(row.fault);

    const env = endpoints(proxy.url);

    expectError(await readError(connectMovable(), { ...context, env }), row);
  });
});

describe('Entra ID', () => {
  const attempt = `the token of application aaaaaaaa-0000-0000-0000-000000000001 in tenant ${tenant}`;

  test.each<AnswerRow>([
    {
      reason: 'what it says, without its traces',
      fault: answer(401, {
        error: 'invalid_client',
        error_description: `AADSTS7000215: Invalid client secret provided. Trace ID: ${canary} Correlation ID: y`,
      }),
      code: 'unauthenticated',
      message: `${attempt}: invalid_client: AADSTS7000215: Invalid client secret provided.`,
    },
    {
      reason: 'its first line',
      fault: answer(400, {
        error: 'invalid_grant',
        error_description: `AADSTS700082: expired.\r\n${canary}`,
      }),
      code: 'unauthenticated',
      message: `${attempt}: invalid_grant: AADSTS700082: expired.`,
    },
    {
      reason: 'it is busy',
      fault: answer(503, { error: 'temporarily_unavailable', error_description: 'AADSTS90033: x' }),
      code: 'unavailable',
      message: `${attempt}: temporarily_unavailable: AADSTS90033: x`,
    },
    {
      reason: 'it throttles',
      fault: answer(429, { error: 'x', error_description: 'y' }, { 'retry-after': '3' }),
      code: 'throttled',
      message: `${attempt}: x: y`,
      retryAfterMs: 3000,
    },
    {
      reason: 'a page of somebody else',
      fault: answer(403, `<html>${canary}</html>`),
      code: 'unauthenticated',
      message: `${attempt}: ${unclear(403)}`,
    },
    {
      reason: 'an answer without a token',
      fault: answer(200, { token_type: 'Bearer' }),
      code: 'unavailable',
      message: unclear(200),
    },
  ])('$reason', async (row) => {
    proxy.inject(row.fault);

    const env = endpoints(proxy.url);

    expectError(await readError(connectMovable(), { ...context, env }), row);
  });
});
