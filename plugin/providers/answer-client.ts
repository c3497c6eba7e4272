// Owns the client of a connection that is asked for one thing at a time, and finds nothing: what generators use.
import {
  ProviderError,
  type ReadOutcome,
  type RemoteRead,
  type SecretsClient,
} from './provider.ts';
import type { SecretBytes } from '../secret-bytes.ts';

/** `ask` throws ProviderError. */
export function answerClient(
  ask: (ref: RemoteRead) => Promise<SecretBytes>,
  close: () => Promise<void>,
): SecretsClient {
  return {
    read: (refs) => Promise.all(refs.map((ref) => outcomeOf(ask(ref)))),
    find: async () => ({ outcome: 'not-found' }),
    close,
  };
}

async function outcomeOf(asking: Promise<SecretBytes>): Promise<ReadOutcome> {
  try {
    return { outcome: 'value', value: await asking };
  } catch (error) {
    if (error instanceof ProviderError) return { outcome: 'error', error };
    throw error;
  }
}
