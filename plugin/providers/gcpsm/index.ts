// Owns the `gcpsm` provider as far as it needs no network; the rest loads when a store is opened.
import type { Provider } from '../provider.ts';
import { gcpsmConfig, gcpsmTitle } from './config.ts';
import { select, selectMap } from './select.ts';
import { gcpsmProblems } from './validate.ts';

export const provider: Provider = {
  name: 'gcpsm',
  validate: gcpsmProblems,
  connect: (spec, scope) => {
    const config = gcpsmConfig(spec, scope);
    return {
      identity: `gcpsm ${JSON.stringify(config)}`,
      title: gcpsmTitle(config),
      open: async (context) => (await import('./client.ts')).openClient(config, context),
    };
  },
  select,
  selectMap,
  findConvertsKeys: true,
};
