// Owns the life of an open store of Vault or OpenBao: its connections, its session, and its reads with their outcomes.
import { orError } from '../outcome.ts';
import type {
  FindOutcome,
  FindQuery,
  OpenContext,
  ReadOutcome,
  RemoteRead,
  SecretsClient,
} from '../provider.ts';
import type { Login } from './login.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';
import { createWire, type Wire, type WireConfig } from './wire.ts';

export type StoreConfig = Omit<SessionOptions, 'identity'> & { readonly wire: WireConfig };

/** What one provider does otherwise than the other. All of it may throw ProviderError. */
export type StoreKind = {
  /** A token that was given, '' for none, or how to get one. */
  readonly identityOf: (wire: Wire) => Promise<string | Login>;
  readonly read: (session: Session, ref: RemoteRead) => Promise<ReadOutcome>;
  readonly find: (session: Session, query: FindQuery) => Promise<FindOutcome>;
};

/** Logs in. Throws {@link ProviderError}. */
export async function openStore(
  config: StoreConfig,
  { identityOf, read, find }: StoreKind,
  { credentials, call, remember }: OpenContext,
): Promise<SecretsClient> {
  const wire = await createWire(config.wire, credentials);
  try {
    const { namespace, loginNamespace, readYourWrites } = config;
    const identity = await identityOf(wire);
    const options = { namespace, loginNamespace, readYourWrites, identity };
    const session = await openSession(wire, options, { call, remember });
    return {
      read: (refs) => Promise.all(refs.map((ref) => orError(read(session, ref)))),
      find: (query) => orError(find(session, query)),
      close: () => session.close().finally(wire.close),
    };
  } catch (error) {
    wire.close();
    throw error;
  }
}
