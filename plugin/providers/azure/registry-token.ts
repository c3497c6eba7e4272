// Owns getting a token for a registry of containers: one of Entra ID, exchanged for the registry's own (ESO 4.2).
import { encodeValue } from '../../gojson/value.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import { answerClient } from '../answer-client.ts';
import { createWires, type Network } from '../http/wires.ts';
import type { OpenContext, SecretsClient } from '../provider.ts';
import { tokenIn } from './answers.ts';
import { azureTokens } from './auth.ts';
import type { RegistryConfig } from './registry.ts';

/** What a registry takes as the user of a token. */
const username = '00000000-0000-0000-0000-000000000000';

/** Its one answer is a JSON object of the generator's keys. Throws {@link ProviderError}. */
export async function openRegistry(
  config: RegistryConfig,
  context: OpenContext,
): Promise<SecretsClient> {
  const wires = createWires();
  try {
    const source = await azureTokens(config.auth, config, context);
    return answerClient(
      async () => {
        const token = await context.call('GetAccessToken', (signal) =>
          source(wires.network(signal)),
        );
        context.remember(token);
        const password = await context.call('ExchangeToken', (signal) =>
          registryToken(config, token, wires.network(signal)),
        );
        context.remember(password);
        return tokenJson(password);
      },
      async () => wires.close(),
    );
  } catch (error) {
    wires.close();
    throw error;
  }
}

/** A refresh token, or an access token that was got with it. */
async function registryToken(
  { registry, tenant, scope }: RegistryConfig,
  access_token: string,
  network: Network,
): Promise<string> {
  const post = async (
    path: string,
    form: Readonly<Record<string, string>>,
    field: string,
  ): Promise<string> => {
    const answer = await network.send({
      method: 'POST',
      url: new URL(`https://${registry}/oauth2/${path}`),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ service: registry, ...form }).toString(),
    });
    return tokenIn(answer, `the token of ${registry}`, field);
  };
  const exchanged = { grant_type: 'access_token', tenant, access_token };
  const refresh_token = await post('exchange', exchanged, 'refresh_token');
  if (scope === '') return refresh_token;
  const wanted = { grant_type: 'refresh_token', scope, refresh_token };
  return post('token', wanted, 'access_token');
}

function tokenJson(password: string): SecretBytes {
  const values = new Map(Object.entries({ username, password }));
  return new SecretBytes(encodeValue(values, { escapeHtml: false }));
}
