// Runs the provider suite for webhooks.
import { webhook } from './fixtures/webhook.ts';
import { describeProvider } from './provider.ts';

await describeProvider(webhook);
