// Owns JSON Web Tokens for stand-ins: signed with a key of their own, and verified against one (RFC 7519, RS256).
import { generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';

export type Claims = Readonly<Record<string, unknown>>;

export type SigningKey = {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** PKCS#8, as in Google's key files. */
  readonly pem: string;
};

export function signingKey(id: string): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { id, privateKey, publicKey, pem };
}

export function signJwt(claims: Claims, { id, privateKey }: SigningKey): string {
  const content = [{ alg: 'RS256', typ: 'JWT', kid: id }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`;
}

export type Verified =
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly reason: string };

/** Checks form, algorithm, key, signature and the times `iat` and `exp`. */
export function verifyJwt(token: string, keys: readonly SigningKey[]): Verified {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.');
  const { alg, kid } = partOf(header);
  const key = keys.find(({ id }) => id === kid);
  if (rest.length > 0 || signature === '') return refused('no JWT');
  if (alg !== 'RS256' || key === undefined) return refused('unknown algorithm or key');
  const content = Buffer.from(`${header}.${payload}`);
  if (!verify('sha256', content, key.publicKey, Buffer.from(signature, 'base64url'))) {
    return refused('the signature does not match');
  }
  const claims = partOf(payload);
  const now = Date.now() / 1000;
  if (!(Number(claims['exp']) > now)) return refused('expired');
  if (!(Number(claims['iat']) <= now + 30)) return refused('issued in the future');
  return { ok: true, claims };
}

function partOf(part: string): Claims {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims;
  } catch {
    return {};
  }
}

function refused(reason: string): Verified {
  return { ok: false, reason };
}
