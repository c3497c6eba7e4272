// Runs the provider suite for the Kubernetes API.
import { kubernetes } from './fixtures/kubernetes.ts';
import { describeProvider } from './provider.ts';

await describeProvider(kubernetes);
