// Owns the cryptography of PKCS#12 (RFC 7292, RFC 8018): keys from passwords, MACs, and the ciphers of its contents.
import { createCipheriv, createDecipheriv, createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { spend } from '../budget.ts';
import type { CallContext } from '../call-context.ts';
import { plainFailure, type FunctionError } from '../errors.ts';
import {
  algorithmKind,
  algorithmOf,
  asn1Fields,
  intOf,
  kinds,
  sequenceKind,
  whole,
  type Algorithm,
} from './asn1-fields.ts';
import { integer, octets, oid, sequence, type Der } from './der.ts';
import { derReader } from './der-reader.ts';
import { decryptRc2 } from './rc2.ts';

/** A password as the old schemes want it (UTF-16 with a zero at the end), and as text. */
export type Password = { readonly bmp: Uint8Array; readonly text: string };

const modernIterations = 2048;
const saltBytes = 16;

const oids = {
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  pbmac1: '1.2.840.113549.1.5.14',
  sha256: '2.16.840.1.101.3.4.2.1',
  hmacSha256: '1.2.840.113549.2.9',
  aes256: '2.16.840.1.101.3.4.1.42',
};

const digests: ReadonlyMap<string, { readonly name: string; readonly block: number }> = new Map([
  ['1.3.14.3.2.26', { name: 'sha1', block: 64 }],
  [oids.sha256, { name: 'sha256', block: 64 }],
  ['2.16.840.1.101.3.4.2.3', { name: 'sha512', block: 128 }],
]);

const hmacs: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.7', 'sha1'],
  [oids.hmacSha256, 'sha256'],
  ['1.2.840.113549.2.11', 'sha512'],
]);

const ciphers: ReadonlyMap<string, { readonly name: string; readonly key: number }> = new Map([
  ['2.16.840.1.101.3.4.1.2', { name: 'aes-128-cbc', key: 16 }],
  ['2.16.840.1.101.3.4.1.22', { name: 'aes-192-cbc', key: 24 }],
  [oids.aes256, { name: 'aes-256-cbc', key: 32 }],
]);

type Decipher = (key: Uint8Array, iv: Uint8Array, encrypted: Uint8Array) => Uint8Array;

/** The schemes of PKCS#12 itself, on SHA-1. */
const oldSchemes: ReadonlyMap<string, { readonly key: number; readonly decipher: Decipher }> =
  new Map([
    ['1.2.840.113549.1.12.1.3', { key: 24, decipher: nodeDecipher('des-ede3-cbc') }],
    ['1.2.840.113549.1.12.1.5', { key: 16, decipher: decryptRc2 }],
    ['1.2.840.113549.1.12.1.6', { key: 5, decipher: decryptRc2 }],
  ]);

/** Throws FunctionError for characters beyond the basic plane. */
export function passwordOf(text: string): Password {
  if (/[\u{10000}-\u{10ffff}]/u.test(text)) {
    throw plainFailure('pkcs12: string contains characters that cannot be encoded in UCS-2');
  }
  return { bmp: Buffer.from(`${text}\0`, 'utf16le').swap16(), text };
}

/** A key of RFC 7292, appendix B.2. */
type Derivation = {
  readonly digest: { readonly name: string; readonly block: number };
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly purpose: 1 | 2 | 3;
  readonly size: number;
};

function deriveKey(password: Uint8Array, derivation: Derivation): Uint8Array {
  const { digest, salt, iterations, purpose, size } = derivation;
  const hash = (bytes: Uint8Array): Buffer => createHash(digest.name).update(bytes).digest();
  const repeated = Buffer.concat([filled(salt, digest.block), filled(password, digest.block)]);
  const parts: Buffer[] = [];
  for (let made = 0; made < size;) {
    let part = hash(Buffer.concat([Buffer.alloc(digest.block, purpose), repeated]));
    for (let i = 1; i < iterations; i++) part = hash(part);
    parts.push(part);
    made += part.length;
    addToEach(repeated, filled(part, digest.block).subarray(0, digest.block));
  }
  return Buffer.concat(parts).subarray(0, size);
}

/** The bytes again and again, to the end of a block. */
function filled(bytes: Uint8Array, block: number): Buffer {
  const length = block * Math.ceil(bytes.length / block);
  return length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, Buffer.from(bytes));
}

