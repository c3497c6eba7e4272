// Owns the keys that JSON Web Keys make: what Go would hold, and its DER where Go can write it.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import {
  bitString,
  explicit,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  toDer,
  unsigned,
  type Der,
} from '../crypto/der.ts';
import { factorsOf, rsaFailure, type RsaNumbers } from '../crypto/rsa-check.ts';
import { FunctionError, plainFailure, prefixed } from '../errors.ts';
import type { Jwk } from './jwk-read.ts';

/** Both forms are written when they are asked for, and throw FunctionError for numbers that make no key. */
export type RawKey = {
  readonly goType: string;
  /** SubjectPublicKeyInfo. */
  readonly publicDer?: () => Uint8Array;
  /** PKCS#8. */
  readonly privateDer?: () => Uint8Array;
};

const oids = { rsa: '1.2.840.113549.1.1.1', ec: '1.2.840.10045.2.1', ed25519: '1.3.101.112' };

/** Throws FunctionError for a curve that Go's library does not know. */
export function rawKeyOf(jwk: Jwk): RawKey {
  switch (jwk.kind) {
    case 'RSA':
      return rsaKey(jwk);
    case 'EC':
      return ellipticKey(jwk);
    case 'OKP':
      return jwk.isPrivate ? edwardsPrivateKey(jwk) : edwardsPublicKey(jwk);
    default:
      return { goType: '[]uint8' };
  }
}

function bytesOf({ bytes }: Jwk, name: string): Uint8Array {
  return bytes.get(name) ?? new Uint8Array();
}

function numberOf(jwk: Jwk, name: string): bigint {
  const hex = Buffer.from(bytesOf(jwk, name)).toString('hex');
  return hex === '' ? 0n : BigInt(`0x${hex}`);
}

function unbuildable(why: string): FunctionError {
  return new FunctionError(`failed to build public key: ${why}`);
}

function spki(algorithm: readonly Der[], key: Uint8Array): Uint8Array {
  return toDer(sequence(sequence(...algorithm), bitString(key, 0)));
}

function pkcs8(algorithm: readonly Der[], key: Der): Uint8Array {
  return toDer(sequence(integer(0), sequence(...algorithm), octets(toDer(key))));
}

function rsaKey(jwk: Jwk): RawKey {
  const algorithm = [oid(oids.rsa), nothing()];
  const n = numberOf(jwk, 'n');
  // Go keeps an exponent in 64 bits.
  const e = BigInt.asIntN(64, numberOf(jwk, 'e'));
  if (!jwk.isPrivate) {
    const key = sequence(unsigned(n), unsigned(e));
    return { goType: '*rsa.PublicKey', publicDer: () => spki(algorithm, toDer(key)) };
  }
  const privateDer = (): Uint8Array => {
    const key = privateNumbers(jwk, { n, e });
    const failure = rsaFailure(key);
    if (failure !== undefined) throw plainFailure(failure);
    const parts = [0n, key.n, key.e, key.d, key.p, key.q, key.dp, key.dq, key.qi];
    return pkcs8(algorithm, sequence(...parts.map(unsigned)));
  };
  return { goType: '*rsa.PrivateKey', privateDer };
}

/** Go computes what the primes give, unless all of it is there; and has no key without primes. */
function privateNumbers(jwk: Jwk, { n, e }: Pick<RsaNumbers, 'n' | 'e'>): RsaNumbers {
  const [d, p, q] = [numberOf(jwk, 'd'), numberOf(jwk, 'p'), numberOf(jwk, 'q')];
  const [dp, dq, qi] = [numberOf(jwk, 'dp'), numberOf(jwk, 'dq'), numberOf(jwk, 'qi')];
  const isWhole = ['dp', 'dq', 'qi'].every((name) => bytesOf(jwk, name).length > 0);
  if (isWhole || p < 3n || q < 3n) return { n, e, d, p, q, dp, dq, qi };
  if (p % 2n === 0n) throw plainFailure('crypto/rsa: p is even');
  return { n, e, d, p, q, ...factorsOf({ d, p, q }) };
}

const curves: ReadonlyMap<string, { readonly id: string; readonly bits: number }> = new Map([
  ['P-256', { id: '1.2.840.10045.3.1.7', bits: 256 }],
  ['P-384', { id: '1.3.132.0.34', bits: 384 }],
  ['P-521', { id: '1.3.132.0.35', bits: 521 }],
]);

