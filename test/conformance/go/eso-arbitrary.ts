// Owns random calls of ESO's own functions on keys, certificates, PEM texts and PKCS#12 files, right and broken ones.
import * as fc from 'fast-check';
import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import type { GoCase } from '../../unit/gotmpl/go-case.ts';
import { passwords, type Material } from './key-material.ts';

type Bytes = fc.Arbitrary<Buffer>;

function caseOf(template: string, dot: Readonly<Record<string, Buffer>>): GoCase {
  const texts = Object.entries(dot).map(([key, bytes]) => [key, bytes.toString('base64')] as const);
  return { template, data: { 'map[string]string': Object.fromEntries(texts) } };
}

/** A call of each name with values that stand in the dot, as `.a`, `.b` … */
function call(names: string, ...values: readonly Bytes[]): fc.Arbitrary<GoCase> {
  return fc
    .tuple(fc.constantFrom(...names.split(' ')), fc.tuple(...values))
    .map(([name, given]) => {
      const letters = given.map((_, i) => String.fromCodePoint(97 + i));
      const dot = Object.fromEntries(letters.map((letter, i) => [letter, given[i] ?? Buffer.of()]));
      return caseOf(
        `{{ ${name.replaceAll('+', ' ').replaceAll('@', letters.map((letter) => `.${letter}`).join(' '))} }}`,
        dot,
      );
    });
}

function texts(...options: readonly string[]): Bytes {
  return fc.constantFrom(...options).map((text) => Buffer.from(text));
}

/** One of them as it is, or with a byte changed, cut off or added. */
function damaged(sound: Bytes): Bytes {
  const change = fc.record({ sound, at: fc.nat(), byte: fc.nat(255), how: fc.nat(2) });
  return change.map(({ sound: bytes, at, byte, how }) => {
    const place = bytes.length === 0 ? 0 : at % bytes.length;
    const rest = bytes.subarray(how === 0 ? place + 1 : place);
    return Buffer.concat([
      bytes.subarray(0, place),
      Buffer.of(byte),
      how === 2 ? Buffer.of() : rest,
    ]);
  });
}

/** The same with what is in the first PEM block, so that its base64 stays sound. */
function damagedInside(pem: Bytes): Bytes {
  const block = /(-----BEGIN [^\n]*-----\n)([A-Za-z0-9+/=\n]+)(-----END)/;
  return pem.chain((bytes) => {
    const text = bytes.toString('latin1');
    const [, begin = '', body = '', end = ''] = block.exec(text) ?? [];
    if (body === '') return damaged(fc.constant(bytes));
    return damaged(fc.constant(Buffer.from(body, 'base64'))).map((der) => {
      const lines = der.toString('base64').replaceAll(/.{1,64}/g, '$&\n');
      return Buffer.from(
        text.replace(block, () => begin + lines + end),
        'latin1',
      );
    });
  });
}

function mostlySound(sound: Bytes): Bytes {
  return fc.oneof(
    { weight: 4, arbitrary: sound },
    { weight: 1, arbitrary: damaged(sound) },
    { weight: 2, arbitrary: damagedInside(sound) },
  );
}

const type = fc.constantFrom('CERTIFICATE', 'PRIVATE KEY', 'X', '', 'a b', 'é');
const looseBlock: Bytes = fc
  .record({
    type,
    end: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: type }),
    headers: fc.constantFrom(
      '',
      '',
      '',
      'A: b\n\n',
      'Proc-Type: 4,ENCRYPTED\nDEK-Info: x\n\n',
      'a:b\n',
      ':\n\n',
      'Z: 1\nB: 2\nProc-Type: 3\n\n',
      'a b:  c d \n\n',
    ),
    body: fc.constantFrom(
      'YWJj\n',
      '',
      'YWJ\njZA==\n',
      'YW Jj\n',
      'YWJj',
      '!\n',
      'YWI=\n',
      'YWI=YWI=\n',
      '\n\nYWJj\n',
      `${'QUJD'.repeat(30)}\n`,
      'YWJj\t\n',
      'A\n',
    ),
    lineEnd: fc.constantFrom('\n', '\n', '\n', '\r\n', '\n\n', ' \n'),
    last: fc.constantFrom('\n', '\n', '', '\n\n', ' \n', 'x\n'),
    dashes: fc.constantFrom('-----', '-----', '-----', '----', '------'),
  })
  .map(({ type: name, end, headers, body, lineEnd, last, dashes }) => {
    const lines = `-----BEGIN ${name}${dashes}\n${headers}${body}-----END ${end ?? name}-----`;
    return Buffer.from(lines.replaceAll('\n', lineEnd) + last);
  });

const junk = texts(
  '',
  '',
  '\n',
  ' ',
  'junk',
  'junk\n',
  '\r\n',
  '-----BEGIN',
  '-----BEGIN X-----\n',
  '-----END X-----\n',
  '# root\n',
  '-----BEGIN ',
  '\0',
);

