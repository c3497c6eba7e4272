// Tests the functions that read and make keys, certificates and PKCS#12 files.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  publicEncrypt,
  X509Certificate,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { compareSync } from 'bcryptjs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TemplateError } from '../../../../plugin/gotmpl/errors.ts';
import { render } from './render.ts';

const made = render(
  `{{ $ca := genCA "my ca" 365 }}{{ $c := genSignedCert "app" (list "10.0.0.1" "2001:db8::1") (list "app.example") 30 $ca }}{{ list $ca.Cert $ca.Key $c.Cert $c.Key | join "#" }}`,
);
const [caCert = '', , cert = '', key = ''] = made.split('#');

describe('certificates', () => {
  test('a signed one is issued by the authority, with its names', () => {
    const [authority, issued] = [new X509Certificate(caCert), new X509Certificate(cert)];
    expect([issued.checkIssued(authority), issued.verify(authority.publicKey)]).toEqual([
      true,
      true,
    ]);
    expect([authority.ca, issued.ca, issued.subject]).toEqual([true, false, 'CN=app']);
    expect(issued.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(render('{{ certSANs .cert | join " " }}', { cert })).toBe(
      'app.example 10.0.0.1 2001:db8::1',
    );
  });

  test.each(['ecdsa', 'ed25519'])('a key of %s signs itself', (kind) => {
    const own = render(
      `{{ $k := genPrivateKey "${kind}" }}{{ (genSelfSignedCertWithKey "x" nil nil 1 $k).Cert }}`,
    );
    const certificate = new X509Certificate(own);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });

  test.each([
    {
      reason: 'no address',
      text: '{{ genSelfSignedCert "x" (list "no") nil 1 }}',
      says: 'error calling genSelfSignedCert',
    },
    {
      reason: 'no certificate',
      text: '{{ buildCustomCert "bm8=" "bm8=" }}',
      says: 'unable to decode certificate',
    },
    {
      reason: 'no base64',
      text: '{{ buildCustomCert "-" "bm8=" }}',
      says: 'unable to decode base64 certificate',
    },
    {
      reason: 'no key',
      text: '{{ genCAWithKey "x" 1 "no" }}',
      says: 'parsing private key: no PEM data in input',
    },
  ])('is refused: $reason', ({ text, says }) => {
    expect(() => render(text)).toThrow(says);
  });

  test('in JSON and YAML it is an object of its two texts', () => {
    const custom = '{{ $c := buildCustomCert (b64enc .cert) (b64enc .key) }}';
    const json = render(`${custom}{{ toJson $c }}`, { cert, key });
    expect(JSON.parse(json)).toEqual({ Cert: cert, Key: key });
    expect(render(`${custom}{{ (toYaml $c | fromYaml).Key }}`, { cert, key })).toBe(key.trimEnd());
  });

  test.each([
    { reason: 'text before it', pem: `junk${cert}` },
    { reason: 'a line before it', pem: `# app\n${cert}` },
  ])('its names are found behind $reason', ({ pem }) => {
    expect(render('{{ certSANs .pem | first }}', { pem })).toBe('app.example');
  });

  test.each([
    { reason: 'a key', pem: key, says: 'x509: malformed tbs certificate' },
    {
      reason: 'no DER',
      pem: '-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n',
      says: 'x509: malformed certificate',
    },
  ])('$reason is none', ({ pem, says }) => {
    expect(() => render('{{ certSANs .pem }}', { pem })).toThrow(
      `failed to parse certificate: ${says}`,
    );
  });

  test('an unknown kind of key is the result', () => {
    expect(render('{{ genPrivateKey "x" }}')).toBe('Unknown type x');
  });
});

describe('a chain', () => {
  const [leaf = '', intermediate = '', root = ''] =
    recordedChain().match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----\n/g) ?? [];

  test.each([
    { type: 'leaf', is: leaf },
    { type: 'intermediate', is: intermediate },
    { type: 'root', is: root },
    { type: 'other', is: '' },
  ])('filterCertChain $type, whatever the order in the text is', ({ type, is }) => {
    for (const chain of [leaf + intermediate + root, root + leaf + intermediate]) {
      expect(render(`{{ filterCertChain "${type}" .chain }}`, { chain })).toBe(is);
    }
  });

  test('without key identifiers is none, as in the operator', () => {
    expect(() => render('{{ filterCertChain "leaf" .x }}', { x: cert + caCert })).toThrow(
      'no leaf certificate found',
    );
  });

  test.each([
    { reason: 'blocks of the type', input: `${key}text\n${cert}`, is: cert },
    { reason: 'none, and nothing is left', input: key, is: '' },
  ])('filterPEM keeps $reason', ({ input, is }) => {
    expect(render('{{ filterPEM "certificate" .x }}', { x: input })).toBe(is);
  });

  test.each([
    {
      reason: 'no PEM',
      text: '{{ filterPEM "X" .x }}',
      x: 'junk',
      says: 'error filtering pem: found junk',
    },
    {
      reason: 'two leaves',
      text: '{{ filterCertChain "leaf" .x }}',
      x: leaf + caCert,
      says: 'found multiple leaf or disjunct certificates',
    },
    {
      reason: 'no certificate',
      text: '{{ filterCertChain "leaf" .x }}',
      x: '',
      says: 'no leaf certificate found',
    },
  ])('is refused: $reason', ({ text, x, says }) => {
    expect(() => render(text, { x })).toThrow(says);
  });
});

