// Owns the `kubernetes` provider as far as it needs no network; the rest loads when a store is opened.
import type { Provider } from '../provider.ts';
import { kubernetesConfig, kubernetesTitle } from './config.ts';
import { select, selectMap } from './select.ts';
import { kubernetesProblems } from './validate.ts';

export const provider: Provider = {
  name: 'kubernetes',
  validate: kubernetesProblems,
  connect: (spec, scope) => {
    const config = kubernetesConfig(spec, scope);
    return {
      identity: `kubernetes ${JSON.stringify(config)}`,
      title: kubernetesTitle(config),
      // A kubeconfig brings its own credentials to its own server: nothing else goes there.
      ...(config.access.kind === 'server' ? { server: config.access.url } : {}),
      open: async (context) => (await import('./client.ts')).openClient(config, context),
    };
  },
  select,
  selectMap,
  findConvertsKeys: true,
};
