// Tests AWS Certificate Manager: what is exported and how it is decrypted, and what that service cannot do.
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { ACMClient, RequestCertificateCommand } from '@aws-sdk/client-acm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startAwsStandIn, type AwsOperation, type AwsStandIn } from '../servers/aws.ts';
import { startMoto, type Moto } from '../servers/moto.ts';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';

const arn = 'arn:aws:acm:eu-west-1:123456789012:certificate/one';
// Nobody looks into them.
const cert = pem('CERTIFICATE', 'a certificate');
const ca = pem('CERTIFICATE', 'who vouches for it');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

const manifests = (more: string): string => `apiVersion: v1
kind: Secret
metadata: {name: key}
stringData: {id: AKIAUSER, key: user-secret-access-key}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: acm}
spec:
  provider:
    aws:
      service: CertificateManager
      region: eu-west-1
      prefix: not-applied-
      auth: {secretRef: {accessKeyIDSecretRef: {name: key, key: id}, secretAccessKeySecretRef: {name: key, key: key}}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: es}
spec:
  secretStoreRef: {name: acm}
  ${more}
`;
const data = (ref: string): string => `data: [{secretKey: pem, remoteRef: {${ref}}}]`;

function render(more: string, url: string): Promise<Ended> {
  return esoRender('bundle', ['-'], { input: manifests(more), env: { AWS_ACM_ENDPOINT: url } });
}

function pemIn(ended: Ended): string {
  expect(ended).toMatchObject({ stderr: '', code: 0 });
  const made = secretsIn(ended.stdout).find(({ name }) => name === 'es');
  return Buffer.from(made?.data['pem'] ?? '', 'base64').toString();
}

