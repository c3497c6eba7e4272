// Owns sprig's functions that make keys and certificates: genCA, genSelfSignedCert, genSignedCert, buildCustomCert.
import type { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { spend } from '../budget.ts';
import type { CallContext } from '../call-context.ts';
import { parseCertificate } from '../crypto/certificate.ts';
import { FunctionError, plainFailure, prefixed } from '../errors.ts';
import { function1, text, type GoFunction } from '../functions.ts';
import { decodePem, pemText } from '../pem.ts';
import {
  anySliceType,
  intType,
  stringType,
  stringValue,
  withoutInterface,
  type GoType,
  type StructValue,
  type Value,
} from '../values.ts';
import { buildCertificate, type Signer } from './certificate-builder.ts';
import { readBase64 } from './encoding.ts';
import { passwordHashFunctions } from './password-hashes.ts';
import {
  generatePrivateKey,
  generateRsa,
  parsePrivateKeyPem,
  privateKeyPem,
} from './private-keys.ts';

/** A key of RSA takes from a tenth of a second to several. */
const keySteps = 200_000;

const certificateType: GoType = { name: 'sprig.certificate', kind: 'struct' };

const key = stringType;
const names = [stringType, anySliceType, anySliceType, intType];

export const certificateFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ...passwordHashFunctions,
  [
    'genPrivateKey',
    function1([text], text, (kind, context) => {
      spend(context, 4 * keySteps);
      return generatePrivateKey(kind);
    }),
  ],
  ['genCA', generator([stringType, intType], ([cn, days]) => ({ cn, days, isAuthority: true }))],
  [
    'genCAWithKey',
    generator([stringType, intType, key], ([cn, days, pem]) => ({
      cn,
      days,
      pem,
      isAuthority: true,
    })),
  ],
  ['genSelfSignedCert', generator(names, ([cn, ips, dns, days]) => ({ cn, ips, dns, days }))],
  [
    'genSelfSignedCertWithKey',
    generator([...names, key], ([cn, ips, dns, days, pem]) => ({ cn, ips, dns, days, pem })),
  ],
  [
    'genSignedCert',
    generator([...names, certificateType], ([cn, ips, dns, days, ca]) => ({
      cn,
      ips,
      dns,
      days,
      ca,
    })),
  ],
  [
    'genSignedCertWithKey',
    generator([...names, certificateType, key], ([cn, ips, dns, days, ca, pem]) => ({
      cn,
      ips,
      dns,
      days,
      ca,
      pem,
    })),
  ],
  [
    'buildCustomCert',
    {
      params: [stringType, stringType],
      isVariadic: false,
      result: certificateType,
      call: ([cert, keyText]) => customCertificate(textOf(cert), textOf(keyText)),
    },
  ],
]);

/** The arguments by what they are. Without `ca` the certificate signs itself, without `pem` there is a new key. */
type Wish = {
  readonly cn?: Value | undefined;
  readonly ips?: Value | undefined;
  readonly dns?: Value | undefined;
  readonly days?: Value | undefined;
  readonly ca?: Value | undefined;
  readonly pem?: Value | undefined;
  readonly isAuthority?: boolean;
};

function generator(
  params: readonly GoType[],
  wishOf: (args: readonly (Value | undefined)[]) => Wish,
): GoFunction {
  return {
    params,
    isVariadic: false,
    result: certificateType,
    call: (args, context) => {
      spend(context, keySteps);
      return generated(wishOf(args), context);
    },
  };
}

function generated(wish: Wish, context: CallContext): StructValue {
  const own = wish.pem === undefined ? generateRsa(2048) : givenKey(textOf(wish.pem));
  const signer = wish.ca === undefined ? undefined : signerOf(wish.ca);
  const request = {
    commonName: textOf(wish.cn),
    addresses: addressesOf(wish.ips),
    dnsNames: dnsNamesOf(wish.dns),
    days: wish.days?.kind === 'int' ? Number(wish.days.value) : 0,
    isAuthority: wish.isAuthority === true,
    now: context.now(),
    serial: context.randomBytes(16),
    key: own,
  };
  const certificate = pemText('CERTIFICATE', buildCertificate(request, signer));
  return certificateValue(certificate, privateKeyPem(own));
}

function givenKey(pem: string): KeyObject {
  return prefixed('parsing private key', () => parsePrivateKeyPem(pem));
}

function signerOf(ca: Value): Signer {
  const { fields } = ca.kind === 'struct' ? ca : certificateValue('', '');
  const { block } = decodePem(textOf(fields.get('Cert')));
  if (block === undefined) throw plainFailure('unable to decode certificate');
  const certificate = prefixed('error parsing certificate: decodedSignerCert.Bytes', () =>
    parseCertificate(block.bytes),
  );
  const signingKey = prefixed('error parsing private key', () =>
    parsePrivateKeyPem(textOf(fields.get('Key'))),
  );
  return { key: signingKey, subject: certificate.rawSubject, keyId: certificate.subjectKeyId };
}

function customCertificate(cert: string, keyText: string): StructValue {
  const certificate = readBase64(cert);
  if (typeof certificate !== 'string') throw plainFailure('unable to decode base64 certificate');
  const privateKey = readBase64(keyText);
  if (typeof privateKey !== 'string') throw plainFailure('unable to decode base64 private key');
  const { block } = decodePem(certificate);
  if (block === undefined) throw plainFailure('unable to decode certificate');
  prefixed('error parsing certificate: decodedCert.Bytes', () => parseCertificate(block.bytes));
  prefixed('error parsing private key', () => parsePrivateKeyPem(privateKey));
  return certificateValue(certificate, privateKey);
}

function certificateValue(cert: string, keyText: string): StructValue {
  const fields = new Map([
    ['Cert', stringValue(cert)],
    ['Key', stringValue(keyText)],
  ]);
  return { kind: 'struct', type: certificateType, fields };
}

function addressesOf(value: Value | undefined): readonly string[] {
  return itemsOf(value).map((item) => {
    if (item.kind !== 'string')
      throw new FunctionError('error parsing ip: a value is not a string');
    if (isIP(item.value) === 0) throw new FunctionError(`error parsing ip: ${item.value}`);
    return item.value;
  });
}

function dnsNamesOf(value: Value | undefined): readonly string[] {
  return itemsOf(value).map((item) => {
    if (item.kind === 'string') return item.value;
    throw new FunctionError('error processing alternate dns name: a value is not a string');
  });
}

function itemsOf(value: Value | undefined): readonly Value[] {
  return value?.kind === 'slice' ? (value.items ?? []).map(withoutInterface) : [];
}

function textOf(value: Value | undefined): string {
  return value?.kind === 'string' ? value.value : '';
}
