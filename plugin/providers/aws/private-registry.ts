// Owns asking a private registry of AWS (ECR) for a token.
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import type { OpenContext, SecretsClient } from '../provider.ts';
import type { AwsConfig } from './config.ts';
import { registryClient } from './registry-token.ts';
import { openSession } from './session.ts';

/** Throws {@link ProviderError}. */
export async function openPrivateRegistry(
  config: AwsConfig,
  context: OpenContext,
): Promise<SecretsClient> {
  const { clientConfig, send } = await openSession(config, context);
  const client = new ECRClient(clientConfig);
  const getToken = async (abortSignal: AbortSignal) => {
    const answer = await client.send(new GetAuthorizationTokenCommand({}), { abortSignal });
    const { authorizationData = [] } = answer;
    return authorizationData.length === 1 ? authorizationData[0] : undefined;
  };
  return registryClient({ send, getToken, destroy: () => client.destroy() }, context);
}
