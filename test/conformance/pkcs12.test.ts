// Tests PKCS#12 files against OpenSSL and Java's keytool: each reads what the others write.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { must } from '../support/command.ts';
import { render } from '../unit/gotmpl/eso/render.ts';

const folder = mkdtempSync(join(tmpdir(), 'pkcs12-'));
afterAll(() => rmSync(folder, { recursive: true }));

const password = 'changeit';
const has = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args).status === 0;
const hasOpenssl = has('openssl', 'version');
const hasKeytool = has('keytool', '-help');

function inFolder(name: string): string {
  return join(folder, name);
}

function textOf(name: string): string {
  return readFileSync(inFolder(name), 'latin1');
}

/** A key with its own certificate, as `<name>.key` and `<name>.crt`. */
async function makePair(name: string, kind: readonly string[]): Promise<void> {
  const files = ['-keyout', inFolder(`${name}.key`), '-out', inFolder(`${name}.crt`)];
  const made = ['req', '-x509', '-nodes', '-days', '10', '-subj', `/CN=${name}`, ...kind, ...files];
  await must(['openssl', ...made]);
}

const kinds = [
  { name: 'rsa', kind: ['-newkey', 'rsa:2048'] },
  { name: 'ec', kind: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] },
  { name: 'ed25519', kind: ['-newkey', 'ed25519'] },
];

describe.skipIf(!hasOpenssl)('OpenSSL (skipped where it is not installed)', () => {
  test.each(
    kinds.flatMap((one) =>
      [[], ['-legacy'], ['-certpbe', 'NONE', '-keypbe', 'NONE']].map((how) => ({ ...one, how })),
    ),
  )('what it writes is read: $name $how', async ({ name, kind, how }) => {
    await makePair(name, kind);
    const pair = ['-inkey', inFolder(`${name}.key`), '-in', inFolder(`${name}.crt`)];
    const out = ['-out', inFolder('theirs.p12'), '-passout', `pass:${password}`];
    await must(['openssl', 'pkcs12', '-export', ...how, ...pair, ...out]);
    const dot = { p: password, f: textOf('theirs.p12') };

    expect(render('{{ pkcs12certPass .p .f }}', dot)).toBe(textOf(`${name}.crt`));
    expect(render('{{ pkcs12keyPass .p .f }}', dot)).toBe(textOf(`${name}.key`));
  });

  test.each(kinds)('what is written is read by it: $name', async ({ name, kind }) => {
    await makePair(name, kind);
    const dot = { p: password, c: textOf(`${name}.crt`), k: textOf(`${name}.key`) };
    const file = render('{{ pemToPkcs12Pass .c .k .p }}', dot);
    writeFileSync(inFolder('ours.p12'), Buffer.from(file, 'base64'));
    const said = await must([
      'openssl',
      'pkcs12',
      '-in',
      inFolder('ours.p12'),
      '-passin',
      `pass:${password}`,
      '-nodes',
    ]);

    expect(said).toContain(dot.c.trim());
    expect(said).toContain(dot.k.trim());
  });
});

describe.skipIf(!hasOpenssl || !hasKeytool)('keytool (skipped where there is no Java)', () => {
  test.each([{ how: [] }, { how: ['-J-Dkeystore.pkcs12.legacy=true'] }])(
    'what it writes is read: $how',
    async ({ how }) => {
      rmSync(inFolder('java.p12'), { force: true });
      const store = [
        '-storetype',
        'PKCS12',
        '-keystore',
        inFolder('java.p12'),
        '-storepass',
        password,
      ];
      const made = ['-genkeypair', '-alias', 'a', '-keyalg', 'RSA', '-dname', 'CN=java'];
      await must(['keytool', ...how, ...made, ...store]);
      const dot = { p: password, f: textOf('java.p12') };

      expect(render('{{ pkcs12keyPass .p .f }}', dot)).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
      expect(render('{{ pkcs12certPass .p .f }}', dot)).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
    },
  );

  test.each([
    { reason: 'a key', template: '{{ pemToPkcs12Pass .c .k .p }}', entry: 'PrivateKeyEntry' },
    {
      reason: 'a trust store',
      template: '{{ pemTruststoreToPKCS12Pass .c .p }}',
      entry: 'trustedCertEntry',
    },
  ])('what is written is read by it: $reason', async ({ template, entry }) => {
    await makePair('rsa', ['-newkey', 'rsa:2048']);
    const file = render(template, { p: password, c: textOf('rsa.crt'), k: textOf('rsa.key') });
    writeFileSync(inFolder('ours.p12'), Buffer.from(file, 'base64'));

    expect(
      await must(['keytool', '-list', '-keystore', inFolder('ours.p12'), '-storepass', password]),
    ).toContain(entry);
  });
});
