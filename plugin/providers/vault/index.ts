// Owns the `vault` provider as far as it needs no network; the rest loads when a store is opened.
import type { Provider } from '../provider.ts';
import { serverTitle } from '../vault-api/server.ts';
import { unsaidRetries, vaultConfig } from './config.ts';
import { select, selectMap } from './select.ts';
import { vaultProblems } from './validate.ts';

export const provider: Provider = {
  name: 'vault',
  validate: vaultProblems,
  connect: (spec, scope) => {
    const config = vaultConfig(spec, scope);
    const server = serverTitle(config.wire.server);
    return {
      identity: `vault ${JSON.stringify(config)}`,
      title: `Vault, ${server}`,
      server,
      unsaidRetries,
      open: async (context) => (await import('./client.ts')).openVault(config, context),
    };
  },
  select,
  selectMap,
  findConvertsKeys: false,
};
