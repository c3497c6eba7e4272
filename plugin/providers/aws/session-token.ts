// Owns getting temporary credentials from AWS STS (ESO 4.2, STSSessionToken).
import { GetSessionTokenCommand, STSClient, type Credentials } from '@aws-sdk/client-sts';
import { encodeValue } from '../../gojson/value.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import { answerClient } from '../answer-client.ts';
import { ProviderError, type OpenContext, type SecretsClient } from '../provider.ts';
import type { AwsConfig } from './config.ts';
import { openSession } from './session.ts';

/** What the session is to be; what is absent AWS decides. */
export type SessionRequest = {
  readonly DurationSeconds?: number;
  readonly SerialNumber?: string;
  readonly TokenCode?: string;
};

/** Its one answer is a JSON object of the generator's keys. Throws {@link ProviderError}. */
export async function openSessionTokens(
  config: AwsConfig,
  request: SessionRequest,
  context: OpenContext,
): Promise<SecretsClient> {
  const { clientConfig, send } = await openSession(config, context);
  const client = new STSClient(clientConfig);
  return answerClient(
    async () => {
      const { Credentials: credentials } = await send({
        operation: 'GetSessionToken',
        send: (abortSignal) => client.send(new GetSessionTokenCommand(request), { abortSignal }),
      });
      return credentialsJson(credentials, context);
    },
    async () => client.destroy(),
  );
}

function credentialsJson(
  credentials: Credentials | undefined,
  { remember }: Pick<OpenContext, 'remember'>,
): SecretBytes {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || Expiration === undefined)
    throw new ProviderError('failed', 'AWS answered without credentials');
  remember(SecretAccessKey);
  remember(SessionToken);
  const values = new Map([
    ['access_key_id', AccessKeyId],
    ['secret_access_key', SecretAccessKey],
    ['session_token', SessionToken],
    ['expiration', String(Math.floor(Expiration.getTime() / 1000))],
  ]);
  return new SecretBytes(encodeValue(values, { escapeHtml: false }));
}
