// Runs the provider suite for Google Secret Manager.
import { provider } from '../../plugin/providers/gcpsm/index.ts';
import { freePort } from '../support/free-port.ts';
import { apiFault, connectGoogle, endpoints, startBackend } from './gcpsm-backend.ts';
import { describeProvider, type Backend, type Stored } from './provider.ts';

async function start(): Promise<Backend> {
  // The suite's keys are paths, which Google would refuse; and its 1,000 names are to be several pages.
  const backend = await startBackend({ anyID: true, pageLimit: 300 });
  return {
    ...backend,
    provider,
    put: async (secrets) =>
      backend.put(secrets.map(({ key, versions }) => ({ id: key, versions }))),
    connect: () => connectGoogle(),
    versionsOf: ({ versions }: Stored) => versions.map((_, index) => String(index + 1)),
    wire: {
      proxy: backend.proxy,
      downEnv: endpoints(`http://127.0.0.1:${await freePort()}`),
      denied: apiFault(403, 'PERMISSION_DENIED', 'The caller is not authorized'),
      throttled: apiFault(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded'),
      envAt: endpoints,
    },
  };
}

describeProvider('Google Secret Manager', start, {
  empty: 'Google takes no empty payload',
  session:
    'a key signs its tokens itself; those that are exchanged are renewed in gcpsm-auth.test.ts',
});
