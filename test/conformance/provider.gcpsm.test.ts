// Runs the provider suite for Google Secret Manager.
import { gcpsm } from './fixtures/gcpsm.ts';
import { describeProvider } from './provider.ts';

await describeProvider(gcpsm);
