// Owns the check of a certificate's public key, as Go makes it when it reads one.
import { createPublicKey } from 'node:crypto';
import { plainFailure, type FunctionError } from '../errors.ts';
import type { Algorithm } from './asn1-fields.ts';
import { bitString, oid, sequence, toDer } from './der.ts';
import { bitsIn, derReader, integerIn, oidIn, tags, type DerReader } from './der-reader.ts';

/** Go's name, and OpenSSL's, and the size of a coordinate in bytes. */
export type Curve = { readonly name: string; readonly openssl: string; readonly size: number };

/** The curves that Go knows. */
export const curves: ReadonlyMap<string, Curve> = new Map([
  ['1.3.132.0.33', { name: 'P224', openssl: 'secp224r1', size: 28 }],
  ['1.2.840.10045.3.1.7', { name: 'P256', openssl: 'prime256v1', size: 32 }],
  ['1.3.132.0.34', { name: 'P384', openssl: 'secp384r1', size: 48 }],
  ['1.3.132.0.35', { name: 'P521', openssl: 'secp521r1', size: 66 }],
]);

export const ecKey = '1.2.840.10045.2.1';

/** What is in an AlgorithmIdentifier of a certificate, in Go's words for those. Throws FunctionError. */
export function algorithmIn(content: Uint8Array): Algorithm {
  const reader = derReader(content);
  const id = oidIn(reader.element(tags.oid)?.content);
  if (id === undefined) throw malformed('OID');
  if (reader.isEmpty()) return { id, parameters: new Uint8Array() };
  const parameters = reader.any();
  if (parameters === undefined) throw malformed('parameters');
  return { id, parameters: parameters.whole };
}

export function malformed(what: string): FunctionError {
  return plainFailure(`x509: malformed ${what}`);
}

/** Of a SubjectPublicKeyInfo. A kind of key that Go does not know may hold anything. Throws FunctionError. */
export function checkPublicKey(content: Uint8Array): void {
  const reader = derReader(content);
  const identifier = reader.element(tags.sequence);
  if (identifier === undefined) throw malformed('public key algorithm identifier');
  const algorithm = algorithmIn(identifier.content);
  const bits = bitsIn(reader.element(tags.bitString)?.content);
  if (bits === undefined) throw malformed('subjectPublicKey');
  const key = bits.unused === 0 ? bits.bytes : shifted(bits.bytes, bits.unused);
  const failure = checks.get(algorithm.id)?.({ algorithm, key });
  if (failure !== undefined) throw plainFailure(failure);
}

/** With the bits that do not count in front, as Go takes them. */
function shifted(bytes: Uint8Array, unused: number): Uint8Array {
  return bytes.map((byte, i) => (((bytes[i - 1] ?? 0) << (8 - unused)) | (byte >> unused)) & 0xff);
}

type Key = { readonly algorithm: Algorithm; readonly key: Uint8Array };

const checks: ReadonlyMap<string, (key: Key) => string | undefined> = new Map([
  ['1.2.840.113549.1.1.1', rsaFailure],
  [ecKey, curveFailure],
  [
    '1.3.101.112',
    ({ algorithm, key }) => {
      if (algorithm.parameters.length > 0)
        return 'x509: Ed25519 key encoded with illegal parameters';
      return key.length === 32 ? undefined : 'x509: wrong Ed25519 public key size';
    },
  ],
  ['1.2.840.10040.4.1', dsaFailure],
]);

function numberIn(reader: DerReader): bigint | undefined {
  return integerIn(reader.element(tags.integer)?.content);
}

function rsaFailure({ algorithm, key }: Key): string | undefined {
  if (Buffer.from(algorithm.parameters).toString('hex') !== '0500')
    return 'x509: RSA key missing NULL parameters';
  const numbers = derReader(key).element(tags.sequence);
  if (numbers === undefined) return 'x509: invalid RSA public key';
  const reader = derReader(numbers.content);
  const modulus = numberIn(reader);
  if (modulus === undefined) return 'x509: invalid RSA modulus';
  const exponent = numberIn(reader);
  if (exponent === undefined || BigInt.asIntN(64, exponent) !== exponent)
    return 'x509: invalid RSA public exponent';
  if (modulus <= 0n) return 'x509: RSA modulus is not a positive number';
  return exponent <= 0n ? 'x509: RSA public exponent is not a positive number' : undefined;
}

function curveFailure({ algorithm, key }: Key): string | undefined {
  const id = oidIn(derReader(algorithm.parameters).element(tags.oid)?.content);
  if (id === undefined) return 'x509: invalid ECDSA parameters';
  const curve = curves.get(id);
  if (curve === undefined) return 'x509: unsupported elliptic curve';
  if (key[0] !== 4) return 'ecdsa: invalid uncompressed public key';
  if (key.length !== 1 + 2 * curve.size) return `invalid ${curve.name} point encoding`;
  return isOnCurve(id, key) ? undefined : `${curve.name} point not on curve`;
}

function isOnCurve(id: string, key: Uint8Array): boolean {
  const spki = sequence(sequence(oid(ecKey), oid(id)), bitString(key, 0));
  try {
    createPublicKey({ key: Buffer.from(toDer(spki)), format: 'der', type: 'spki' });
    return true;
  } catch {
    // Only the point may be wrong.
    return false;
  }
}

function dsaFailure({ algorithm, key }: Key): string | undefined {
  const own = numberIn(derReader(key));
  if (own === undefined) return 'x509: invalid DSA public key';
  const list = derReader(algorithm.parameters).element(tags.sequence);
  const reader = derReader(list?.content ?? new Uint8Array());
  const numbers = [numberIn(reader), numberIn(reader), numberIn(reader)];
  if (numbers.includes(undefined)) return 'x509: invalid DSA parameters';
  return [own, ...numbers].some((number) => (number ?? 0n) <= 0n)
    ? 'x509: zero or negative DSA parameter'
    : undefined;
}