function joined(parts: Bytes, maxLength: number): Bytes {
  return fc.array(fc.tuple(parts, junk), { maxLength }).map((all) => Buffer.concat(all.flat()));
}

function withLineEnds(text: Bytes): Bytes {
  return fc
    .tuple(text, fc.constantFrom('\n', '\n', '\n', '\n', '\r\n', '\n  '))
    .map(([bytes, end]) => Buffer.from(bytes.toString('latin1').replaceAll('\n', end), 'latin1'));
}

/** With `damage` a byte may be changed, also inside of DER: what Go refuses is refused, now and then in other words. */
export function esoCase(
  { keys, certificates, pkcs12, jwks }: Material,
  { damage }: { readonly damage: boolean },
): fc.Arbitrary<GoCase> {
  const mostly = damage ? mostlySound : (sound: Bytes): Bytes => sound;
  const key: Bytes = fc.constantFrom(...keys.values());
  const certificate: Bytes = fc.constantFrom(...certificates.values());
  const file: Bytes = fc.constantFrom(...pkcs12.values());
  const password = texts(...passwords, '1234', '1234', 'wrong', '😀', '\u0000');
  const pem = fc.oneof(certificate, certificate, key, looseBlock);
  const bundle = withLineEnds(joined(mostly(pem), 5));
  const chain = withLineEnds(joined(certificate, 4));
  const plainChain = fc.array(certificate, { maxLength: 4 }).map((all) => Buffer.concat(all));
  const chains = fc.oneof(chain, plainChain, joined(mostly(certificate), 4));
  const oneCertificate = fc.oneof(certificate, mostly(certificate), bundle);
  const oneKey = fc.oneof(key, key, mostly(key), joined(key, 2), looseBlock);
  return fc.oneof(
    call(
      'filterPEM+@',
      texts('CERTIFICATE', 'certificate', 'PRIVATE KEY', 'X', '', 'a b', 'é', 'É'),
      fc.oneof(bundle, joined(looseBlock, 3), junk),
    ),
    call(
      'filterCertChain+@',
      texts('leaf', 'intermediate', 'root', 'leaf', 'intermediate', 'root', 'Leaf', ''),
      chains,
    ),
    call('certSANs+@ certSANs+@+|+join+"\\n" certSANs+@+|+len certSANs+@+|+toJson', oneCertificate),
    jwk(jwks).chain((json) => call('jwkPublicKeyPem+@ jwkPrivateKeyPem+@', fc.constant(json))),
    call(
      'rsaDecrypt+@',
      texts('RSA-OAEP', 'RSA-OAEP', 'RSA-OAEP', 'None', '', 'rsa-oaep', 'RSA'),
      texts('SHA1', 'SHA256', 'SHA512', 'None', '', 'MD5'),
      texts('', 'short', 'x'.repeat(256), '\0'.repeat(256)),
      oneKey,
    ),
    encrypted(keys),
    fc.oneof(
      ...passwordsOf(pkcs12).map(([pass, its]) =>
        call(
          'pkcs12keyPass+@ pkcs12certPass+@',
          fc.constant(Buffer.from(pass)),
          fc.constantFrom(...its),
        ),
      ),
    ),
    call('pkcs12keyPass+@ pkcs12certPass+@', password, mostly(file)),
    call('pkcs12key+@ pkcs12cert+@', mostly(file)),
    call(
      'pemToPkcs12+@+|+b64dec+|+pkcs12key pemToPkcs12+@+|+b64dec+|+pkcs12cert fullPemToPkcs12+@+|+b64dec+|+pkcs12cert fullPemToPkcs12+@+|+b64dec+|+pkcs12key',
      chains,
      oneKey,
    ),
    call(
      'pemToPkcs12Pass+@+|+b64dec+|+pkcs12keyPass+.c fullPemToPkcs12Pass+@+|+b64dec+|+pkcs12certPass+.c',
      plainChain,
      key,
      password,
    ),
    call('pemToPkcs12Pass+@+|+kindOf fullPemToPkcs12Pass+@+|+kindOf', chains, oneKey, password),
    call('pemTruststoreToPKCS12+@+|+kindOf pemTruststoreToPKCS12+@+|+b64dec+|+pkcs12cert', chains),
    call('pemTruststoreToPKCS12Pass+@+|+kindOf', chains, password),
    call(
      'hexdec+@ hexdec+@+|+b64enc',
      texts('', '00ff', 'FF', 'f', 'fg', 'ff ', '0x00', 'é', '00fg1', '\0'),
    ),
    call('buildCustomCert+(b64enc+.a)+(b64enc+.b)+|+toJson', oneCertificate, oneKey),
    wrongArguments,
  );
}

/** The files that a password opens. */
function passwordsOf(
  pkcs12: Material['pkcs12'],
): readonly (readonly [string, readonly Buffer[]])[] {
  const byPassword = passwords.map(
    (pass, i) =>
      [
        pass,
        [...pkcs12].flatMap(([name, bytes]) =>
          (/^(modern|legacy)\d/.test(name) ? name.includes(`${i}.`) : pass === '1234')
            ? [bytes]
            : [],
        ),
      ] as const,
  );
  return byPassword;
}

