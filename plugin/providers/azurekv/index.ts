// Owns the `azurekv` provider as far as it needs no network; the rest loads when a store is opened.
import type { Provider } from '../provider.ts';
import { azurekvConfig, azurekvServer, azurekvTitle } from './config.ts';
import { select, selectMap } from './select.ts';
import { azurekvProblems } from './validate.ts';

export const provider: Provider = {
  name: 'azurekv',
  validate: azurekvProblems,
  connect: (spec, scope) => {
    const config = azurekvConfig(spec, scope);
    const server = azurekvServer(config);
    return {
      identity: `azurekv ${JSON.stringify(config)}`,
      title: azurekvTitle(config),
      ...(server !== undefined && { server }),
      open: async (context) => (await import('./client.ts')).openClient(config, context),
    };
  },
  select,
  selectMap,
  findConvertsKeys: false,
};
