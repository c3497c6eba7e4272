// Owns X.509 certificates as ESO's functions look at them: their bytes, key identifiers and names.
import { X509Certificate } from 'node:crypto';
import { plainFailure, type FunctionError } from '../errors.ts';
import { toByteString } from '../utf8.ts';
import { nameText } from './distinguished-name.ts';
import {
  bytesOf,
  contentOf,
  elementsOf,
  hasTrailingData,
  integerOf,
  isSequence,
  octetsOf,
  oidOf,
  readDer,
  tagged,
  type Der,
} from './der.ts';

export type Certificate = {
  readonly raw: Uint8Array;
  /** As RFC 2253 writes it. */
  readonly subject: string;
  /** Undefined where there is no such extension, or none in it. */
  readonly authorityKeyId: Uint8Array | undefined;
  readonly subjectKeyId: Uint8Array | undefined;
  /** Byte strings: DNS names, then addresses, mail addresses, URIs. */
  readonly alternativeNames: readonly string[];
};

const oids = {
  subjectKeyId: '2.5.29.14',
  subjectAltName: '2.5.29.17',
  authorityKeyId: '2.5.29.35',
};

/** x509.ParseCertificate. Throws FunctionError. */
export function parseCertificate(der: Uint8Array): Certificate {
  const value = readDer(der);
  if (value === undefined) throw malformed(hasTrailingData(der) ? 'trailing data' : undefined);
  const parts = elementsOf(elementsOf(value)[0]);
  const failure = structureFailure(value);
  if (failure !== undefined) throw malformed(failure);
  const subject = nameText(subjectOf(parts));
  if (subject === undefined || !isCertificate(der)) throw malformed();
  const extensions = extensionsOf(parts);
  const authority = extensions.get(oids.authorityKeyId);
  const identifier = authority && tagged(elementsOf(readDer(authority)), 0);
  const identified = extensions.get(oids.subjectKeyId);
  return {
    raw: bytesOf(value),
    subject,
    authorityKeyId: identifier && contentOf(identifier),
    subjectKeyId: identified && octetsOf(readDer(identified)),
    alternativeNames: alternativeNamesOf(extensions),
  };
}

function malformed(what = 'malformed certificate'): FunctionError {
  return plainFailure(`x509: ${what}`);
}

/** What Go names first in something else than a certificate: it goes through the fields in their order. */
function structureFailure(value: Der): string | undefined {
  const [signed, algorithm] = elementsOf(value);
  if (!isSequence(value)) return 'malformed certificate';
  if (!isSequence(signed)) return 'malformed tbs certificate';
  const fields = elementsOf(signed);
  const versionTag = tagged(fields.slice(0, 1), 0);
  const version = versionTag === undefined ? 0n : integerOf(elementsOf(versionTag)[0]);
  if (version === undefined || version < 0n) return 'malformed version';
  if (version > 2n) return 'invalid version';
  const [serial, ownAlgorithm, ...others] = versionTag === undefined ? fields : fields.slice(1);
  const number = integerOf(serial);
  if (number === undefined) return 'malformed serial number';
  if (number < 0n) return 'negative serial number';
  return algorithmFailure(ownAlgorithm, algorithm) ?? sequencesFailure(others);
}

function algorithmFailure(inner: Der | undefined, outer: Der | undefined): string | undefined {
  if (!isSequence(inner)) return 'malformed signature algorithm identifier';
  if (!isSequence(outer)) return 'malformed algorithm identifier';
  return Buffer.compare(bytesOf(inner), bytesOf(outer)) === 0
    ? undefined
    : "inner and outer signature algorithm identifiers don't match";
}

/** Issuer, validity, subject, key; Go calls a wrong subject an issuer too. */
function sequencesFailure(fields: readonly Der[]): string | undefined {
  const names = ['issuer', 'validity', 'issuer', 'spki'];
  const wrong = names.find((_, i) => !isSequence(fields[i]));
  return wrong === undefined ? undefined : `malformed ${wrong}`;
}

/** Behind the version, which may be left out: serial number, algorithm, issuer, validity, subject. */
function subjectOf(parts: readonly Der[]): Der | undefined {
  return parts[tagged(parts.slice(0, 1), 0) === undefined ? 4 : 5];
}

function isCertificate(der: Uint8Array): boolean {
  try {
    return new X509Certificate(der).raw.length === der.length;
  } catch {
    return false;
  }
}

function extensionsOf(certificate: readonly Der[]): ReadonlyMap<string, Uint8Array> {
  const list = elementsOf(elementsOf(tagged(certificate, 3))[0]);
  const found = new Map<string, Uint8Array>();
  for (const extension of list.map(elementsOf)) {
    const name = oidOf(extension[0]);
    const value = octetsOf(extension.at(-1));
    if (name !== undefined && value !== undefined) found.set(name, value);
  }
  return found;
}

function alternativeNamesOf(extensions: ReadonlyMap<string, Uint8Array>): readonly string[] {
  const extension = extensions.get(oids.subjectAltName);
  if (extension === undefined) return [];
  const names = elementsOf(readDer(extension));
  const texts = (tag: number): readonly string[] =>
    names
      .filter(({ idBlock }) => idBlock.tagNumber === tag)
      .map((name) => Buffer.from(contentOf(name)).toString('latin1'));
  const addresses = names
    .filter(({ idBlock }) => idBlock.tagNumber === 7)
    .map((name) => addressText(contentOf(name)));
  return [...texts(2), ...addresses, ...texts(1), ...texts(6)];
}

/** net.IP.String: RFC 5952, and an IPv4 address in IPv6 as the former. Throws FunctionError for what is no address. */
function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16)
    throw plainFailure(`x509: cannot parse IP address of length ${bytes.length}`);
  const isMapped = bytes.subarray(0, 12).every((byte, i) => byte === (i < 10 ? 0 : 255));
  if (isMapped) return bytes.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  // A URL writes an IPv6 address in its shortest form.
  return toByteString(new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1));
}
