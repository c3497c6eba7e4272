// Owns ESO's functions on PKCS#12 files: keys and certificates out of one, and a new one of PEM texts.
import type { KeyObject } from 'node:crypto';
import type { CallContext } from '../call-context.ts';
import { FunctionError, plainFailure, prefixed } from '../errors.ts';
import { text, type GoFunction } from '../functions.ts';
import { decodePem, pemText } from '../pem.ts';
import { stringType } from '../values.ts';
import { parseCertificate, type Certificate } from '../crypto/certificate.ts';
import { orderedChain } from './chain.ts';
import { pemOf } from './pem-functions.ts';
import { readPfx, type Pfx } from '../crypto/pfx-read.ts';
import { writePfx, writeTrustStore } from '../crypto/pfx-write.ts';
import { parsePrivateKey, pkcs8Of } from '../crypto/private-key.ts';

type Texts = readonly string[];

/** Each with its form that takes a password: first where a file is read, last where one is written. */
export const pkcs12Functions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['pkcs12key', ofTexts(1, ([file = ''], context) => keyOf(file, '', context))],
  ['pkcs12keyPass', ofTexts(2, ([pass = '', file = ''], context) => keyOf(file, pass, context))],
  ['pkcs12cert', ofTexts(1, ([file = ''], context) => certificatesOf(file, '', context))],
  [
    'pkcs12certPass',
    ofTexts(2, ([pass = '', file = ''], context) => certificatesOf(file, pass, context)),
  ],
  ['pemToPkcs12', ofTexts(2, ([cert = '', key = ''], context) => fromPem(cert, key, { context }))],
  [
    'pemToPkcs12Pass',
    ofTexts(3, ([cert = '', key = '', pass = ''], context) =>
      fromPem(cert, key, { pass, context }),
    ),
  ],
  [
    'fullPemToPkcs12',
    ofTexts(2, ([cert = '', key = ''], context) => fromPem(cert, key, { full: true, context })),
  ],
  [
    'fullPemToPkcs12Pass',
    ofTexts(3, ([cert = '', key = '', pass = ''], context) =>
      fromPem(cert, key, { full: true, pass, context }),
    ),
  ],
  ['pemTruststoreToPKCS12', ofTexts(1, ([certs = ''], context) => trustStore(certs, '', context))],
  [
    'pemTruststoreToPKCS12Pass',
    ofTexts(2, ([certs = '', pass = ''], context) => trustStore(certs, pass, context)),
  ],
]);

function ofTexts(count: number, call: (texts: Texts, context: CallContext) => string): GoFunction {
  return {
    params: Array.from({ length: count }, () => stringType),
    isVariadic: false,
    result: stringType,
    call: (args, context) => text.make(call(args.map(text.read), context)),
  };
}

type File = { readonly file: string; readonly pass: string; readonly what: string };

function opened({ file, pass, what }: File, context: CallContext): Pfx {
  return prefixed(`unable to decode ${what} with password`, () =>
    readPfx(Buffer.from(file, 'latin1'), Buffer.from(pass, 'latin1').toString(), context),
  );
}

function keyOf(file: string, pass: string, context: CallContext): string {
  const { key } = opened({ file, pass, what: 'pkcs12' }, context);
  return pemText('PRIVATE KEY', pkcs8Of(key));
}

/** From the leaf to the root, where they make one chain; else as they stand. */
function certificatesOf(file: string, pass: string, context: CallContext): string {
  const { certificates } = opened({ file, pass, what: 'pkcs12 certificate' }, context);
  try {
    return pemOf(orderedChain(certificates));
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    return pemOf(certificates);
  }
}

type Writing = { readonly pass?: string; readonly full?: boolean; readonly context: CallContext };

function fromPem(cert: string, key: string, { pass = '', full = false, context }: Writing): string {
  const { block, rest } = decodePem(cert);
  const leaf = parseCertificate(bytesOf(block));
  const others = full ? certificatesIn(rest) : [];
  const pfx = { key: privateKeyOf(key), certificates: [leaf, ...others] };
  return base64(writePfx(pfx, Buffer.from(pass, 'latin1').toString(), context));
}

function trustStore(certs: string, pass: string, context: CallContext): string {
  const password = Buffer.from(pass, 'latin1').toString();
  return base64(writeTrustStore(certificatesIn(certs), password, context));
}

/** To the end of the text: what stands behind the last block, also a blank line, makes ESO panic. */
function certificatesIn(pem: string): readonly Certificate[] {
  const certificates: Certificate[] = [];
  for (let left = pem; left !== '';) {
    const { block, rest } = decodePem(left);
    certificates.push(parseCertificate(bytesOf(block)));
    left = rest;
  }
  return certificates;
}

function privateKeyOf(pem: string): KeyObject {
  const key = parsePrivateKey(bytesOf(decodePem(pem).block));
  if (key === undefined) throw plainFailure('unable to parse private key type');
  return key;
}

/** ESO looks into a block without asking whether there is one. */
function bytesOf(block: ReturnType<typeof decodePem>['block']): Uint8Array {
  if (block !== undefined) return block.bytes;
  throw plainFailure('runtime error: invalid memory address or nil pointer dereference');
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