/** Adds a block and 1 to each block, as numbers. */
function addToEach(blocks: Buffer, block: Buffer): void {
  for (let at = 0; at < blocks.length; at += block.length) {
    let carry = 1;
    for (let i = block.length - 1; i >= 0; i--) {
      const sum = (blocks[at + i] ?? 0) + (block[i] ?? 0) + carry;
      blocks[at + i] = sum & 255;
      carry = sum >> 8;
    }
  }
}

/** A count of rounds that a file names, paid for: a million take about a second. Fewer than one are one. */
function paidRounds(count: bigint, context: CallContext): number {
  const rounds = Math.max(Number(count), 1);
  spend(context, rounds);
  return rounds;
}

function notSupported(what: string): FunctionError {
  return plainFailure(`pkcs12: ${what} is not supported`);
}

/** PBKDF2 by its parameters. `keyLength` stands where they name none. */
function pbkdf2Key(
  kdf: Algorithm,
  text: string,
  { keyLength, context }: { readonly keyLength: number | undefined; readonly context: CallContext },
): Uint8Array {
  if (kdf.id !== oids.pbkdf2) throw notSupported(`pbes2 kdf algorithm ${kdf.id}`);
  const fields = asn1Fields(whole(kdf.parameters, sequenceKind('pbkdf2Params')));
  const salt = derReader(fields.raw()).any();
  const iterations = intOf(fields.required(kinds.int));
  const named = fields.optional(kinds.int);
  const prf = fields.optional(algorithmKind);
  const ownLength = named === undefined ? 0n : intOf(named);
  const prfId = prf && algorithmOf(prf).id;
  if (salt === undefined || (salt.tag & 0x1f) !== kinds.octets.tag) {
    throw plainFailure('pkcs12: only octet string salts are supported for pbes2/pbkdf2');
  }
  const size = keyLength ?? Number(ownLength);
  if (size <= 0 || size > 1024) {
    throw plainFailure('pkcs12: PBMAC1 requires explicit KeyLength parameter in PBKDF2 parameters');
  }
  const digest = prfId === undefined ? 'sha1' : hmacs.get(prfId);
  if (digest === undefined) throw notSupported(`pbes2 prf ${prfId ?? ''}`);
  return pbkdf2Sync(text, salt.content, paidRounds(iterations, context), size, digest);
}

/** Two algorithms, one behind the other. */
function pairIn(parameters: Uint8Array, goType: string): readonly [Algorithm, Algorithm] {
  const fields = asn1Fields(whole(parameters, sequenceKind(goType)));
  const first = algorithmOf(fields.required(algorithmKind));
  return [first, algorithmOf(fields.required(algorithmKind))];
}

type MacParts = {
  readonly algorithm: Algorithm;
  readonly salt: Uint8Array;
  readonly iterations: bigint;
};

/** The MAC over a message. */
export function macOf(
  message: Uint8Array,
  password: Password | undefined,
  { parts, context }: { readonly parts: MacParts; readonly context: CallContext },
): Uint8Array {
  const { algorithm, salt } = parts;
  if (algorithm.id === oids.pbmac1) {
    const [kdf, mac] = pairIn(algorithm.parameters, 'pbmac1Params');
    const digest = hmacs.get(mac.id);
    if (digest === undefined) throw notSupported(`PBMAC1 MAC algorithm ${mac.id}`);
    const key = pbkdf2Key(kdf, password?.text ?? '', { keyLength: undefined, context });
    return createHmac(digest, key).update(message).digest();
  }
  const digest = digests.get(algorithm.id);
  if (digest === undefined) {
    throw plainFailure(`pkcs12: MAC digest algorithm not supported: ${algorithm.id}`);
  }
  const iterations = paidRounds(parts.iterations, context);
  const size = createHash(digest.name).digest().length;
  const key = deriveKey(password?.bmp ?? new Uint8Array(), {
    digest,
    salt,
    iterations,
    purpose: 3,
    size,
  });
  return createHmac(digest.name, key).update(message).digest();
}

/** The MAC of a new file, with its algorithm and salt, as MacData. */
export function macData(message: Uint8Array, password: Password, context: CallContext): Der {
  const salt = context.randomBytes(saltBytes);
  const algorithm = { id: oids.sha256, parameters: new Uint8Array() };
  const parts = { algorithm, salt, iterations: BigInt(modernIterations) };
  const mac = macOf(message, password, { parts, context });
  return sequence(
    sequence(sequence(oid(oids.sha256)), octets(mac)),
    octets(salt),
    integer(modernIterations),
  );
}

