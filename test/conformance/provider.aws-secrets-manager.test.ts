// Runs the provider suite for AWS Secrets Manager.
import { secretsManager } from './fixtures/aws-secrets-manager.ts';
import { describeProvider } from './provider.ts';

await describeProvider(secretsManager);
