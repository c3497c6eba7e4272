// Owns the `openBao` provider as far as it needs no network; the rest loads when a store is opened.
import type { Provider } from '../provider.ts';
import { serverTitle } from '../vault-api/server.ts';
import { openBaoConfig } from './config.ts';
import { select, selectMap } from './select.ts';
import { openBaoProblems } from './validate.ts';

export const provider: Provider = {
  name: 'openBao',
  validate: openBaoProblems,
  connect: (spec, scope) => {
    const config = openBaoConfig(spec, scope);
    const server = serverTitle(config.wire.server);
    return {
      identity: `openBao ${JSON.stringify(config)}`,
      title: `OpenBao, ${server}`,
      server,
      open: async (context) => (await import('./client.ts')).openOpenBao(config, context),
    };
  },
  select,
  selectMap,
  findConvertsKeys: false,
};
