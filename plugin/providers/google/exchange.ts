// Owns Google's two exchanges of tokens: that of a foreign one (RFC 8693), and that for the token of a service account.
import { textOf } from '../spec.ts';
import { notUnderstood, tokenError } from './answers.ts';
import { type HttpAnswer, objectIn } from '../http/answer.ts';
import type { Send } from '../http/wires.ts';
import type { Endpoints } from './endpoints.ts';
import { cloudPlatformScope, type AccessToken } from './token-source.ts';

/** What every exchange of a foreign token says, whatever its form on the wire. */
export function exchangeParameters(given: {
  readonly audience: string;
  readonly subjectToken: string;
  readonly subjectTokenType: string;
}): Readonly<Record<string, string>> {
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    audience: given.audience,
    scope: cloudPlatformScope,
    subject_token: given.subjectToken,
    subject_token_type: given.subjectTokenType,
  };
}

/** The type of a token that is a JWT, such as those of ServiceAccounts. */
export const jwtType = 'urn:ietf:params:oauth:token-type:jwt';

/** `access_token` of an answer. `attempt` stands before the message of an error. Throws {@link ProviderError}. */
export function accessTokenIn(answer: HttpAnswer, attempt: string): AccessToken {
  if (answer.status !== 200) throw tokenError(answer, attempt);
  const value = tokenField(answer, 'access_token');
  return { value, expiresAt: expiryOf(objectIn(answer)?.['expires_in']) };
}

/** `expires_in`, and where an answer does not have it an hour, as Google's tokens mostly live. */
export function expiryOf(seconds: unknown): number {
  return Date.now() + (typeof seconds === 'number' ? seconds : 3600) * 1000;
}

function tokenField(answer: HttpAnswer, field: string): string {
  const token = textOf(objectIn(answer)?.[field]);
  if (token === '') throw notUnderstood(answer);
  return token;
}

export type Impersonation = {
  /** Of the service account. */
  readonly email: string;
  readonly lifetimeSeconds?: number;
  /** Service accounts on the way, each of which may act for the next. */
  readonly delegates?: readonly string[];
};

/** The lifetime that Google's libraries ask for where a foreign identity impersonates, unless they are told another. */
export const hour: Pick<Impersonation, 'lifetimeSeconds'> = { lifetimeSeconds: 3600 };

type Iam = { readonly endpoints: Pick<Endpoints, 'iamCredentials'>; readonly send: Send };

/** IAM's generateAccessToken, asked with `token`. Throws {@link ProviderError}. */
export async function impersonate(
  { email, lifetimeSeconds, delegates }: Impersonation,
  { value: token }: AccessToken,
  iam: Iam,
): Promise<AccessToken> {
  const body = {
    scope: [cloudPlatformScope],
    ...(lifetimeSeconds !== undefined && { lifetime: `${lifetimeSeconds}s` }),
    ...(delegates !== undefined && { delegates }),
  };
  const answer = await askIam({ email, method: 'generateAccessToken', body }, token, iam);
  if (answer.status !== 200) throw tokenError(answer, `impersonating ${email}`);
  const value = tokenField(answer, 'accessToken');
  return { value, expiresAt: Date.parse(textOf(objectIn(answer)?.['expireTime'])) };
}

/** IAM's signJwt, asked with `token`: a JWT of the claims, signed by the service account. Throws {@link ProviderError}. */
export async function signJwt(
  { email, claims }: { readonly email: string; readonly claims: Readonly<Record<string, unknown>> },
  { value: token }: AccessToken,
  iam: Iam,
): Promise<string> {
  const body = { payload: JSON.stringify(claims) };
  const answer = await askIam({ email, method: 'signJwt', body }, token, iam);
  if (answer.status !== 200) throw tokenError(answer, `signing a JWT as ${email}`);
  return tokenField(answer, 'signedJwt');
}

type IamRequest = {
  readonly email: string;
  readonly method: string;
  readonly body: Readonly<Record<string, unknown>>;
};

function askIam(
  { email, method, body }: IamRequest,
  token: string,
  { endpoints, send }: Iam,
): Promise<HttpAnswer> {
  const account = encodeURIComponent(email).replaceAll('%40', '@');
  const path = `/v1/projects/-/serviceAccounts/${account}:${method}`;
  return send({
    method: 'POST',
    url: new URL(endpoints.iamCredentials + path),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