describe('PKCS#12', () => {
  // The order stands as it is, since no single chain can be inferred.
  const dot = { cert, key, chain: cert + caCert, pass: 'Pä ss' };
  const pkcs8 = createPrivateKey(key).export({ format: 'pem', type: 'pkcs8' }).toString();

  test('what is written is read: key and certificates from the leaf on', () => {
    const file = '{{ $f := fullPemToPkcs12Pass .chain .key .pass | b64dec }}';
    expect(render(`${file}{{ pkcs12keyPass .pass $f }}`, dot)).toBe(pkcs8);
    expect(render(`${file}{{ pkcs12certPass .pass $f }}`, dot)).toBe(cert + caCert);
  });

  test('without a password, and the first certificate only', () => {
    expect(render('{{ pemToPkcs12 .chain .key | b64dec | pkcs12cert }}', dot)).toBe(cert);
    expect(render('{{ pemToPkcs12 .chain .key | b64dec | pkcs12key }}', dot)).toBe(pkcs8);
  });

  test.each([
    {
      reason: 'a wrong password',
      text: '{{ pemToPkcs12Pass .cert .key "a" | b64dec | pkcs12keyPass "b" }}',
      says: 'unable to decode pkcs12 with password: pkcs12: decryption password incorrect',
    },
    {
      reason: 'no file',
      text: '{{ pkcs12cert "no such file" }}',
      says: "unable to decode pkcs12 certificate with password: pkcs12: error reading P12 data: asn1: structure error: tags don't match (16 vs {class:1 tag:14 length:111 isCompound:true})",
    },
    {
      reason: 'nothing',
      text: '{{ pkcs12key "" }}',
      says: 'pkcs12: error reading P12 data: asn1: syntax error: sequence truncated',
    },
    {
      reason: 'a file that is cut off',
      text: '{{ pemToPkcs12 .cert .key | b64dec | trunc 99 | pkcs12key }}',
      says: 'pkcs12: error reading P12 data: asn1: syntax error: data truncated',
    },
    {
      reason: 'a file with a line end behind it',
      text: '{{ print (pemToPkcs12 .cert .key | b64dec) "\\n" | pkcs12key }}',
      says: 'pkcs12: error reading P12 data: pkcs12: trailing data found',
    },
    {
      reason: 'a trust store has no key',
      text: '{{ pemTruststoreToPKCS12 .chain | b64dec | pkcs12key }}',
      says: 'pkcs12: private key missing',
    },
    {
      reason: 'a blank line behind the certificates',
      text: '{{ fullPemToPkcs12 (print .chain "\\n") .key }}',
      says: 'runtime error: invalid memory address or nil pointer dereference',
    },
    { reason: 'no PEM', text: '{{ pemToPkcs12 "x" .key }}', says: 'invalid memory address' },
  ])('is refused: $reason', ({ text, says }) => {
    expect(() => render(text, dot)).toThrow(says);
  });

  test('bytes that were changed end in an error or in the same key', () => {
    const file = Buffer.from(render('{{ pemToPkcs12 .cert .key }}', dot), 'base64');
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Buffer.from(file);
        changed[at] = (changed[at] ?? 0) ^ by;
        expect([pkcs8, 'TemplateError']).toContain(outcomeOf(changed));
      }),
      { numRuns: 150 },
    );
  });
});

