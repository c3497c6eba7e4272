// Runs the provider suite for Azure Key Vault.
import { azurekv } from './fixtures/azurekv.ts';
import { describeProvider } from './provider.ts';

await describeProvider(azurekv);