/** A JSON Web Key with members left out, changed or added. */
function jwk(jwks: Material['jwks']): Bytes {
  const member = fc.constantFrom(
    'kty',
    'crv',
    'x',
    'y',
    'd',
    'n',
    'e',
    'p',
    'q',
    'dp',
    'dq',
    'qi',
    'k',
    'kid',
    'use',
    'alg',
    'key_ops',
    'x5c',
    'x5t',
    'private',
    'oth',
  );
  const value: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
    '',
    'AA',
    'AQAB',
    'A',
    '!',
    'AAAA',
    'AA==',
    'a/b+',
    'RSA',
    'EC',
    'OKP',
    'oct',
    'P-256',
    'P-384',
    'P-521',
    'Ed25519',
    'X25519',
    'sig',
    'enc',
    'RS256',
    null,
    1,
    65537,
    true,
    [],
    ['sign'],
    ['sign', 'sign'],
    ['nope'],
    {},
    'kid é',
  );
  const changed = fc
    .tuple(
      fc.constantFrom(...jwks),
      fc.array(fc.tuple(member, fc.option(value, { nil: undefined })), { maxLength: 2 }),
    )
    .map(([key, changes]) => ({ ...key, ...Object.fromEntries(changes) }));
  const text = changed.map((key) => JSON.stringify(key));
  const wrapped = fc.tuple(text, fc.nat(9)).map(([json, how]) => {
    switch (how) {
      case 0:
        return `{"keys":[${json}]}`;
      case 1:
        return `[${json}]`;
      case 2:
        return ` ${json}\n`;
      case 3:
        return `${json}x`;
      default:
        return json;
    }
  });
  return fc
    .oneof(
      { weight: 20, arbitrary: wrapped },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '',
          'no',
          '{}',
          '[]',
          'null',
          '1',
          '""',
          '{"kty":"oct","k":"AAAA"}',
          '{"kty":"oct"}',
          '{"kty":1}',
          '{"kty":"RSA"}',
          '{"keys":[]}',
          '{"kty":"RSA",}',
        ),
      },
    )
    .map((json) => Buffer.from(json));
}

/** What an RSA key of the material decrypts, if the hash is the same. */
function encrypted(keys: Material['keys']): fc.Arbitrary<GoCase> {
  const rsa = [...keys]
    .filter(([name]) => ['rsa.key', 'rsa1.key', 'small.key'].includes(name))
    .map(([, pem]) => pem);
  const input = fc.record({
    pem: fc.constantFrom(...rsa),
    oaepHash: fc.constantFrom('sha1', 'sha256', 'sha512'),
    hash: texts('SHA1', 'SHA256', 'SHA512', 'None', 'SHA384'),
    text: fc.uint8Array({ maxLength: 60 }),
  });
  return input
    .filter(
      ({ pem, oaepHash, text }) => pem.length > 1000 || (oaepHash !== 'sha512' && text.length < 60),
    )
    .map(({ pem, oaepHash, hash, text }) => {
      const padding = constants.RSA_PKCS1_OAEP_PADDING;
      const secret =
        oaepHash === 'sha512' && pem.length < 1000
          ? Buffer.of()
          : publicEncrypt({ key: createPublicKey(pem), oaepHash, padding }, Buffer.from(text));
      return caseOf('{{ rsaDecrypt "RSA-OAEP" .hash .secret .pem | b64enc }}', {
        hash,
        secret,
        pem,
      });
    });
}

const names =
  'filterPEM filterCertChain certSANs jwkPublicKeyPem jwkPrivateKeyPem rsaDecrypt pkcs12key pkcs12keyPass pkcs12cert pkcs12certPass pemToPkcs12 pemToPkcs12Pass fullPemToPkcs12 fullPemToPkcs12Pass pemTruststoreToPKCS12 pemTruststoreToPKCS12Pass toYaml fromYaml hexdec htpasswd buildCustomCert genCA genPrivateKey';

const wrongArguments: fc.Arbitrary<GoCase> = fc
  .tuple(
    fc.constantFrom(...names.split(' ')),
    fc.array(
      fc.constantFrom(
        'nil',
        '1',
        '1.5',
        'true',
        '"x"',
        '"a:b"',
        '.a',
        '.',
        '(list)',
        '(dict)',
        '(int64 1)',
        '(list "a")',
      ),
      { maxLength: 4 },
    ),
    fc.constantFrom('', ' | len', ' | toJson', ' | typeOf'),
  )
  .map(([name, args, after]) =>
    caseOf(`{{ ${[name, ...args].join(' ')}${after} }}`, { a: Buffer.from('x') }),
  )
  .filter(
    ({ template }) =>
      !/^\{\{ (gen|htpasswd)/.test(template) || /nil|true|1\.5|\(|\. /.test(template),
  );
