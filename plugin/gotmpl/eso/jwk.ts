// Owns ESO's functions on JSON Web Keys: jwkPublicKeyPem, jwkPrivateKeyPem.
import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import { FunctionError, plainFailure } from '../errors.ts';
import { function1, text, type GoFunction } from '../functions.ts';
import { pemText } from '../pem.ts';
import { fromByteString } from '../utf8.ts';

export const jwkFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['jwkPublicKeyPem', function1([text], text, publicKeyPem)],
  ['jwkPrivateKeyPem', function1([text], text, privateKeyPem)],
]);

type Kind = {
  /** The name of the Go type of the key in error texts, and of the JWK that is read. */
  readonly go: string;
  readonly jwk: string;
  readonly required: readonly string[];
};

/** By `kty`, and whether there is a `d`. */
const kinds: ReadonlyMap<string, { readonly public: Kind; readonly private: Kind }> = new Map([
  [
    'RSA',
    {
      public: { go: '*rsa.PublicKey', jwk: 'rsaPublicKey', required: ['e', 'n'] },
      private: { go: '*rsa.PrivateKey', jwk: 'rsaPrivateKey', required: ['d', 'e', 'n'] },
    },
  ],
  [
    'EC',
    {
      public: { go: '*ecdsa.PublicKey', jwk: 'ecdsaPublicKey', required: ['crv', 'x', 'y'] },
      private: {
        go: '*ecdsa.PrivateKey',
        jwk: 'ecdsaPrivateKey',
        required: ['crv', 'd', 'x', 'y'],
      },
    },
  ],
  [
    'OKP',
    {
      public: { go: 'ed25519.PublicKey', jwk: 'okpPublicKey', required: ['crv', 'x'] },
      private: { go: 'ed25519.PrivateKey', jwk: 'okpPrivateKey', required: ['crv', 'd', 'x'] },
    },
  ],
]);

const symmetric: Kind = { go: '[]uint8', jwk: 'symmetricKey', required: ['k'] };

type Key = { readonly key: JsonWebKey; readonly kind: Kind; readonly isPrivate: boolean };

function publicKeyPem(json: string): string {
  const { key, kind, isPrivate } = readKey(json);
  if (isPrivate || kind === symmetric) {
    throw plainFailure(`x509: unsupported public key type: ${kind.go}`);
  }
  return exported(kind, () =>
    pemText(
      'PUBLIC KEY',
      createPublicKey({ key, format: 'jwk' }).export({ format: 'der', type: 'spki' }),
    ),
  );
}

function privateKeyPem(json: string): string {
  const { key, kind, isPrivate } = readKey(json);
  if (!isPrivate) {
    throw plainFailure(`x509: unknown key type while marshaling PKCS#8: ${kind.go}`);
  }
  const whole = withFactors(key);
  return exported(kind, () =>
    pemText(
      'PRIVATE KEY',
      createPrivateKey({ key: whole, format: 'jwk' }).export({
        format: 'der',
        type: 'pkcs8',
      }),
    ),
  );
}

/** Go computes what an RSA key's primes give, and has no key without them. */
function withFactors(key: JsonWebKey): JsonWebKey {
  if (key.kty !== 'RSA') return key;
  const [d, p, q] = [key.d, key.p, key.q].map(numberOf);
  if (d === undefined || p === undefined || q === undefined || p < 2n || q < 2n)
    throw plainFailure('modulus must be > 1');
  return { ...key, dp: textOf(d % (p - 1n)), dq: textOf(d % (q - 1n)), qi: textOf(inverse(q, p)) };
}

function numberOf(text: unknown): bigint | undefined {
  const hex = Buffer.from(typeof text === 'string' ? text : '', 'base64url').toString('hex');
  return hex === '' ? undefined : BigInt(`0x${hex}`);
}

function textOf(number: bigint): string {
  const hex = number.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
}

/** The inverse modulo a number that has no divisor in common with it; by Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next] = [modulus, value % modulus];
  let [factor, nextFactor] = [0n, 1n];
  while (next > 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return factor < 0n ? factor + modulus : factor;
}

function exported(kind: Kind, work: () => string): string {
  try {
    return work();
  } catch {
    throw plainFailure(`failed to build the key of a JWK (${kind.go}): its fields do not make one`);
  }
}

function readKey(json: string): Key {
  const key = parsed(json);
  const kty = typeof key.kty === 'string' ? key.kty : '';
  const isPrivate = key.d !== undefined && kty !== 'oct';
  const kind = kty === 'oct' ? symmetric : kinds.get(kty)?.[isPrivate ? 'private' : 'public'];
  if (kind === undefined) throw new FunctionError(`invalid key type from JSON (${kty})`);
  const missing = kind.required.find((name) => typeof key[name] !== 'string');
  if (missing === undefined) return { key, kind, isPrivate };
  throw plainFailure(
    `failed to unmarshal JSON into key (*jwk.${kind.jwk}): required field ${missing} is missing`,
  );
}

function parsed(json: string): JsonWebKey {
  try {
    const value: unknown = JSON.parse(fromByteString(json));
    if (isObject(value)) return value;
  } catch {
    // The parser's text quotes what it was given.
  }
  throw plainFailure('failed to unmarshal JSON into key hint: it is no JSON object');
}

function isObject(value: unknown): value is JsonWebKey {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
