// Runs the provider suite for OpenBao.
import { openBao } from './fixtures/openbao.ts';
import { describeProvider } from './provider.ts';

await describeProvider(openBao);
