// Owns sprig's genPrivateKey, and private keys in the PEM forms that sprig reads and writes.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { sequence, toDer, unsigned } from '../crypto/der.ts';
import { derReader, integerIn, tags, type DerReader } from '../crypto/der-reader.ts';
import { pkcs8Of, readKey } from '../crypto/private-key.ts';
import { FunctionError, plainFailure, prefixed } from '../errors.ts';
import { decodePem, pemText } from '../pem.ts';

/** A key of a kind in PEM. An unknown kind is the result, as sprig has it. */
export function generatePrivateKey(kind: string): string {
  switch (kind) {
    case '':
    case 'rsa':
      return privateKeyPem(generateRsa(4096));
    case 'dsa':
      return privateKeyPem(
        generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey,
      );
    case 'ecdsa':
      return privateKeyPem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    case 'ed25519':
      return privateKeyPem(generateKeyPairSync('ed25519').privateKey);
    default:
      return `Unknown type ${kind}`;
  }
}

export function generateRsa(modulusLength: number): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength }).privateKey;
}

/** The form that is named after the kind of key, where there is one. */
export function privateKeyPem(key: KeyObject): string {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return pemText('RSA PRIVATE KEY', key.export({ format: 'der', type: 'pkcs1' }));
    case 'ec':
      return pemText('EC PRIVATE KEY', key.export({ format: 'der', type: 'sec1' }));
    case 'dsa':
      return pemText('DSA PRIVATE KEY', dsaForm(pkcs8Of(key)));
    default:
      return pemText('PRIVATE KEY', pkcs8Of(key));
  }
}

/** OpenSSL's form: version, p, q, g, y, x. */
function dsaForm(pkcs8: Uint8Array): Uint8Array {
  const key = within(derReader(pkcs8), tags.sequence);
  integerOf(key);
  const algorithm = within(key, tags.sequence);
  algorithm.element(tags.oid);
  const numbers = within(algorithm, tags.sequence);
  const [p, q, g] = [integerOf(numbers), integerOf(numbers), integerOf(numbers)];
  const x = integerOf(within(key, tags.octetString));
  return toDer(sequence(...[0n, p, q, g, power(g, x, p), x].map(unsigned)));
}

function within(reader: DerReader, tag: number): DerReader {
  return derReader(reader.element(tag)?.content ?? new Uint8Array());
}

function integerOf(reader: DerReader): bigint {
  return integerIn(reader.element(tags.integer)?.content) ?? 0n;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left % 2n === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** sprig's parsePrivateKeyPEM. Throws FunctionError, which quotes the type of the block at most. */
export function parsePrivateKeyPem(pem: string): KeyObject {
  const { block } = decodePem(pem);
  if (block === undefined) throw plainFailure('no PEM data in input');
  const { type, bytes } = block;
  if (type !== 'PRIVATE KEY' && !type.endsWith(' PRIVATE KEY')) {
    throw new FunctionError(`no private key data in PEM block of type ${type}`);
  }
  switch (type) {
    case 'PRIVATE KEY':
      return prefixed('decoding PEM as PKCS#8', () => readKey(bytes, 'pkcs8'));
    case 'RSA PRIVATE KEY':
      return prefixed('parsing RSA private key from PEM', () => readKey(bytes, 'pkcs1'));
    case 'EC PRIVATE KEY':
      return prefixed('parsing EC private key from PEM', () => readKey(bytes, 'sec1'));
    default:
      throw new FunctionError(`invalid private key type ${type}`);
  }
}
