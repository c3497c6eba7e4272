// Owns what a token for a registry of containers is (ESO 4.2, ECRAuthorizationToken), whichever registry gives it.
import { encodeValue } from '../../gojson/value.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import { answerClient } from '../answer-client.ts';
import { ProviderError, type OpenContext, type SecretsClient } from '../provider.ts';
import type { AwsSession } from './session.ts';

/** As both registries answer. */
type Authorization = {
  /** Base64 of user and password with a colon between them. */
  readonly authorizationToken?: string | undefined;
  readonly expiresAt?: Date | undefined;
  readonly proxyEndpoint?: string | undefined;
};

type Registry = {
  readonly send: AwsSession['send'];
  /** Undefined where the answer is not one token. */
  readonly getToken: (signal: AbortSignal) => Promise<Authorization | undefined>;
  readonly destroy: () => void;
};

/** Its one answer is a JSON object of the generator's keys. */
export function registryClient(
  { send, getToken, destroy }: Registry,
  context: Pick<OpenContext, 'remember'>,
): SecretsClient {
  return answerClient(
    async () => {
      const authorization = await send({ operation: 'GetAuthorizationToken', send: getToken });
      return tokenJson(authorization, context);
    },
    async () => destroy(),
  );
}

function tokenJson(
  { authorizationToken = '', expiresAt, proxyEndpoint }: Authorization = {},
  { remember }: Pick<OpenContext, 'remember'>,
): SecretBytes {
  const pair = Buffer.from(authorizationToken, 'base64').toString();
  const [username, password, ...rest] = pair.split(':');
  if (
    username === undefined ||
    password === undefined ||
    rest.length > 0 ||
    expiresAt === undefined
  )
    throw new ProviderError('failed', 'AWS answered without a token of a registry');
  remember(password);
  const values = new Map([
    ['username', username],
    ['password', password],
    ...(proxyEndpoint === undefined ? [] : [['proxy_endpoint', proxyEndpoint] as const]),
    ['expires_at', String(Math.floor(expiresAt.getTime() / 1000))],
  ]);
  return new SecretBytes(encodeValue(values, { escapeHtml: false }));
}
