// Owns asking the public registry of AWS (ECR Public) for a token.
import { ECRPUBLICClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr-public';
import type { OpenContext, SecretsClient } from '../provider.ts';
import type { AwsConfig } from './config.ts';
import { registryClient } from './registry-token.ts';
import { openSession } from './session.ts';

/** Throws {@link ProviderError}. */
export async function openPublicRegistry(
  config: AwsConfig,
  context: OpenContext,
): Promise<SecretsClient> {
  const { clientConfig, send } = await openSession(config, context);
  const client = new ECRPUBLICClient(clientConfig);
  const getToken = async (abortSignal: AbortSignal) => {
    const answer = await client.send(new GetAuthorizationTokenCommand({}), { abortSignal });
    return answer.authorizationData;
  };
  return registryClient({ send, getToken, destroy: () => client.destroy() }, context);
}