describe('a stand-in that verifies signatures', () => {
  let aws: AwsStandIn;
  let exported: (passphrase: string) => Readonly<Record<string, unknown>>;
  let options: Readonly<Record<string, unknown>>;

  const known =
    (answer: AwsOperation): AwsOperation =>
    (asked) =>
      asked.service === 'acm' && asked.body['CertificateArn'] === arn
        ? answer(asked)
        : { status: 400, body: { __type: 'ResourceNotFoundException', message: 'no such one' } };

  beforeEach(async () => {
    options = { Export: 'ENABLED' };
    exported = (passphrase) => ({
      Certificate: `${cert.trim()}\r\n\r\n`,
      CertificateChain: ca,
      PrivateKey: encrypted(rsa, passphrase),
    });
    aws = await startAwsStandIn({
      keys: new Map([['AKIAUSER', 'user-secret-access-key']]),
      roles: new Map(),
      operations: new Map<string, AwsOperation>([
        [
          'CertificateManager.DescribeCertificate',
          known(() => ({ body: { Certificate: { CertificateArn: arn, Options: options } } })),
        ],
        [
          'CertificateManager.ExportCertificate',
          known(({ body }) => {
            const passphrase = Buffer.from(String(body['Passphrase']), 'base64').toString();
            return { body: exported(passphrase) };
          }),
        ],
      ]),
    });
  });
  afterEach(() => aws.stop());

  test.each([
    { reason: 'RSA', key: rsa },
    { reason: 'an elliptic curve', key: ec },
  ])('certificate, chain and decrypted key are one text: $reason', async ({ key }) => {
    exported = (passphrase) => ({
      Certificate: `${cert.trim()}\r\n\r\n`,
      CertificateChain: ca,
      PrivateKey: encrypted(key, passphrase),
    });
    expect(pemIn(await render(data(`key: "${arn}"`), aws.url))).toBe(
      `${cert.trim()}\n${ca.trim()}\n${plain(key)}`,
    );
    expect(aws.asked()).toEqual([
      'DescribeCertificate by AKIAUSER',
      'ExportCertificate by AKIAUSER',
    ]);
  });

  test('a passphrase is another one each time, and such as AWS takes', async () => {
    const passphrases: string[] = [];
    const answer = exported;
    exported = (passphrase) => {
      passphrases.push(passphrase);
      return answer(passphrase);
    };
    const [one, other] = [
      await render(data(`key: "${arn}"`), aws.url),
      await render(data(`key: "${arn}"`), aws.url),
    ];

    expect(pemIn(one)).toBe(pemIn(other));
    expect(new Set(passphrases).size).toBe(2);
    expect(passphrases.filter((text) => !/^[\w-]{32}$/.test(text))).toEqual([]);
  });

  test('property, version and metadataPolicy mean nothing, and one export serves all', async () => {
    const more = `data:
    - {secretKey: pem, remoteRef: {key: "${arn}", property: a.b, version: "7"}}
    - {secretKey: again, remoteRef: {key: "${arn}", metadataPolicy: Fetch}}`;

    expect(pemIn(await render(more, aws.url))).toContain('-----BEGIN PRIVATE KEY-----');
    expect(aws.asked()).toHaveLength(2);
  });

  test.each([
    {
      reason: 'a key that is not encrypted is left as it is',
      answer: () => ({ PrivateKey: plain(rsa) }),
      expected: plain(rsa),
    },
    {
      reason: 'a certificate alone',
      answer: () => ({ Certificate: cert }),
      expected: `${cert.trim()}\n`,
    },
  ])('$reason', async ({ answer, expected }) => {
    exported = answer;

    expect(pemIn(await render(data(`key: "${arn}"`), aws.url))).toBe(expected);
  });

  test.each([
    {
      reason: 'one that may not be exported',
      given: () => (options = { Export: 'DISABLED' }),
      message: 'the certificate is not exportable (Options.Export is not ENABLED)',
    },
    {
      reason: 'nothing in the answer',
      given: () => (exported = () => ({})),
      message: 'AWS answered without a certificate',
    },
    {
      reason: 'a key of another passphrase',
      given: () => (exported = () => ({ PrivateKey: encrypted(rsa, 'another-passphrase') })),
      message: 'failed to decrypt exported private key',
    },
    {
      reason: 'a key of another form',
      given: () =>
        (exported = () => ({ PrivateKey: plain(ec).replaceAll('PRIVATE', 'EC PRIVATE') })),
      message: 'failed to decrypt exported private key: it is no PKCS#8 key in PEM form',
    },
    {
      reason: 'a key that is no DER',
      given: () =>
        (exported = () => ({
          PrivateKey: pem('ENCRYPTED PRIVATE KEY', 'abc'),
        })),
      message: 'failed to decrypt exported private key: it is no EncryptedPrivateKeyInfo',
    },
  ])('an error: $reason', async ({ given, message }) => {
    given();
    const ended = await render(data(`key: "${arn}"`), aws.url);

    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^error PROVIDER ExternalSecret default\/es /);
    expect(ended.stderr).toContain(message);
  });

  test.each([
    {
      reason: 'no ARN',
      more: data('key: ""'),
      message: 'certificate ARN must be specified in remoteRef.key',
    },
    {
      reason: 'an unknown one is an ordinary error, whatever the deletionPolicy',
      more: `target: {deletionPolicy: Merge}\n  ${data(`key: "${arn}x"`)}`,
      message: 'ResourceNotFoundException: no such one',
    },
    {
      reason: 'extract',
      more: `dataFrom: [{extract: {key: "${arn}"}}]`,
      message: 'operation not supported by AWS Certificate Manager provider',
    },
    {
      reason: 'find',
      more: 'dataFrom: [{find: {name: {regexp: ".*"}}}]',
      message: 'operation not supported by AWS Certificate Manager provider',
    },
  ])('refused: $reason', async ({ more, message }) => {
    const ended = await render(more, aws.url);

    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(message);
  });
});

describe('moto', () => {
  let moto: Moto;

  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.stop());

  test('exports a certificate that was requested for it, and no other', async () => {
    const client = new ACMClient({
      endpoint: moto.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIAUSER', secretAccessKey: 'x' },
    });
    const request = async (Export: 'ENABLED' | 'DISABLED'): Promise<string> => {
      const input = { DomainName: `${Export.toLowerCase()}.example.com`, Options: { Export } };
      const { CertificateArn = '' } = await client.send(new RequestCertificateCommand(input));
      return CertificateArn;
    };
    const [open, closed] = [await request('ENABLED'), await request('DISABLED')];
    client.destroy();
    const text = pemIn(await render(data(`key: "${open}"`), moto.url));
    const [key = ''] = /-----BEGIN PRIVATE KEY-----[^]*/.exec(text) ?? [];

    expect(text.match(/-----BEGIN CERTIFICATE-----/g)?.length).toBeGreaterThan(1);
    expect(createPrivateKey(key).asymmetricKeyType).toBe('rsa');
    expect((await render(data(`key: "${closed}"`), moto.url)).stderr).toContain('not exportable');
  });
});

function pem(type: string, content: string): string {
  const body = Buffer.from(content).toString('base64');
  return `-----BEGIN ${type}-----\n${body}\n-----END ${type}-----\n`;
}

function plain(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function encrypted(key: KeyObject, passphrase: string): string {
  return key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString();
}
