// Runs the provider suite for HashiCorp Vault.
import { vault } from './fixtures/vault.ts';
import { describeProvider } from './provider.ts';

await describeProvider(vault);