/** The key in the file, or the name of the error. */
function outcomeOf(file: Buffer): string {
  try {
    return render('{{ pkcs12key .file }}', { file: file.toString('latin1') });
  } catch (error) {
    return error instanceof TemplateError ? 'TemplateError' : String(error);
  }
}

/** Go's whole error text. */
function goText(text: string, dot: Readonly<Record<string, string>>): string {
  try {
    return render(text, dot);
  } catch (error) {
    return error instanceof TemplateError ? error.revealGoText() : String(error);
  }
}

/** Three certificates with key identifiers, from the leaf to the root. */
function recordedChain(): string {
  const file = new URL('../../../conformance/cases/templates.jsonl', import.meta.url);
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((text) => text.includes('"eso-pkcs12-check-008"'));
  const { data } = JSON.parse(line ?? '') as { readonly data: { readonly chain: string } };
  return Buffer.from(data.chain, 'base64').toString();
}

describe('JSON Web Keys', () => {
  const pairs = [
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
    generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    generateKeyPairSync('ed25519'),
  ];

  test.each(pairs.map((pair) => ({ kind: pair.privateKey.asymmetricKeyType, pair })))(
    '$kind',
    ({ pair }) => {
      const [jwk, publicJwk] = [pair.privateKey, pair.publicKey].map((one) =>
        JSON.stringify(one.export({ format: 'jwk' })),
      );
      const privatePem = render('{{ jwkPrivateKeyPem .jwk }}', { jwk: jwk ?? '' });
      const publicPem = render('{{ jwkPublicKeyPem .jwk }}', { jwk: publicJwk ?? '' });
      expect(createPrivateKey(privatePem).equals(pair.privateKey)).toBe(true);
      expect(createPublicKey(publicPem).equals(pair.publicKey)).toBe(true);
      expect(privatePem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    },
  );

  test.each([
    {
      text: 'jwkPrivateKeyPem',
      jwk: '{"kty":"RSA","n":"AQAB","e":"AQAB"}',
      says: 'x509: unknown key type while marshaling PKCS#8: *rsa.PublicKey',
    },
    {
      text: 'jwkPublicKeyPem',
      jwk: '{"kty":"oct","k":"AAAA"}',
      says: 'x509: unsupported public key type: []uint8',
    },
    {
      text: 'jwkPublicKeyPem',
      jwk: '{"kty":"EC","crv":"P-256","x":"AA"}',
      says: 'required field y is missing',
    },
    {
      text: 'jwkPublicKeyPem',
      jwk: 'no',
      says: "failed to unmarshal JSON into key hint: invalid character 'o' in literal null (expecting 'u')",
    },
    { text: 'jwkPublicKeyPem', jwk: '', says: 'failed to unmarshal JSON into key hint: EOF' },
    { text: 'jwkPublicKeyPem', jwk: '{', says: 'key hint: unexpected EOF' },
    { text: 'jwkPublicKeyPem', jwk: '1e400', says: 'key hint: json: cannot unmarshal number' },
    { text: 'jwkPublicKeyPem', jwk: 'tr', says: 'key hint: unexpected EOF' },
    { text: 'jwkPublicKeyPem', jwk: '5.', says: 'key hint: unexpected EOF' },
    { text: 'jwkPublicKeyPem', jwk: '[]', says: 'cannot unmarshal array into Go value of type' },
    { text: 'jwkPublicKeyPem', jwk: '{"keys":[]}', says: 'invalid key type from JSON ()' },
    {
      text: 'jwkPublicKeyPem',
      jwk: '{"kty":"RSA","n":"!","e":"AQAB"}',
      says: 'failed to unmarshal JSON into key (*jwk.rsaPublicKey): failed to decode value for key n: expected base64 encoded []byte (string)',
    },
    {
      text: 'jwkPublicKeyPem',
      jwk: '{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}',
      says: 'failed to build public key: invalid curve algorithm secp256k1',
    },
    {
      text: 'jwkPublicKeyPem',
      jwk: '{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}',
      says: 'P256 point not on curve',
    },
    {
      text: 'jwkPublicKeyPem',
      jwk: '{"kty":"OKP","crv":"X25519","x":"AA"}',
      says: 'x509: unsupported public key type: x25519.PublicKey',
    },
    {
      text: 'jwkPrivateKeyPem',
      jwk: '{"kty":"OKP","crv":"Ed25519","x":"AA","d":"AA"}',
      says: 'failed to build public key: wrong private key size',
    },
    {
      text: 'jwkPrivateKeyPem',
      jwk: '{"kty":"RSA","n":"AQAB","e":"AQAB","kid":1}',
      says: 'failed to decode value for key kid: error reading next value: json: cannot unmarshal number into Go value of type string',
    },
  ])('$text of $jwk is refused', ({ text, jwk, says }) => {
    expect(goText(`{{ ${text} .jwk }}`, { jwk })).toContain(says);
  });
});

test('an RSA key as JWK needs its primes, and what they give is computed as Go does', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { dp, dq, qi, ...jwk } = privateKey.export({ format: 'jwk' });
  const pem = render('{{ jwkPrivateKeyPem .jwk }}', { jwk: JSON.stringify(jwk) });
  expect(createPrivateKey(pem).export({ format: 'jwk' })).toEqual({ ...jwk, dp, dq, qi });
  const longCoefficient = JSON.stringify({ ...jwk, dp, dq, qi: jwk.n });
  expect(() => render('{{ jwkPrivateKeyPem .jwk }}', { jwk: longCoefficient })).toThrow(
    'input overflows the modulus size',
  );
  const withoutPrime = JSON.stringify({ ...jwk, q: undefined });
  expect(() => render('{{ jwkPrivateKeyPem .jwk }}', { jwk: withoutPrime })).toThrow(
    'modulus must be > 1',
  );
});

