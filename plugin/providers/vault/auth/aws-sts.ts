// Owns how a request gets to AWS STS on the way to the login `iam`, and what its failures mean.
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createAgents } from '../../http/agents.ts';
import { networkMeaning } from '../../http/network-error.ts';
import { userAgent } from '../../http/user-agent.ts';
import { ProviderError, type OpenContext } from '../../provider.ts';

/** For the STS client within a credential provider of the SDK, which takes no signal itself: its requests carry it. */
export type StsConfig = {
  readonly region: string;
  readonly maxAttempts: number;
  readonly customUserAgent: string;
  readonly requestHandler: Pick<
    NodeHttpHandler,
    'metadata' | 'handle' | 'httpHandlerConfigs' | 'updateHttpClientConfig'
  >;
  readonly endpoint?: string;
};

/** Over connections of its own: the CA of the store is Vault's, and not AWS's. Throws {@link ProviderError}. */
export async function withSts<T>(
  use: (config: StsConfig) => Promise<T>,
  {
    region,
    env,
    signal,
  }: {
    readonly region: string;
    readonly env: OpenContext['env'];
    readonly signal: AbortSignal;
  },
): Promise<T> {
  const agents = createAgents();
  const handler = new NodeHttpHandler({ httpAgent: agents.http, httpsAgent: agents.https });
  const endpoint = env['AWS_STS_ENDPOINT'] ?? '';
  try {
    return await use({
      region,
      maxAttempts: 1,
      customUserAgent: userAgent,
      requestHandler: {
        metadata: handler.metadata,
        handle: (request, options) => handler.handle(request, { ...options, abortSignal: signal }),
        httpHandlerConfigs: () => handler.httpHandlerConfigs(),
        updateHttpClientConfig: (key, value) => handler.updateHttpClientConfig(key, value),
      },
      ...(endpoint !== '' && { endpoint }),
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw stsError(error);
  } finally {
    agents.destroy();
  }
}

const longestMessage = 500;

/** What AWS refuses is no identity to log in with. */
function stsError(error: unknown): ProviderError {
  const network = networkMeaning(error);
  if (network !== undefined) return new ProviderError(network.code, `AWS STS: ${network.text}`);
  if (!(error instanceof Error)) return new ProviderError('failed', 'the AWS SDK failed');
  const { name, message } = error;
  const isOutage =
    ('$fault' in error && error.$fault === 'server') || name.startsWith('Throttling');
  return new ProviderError(
    isOutage ? 'unavailable' : 'unauthenticated',
    `no credentials of AWS to log in with: ${name}: ${oneLine(message)}`,
  );
}

/** The first line, and without a quoted parameter: STS quotes the token. */
function oneLine(message: string): string {
  const [line = ''] = message.trim().split('\n', 1);
  return line.replace(/Value '.*' at/, 'Value at').slice(0, longestMessage);
}
