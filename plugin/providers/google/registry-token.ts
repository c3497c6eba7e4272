// Owns getting a token for Google's registries of containers (ESO 4.2, GCRAccessToken).
import { encodeValue } from '../../gojson/value.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import { answerClient } from '../answer-client.ts';
import type { OpenContext, SecretsClient } from '../provider.ts';
import type { GoogleAuth } from './config.ts';
import { googleEndpoints } from './endpoints.ts';
import { googleLogin, metadataReader } from './login.ts';
import type { AccessToken } from './token-source.ts';
import { createWires } from '../http/wires.ts';

/** What a registry takes as the user of a token. */
const username = 'oauth2accesstoken';

/** Its one answer is a JSON object of the generator's keys. Throws {@link ProviderError}. */
export async function openRegistry(auth: GoogleAuth, context: OpenContext): Promise<SecretsClient> {
  const endpoints = googleEndpoints(context.env, '');
  const wires = createWires();
  try {
    const metadata = metadataReader(endpoints, wires, context);
    const login = { ...context, endpoints, metadata, takesJwt: false };
    const { source } = await googleLogin(auth, login);
    return answerClient(
      async () => {
        const token = await context.call('GetAccessToken', (signal) =>
          source(wires.network(signal)),
        );
        context.remember(token.value);
        return tokenJson(token);
      },
      async () => wires.close(),
    );
  } catch (error) {
    wires.close();
    throw error;
  }
}

function tokenJson({ value, expiresAt }: AccessToken): SecretBytes {
  const values = new Map([
    ['username', username],
    ['password', value],
    ['expiry', String(Math.floor(expiresAt / 1000))],
  ]);
  return new SecretBytes(encodeValue(values, { escapeHtml: false }));
}
