// Tests where Go is stricter than OpenSSL about certificates and keys, and where it is more generous. Go 1.26 gave the answers.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseCertificate } from '../../../../plugin/gotmpl/crypto/certificate.ts';
import { pkcs8Of, readKey } from '../../../../plugin/gotmpl/crypto/private-key.ts';
import { readPfx } from '../../../../plugin/gotmpl/crypto/pfx-read.ts';
import { render } from './render.ts';

function hexOf(pem: string): string {
  return Buffer.from(pem.replaceAll(/-----[^-]+-----|\n/g, ''), 'base64').toString('hex');
}

/** A text in hex in the place of another one, of the same length so that all lengths stay right. */
function replaced(hex: string, from: RegExp, to: string): Buffer {
  const changed = hex.replace(from, to);
  expect(changed).not.toBe(hex);
  expect(changed).toHaveLength(hex.length);
  return Buffer.from(changed, 'hex');
}

describe('a certificate', () => {
  const certificate = hexOf(
    render(
      '{{ (genSelfSignedCertWithKey "app" nil (list "a.example") 9 (genPrivateKey "ecdsa")).Cert }}',
    ),
  );

  test.each([
    { reason: 'a letter in a time', from: /170d3\d/, to: '170d41', says: 'malformed UTCTime' },
    {
      reason: 'a time that is none',
      from: /170d(\d{4})\d{4}/,
      to: '170d$13133',
      says: 'malformed UTCTime',
    },
    { reason: 'another kind of time', from: /170d/, to: '160d', says: 'unsupported time format' },
    {
      reason: 'true that is not 255',
      from: /0101ff/,
      to: '010102',
      says: 'malformed extension critical field',
    },
    {
      reason: 'a letter beyond ASCII',
      from: /8209612e/,
      to: '8209ff2e',
      says: 'SAN dNSName is malformed',
    },
    {
      reason: 'a text that is no PrintableString',
      from: /1303617070/,
      to: '1303610070',
      says: 'invalid RDNSequence: invalid attribute value: invalid PrintableString',
    },
    {
      reason: 'a text that is no UTF-8',
      from: /1303617070/,
      to: '0c0361ff70',
      says: 'invalid RDNSequence: invalid attribute value: invalid UTF-8 string',
    },
    {
      reason: 'a type of text that Go does not know',
      from: /1303617070/,
      to: '1a03617070',
      says: 'invalid RDNSequence: invalid attribute value: unsupported string type: 26',
    },
    {
      reason: 'an extension twice',
      from: /0603551d25/,
      to: '0603551d0f',
      says: 'certificate contains duplicate extension with OID "2.5.29.15"',
    },
    {
      reason: 'bits that do not count and are not zero',
      from: /030205a0/,
      to: '030206a1',
      says: 'invalid key usage',
    },
    {
      reason: 'a negative serial number',
      from: /(a00302010202..)../,
      to: '$180',
      says: 'negative serial number',
    },
  ])('with $reason is refused', ({ from, to, says }) => {
    expect(() => parseCertificate(replaced(certificate, from, to))).toThrow(`x509: ${says}`);
  });

  test('whose key is on no curve is refused', () => {
    const der = replaced(certificate, /03420004.{8}/, '03420004ffffffff');
    expect(() => parseCertificate(der)).toThrow('P256 point not on curve');
  });

  test('may have another form of extension that Go does not look into', () => {
    const der = replaced(certificate, /0603551d25/, '0603551d63');
    expect(parseCertificate(der).subject).toBe('CN=app');
  });
});

describe('a private key', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pkcs8 = pkcs8Of(pair.privateKey);
  const hex = Buffer.from(pkcs8).toString('hex');

  test('of a curve has its public key computed, whatever the file says', () => {
    const der = replaced(hex, /03420004.{8}/, '03420004ffffffff');
    expect(pkcs8Of(readKey(der, 'pkcs8'))).toEqual(pkcs8);
  });

  test('of a curve may have bytes behind it', () => {
    const der = Buffer.concat([pkcs8, Buffer.from('junk')]);
    expect(pkcs8Of(readKey(der, 'pkcs8'))).toEqual(pkcs8);
  });

  test('of Ed25519 may have its public key beside it, as newer programs write it', () => {
    const plain = pkcs8Of(generateKeyPairSync('ed25519').privateKey);
    const withPublic = Buffer.concat([
      Buffer.from('3051020101', 'hex'),
      plain.subarray(5),
      Buffer.from(`812100${'07'.repeat(32)}`, 'hex'),
    ]);
    expect(pkcs8Of(readKey(withPublic, 'pkcs8'))).toEqual(plain);
  });

  test.each([
    {
      reason: 'an OID of a curve that does not fit',
      from: /06082a8648ce3d030107/,
      to: '06082a8648ce3d030106',
      says: 'x509: unknown elliptic curve',
    },
    {
      reason: 'another version of its inside',
      from: /0201010420/,
      to: '0201020420',
      says: 'x509: unknown EC private key version 2',
    },
    {
      reason: 'a number that is too large',
      from: /0420.{64}/,
      to: `0420${'ff'.repeat(32)}`,
      says: 'input overflows the modulus',
    },
    {
      reason: 'a number that is zero',
      from: /0420.{64}/,
      to: `0420${'00'.repeat(32)}`,
      says: 'ecdsa: invalid public key encoding',
    },
    {
      reason: 'a length that is not the shortest',
      from: /^308187/,
      to: '308107',
      says: 'asn1: structure error: non-minimal length',
    },
  ])('with $reason is refused', ({ from, to, says }) => {
    expect(() => readKey(replaced(hex, from, to), 'pkcs8')).toThrow(says);
  });

  test('of RSA with bytes behind it is refused', () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const der = key.export({ format: 'der', type: 'pkcs1' });
    expect(() => readKey(Buffer.concat([der, Buffer.of(0)]), 'pkcs1')).toThrow(
      'asn1: syntax error: trailing data',
    );
  });
});

describe('a PKCS#12 file', () => {
  const context = {
    steps: 1_000_000,
    maxBytes: 1_000_000,
    now: () => 0,
    randomBytes: (size: number) => new Uint8Array(size),
  };
  const file = Buffer.from(
    render(
      '{{ $c := genSelfSignedCertWithKey "app" nil nil 9 (genPrivateKey "ecdsa") }}{{ fullPemToPkcs12Pass $c.Cert $c.Key "pass" }}',
    ),
    'base64',
  ).toString('hex');

  test('may have another type around its content, which Go does not look at', () => {
    const der = replaced(file, /(a082....)04(82)/, '$10c$2');
    expect(readPfx(der, 'pass', context).certificates).toHaveLength(1);
  });

  test.each([
    { reason: 'another version', from: /020103/, to: '020104', says: 'can only decode v3 PFX' },
    {
      reason: 'a content that is not data',
      from: /06092a864886f70d010701/,
      to: '06092a864886f70d010702',
      says: 'pkcs12: only password-protected PFX is implemented',
    },
    {
      reason: 'another MAC',
      from: /0420.{8}(.{56}0410)/,
      to: '0420ffffffff$1',
      says: 'pkcs12: decryption password incorrect',
    },
  ])('with $reason is refused', ({ from, to, says }) => {
    expect(() => readPfx(replaced(file, from, to), 'pass', context)).toThrow(says);
  });
});
