// Owns the client of a connection that is asked for one thing at a time, and finds nothing: what generators use.
import { orError } from './outcome.ts';
import type { ReadOutcome, RemoteRead, SecretsClient } from './provider.ts';
import type { SecretBytes } from '../secret-bytes.ts';

/** `ask` throws ProviderError. */
export function answerClient(
  ask: (ref: RemoteRead) => Promise<SecretBytes>,
  close: () => Promise<void>,
): SecretsClient {
  return {
    read: (refs) => Promise.all(refs.map((ref) => orError(valueOf(ask(ref))))),
    find: async () => ({ outcome: 'not-found' }),
    close,
  };
}

async function valueOf(asking: Promise<SecretBytes>): Promise<ReadOutcome> {
  return { outcome: 'value', value: await asking };
}
