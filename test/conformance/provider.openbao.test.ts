// Runs the provider suite for OpenBao.
import { provider } from '../../plugin/providers/openbao/index.ts';
import { describeProvider } from './provider.ts';
import { startVaultBackend } from './vault-backend.ts';

describeProvider('OpenBao', () => startVaultBackend(provider), {
  absent: 'ESO has no NoSecret for it: an error, whatever deletionPolicy says',
  findFolders: 'find lists one folder; its 1,000 names are found in openbao.test.ts',
  binary: 'a KV engine keeps JSON',
  spelling: 'a KV engine keeps objects without order',
  notJson: 'a KV engine keeps objects only',
});
