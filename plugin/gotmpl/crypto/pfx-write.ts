// Owns writing a PKCS#12 file as go-pkcs12's Modern encoder does: a key with its certificates, or a trust store of Java.
import { createHash, type KeyObject } from 'node:crypto';
import type { CallContext } from '../call-context.ts';
import type { Certificate } from './certificate.ts';
import {
  bmpString,
  explicit,
  implicit,
  integer,
  octets,
  oid,
  sequence,
  set,
  toDer,
  type Der,
} from './der.ts';
import { encrypt, macData, passwordOf, type Password } from './pfx-crypto.ts';
import { pkcs12Oids } from './pfx-read.ts';
import { pkcs8Of } from './private-key.ts';

const attributeOids = {
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  javaTrustStore: '2.16.840.1.113894.746875.1.1',
  anyExtendedKeyUsage: '2.5.29.37.0',
};

/** The first certificate is the key's own. */
export function writePfx(
  { key, certificates }: { readonly key: KeyObject; readonly certificates: readonly Certificate[] },
  text: string,
  context: CallContext,
): Uint8Array {
  const password = passwordOf(text);
  const [leaf] = certificates;
  const fingerprint = createHash('sha1')
    .update(leaf?.raw ?? new Uint8Array())
    .digest();
  const localKeyId = attribute(attributeOids.localKeyId, octets(fingerprint));
  const certBags = certificates.map((certificate, i) =>
    certBag(certificate, i === 0 ? [localKeyId] : []),
  );
  const { algorithm, encrypted } = encrypt(pkcs8Of(key), password, context);
  const keyBag = bag(pkcs12Oids.shroudedKeyBag, sequence(algorithm, octets(encrypted)), [
    localKeyId,
  ]);
  return pfxOf([encryptedContent(certBags, password, context), plainContent([keyBag])], {
    password,
    context,
  });
}

/** The names are the subjects, as go-pkcs12 has them. */
export function writeTrustStore(
  certificates: readonly Certificate[],
  text: string,
  context: CallContext,
): Uint8Array {
  const password = passwordOf(text);
  const trusted = attribute(attributeOids.javaTrustStore, oid(attributeOids.anyExtendedKeyUsage));
  const bags = certificates.map((certificate) => {
    const name = Buffer.from(certificate.subject, 'utf16le').swap16();
    return certBag(certificate, [trusted, attribute(attributeOids.friendlyName, bmpString(name))]);
  });
  return pfxOf([encryptedContent(bags, password, context)], { password, context });
}

function pfxOf(
  contents: readonly Der[],
  { password, context }: { readonly password: Password; readonly context: CallContext },
): Uint8Array {
  const safe = toDer(sequence(...contents));
  const info = sequence(oid(pkcs12Oids.data), explicit(0, octets(safe)));
  return toDer(sequence(integer(3), info, macData(safe, password, context)));
}

function encryptedContent(bags: readonly Der[], password: Password, context: CallContext): Der {
  const { algorithm, encrypted } = encrypt(toDer(sequence(...bags)), password, context);
  const info = sequence(oid(pkcs12Oids.data), algorithm, implicit(0, encrypted));
  return sequence(oid(pkcs12Oids.encryptedData), explicit(0, sequence(integer(0), info)));
}

function plainContent(bags: readonly Der[]): Der {
  return sequence(oid(pkcs12Oids.data), explicit(0, octets(toDer(sequence(...bags)))));
}

function certBag({ raw: bytes }: Certificate, attributes: readonly Der[]): Der {
  const value = sequence(oid(pkcs12Oids.x509Certificate), explicit(0, octets(bytes)));
  return bag(pkcs12Oids.certBag, value, attributes);
}

/** The attributes are a SET, in the order of their bytes as DER has it; none is left out. */
function bag(id: string, value: Der, attributes: readonly Der[]): Der {
  const ordered = attributes.toSorted((a, b) => Buffer.compare(toDer(a), toDer(b)));
  const parts = [oid(id), explicit(0, value)];
  return sequence(...(ordered.length === 0 ? parts : [...parts, set(...ordered)]));
}

function attribute(id: string, value: Der): Der {
  return sequence(oid(id), set(value));
}