/** Decrypts what an AlgorithmIdentifier says how. */
export function decrypt(
  encrypted: Uint8Array,
  password: Password | undefined,
  { algorithm, context }: { readonly algorithm: Algorithm; readonly context: CallContext },
): Uint8Array {
  const scheme = schemeOf(algorithm, password, context);
  if (encrypted.length === 0) throw plainFailure('pkcs12: empty encrypted data');
  if (encrypted.length % scheme.block !== 0) {
    throw plainFailure('pkcs12: input is not a multiple of the block size');
  }
  return withoutPadding(scheme.open(encrypted), scheme.block);
}

/** An EncryptedPrivateKeyInfo of PKCS#8. Throws FunctionError. */
export function encryptedKeyIn(der: Uint8Array): {
  readonly algorithm: Algorithm;
  readonly encrypted: Uint8Array;
} {
  const fields = asn1Fields(whole(der, sequenceKind('encryptedPrivateKeyInfo')));
  const algorithm = algorithmOf(fields.required(algorithmKind));
  return { algorithm, encrypted: fields.required(kinds.octets) };
}

type Scheme = { readonly block: number; readonly open: (encrypted: Uint8Array) => Uint8Array };

function schemeOf(
  { id, parameters }: Algorithm,
  password: Password | undefined,
  context: CallContext,
): Scheme {
  if (id === oids.pbes2) return pbes2Scheme(parameters, password?.text ?? '', context);
  const old = oldSchemes.get(id);
  if (old === undefined) throw notSupported(`pbe algorithm ${id}`);
  const fields = asn1Fields(whole(parameters, sequenceKind('pbeParams')));
  const digest = { name: 'sha1', block: 64 };
  const shared = { digest, salt: fields.required(kinds.octets) };
  const iterations = paidRounds(intOf(fields.required(kinds.int)), context);
  const bmp = password?.bmp ?? new Uint8Array();
  const key = deriveKey(bmp, { ...shared, iterations, purpose: 1, size: old.key });
  const iv = deriveKey(bmp, { ...shared, iterations, purpose: 2, size: 8 });
  return { block: 8, open: (encrypted) => old.decipher(key, iv, encrypted) };
}

function pbes2Scheme(parameters: Uint8Array, text: string, context: CallContext): Scheme {
  const [kdf, encryption] = pairIn(parameters, 'pbes2Params');
  const cipher = ciphers.get(encryption.id);
  if (cipher === undefined) throw notSupported(`pbes2 algorithm ${encryption.id}`);
  const key = pbkdf2Key(kdf, text, { keyLength: cipher.key, context });
  const iv = derReader(encryption.parameters).any()?.content;
  if (iv?.length !== 16)
    throw plainFailure('cipher.NewCBCDecrypter: IV length must equal block size');
  return { block: 16, open: (encrypted) => nodeDecipher(cipher.name)(key, iv, encrypted) };
}

function nodeDecipher(name: string): Decipher {
  return (key, iv, encrypted) => {
    const decipher = createDecipheriv(name, key, iv).setAutoPadding(false);
    return Buffer.concat([decipher.update(encrypted), decipher.final()]);
  };
}

function withoutPadding(bytes: Uint8Array, block: number): Uint8Array {
  const count = bytes.at(-1) ?? 0;
  const padding = bytes.subarray(bytes.length - count);
  if (count === 0 || count > block || padding.some((byte) => byte !== count)) {
    throw plainFailure('pkcs12: decryption error, incorrect padding');
  }
  return bytes.subarray(0, bytes.length - count);
}

/** PBES2 with AES-256 and PBKDF2-HMAC-SHA256: the algorithm and the encrypted bytes. */
export function encrypt(
  plain: Uint8Array,
  { text }: Password,
  context: CallContext,
): { readonly algorithm: Der; readonly encrypted: Uint8Array } {
  const salt = context.randomBytes(saltBytes);
  const iv = context.randomBytes(16);
  spend(context, modernIterations);
  const key = pbkdf2Sync(text, salt, modernIterations, 32, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const kdf = sequence(octets(salt), integer(modernIterations), sequence(oid(oids.hmacSha256)));
  return {
    algorithm: sequence(
      oid(oids.pbes2),
      sequence(sequence(oid(oids.pbkdf2), kdf), sequence(oid(oids.aes256), octets(iv))),
    ),
    encrypted: Buffer.concat([cipher.update(plain), cipher.final()]),
  };
}
