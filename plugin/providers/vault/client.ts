// Owns an open `vault` store.
import type { OpenContext, SecretsClient } from '../provider.ts';
import { openStore } from '../vault-api/client.ts';
import { identityOf } from './auth/identity.ts';
import type { VaultConfig } from './config.ts';
import { findSecrets } from './find.ts';
import { readOne } from './reader.ts';

/** Logs in. Throws ProviderError. */
export function openVault(config: VaultConfig, context: OpenContext): Promise<SecretsClient> {
  const { mount } = config;
  return openStore(
    config,
    {
      identityOf: (wire) => identityOf(config, wire, context),
      read: (session, ref) => readOne({ session, mount }, ref),
      find: (session, query) => findSecrets({ session, mount }, query),
    },
    context,
  );
}
