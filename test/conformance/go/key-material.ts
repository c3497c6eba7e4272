// Owns keys, certificates and PKCS#12 files for the comparison with Go: made by OpenSSL, anew in each run.
import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Texts and bytes by name. */
export type Material = {
  /** Private keys in PEM, in each form that OpenSSL writes. */
  readonly keys: ReadonlyMap<string, Buffer>;
  readonly certificates: ReadonlyMap<string, Buffer>;
  /** Each is encrypted with one of `passwords`, or with none. */
  readonly pkcs12: ReadonlyMap<string, Buffer>;
  /** As JSON Web Keys, public ones and private ones. */
  readonly jwks: readonly Readonly<Record<string, unknown>>[];
};

export const passwords: readonly string[] = ['', '1234', 'p@ss "w" ord', 'Pä ß', '日本'];

export function hasOpenssl(): boolean {
  return spawnSync('openssl', ['version']).status === 0;
}

const kinds: Readonly<Record<string, readonly string[]>> = {
  rsa: ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  small: ['RSA', '-pkeyopt', 'rsa_keygen_bits:1024'],
  pss: ['RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'],
  p224: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-224'],
  p256: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  p384: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  p521: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  koblitz: ['EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
  explicit: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-pkeyopt', 'ec_param_enc:explicit'],
  ed25519: ['ED25519'],
  ed448: ['ED448'],
  x25519: ['X25519'],
};

const extensions = `[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = CA:true
subjectKeyIdentifier = hash
[issued]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[issuer]
authorityKeyIdentifier = keyid, issuer:always
[names]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = email:a@example.com, DNS:app.example.com, URI:https://example.com/a?b=c, IP:10.0.0.1, DNS:*.example.com, IP:2001:db8::1, IP:::ffff:1.2.3.4, RID:1.2.3, dirName:dn, URI:urn:uuid:x, otherName:1.2.3.4;UTF8:x
[empty]
basicConstraints = CA:false
`;

/** All of it, in a folder that is gone afterwards. */
export function makeMaterial(): Material {
  const folder = mkdtempSync(join(tmpdir(), 'go-material-'));
  try {
    return makeIn(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function makeIn(folder: string): Material {
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const file = (name: string): Buffer => readFileSync(join(folder, name));
  const files = (names: readonly string[]): ReadonlyMap<string, Buffer> =>
    new Map(names.map((name) => [name, file(name)]));
  writeFileSync(join(folder, 'extensions'), extensions);

  for (const [name, [algorithm = '', ...how]] of Object.entries(kinds))
    openssl('genpkey', '-algorithm', algorithm, ...how, '-out', `${name}.key`);
  openssl('rsa', '-in', 'rsa.key', '-traditional', '-out', 'rsa1.key');
  openssl('ec', '-in', 'p256.key', '-out', 'sec1.key');
  openssl('pkcs8', '-topk8', '-in', 'rsa.key', '-passout', 'pass:x', '-out', 'locked.key');
  openssl('rsa', '-in', 'rsa.key', '-pubout', '-out', 'public.key');
  const keyNames = [...Object.keys(kinds), 'rsa1', 'sec1', 'locked', 'public'];

  const signed = (name: string, { key, by, section, subject = `/CN=${name}` }: Signing): void => {
    const config = ['-config', 'extensions'];
    openssl('req', '-new', ...config, '-key', `${key}.key`, '-subj', subject, '-out', 'request');
    const signer =
      by === undefined
        ? ['-signkey', `${key}.key`]
        : ['-CA', `${by.name}.crt`, '-CAkey', `${by.key}.key`, '-CAcreateserial'];
    const extended =
      section === undefined ? [] : ['-extfile', 'extensions', '-extensions', section];
    openssl(
      'x509',
      '-req',
      '-in',
      'request',
      '-days',
      '30',
      ...signer,
      ...extended,
      '-out',
      `${name}.crt`,
    );
  };
  const root = { name: 'root', key: 'rsa' };
  const inter = { name: 'inter', key: 'p256' };
  const certificates: Readonly<Record<string, Signing>> = {
    root: { key: 'rsa', section: 'ca', subject: '/C=DE/O=A, "B" + C/OU=x/OU=y/CN=root' },
    inter: { key: 'p256', by: root, section: 'issued' },
    leaf: {
      key: 'p384',
      by: inter,
      section: 'names',
      subject: '/CN=Käse <#1>/emailAddress=a@example.com/serialNumber=7',
    },
    other: { key: 'ed25519', by: root, section: 'issued' },
    far: { key: 'p521', by: inter, section: 'issuer' },
    old: { key: 'rsa' },
    bare: { key: 'p256', by: inter, section: 'empty', subject: '/' },
  };
  for (const [name, signing] of Object.entries(certificates)) signed(name, signing);
  const certificateNames = Object.keys(certificates).map((name) => `${name}.crt`);

  const pfxNames: string[] = [];
  const pfx = (name: string, pass: string, ...how: readonly string[]): void => {
    openssl('pkcs12', '-export', '-out', `${name}.p12`, '-passout', `pass:${pass}`, ...how);
    pfxNames.push(`${name}.p12`);
  };
  writeFileSync(join(folder, 'chain.pem'), Buffer.concat([file('root.crt'), file('inter.crt')]));
  const leaf = ['-inkey', 'p384.key', '-in', 'leaf.crt'];
  const rsa = ['-inkey', 'rsa.key', '-in', 'root.crt'];
  for (const [i, pass] of passwords.entries()) {
    pfx(`modern${i}`, pass, ...leaf, '-certfile', 'chain.pem');
    pfx(`legacy${i}`, pass, '-legacy', ...rsa);
  }
  pfx(
    'des',
    '1234',
    ...rsa,
    '-certpbe',
    'PBE-SHA1-3DES',
    '-keypbe',
    'PBE-SHA1-3DES',
    '-macalg',
    'sha1',
  );
  pfx(
    'rc2',
    '1234',
    '-legacy',
    ...rsa,
    '-certpbe',
    'PBE-SHA1-RC2-128',
    '-keypbe',
    'PBE-SHA1-RC2-40',
  );
  pfx(
    'rc4',
    '1234',
    '-legacy',
    ...rsa,
    '-certpbe',
    'PBE-SHA1-RC4-128',
    '-keypbe',
    'PBE-SHA1-RC4-128',
  );
  for (const [cipher, mac] of [
    ['AES-128-CBC', 'sha384'],
    ['AES-192-CBC', 'sha512'],
    ['AES-256-CBC', 'sha224'],
    ['AES-256-CBC', 'sha1'],
    ['CAMELLIA-128-CBC', 'sha256'],
    ['AES-128-CBC', 'sha3-256'],
  ] as const)
    pfx(`${cipher}-${mac}`, '1234', ...leaf, '-certpbe', cipher, '-keypbe', cipher, '-macalg', mac);
  pfx('plain', '1234', ...leaf, '-certpbe', 'NONE', '-keypbe', 'NONE');
  pfx('unchecked', '', ...leaf, '-certpbe', 'NONE', '-keypbe', 'NONE', '-nomac');
  pfx('unchecked-locked', '1234', ...leaf, '-nomac');
  pfx('named', '1234', ...leaf, '-name', 'a "name" ä');
  pfx('ed25519', '1234', '-inkey', 'ed25519.key', '-in', 'other.crt');
  pfx('koblitz', '1234', '-inkey', 'koblitz.key', '-in', 'leaf.crt', '-nocerts');
  pfx('keyless', '1234', '-nokeys', '-in', 'leaf.crt');
  pfx('many-rounds', '1234', ...leaf, '-iter', '5000', '-maciter');
  pfx('one-round', '1234', ...leaf, '-iter', '1', '-nomaciter');

  return {
    keys: files(keyNames.map((name) => `${name}.key`)),
    certificates: files(certificateNames),
    pkcs12: files(pfxNames),
    jwks: ['rsa', 'small', 'p256', 'p384', 'p521', 'koblitz', 'ed25519', 'ed448', 'x25519'].flatMap(
      (name) => {
        const key = createPrivateKey(file(`${name}.key`));
        return [key, createPublicKey(key)].map((one) => ({ ...one.export({ format: 'jwk' }) }));
      },
    ),
  };
}

type Signing = {
  readonly key: string;
  readonly by?: { readonly name: string; readonly key: string };
  readonly section?: string;
  readonly subject?: string;
};
