// Owns private keys as Go's x509 reads and writes them. Go takes the numbers out of a file and computes the rest anew.
import { createECDH, createPrivateKey, type KeyObject } from 'node:crypto';
import { FunctionError, plainFailure, prefixed } from '../errors.ts';
import {
  algorithmKind,
  algorithmOf,
  asn1Fields,
  bigIntOf,
  intOf,
  kinds,
  oidOf,
  sequenceKind,
  structureError,
  type Algorithm,
} from './asn1-fields.ts';
import { bitString, explicit, integer, octets, oid, sequence, toDer, unsigned } from './der.ts';
import { bitsIn } from './der-reader.ts';
import { curves, ecKey } from './public-key.ts';
import { factorsOf, rsaFailure, type RsaNumbers } from './rsa-check.ts';

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
  switch (form) {
    case 'pkcs1':
      return rsaKey(fieldsIn(der, form, pkcs1Fields));
    case 'pkcs8':
      return wrappedKey(fieldsIn(der, form, pkcs8Fields));
    case 'sec1':
      return curveKey(fieldsIn(der, form, sec1Fields));
  }
}

export function pkcs8Of(key: KeyObject): Uint8Array {
  return key.export({ format: 'der', type: 'pkcs8' });
}

/** Go's function for each form, in the order in which Go asks whether a file has another one. */
const parsers = [
  { form: 'sec1', name: 'ParseECPrivateKey', read: sec1Fields },
  { form: 'pkcs8', name: 'ParsePKCS8PrivateKey', read: pkcs8Fields },
  { form: 'pkcs1', name: 'ParsePKCS1PrivateKey', read: pkcs1Fields },
] as const;

function fieldsIn<T>(der: Uint8Array, form: Form, read: (der: Uint8Array) => T): T {
  try {
    return read(der);
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    const other = parsers.find((parser) => parser.form !== form && isRead(der, parser.read));
    if (other !== undefined) {
      throw plainFailure(
        `x509: failed to parse private key (use ${other.name} instead for this key format)`,
      );
    }
    if (form !== 'sec1') throw error;
    return prefixed('x509: failed to parse EC private key', () => {
      throw error;
    });
  }
}

function isRead(der: Uint8Array, read: (der: Uint8Array) => unknown): boolean {
  try {
    read(der);
    return true;
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    return false;
  }
}

type Pkcs8 = Algorithm & { readonly key: Uint8Array };

function pkcs8Fields(der: Uint8Array): Pkcs8 {
  const fields = asn1Fields(asn1Fields(der).required(sequenceKind('pkcs8')));
  intOf(fields.required(kinds.int));
  const algorithm = algorithmOf(fields.required(algorithmKind));
  return { ...algorithm, key: fields.required(kinds.octets) };
}

function wrappedKey({ id, parameters, key }: Pkcs8): KeyObject {
  const embedded = (name: string): string =>
    `x509: failed to parse ${name} private key embedded in PKCS#8`;
  switch (id) {
    case '1.2.840.113549.1.1.1':
      return prefixed(embedded('RSA'), () => readKey(key, 'pkcs1'));
    case ecKey:
      return prefixed(embedded('EC'), () => {
        const fields = fieldsIn(key, 'sec1', sec1Fields);
        return curveKey({ ...fields, curve: curveNamed(parameters) ?? fields.curve });
      });
    case '1.3.101.112':
    case '1.3.101.110':
      return seedKey(id, { parameters, key });
    default:
      throw plainFailure(
        `x509: PKCS#8 wrapping contained private key with unknown algorithm: ${id}`,
      );
  }
}

function curveNamed(parameters: Uint8Array): string | undefined {
  try {
    return oidOf(asn1Fields(parameters).required(kinds.oid));
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    return undefined;
  }
}

function seedKey(id: string, { parameters, key }: Omit<Pkcs8, 'id'>): KeyObject {
  const name = id === '1.3.101.112' ? 'Ed25519' : 'X25519';
  if (parameters.length > 0) throw plainFailure(`x509: invalid ${name} private key parameters`);
  const seed = prefixed(`x509: invalid ${name} private key`, () =>
    asn1Fields(key).required(kinds.octets),
  );
  if (seed.length !== 32) {
    throw plainFailure(
      name === 'Ed25519'
        ? `x509: invalid Ed25519 private key length: ${seed.length}`
        : 'crypto/ecdh: invalid private key size',
    );
  }
  const der = sequence(integer(0), sequence(oid(id)), octets(toDer(octets(seed))));
  return createPrivateKey({ key: Buffer.from(toDer(der)), format: 'der', type: 'pkcs8' });
}

type Sec1 = {
  readonly version: bigint;
  readonly secret: Uint8Array;
  readonly curve: string | undefined;
};

