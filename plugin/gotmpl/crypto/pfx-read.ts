// Owns reading a PKCS#12 file: its MAC, its bags, and the one key with its certificates (go-pkcs12's DecodeChain).
import type { KeyObject } from 'node:crypto';
import type { CallContext } from '../call-context.ts';
import { plainFailure, prefixed } from '../errors.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import {
  algorithmKind,
  algorithmOf,
  asn1Fields,
  intOf,
  kinds,
  oidOf,
  sequenceKind,
  structureError,
  whole,
  type Algorithm,
  type Asn1Fields,
} from './asn1-fields.ts';
import { derReader } from './der-reader.ts';
import { decrypt, encryptedKeyIn, macOf, passwordOf, type Password } from './pfx-crypto.ts';
import { readKey } from './private-key.ts';

export type Pfx = { readonly key: KeyObject; readonly certificates: readonly Certificate[] };

export const pkcs12Oids = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  x509Certificate: '1.2.840.113549.1.9.22.1',
};

/** What it is, and what is in its tag. */
type Bag = { readonly id: string; readonly value: Uint8Array };
type Opening = { readonly password: Password | undefined; readonly context: CallContext };

/** Throws FunctionError with go-pkcs12's text. */
export function readPfx(file: Uint8Array, password: string, context: CallContext): Pfx {
  // Go looks at the password first.
  const asked = passwordOf(password);
  const pfx = prefixed('pkcs12: error reading P12 data', () => pfxIn(file));
  if (pfx.version !== 3n) throw plainFailure("pkcs12: can only decode v3 PFX PDU's");
  if (pfx.content.id !== pkcs12Oids.data) {
    throw plainFailure('pkcs12: only password-protected PFX is implemented');
  }
  const safe = anyWhole(pfx.content.value);
  const opening = { password: verified(safe, pfx.mac, { password: asked, context }), context };
  return chainOf(bagsIn(safe, opening), opening);
}

type Mac = {
  readonly algorithm: Algorithm;
  readonly digest: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: bigint;
};

function pfxIn(file: Uint8Array): {
  readonly version: bigint;
  readonly content: Bag;
  readonly mac: Mac | undefined;
} {
  const fields = asn1Fields(whole(file, sequenceKind('pfxPdu')));
  const version = intOf(fields.required(kinds.int));
  const content = contentInfoIn(fields.required(sequenceKind('contentInfo')));
  const mac = fields.optional(sequenceKind('macData'));
  return { version, content, mac: mac && macIn(asn1Fields(mac)) };
}

function macIn(fields: Asn1Fields): Mac {
  const info = asn1Fields(fields.required(sequenceKind('digestInfo')));
  const algorithm = algorithmOf(info.required(algorithmKind));
  const digest = info.required(kinds.octets);
  const salt = fields.required(kinds.octets);
  const iterations = fields.optional(kinds.int);
  return { algorithm, digest, salt, iterations: iterations === undefined ? 1n : intOf(iterations) };
}

function contentInfoIn(content: Uint8Array): Bag {
  const fields = asn1Fields(content);
  const id = oidOf(fields.required(kinds.oid));
  return { id, value: fields.within(0) ?? new Uint8Array() };
}

/** What is in the one value, whatever its tag is. */
function anyWhole(bytes: Uint8Array): Uint8Array {
  const fields = asn1Fields(bytes);
  const value = fields.raw();
  if (value.length === 0) throw plainFailure('asn1: syntax error: sequence truncated');
  if (!fields.isEmpty()) throw plainFailure('pkcs12: trailing data found');
  return derReader(value).any()?.content ?? new Uint8Array();
}

/** The password that the MAC proves right. An empty one has two spellings: a zero, and nothing at all. */
function verified(
  safe: Uint8Array,
  mac: Mac | undefined,
  { password, context }: { readonly password: Password; readonly context: CallContext },
): Password | undefined {
  const isEmpty = password.text === '';
  if (mac === undefined) {
    if (isEmpty) return password;
    throw plainFailure('pkcs12: no MAC in data');
  }
  const expected = Buffer.from(mac.digest);
  const spellings = isEmpty ? [password, undefined] : [password];
  for (const spelling of spellings) {
    if (expected.equals(macOf(safe, spelling, { parts: mac, context }))) return spelling;
  }
  throw plainFailure('pkcs12: decryption password incorrect');
}

/** The elements of a SEQUENCE OF. */
function listIn(bytes: Uint8Array, goType: string): readonly Uint8Array[] {
  const fields = asn1Fields(whole(bytes, sequenceKind('')));
  const list: Uint8Array[] = [];
  while (!fields.isEmpty()) list.push(fields.required(sequenceKind(goType)));
  return list;
}

