// Runs the provider suite for AWS Parameter Store.
import { parameterStore } from './fixtures/aws-parameter-store.ts';
import { describeProvider } from './provider.ts';

await describeProvider(parameterStore);