/** The public key is looked at and forgotten: Go computes it. */
function sec1Fields(der: Uint8Array): Sec1 {
  const fields = asn1Fields(asn1Fields(der).required(sequenceKind('ecPrivateKey')));
  const version = intOf(fields.required(kinds.int));
  const secret = fields.required(kinds.octets);
  const curve = fields.optionalIn(0, kinds.oid);
  const named = curve && oidOf(curve);
  const publicKey = fields.optionalIn(1, kinds.bits);
  if (publicKey !== undefined && bitsIn(publicKey) === undefined) {
    throw structureError('invalid padding bits in BIT STRING');
  }
  return { version, secret, curve: named };
}

function curveKey({ version, secret, curve = '' }: Sec1): KeyObject {
  if (version !== 1n) throw plainFailure(`x509: unknown EC private key version ${version}`);
  const known = curves.get(curve);
  if (known === undefined) throw plainFailure('x509: unknown elliptic curve');
  // Zeros in front may be too many or too few.
  const excess = Math.max(secret.length - known.size, 0);
  if (secret.subarray(0, excess).some((byte) => byte !== 0)) {
    throw plainFailure('x509: invalid private key length');
  }
  const padded = Buffer.alloc(known.size);
  padded.set(secret.subarray(excess), known.size - (secret.length - excess));
  const der = sequence(
    integer(1),
    octets(padded),
    explicit(0, oid(curve)),
    explicit(1, bitString(publicPoint(padded, known.openssl), 0)),
  );
  return createPrivateKey({ key: Buffer.from(toDer(der)), format: 'der', type: 'sec1' });
}

function publicPoint(secret: Buffer, curve: string): Uint8Array {
  const pair = createECDH(curve);
  try {
    pair.setPrivateKey(secret);
  } catch {
    const isZero = secret.every((byte) => byte === 0);
    throw plainFailure(
      isZero ? 'ecdsa: invalid public key encoding' : 'input overflows the modulus',
    );
  }
  return pair.getPublicKey();
}

/** The first two primes; what follows from them may be left out. */
type Pkcs1 = Omit<RsaNumbers, 'dp' | 'dq' | 'qi'> & {
  readonly version: bigint;
  readonly factors: readonly (bigint | undefined)[];
  readonly hasMorePrimes: boolean;
};

function pkcs1Fields(der: Uint8Array): Pkcs1 {
  const outer = asn1Fields(der);
  const fields = asn1Fields(outer.required(sequenceKind('pkcs1PrivateKey')));
  const version = intOf(fields.required(kinds.int));
  const n = bigIntOf(fields.required(kinds.bigInt));
  const e = intOf(fields.required(kinds.int));
  const [d, p, q] = [
    bigIntOf(fields.required(kinds.bigInt)),
    bigIntOf(fields.required(kinds.bigInt)),
    bigIntOf(fields.required(kinds.bigInt)),
  ];
  const factors = [0, 1, 2].map(() => {
    const factor = fields.optional(kinds.bigInt);
    return factor && bigIntOf(factor);
  });
  const more = fields.optional(sequenceKind(''));
  if (!outer.isEmpty()) throw plainFailure('asn1: syntax error: trailing data');
  return { version, n, e, d, p, q, factors, hasMorePrimes: (more?.length ?? 0) > 0 };
}

function rsaKey({ version, factors, hasMorePrimes, ...given }: Pkcs1): KeyObject {
  if (version > 1n) throw plainFailure('x509: unsupported private key version');
  const { n, e, d, p, q } = given;
  if ([n, d, p, q, ...factors].some((value) => value !== undefined && value <= 0n)) {
    throw plainFailure('x509: private key contains zero or negative value');
  }
  if (hasMorePrimes) throw plainFailure('RSA keys of more than two primes are not supported');
  const [dp, dq, qi] = factors;
  const isWhole = dp !== undefined && dq !== undefined && qi !== undefined;
  const numbers = { ...given, ...(isWhole ? { dp, dq, qi } : computed(given)) };
  const failure = rsaFailure(numbers);
  if (failure !== undefined) throw plainFailure(failure);
  const values = [0n, n, e, d, p, q, numbers.dp, numbers.dq, numbers.qi];
  const key = Buffer.from(toDer(sequence(...values.map(unsigned))));
  return createPrivateKey({ key, format: 'der', type: 'pkcs1' });
}

/** Primes of 1 are refused before anyone looks at their factors. */
function computed(given: Pick<RsaNumbers, 'd' | 'p' | 'q'>): ReturnType<typeof factorsOf> {
  return given.p < 2n || given.q < 2n ? { dp: 0n, dq: 0n, qi: 0n } : factorsOf(given);
}
