// Owns what the tests of a service's answers share: one attempt at one read, and the error that has to come of it.
import { inspect } from 'node:util';
import { expect } from 'vitest';
import {
  ProviderError,
  type Connection,
  type Credentials,
  type OpenContext,
  type ProviderErrorCode,
} from '../../plugin/providers/provider.ts';
import type { Fault } from '../servers/fault-proxy.ts';
import { refOf } from './provider.ts';

/** Stands where a secret or a token may stand. */
export const canary = 'c4n4ry-7e3d';

export type AnswerRow = {
  readonly reason: string;
  readonly fault: Fault;
  readonly code: ProviderErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
};

export function answer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Fault {
  return { answer: { status, body, headers } };
}

/** Of an answer that does not say in the service's own form what is wrong. */
export const unclear = (status: number): string =>
  `HTTP ${status} with an answer not to be understood`;

/** One attempt, so that the error is the one of that attempt. */
export function oneAttempt(credentials: Credentials): Omit<OpenContext, 'env'> {
  return {
    remember: () => {},
    credentials,
    call: (_, task) => task(new AbortController().signal),
  };
}

/** Why the secret `db` cannot be read, or the store not be opened. */
export async function readError(
  connection: Connection,
  context: OpenContext,
): Promise<ProviderError> {
  try {
    const client = await connection.open(context);
    const [outcome] = await client.read([refOf({ key: 'db' })]);
    await client.close();
    if (outcome?.outcome === 'error') return outcome.error;
    throw new Error(outcome?.outcome);
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}

export function expectError(
  error: ProviderError,
  { code, message, retryAfterMs }: Omit<AnswerRow, 'fault'>,
): void {
  expect({ code: error.code, message: error.message, retryAfterMs: error.retryAfterMs }).toEqual({
    code,
    message,
    retryAfterMs,
  });
  expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(canary);
}
