// Owns the key of a service account: a JWT that it signs is a token by itself (AIP-4111), or is exchanged for one (RFC 7523).
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { ProviderError, type SecretKeyRef } from '../provider.ts';
import { textOf } from '../spec.ts';
import { objectIn } from '../http/answer.ts';
import { accessTokenIn } from './exchange.ts';
import {
  cloudPlatformScope,
  type AccessToken,
  type AuthContext,
  type TokenSource,
} from './token-source.ts';

type Json = Readonly<Record<string, unknown>>;

/** Whom an assertion is made out to, wherever it is sent. */
const tokenAudience = 'https://oauth2.googleapis.com/token';
/** As long as Google accepts one. */
const lifetimeSeconds = 3600;

type KeyContext = Pick<AuthContext, 'credentials' | 'endpoints' | 'takesJwt'>;

/** The key that a Secret holds. Throws {@link ProviderError} `credentials`. */
export async function keyTokensOf(ref: SecretKeyRef, context: KeyContext): Promise<TokenSource> {
  const { file, place } = await keyFile(ref, context.credentials);
  return keyTokens(file, place, context);
}

async function keyFile(
  ref: SecretKeyRef,
  credentials: AuthContext['credentials'],
): Promise<{ readonly file: Json; readonly place: string }> {
  const body = (await credentials.secretKey(ref)).reveal();
  const place = `key "${ref.key}" of Secret "${ref.namespace}/${ref.name}"`;
  const file = objectIn({ body });
  if (file === undefined) throw unusable(place, 'it is no JSON object');
  return { file, place };
}

/**
 * Signs with the key in a service account's key file, and asks nobody where a JWT will do. Where the file says that tokens are
 * to be had (`token_uri`) does not matter. Throws {@link ProviderError} `credentials`; `place` says where the file is.
 */
export function keyTokens(
  file: Json,
  place: string,
  { endpoints, takesJwt }: Omit<KeyContext, 'credentials'>,
): TokenSource {
  const { email, sign } = keySigner(file, place);
  const signed = (more: Json): AccessToken => {
    const iat = Math.floor(Date.now() / 1000);
    const exp = iat + lifetimeSeconds;
    const value = sign({ iss: email, sub: email, scope: cloudPlatformScope, exp, iat, ...more });
    return { value, expiresAt: exp * 1000 };
  };
  if (takesJwt) return async () => signed({});
  return async ({ send }) => {
    const body = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: signed({ aud: tokenAudience }).value,
    });
    const answer = await send({
      method: 'POST',
      url: new URL(`${endpoints.oauth2}/token`),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
    });
    return accessTokenIn(answer, `the key of ${email}`);
  };
}

export type KeySigner = {
  /** Of the service account. */
  readonly email: string;
  /** A JWT of these claims. */
  readonly sign: (claims: Json) => string;
};

/** As {@link keyTokensOf}, for JWTs of other claims. */
export async function keySignerOf(
  ref: SecretKeyRef,
  credentials: AuthContext['credentials'],
): Promise<KeySigner> {
  const { file, place } = await keyFile(ref, credentials);
  return keySigner(file, place);
}

function keySigner(file: Json, place: string): KeySigner {
  const { client_email, private_key, private_key_id, type, universe_domain } = file;
  if (type !== 'service_account') throw unusable(place, 'its type is not service_account');
  if (universe_domain !== undefined && universe_domain !== 'googleapis.com') {
    throw unusable(
      place,
      'its universe_domain is not googleapis.com, the only one that is supported',
    );
  }
  const email = textOf(client_email);
  if (email === '') throw unusable(place, 'client_email is missing');
  const key = privateKey(textOf(private_key), place);
  const kid = textOf(private_key_id);
  const header = encoded({ alg: 'RS256', typ: 'JWT', ...(kid !== '' && { kid }) });
  return {
    email,
    sign: (claims) => {
      const content = `${header}.${encoded(claims)}`;
      return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
    },
  };
}

function privateKey(pem: string, place: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // The parser's words may quote the key.
  }
  throw unusable(place, 'private_key is no RSA key in PEM form');
}

function encoded(value: Json): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function unusable(place: string, reason: string): ProviderError {
  const message = `${place} holds no usable key of a service account: ${reason}`;
  return new ProviderError('credentials', message);
}
