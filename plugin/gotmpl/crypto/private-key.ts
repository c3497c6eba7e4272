// Owns private keys as Go's x509 reads and writes them.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { FunctionError, plainFailure } from '../errors.ts';
import {
  asn1Failure,
  elementsOf,
  integerOf,
  octetsOf,
  oidOf,
  readDer,
  tagged,
  type Der,
} from './der.ts';
import { rsaFailure, type RsaNumbers } from './rsa-check.ts';

type Form = 'pkcs1' | 'pkcs8' | 'sec1';

/** The key in any of the three forms, tried in ESO's order; undefined where it is none. */
export function parsePrivateKey(der: Uint8Array): KeyObject | undefined {
  for (const form of ['pkcs1', 'pkcs8', 'sec1'] as const) {
    try {
      return readKey(der, form);
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
    }
  }
  return undefined;
}

/** In one form. Throws FunctionError with Go's text for another form, and for a key that Go has no type for. */
export function readKey(der: Uint8Array, form: Form): KeyObject {
  const value = readDer(der);
  const found = formOf(value);
  if (value === undefined || found !== form) throw otherForm(der, form, found);
  if (form === 'pkcs8') checkAlgorithm(value);
  if (form === 'sec1') checkCurve(oidOf(elementsOf(tagged(elementsOf(value), 0))[0]));
  const key = created(der, form);
  if (key.asymmetricKeyType === 'rsa') checkRsa(key, form);
  return key;
}

export function pkcs8Of(key: KeyObject): Uint8Array {
  return key.export({ format: 'der', type: 'pkcs8' });
}

/** Go's function for each form, and the type that it reads. */
const parsers: Readonly<Record<Form, { readonly name: string; readonly type: string }>> = {
  pkcs1: { name: 'ParsePKCS1PrivateKey', type: 'pkcs1PrivateKey' },
  pkcs8: { name: 'ParsePKCS8PrivateKey', type: 'pkcs8' },
  sec1: { name: 'ParseECPrivateKey', type: 'ecPrivateKey' },
};

function otherForm(der: Uint8Array, wanted: Form, found: Form | undefined): FunctionError {
  if (found === undefined || found === wanted) {
    const prefix = wanted === 'sec1' ? 'x509: failed to parse EC private key: ' : '';
    return asn1Failure(der, { prefix, goType: parsers[wanted].type });
  }
  return plainFailure(
    `x509: failed to parse private key (use ${parsers[found].name} instead for this key format)`,
  );
}

/** The form, by what comes first: a version and numbers, an algorithm, or a text of bytes. */
function formOf(value: Der | undefined): Form | undefined {
  const [version, second, third] = elementsOf(value);
  if (integerOf(version) === undefined) return undefined;
  if (integerOf(second) !== undefined && integerOf(third) !== undefined) return 'pkcs1';
  if (octetsOf(second) !== undefined) return 'sec1';
  return oidOf(elementsOf(second)[0]) !== undefined && octetsOf(third) !== undefined
    ? 'pkcs8'
    : undefined;
}

const oids = {
  rsa: '1.2.840.113549.1.1.1',
  ec: '1.2.840.10045.2.1',
  x25519: '1.3.101.110',
  ed25519: '1.3.101.112',
};

/** P-224, P-256, P-384, P-521. */
const curves: ReadonlySet<string> = new Set([
  '1.3.132.0.33',
  '1.2.840.10045.3.1.7',
  '1.3.132.0.34',
  '1.3.132.0.35',
]);

function checkAlgorithm(value: Der): void {
  const [id, parameters] = elementsOf(elementsOf(value)[1]);
  const name = oidOf(id) ?? '';
  if (name === oids.ec) {
    checkCurve(oidOf(parameters), 'x509: failed to parse EC private key embedded in PKCS#8: ');
  } else if (!Object.values(oids).includes(name)) {
    throw plainFailure(
      `x509: PKCS#8 wrapping contained private key with unknown algorithm: ${name}`,
    );
  }
}

function checkCurve(id: string | undefined, prefix = ''): void {
  if (id === undefined || !curves.has(id))
    throw plainFailure(`${prefix}x509: unknown elliptic curve`);
}

function created(der: Uint8Array, type: Form): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type });
  } catch {
    throw plainFailure('x509: failed to parse private key');
  }
}

function checkRsa(key: KeyObject, form: Form): void {
  const jwk = key.export({ format: 'jwk' });
  const numberOf = (text = ''): bigint =>
    BigInt(`0x0${Buffer.from(text, 'base64url').toString('hex')}`);
  const numbers: RsaNumbers = {
    n: numberOf(jwk.n),
    e: numberOf(jwk.e),
    d: numberOf(jwk.d),
    p: numberOf(jwk.p),
    q: numberOf(jwk.q),
    dp: numberOf(jwk.dp),
    dq: numberOf(jwk.dq),
    qi: numberOf(jwk.qi),
  };
  const failure = rsaFailure(numbers);
  if (failure === undefined) return;
  const prefix =
    form === 'pkcs8' ? 'x509: failed to parse RSA private key embedded in PKCS#8: ' : '';
  throw plainFailure(prefix + failure);
}
