// Tests the whole command against AWS's protocol: what its runs cost in requests, and what a user gets when AWS fails.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';
import { startAws, type AwsBackend } from './aws-backend.ts';

const credentials = `apiVersion: v1
kind: Secret
metadata: {name: aws-creds}
stringData: {id: AKIAEXAMPLE, key: secret}
`;

function store(kind: string, auth: string): string {
  return `apiVersion: external-secrets.io/v1
kind: ${kind}
metadata: {name: aws}
spec:
  provider:
    aws:
      service: SecretsManager
      region: eu-west-1
      auth: ${auth}
`;
}

const keyStore = store(
  'SecretStore',
  '{secretRef: {accessKeyIDSecretRef: {name: aws-creds, key: id}, secretAccessKeySecretRef: {name: aws-creds, key: key}}}',
);

function externalSecret(name: string, key: string, kind = 'SecretStore'): string {
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: ${name}}
spec:
  secretStoreRef: {name: aws, kind: ${kind}}
  data:
    - {secretKey: value, remoteRef: {key: ${key}}}
`;
}

function stream(count: number, keyOf: (index: number) => string): string {
  const secrets = Array.from({ length: count }, (_, index) =>
    externalSecret(`es-${index}`, keyOf(index)),
  );
  return [credentials, keyStore, ...secrets].join('---\n');
}

let aws: AwsBackend;
let folder: string;

beforeAll(async () => {
  aws = await startAws();
  folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
  const names = Array.from({ length: 1000 }, (_, index) => `many/${index}`);
  await aws.seed(
    names.map((name) => ({
      service: 'secretsmanager',
      name,
      versions: [{ string: `value of ${name}` }],
    })),
  );
});
beforeEach(() => aws.proxy.reset());
afterAll(async () => {
  await aws.stop();
  await rm(folder, { recursive: true });
});

const render = (
  input: string,
  env: Readonly<Record<string, string>> = {},
): ReturnType<typeof esoRender> =>
  esoRender('bundle', ['-'], { input, env: { ...definedOf(aws.env), ...env } });

function definedOf(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

describe('requests', () => {
  test('1,000 ExternalSecrets on one secret are one call', async () => {
    const { code, stdout } = await render(stream(1000, () => 'many/1'));
    expect({ code, secrets: secretsIn(stdout).length }).toEqual({ code: 0, secrets: 1001 });
    expect(aws.proxy.counts()).toEqual({ GetSecretValue: 1 });
  });

  test('1,000 ExternalSecrets on 1,000 secrets are 50 calls', async () => {
    const { code, stdout } = await render(stream(1000, (index) => `many/${index}`));
    expect({ code, secrets: secretsIn(stdout).length }).toEqual({ code: 0, secrets: 1001 });
    expect(aws.proxy.counts()).toEqual({ BatchGetSecretValue: 50 });
  });

  test('validate and plan make none', async () => {
    const input = stream(3, (index) => `many/${index}`);
    const ended = [
      await esoRender('bundle', ['validate'], { input }),
      await esoRender('bundle', ['plan'], { input }),
    ];
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    expect(ended[1]?.stdout).toContain('3 values to read, 0 searches, 1 connections');
    expect(aws.proxy.counts()).toEqual({});
  });
});

describe('failures', () => {
  test('a store that is down is found down at once, and every reference is named', async () => {
    const input = stream(100, (index) => `many/${index}`);
    const { code, stdout, stderr } = await render(input, {
      AWS_SECRETSMANAGER_ENDPOINT: 'http://127.0.0.1:9',
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(
      stderr.match(
        /^error UNAVAILABLE ExternalSecret default\/es-\d+ .*spec\.data\[0\]\.remoteRef/gm,
      ),
    ).toHaveLength(100);
  });

  test('a secret that is missing does not hide the others that are wrong', async () => {
    const input = [
      credentials,
      keyStore,
      externalSecret('a', 'nowhere'),
      externalSecret('b', 'many/1'),
      externalSecret('c', 'nowhere/else'),
    ].join('---\n');
    const { code, stdout, stderr } = await render(input);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.match(/^error NOT_FOUND/gm)).toHaveLength(2);
  });

  test('no answer ends in the deadline, which names what was pending', async () => {
    aws.proxy.inject({ delayMs: 60_000 });
    const { code, stdout, stderr } = await esoRender('bundle', ['--deadline', '1s'], {
      input: stream(2, (index) => `many/${index}`),
      env: definedOf(aws.env),
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^error TIMEOUT ExternalSecret default\/es-0 .*no answer within 1 s.*BatchGetSecretValue/m,
    );
  });
});

describe('a ServiceAccount whose token nobody configured', () => {
  const clusterStore = store(
    'ClusterSecretStore',
    '{jwt: {serviceAccountRef: {name: external-secrets, namespace: external-secrets}}}',
  );
  const input = [clusterStore, externalSecret('a', 'many/1', 'ClusterSecretStore')].join('---\n');

  test('is stood in for by the web identity of this process', async () => {
    const file = join(folder, 'token');
    await writeFile(file, 'projected-token');
    const role = 'arn:aws:iam::123456789012:role/pod';
    const { code, stdout } = await render(input, {
      AWS_WEB_IDENTITY_TOKEN_FILE: file,
      AWS_ROLE_ARN: role,
    });
    expect({ code, data: secretsIn(stdout)[0]?.data }).toEqual({
      code: 0,
      data: { value: Buffer.from('value of many/1').toString('base64') },
    });
    const [assumed] = aws.proxy.requests();
    expect(new URLSearchParams(assumed?.body).get('WebIdentityToken')).toBe('projected-token');
    expect(new URLSearchParams(assumed?.body).get('RoleArn')).toBe(role);
  });

  test('is an error where that is not allowed', async () => {
    const env = {
      ...definedOf(aws.env),
      AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'),
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pod',
    };
    const { code, stderr } = await esoRender('bundle', ['--no-ambient-credentials'], {
      input,
      env,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error CREDENTIALS ExternalSecret default\/a .*external-secrets\/external-secrets/,
    );
    expect(aws.proxy.counts()).toEqual({});
  });
});
