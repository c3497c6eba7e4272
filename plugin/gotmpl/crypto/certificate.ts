// Owns X.509 certificates as ESO's functions look at them: their bytes, key identifiers and names.
import { plainFailure } from '../errors.ts';
import { knownExtensions, type Extension, type KnownExtensions } from './certificate-extensions.ts';
import {
  bitsIn,
  booleanIn,
  derReader,
  integerIn,
  isTime,
  oidIn,
  tags,
  type DerElement,
  type DerReader,
} from './der-reader.ts';
import { nameText, readName } from './distinguished-name.ts';
import { algorithmIn, checkPublicKey, malformed } from './public-key.ts';

export type Certificate = KnownExtensions & {
  readonly raw: Uint8Array;
  /** As RFC 2253 writes it. */
  readonly subject: string;
  /** The subject in DER. */
  readonly rawSubject: Uint8Array;
};

/** x509.ParseCertificate: it goes through the fields in their order, and what is wrong first is named. Throws FunctionError. */
export function parseCertificate(der: Uint8Array): Certificate {
  const certificate = need(derReader(der).element(tags.sequence), 'certificate');
  const reader = derReader(certificate.content);
  const signed = derReader(need(reader.element(tags.sequence), 'tbs certificate').content);
  const version = versionIn(signed);
  const serial = need(integerIn(signed.element(tags.integer)?.content), 'serial number');
  if (serial < 0n) throw plainFailure('x509: negative serial number');
  checkAlgorithms(signed.element(tags.sequence), reader.element(tags.sequence));
  const names = namesIn(signed);
  checkPublicKey(need(signed.element(tags.sequence), 'spki').content);
  const extensions = knownExtensions(version === 0n ? [] : extensionsIn(signed, version));
  need(bitsIn(reader.element(tags.bitString)?.content), 'signature');
  if (certificate.whole.length !== der.length) throw plainFailure('x509: trailing data');
  return { raw: certificate.whole, ...names, ...extensions };
}

function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw malformed(what);
  return value;
}

/** 0 where there is none, up to 2. */
function versionIn(signed: DerReader): bigint {
  if (!signed.isNext(tags.around(0))) return 0n;
  const tag = derReader(need(signed.any(), 'version').content);
  const version = need(integerIn(tag.element(tags.integer)?.content), 'version');
  if (!tag.isEmpty() || version < 0n || version >= 2n ** 63n) throw malformed('version');
  if (version > 2n) throw plainFailure('x509: invalid version');
  return version;
}

function checkAlgorithms(inner: DerElement | undefined, outer: DerElement | undefined): void {
  const { content } = need(inner, 'signature algorithm identifier');
  if (Buffer.compare(content, need(outer, 'algorithm identifier').content) !== 0) {
    throw plainFailure("x509: inner and outer signature algorithm identifiers don't match");
  }
  algorithmIn(content);
}

/** Issuer, validity, subject; Go calls a wrong subject an issuer too. */
function namesIn(signed: DerReader): { readonly subject: string; readonly rawSubject: Uint8Array } {
  readName(need(signed.element(tags.sequence), 'issuer').content);
  checkValidity(derReader(need(signed.element(tags.sequence), 'validity').content));
  const subject = need(signed.element(tags.sequence), 'issuer');
  return { subject: nameText(readName(subject.content)), rawSubject: subject.whole };
}

function checkValidity(validity: DerReader): void {
  for (const _ of ['not before', 'not after']) {
    const isUtc = validity.isNext(tags.utcTime);
    if (!isUtc && !validity.isNext(tags.generalizedTime)) {
      throw plainFailure('x509: unsupported time format');
    }
    const time = validity.any();
    if (time === undefined || !isTime(time)) throw malformed(isUtc ? 'UTCTime' : 'GeneralizedTime');
  }
}

/** Behind two identifiers that nobody uses. Only version 3, which is 2 here, has extensions. */
function extensionsIn(signed: DerReader, version: bigint): readonly Extension[] {
  if (signed.isNext(tags.context(1))) need(signed.any(), 'issuerUniqueID');
  if (signed.isNext(tags.context(2))) need(signed.any(), 'subjectUniqueID');
  if (version < 2n || !signed.isNext(tags.around(3))) return [];
  const tag = derReader(need(signed.any(), 'extensions').content);
  const list = derReader(need(tag.element(tags.sequence), 'extensions').content);
  const extensions = new Map<string, Extension>();
  while (!list.isEmpty()) {
    const extension = extensionIn(
      derReader(need(list.element(tags.sequence), 'extension').content),
    );
    if (extensions.has(extension.id)) {
      throw plainFailure(
        `x509: certificate contains duplicate extension with OID "${extension.id}"`,
      );
    }
    extensions.set(extension.id, extension);
  }
  return [...extensions.values()];
}

function extensionIn(reader: DerReader): Extension {
  const id = need(oidIn(reader.element(tags.oid)?.content), 'extension OID field');
  const isCritical =
    reader.isNext(tags.boolean) &&
    need(booleanIn(reader.any()?.content), 'extension critical field');
  const value = need(reader.element(tags.octetString), 'extension value field');
  return { id, isCritical, value: value.content };
}
