// Owns reading a PKCS#12 file: its MAC, its bags, and the one key with its certificates (go-pkcs12's DecodeChain).
import type { KeyObject } from 'node:crypto';
import type { CallContext } from '../call-context.ts';
import { type FunctionError, plainFailure, prefixed } from '../errors.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import {
  asn1Failure,
  bytesOf,
  contentOf,
  elementsOf,
  hasTrailingData,
  integerOf,
  octetsOf,
  oidOf,
  readDer,
  tagged,
  type Der,
} from './der.ts';
import { algorithmOf, decrypt, macOf, passwordOf, type Password } from './pfx-crypto.ts';
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

type Bag = { readonly id: string; readonly value: Der };
type Opening = { readonly password: Password | undefined; readonly context: CallContext };

/** Throws FunctionError with go-pkcs12's text. */
export function readPfx(file: Uint8Array, password: string, context: CallContext): Pfx {
  // Go looks at the password first.
  const asked = passwordOf(password);
  const value = readDer(file);
  if (value === undefined || elementsOf(value).length === 0) throw notPfx(file);
  const pfx = elementsOf(value);
  const content = contentInfoOf(pfx[1]);
  const safe = content.id === pkcs12Oids.data ? octetsOf(content.value) : undefined;
  if (integerOf(pfx[0]) !== 3n || safe === undefined) throw unreadable();
  const opening = {
    password: verified(safe, pfx[2], { password: asked, context }),
    context,
  };
  return chainOf(bagsIn(safe, opening), opening);
}

function unreadable(): FunctionError {
  return plainFailure('pkcs12: error reading P12 data: asn1: structure error');
}

function notPfx(file: Uint8Array): FunctionError {
  if (hasTrailingData(file))
    return plainFailure('pkcs12: error reading P12 data: pkcs12: trailing data found');
  return asn1Failure(file, { prefix: 'pkcs12: error reading P12 data: ', goType: 'pfxPdu' });
}

/** A ContentInfo: what it is, and what is in its tag. */
function contentInfoOf(value: Der | undefined): {
  readonly id: string;
  readonly value: Der | undefined;
} {
  const elements = elementsOf(value);
  return { id: oidOf(elements[0]) ?? '', value: elementsOf(tagged(elements, 0))[0] };
}

/** The password that the MAC proves right. An empty one has two spellings: a zero, and nothing at all. */
function verified(
  safe: Uint8Array,
  mac: Der | undefined,
  { password, context }: { readonly password: Password; readonly context: CallContext },
): Password | undefined {
  const isEmpty = password.text === '';
  if (mac === undefined) {
    if (isEmpty) return password;
    throw plainFailure('pkcs12: no MAC in data');
  }
  const [info, salt, iterations] = elementsOf(mac);
  const [algorithm, digest] = elementsOf(info);
  const parts = {
    algorithm: algorithmOf(algorithm),
    salt: octetsOf(salt) ?? new Uint8Array(),
    iterations,
  };
  const expected = Buffer.from(octetsOf(digest) ?? new Uint8Array());
  const spellings = isEmpty ? [password, undefined] : [password];
  for (const spelling of spellings) {
    if (expected.equals(macOf(safe, spelling, { parts, context }))) return spelling;
  }
  throw plainFailure('pkcs12: decryption password incorrect');
}

function bagsIn(safe: Uint8Array, opening: Opening): readonly Bag[] {
  const contents = elementsOf(readDer(safe)).map(contentInfoOf);
  if (contents.length < 1 || contents.length > 2) {
    throw plainFailure(
      `pkcs12: expected between 1 and 2 items in the authenticated safe, but this file has ${contents.length}`,
    );
  }
  return contents.flatMap(({ id, value }) => {
    const bytes = id === pkcs12Oids.data ? octetsOf(value) : decryptedContent(id, value, opening);
    if (bytes === undefined) throw unreadable();
    return elementsOf(readDer(bytes)).map(bagOf);
  });
}

function decryptedContent(id: string, value: Der | undefined, opening: Opening): Uint8Array {
  if (id !== pkcs12Oids.encryptedData) {
    throw plainFailure(
      'pkcs12: only data and encryptedData content types are supported in authenticated safe',
    );
  }
  const [version, info] = elementsOf(value);
  if (integerOf(version) !== 0n) {
    throw plainFailure('pkcs12: only version 0 of EncryptedData is supported');
  }
  const elements = elementsOf(info);
  const encrypted = tagged(elements, 0);
  return decrypt(
    encrypted === undefined ? new Uint8Array() : implicitOctets(encrypted),
    opening.password,
    {
      algorithm: algorithmOf(elements[1]),
      context: opening.context,
    },
  );
}

/** An OCTET STRING with an implicit tag, which may have come in pieces. */
function implicitOctets(value: Der): Uint8Array {
  const pieces = elementsOf(value).map((piece) => octetsOf(piece) ?? new Uint8Array());
  return pieces.length === 0 ? contentOf(value) : Buffer.concat(pieces);
}

function bagOf(bag: Der): Bag {
  const elements = elementsOf(bag);
  const value = elementsOf(tagged(elements, 0))[0];
  if (value === undefined) throw unreadable();
  return { id: oidOf(elements[0]) ?? '', value };
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
  const elements = elementsOf(value);
  if (oidOf(elements[0]) !== pkcs12Oids.x509Certificate) {
    throw plainFailure('pkcs12: only X509 certificates are supported in cert bags');
  }
  const bytes = octetsOf(elementsOf(tagged(elements, 0))[0]);
  if (bytes === undefined)
    throw plainFailure('pkcs12: error decoding cert bag: asn1: structure error');
  return parseCertificate(bytes);
}

function keyIn({ id, value }: Bag, { password, context }: Opening): KeyObject {
  if (id === pkcs12Oids.keyBag) return readKey(bytesOf(value), 'pkcs8');
  const bytes = unshrouded(value, { password, context });
  return prefixed('pkcs12: error parsing PKCS#8 private key', () => readKey(bytes, 'pkcs8'));
}

function unshrouded(value: Der, { password, context }: Opening): Uint8Array {
  const [algorithm, encrypted] = elementsOf(value);
  return prefixed('pkcs12: error decrypting PKCS#8 shrouded key bag', () =>
    decrypt(octetsOf(encrypted) ?? new Uint8Array(), password, {
      algorithm: algorithmOf(algorithm),
      context,
    }),
  );
}
