// Runs the provider suite for fake.
import { fake } from './fixtures/fake.ts';
import { describeProvider } from './provider.ts';

await describeProvider(fake);