describe('rsaDecrypt', () => {
  const publicKey = createPublicKey(key);

  test.each([
    { hash: 'SHA1', oaepHash: 'sha1' },
    { hash: 'SHA256', oaepHash: 'sha256' },
    { hash: 'None', oaepHash: 'sha256' },
    { hash: 'SHA512', oaepHash: 'sha512' },
  ])('$hash', ({ hash, oaepHash }) => {
    const input = publicEncrypt({ key: publicKey, oaepHash }, Buffer.from([0, 255, 65])).toString(
      'latin1',
    );
    expect(render(`{{ rsaDecrypt "RSA-OAEP" "${hash}" .input .key }}`, { input, key })).toBe(
      '\0\u00ffA',
    );
  });

  test.each([
    { reason: 'scheme None is the input', text: '{{ rsaDecrypt "None" "" "x" "" }}', is: 'x' },
  ])('$reason', ({ text, is }) => {
    expect(render(text)).toBe(is);
  });

  test.each([
    { text: '{{ rsaDecrypt "X" "" "x" .key }}', says: 'decryption scheme X is not supported' },
    { text: '{{ rsaDecrypt "RSA-OAEP" "" "x" "no" }}', says: 'failed to decode PEM block' },
    {
      text: '{{ rsaDecrypt "RSA-OAEP" "" "x" .key }}',
      says: 'error decrypting data with RSA: crypto/rsa: decryption error',
    },
  ])('$text is refused', ({ text, says }) => {
    expect(() => render(text, { key })).toThrow(says);
  });
});

describe('hashes of passwords', () => {
  test('bcrypt and htpasswd', () => {
    const [user, hash = ''] = render('{{ htpasswd "ann" "pässword" "bcrypt" }}').split(':');
    expect(user).toBe('ann');
    expect(hash).toMatch(/^\$2a\$10\$/);
    expect(compareSync('pässword', hash)).toBe(true);
  });

  test.each([
    {
      text: '{{ bcrypt (repeat 73 "a") }}',
      says: 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes',
    },
    { text: '{{ htpasswd "a:b" "x" "" }}', says: 'invalid username: a:b' },
    { text: '{{ htpasswd "a" "b" "sha" }}', says: 'a:{SHA}6dcfXufJLW3J6S/9rRe4vUlBj5g=' },
  ])('$text says what it is', ({ text, says }) => {
    expect(render(text)).toBe(says);
  });

  test.each([
    { text: '{{ htpasswd "a" "b" }}', says: 'wrong number of args for htpasswd: want 3 got 2' },
    {
      text: '{{ htpasswd "a" "b" .x }}',
      says: 'wrong type for value; expected sprig.HashAlgorithm; got string',
    },
  ])('$text is refused', ({ text, says }) => {
    expect(() => render(text, { x: 'sha' })).toThrow(says);
  });
});