function bagsIn(safe: Uint8Array, opening: Opening): readonly Bag[] {
  const contents = listIn(safe, 'contentInfo').map(contentInfoIn);
  if (contents.length < 1 || contents.length > 2) {
    throw plainFailure(
      `pkcs12: expected between 1 and 2 items in the authenticated safe, but this file has ${contents.length}`,
    );
  }
  return contents.flatMap(({ id, value }) => {
    const bytes =
      id === pkcs12Oids.data ? whole(value, kinds.octets) : decryptedContent(id, value, opening);
    return listIn(bytes, 'safeBag').map(bagIn);
  });
}

function decryptedContent(id: string, value: Uint8Array, opening: Opening): Uint8Array {
  if (id !== pkcs12Oids.encryptedData) {
    throw plainFailure(
      'pkcs12: only data and encryptedData content types are supported in authenticated safe',
    );
  }
  const data = asn1Fields(whole(value, sequenceKind('encryptedData')));
  const version = intOf(data.required(kinds.int));
  const info = asn1Fields(data.required(sequenceKind('encryptedContentInfo')));
  oidOf(info.required(kinds.oid));
  const algorithm = algorithmOf(info.required(algorithmKind));
  const encrypted = info.optional(implicitOctets) ?? new Uint8Array();
  if (version !== 0n) {
    throw plainFailure('pkcs12: only version 0 of EncryptedData is supported');
  }
  return decrypt(encrypted, opening.password, { algorithm, context: opening.context });
}

/** An OCTET STRING with the context-specific tag 0. */
const implicitOctets = { tag: 0x80, goType: '' };

function bagIn(content: Uint8Array): Bag {
  const fields = asn1Fields(content);
  const id = oidOf(fields.required(kinds.oid));
  const value = fields.within(0);
  if (value === undefined) throw structureError("explicitly tagged member didn't match");
  const attributes = fields.optional({ tag: 0x31, goType: '' });
  checkAttributes(asn1Fields(attributes ?? new Uint8Array()));
  return { id, value };
}

function checkAttributes(attributes: Asn1Fields): void {
  while (!attributes.isEmpty()) {
    const fields = asn1Fields(attributes.required(sequenceKind('pkcs12Attribute')));
    oidOf(fields.required(kinds.oid));
    if (fields.raw().length === 0) throw plainFailure('asn1: syntax error: sequence truncated');
  }
}

/** In the order of the bags, so that the first that is wrong is the one that Go names. */
function chainOf(bags: readonly Bag[], opening: Opening): Pfx {
  const certificates: Certificate[] = [];
  let key: KeyObject | undefined;
  for (const bag of bags) {
    if (bag.id === pkcs12Oids.certBag) certificates.push(certificateIn(bag));
    else if (bag.id === pkcs12Oids.keyBag || bag.id === pkcs12Oids.shroudedKeyBag) {
      if (key !== undefined) throw plainFailure('pkcs12: expected exactly one key bag');
      key = keyIn(bag, opening);
    }
  }
  if (certificates.length === 0) throw plainFailure('pkcs12: certificate missing');
  if (key === undefined) throw plainFailure('pkcs12: private key missing');
  return { key, certificates };
}

function certificateIn({ value }: Bag): Certificate {
  const { id, bytes } = prefixed('pkcs12: error decoding cert bag', () => certBagIn(value));
  if (id !== pkcs12Oids.x509Certificate) {
    throw plainFailure('pkcs12: only X509 certificates are supported in cert bags');
  }
  return parseCertificate(bytes);
}

function certBagIn(value: Uint8Array): { readonly id: string; readonly bytes: Uint8Array } {
  const fields = asn1Fields(whole(value, sequenceKind('certBag')));
  const id = oidOf(fields.required(kinds.oid));
  const bytes = fields.optionalIn(0, kinds.octets);
  if (bytes === undefined) throw structureError("explicitly tagged member didn't match");
  return { id, bytes };
}

function keyIn({ id, value }: Bag, opening: Opening): KeyObject {
  if (id === pkcs12Oids.keyBag) return readKey(value, 'pkcs8');
  const bytes = unshrouded(value, opening);
  prefixed('pkcs12: error unmarshaling decrypted private key', () => anyWhole(bytes));
  return prefixed('pkcs12: error parsing PKCS#8 private key', () => readKey(bytes, 'pkcs8'));
}

function unshrouded(value: Uint8Array, { password, context }: Opening): Uint8Array {
  const { algorithm, encrypted } = prefixed('pkcs12: error decoding PKCS#8 shrouded key bag', () =>
    encryptedKeyIn(value),
  );
  return prefixed('pkcs12: error decrypting PKCS#8 shrouded key bag', () =>
    decrypt(encrypted, password, { algorithm, context }),
  );
}
