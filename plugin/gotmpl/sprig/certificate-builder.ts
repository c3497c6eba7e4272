// Owns making an X.509 certificate as Go's x509.CreateCertificate makes sprig's.
import { createHash, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { Boolean as Asn1Boolean } from 'asn1js';
import {
  bitString,
  explicit,
  implicit,
  integer,
  nothing,
  octets,
  oid,
  printable,
  raw,
  sequence,
  set,
  time,
  toDer,
  unsigned,
  utf8,
  type Der,
} from '../crypto/der.ts';
import { bitsIn, derReader, tags } from '../crypto/der-reader.ts';
import { plainFailure } from '../errors.ts';
import { fromByteString } from '../utf8.ts';

export type CertificateRequest = {
  /** A byte string. */
  readonly commonName: string;
  readonly addresses: readonly string[];
  readonly dnsNames: readonly string[];
  readonly days: number;
  readonly isAuthority: boolean;
  /** In milliseconds since 1970. */
  readonly now: number;
  /** 16 random bytes. */
  readonly serial: Uint8Array;
  readonly key: KeyObject;
};

/** Who signs: the key, its certificate's subject in DER, and the identifier of its key. */
export type Signer = {
  readonly key: KeyObject;
  readonly subject: Uint8Array;
  readonly keyId: Uint8Array | undefined;
};

const oids = {
  commonName: '2.5.4.3',
  keyUsage: '2.5.29.15',
  extKeyUsage: '2.5.29.37',
  basicConstraints: '2.5.29.19',
  subjectKeyId: '2.5.29.14',
  authorityKeyId: '2.5.29.35',
  subjectAltName: '2.5.29.17',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
};

/** The certificate in DER, signed by its own key where there is no signer. */
export function buildCertificate(
  request: CertificateRequest,
  signer: Signer | undefined,
): Uint8Array {
  const subject = nameOf(request.commonName);
  const key = signer?.key ?? request.key;
  const { algorithm, digest } = signatureOf(key);
  const from = new Date(Math.trunc(request.now / 1000) * 1000);
  const until = new Date(from.getTime() + request.days * 86_400_000);
  const signed = sequence(
    explicit(0, integer(2)),
    unsigned(BigInt(`0x${Buffer.from(request.serial).toString('hex')}`)),
    algorithm,
    signer === undefined ? subject : raw(signer.subject),
    sequence(time(from), time(until)),
    subject,
    raw(publicKeyOf(request.key)),
    explicit(3, sequence(...extensionsOf(request, signer))),
  );
  const signature = sign(digest, toDer(signed), key);
  return toDer(sequence(signed, algorithm, bitString(signature, 0)));
}

function publicKeyOf(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ format: 'der', type: 'spki' });
}

function nameOf(commonName: string): Der {
  if (commonName === '') return sequence();
  const text = fromByteString(commonName);
  const value = /^[A-Za-z0-9 '()+,./:=?*&-]*$/.test(text) ? printable(text) : utf8(text);
  return sequence(set(sequence(oid(oids.commonName), value)));
}

type Signature = { readonly algorithm: Der; readonly digest: string | null };

const curveSignatures: ReadonlyMap<string, { readonly id: string; readonly digest: string }> =
  new Map([
    ['prime256v1', { id: '1.2.840.10045.4.3.2', digest: 'sha256' }],
    ['secp384r1', { id: '1.2.840.10045.4.3.3', digest: 'sha384' }],
    ['secp521r1', { id: '1.2.840.10045.4.3.4', digest: 'sha512' }],
  ]);

function signatureOf(key: KeyObject): Signature {
  if (key.asymmetricKeyType === 'rsa') {
    return { algorithm: sequence(oid('1.2.840.113549.1.1.11'), nothing()), digest: 'sha256' };
  }
  if (key.asymmetricKeyType === 'ed25519') {
    return { algorithm: sequence(oid('1.3.101.112')), digest: null };
  }
  const curve = curveSignatures.get(key.asymmetricKeyDetails?.namedCurve ?? '');
  if (curve !== undefined) return { algorithm: sequence(oid(curve.id)), digest: curve.digest };
  throw plainFailure(
    'error creating certificate: x509: only RSA, ECDSA and Ed25519 keys supported',
  );
}

function extensionsOf(request: CertificateRequest, signer: Signer | undefined): readonly Der[] {
  const { isAuthority, key, commonName } = request;
  const names = alternativeNames(request);
  // digitalSignature and keyEncipherment; keyCertSign for an authority.
  const usage = isAuthority ? bitString(Uint8Array.of(0xa4), 2) : bitString(Uint8Array.of(0xa0), 5);
  const constraints = isAuthority ? sequence(new Asn1Boolean({ value: true })) : sequence();
  const authority = signer?.keyId;
  return [
    extension(oids.keyUsage, usage, true),
    extension(oids.extKeyUsage, sequence(oid(oids.serverAuth), oid(oids.clientAuth))),
    extension(oids.basicConstraints, constraints, true),
    ...(isAuthority ? [extension(oids.subjectKeyId, octets(keyIdOf(key)))] : []),
    ...(authority === undefined
      ? []
      : [extension(oids.authorityKeyId, sequence(implicit(0, authority)))]),
    ...(names.length === 0
      ? []
      : [extension(oids.subjectAltName, sequence(...names), commonName === '')]),
  ];
}

function extension(id: string, value: Der, isCritical = false): Der {
  const critical = isCritical ? [new Asn1Boolean({ value: true })] : [];
  return sequence(oid(id), ...critical, octets(toDer(value)));
}

function alternativeNames({ dnsNames, addresses }: CertificateRequest): readonly Der[] {
  return [
    ...dnsNames.map((name) => implicit(2, Buffer.from(name, 'latin1'))),
    ...addresses.map((address) => implicit(7, addressBytes(address))),
  ];
}

function addressBytes(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.').map(Number));
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string | undefined): string[] =>
    text === undefined || text === '' ? [] : text.split(':');
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return Buffer.from(
    [...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join(''),
    'hex',
  );
}

/** RFC 7093, method 1, as Go has it: SHA-256 of the key's bits, cut to 160. */
function keyIdOf(key: KeyObject): Uint8Array {
  const fields = derReader(derReader(publicKeyOf(key)).any()?.content ?? new Uint8Array());
  fields.element(tags.sequence);
  const bits = bitsIn(fields.element(tags.bitString)?.content)?.bytes ?? new Uint8Array();
  return createHash('sha256').update(bits).digest().subarray(0, 20);
}