function ellipticKey(jwk: Jwk): RawKey {
  const curve = curves.get(jwk.curve);
  if (curve === undefined) throw unbuildable(`invalid curve algorithm ${jwk.curve}`);
  const algorithm = [oid(oids.ec), oid(curve.id)];
  const size = Math.ceil(curve.bits / 8);
  if (!jwk.isPrivate) {
    const publicDer = (): Uint8Array => spki(algorithm, pointOf(jwk, curve.bits));
    return { goType: '*ecdsa.PublicKey', publicDer };
  }
  const privateDer = (): Uint8Array =>
    prefixed('x509: failed to marshal EC private key while building PKCS#8', () => {
      const point = bitString(pointOf(jwk, curve.bits), 0);
      const scalar = octets(filled(scalarOf(jwk, curve.bits), size));
      return pkcs8(algorithm, sequence(integer(1), scalar, explicit(1, point)));
    });
  return { goType: '*ecdsa.PrivateKey', privateDer };
}

function scalarOf(jwk: Jwk, bits: number): bigint {
  const scalar = numberOf(jwk, 'd');
  if (bitsOf(scalar) > bits) throw plainFailure('ecdsa: private key scalar too large');
  if (scalar === 0n) throw plainFailure('ecdsa: private key scalar is zero or negative');
  return scalar;
}

/** The uncompressed point, which lies on the curve. */
function pointOf(jwk: Jwk, bits: number): Uint8Array {
  const [x, y] = [numberOf(jwk, 'x'), numberOf(jwk, 'y')];
  if (bitsOf(x) > bits || bitsOf(y) > bits) throw plainFailure('overflowing coordinate');
  const size = Math.ceil(bits / 8);
  const [xBytes, yBytes] = [filled(x, size), filled(y, size)];
  if (!isOnCurve(jwk.curve, xBytes, yBytes)) {
    throw plainFailure(`${jwk.curve.replace('-', '')} point not on curve`);
  }
  return Buffer.concat([Buffer.of(4), xBytes, yBytes]);
}

function isOnCurve(crv: string, x: Buffer, y: Buffer): boolean {
  const key = { kty: 'EC', crv, x: x.toString('base64url'), y: y.toString('base64url') };
  try {
    return createPublicKey({ key, format: 'jwk' }).type === 'public';
  } catch {
    return false;
  }
}

function filled(value: bigint, size: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * size, '0'), 'hex');
}

function bitsOf(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

function edwardsPublicKey(jwk: Jwk): RawKey {
  switch (jwk.curve) {
    case 'Ed25519':
      return {
        goType: 'ed25519.PublicKey',
        publicDer: () => spki([oid(oids.ed25519)], bytesOf(jwk, 'x')),
      };
    case 'X25519':
      return { goType: 'x25519.PublicKey' };
    default:
      throw unbuildable(`invalid curve algorithm ${jwk.curve}`);
  }
}

const seedBytes = 32;

function edwardsPrivateKey(jwk: Jwk): RawKey {
  const seed = bytesOf(jwk, 'd');
  if (seed.length === 0) throw unbuildable('cannot use empty seed');
  switch (jwk.curve) {
    case 'Ed25519': {
      if (seed.length !== seedBytes) throw unbuildable('wrong private key size');
      const privateDer = (): Uint8Array => pkcs8([oid(oids.ed25519)], octets(seed));
      checkPublicPart(jwk, privateDer());
      return { goType: 'ed25519.PrivateKey', privateDer };
    }
    case 'X25519':
      if (seed.length !== seedBytes) {
        const why = `unexpected seed size: ${seed.length}`;
        throw unbuildable(`unable to construct x25519 private key from seed: ${why}`);
      }
      checkPublicPart(jwk, pkcs8([oid('1.3.101.110')], octets(seed)));
      return { goType: 'x25519.PrivateKey' };
    default:
      throw unbuildable(`invalid curve algorithm ${jwk.curve}`);
  }
}

function checkPublicPart(jwk: Jwk, der: Uint8Array): void {
  const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  if (Buffer.from(x, 'base64url').compare(bytesOf(jwk, 'x')) !== 0) {
    throw unbuildable('invalid x value given d value');
  }
}
