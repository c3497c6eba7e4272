// Runs the provider suite for HashiCorp Vault, against OpenBao, which has the same API.
import { provider } from '../../plugin/providers/vault/index.ts';
import { describeProvider } from './provider.ts';
import { startVaultBackend } from './vault-backend.ts';

describeProvider('Vault', () => startVaultBackend(provider), {
  binary: 'a KV engine keeps JSON',
  spelling: 'a KV engine keeps objects without order',
  notJson: 'a KV engine keeps objects only',
  findOperator: 'a find without name and tags finds everything, as in ESO',
});
