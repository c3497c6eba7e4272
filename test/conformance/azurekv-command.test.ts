// Tests the whole command against Azure's protocol, over TLS and with Azure's own names: what its users write, and what they get when it fails.
import { X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startCloudFront, type CloudFront } from '../servers/cloud-front.ts';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';
import {
  applications,
  callsOf,
  clientSecret,
  serviceAccounts,
  serviceFault,
  startBackend,
  tenant,
  type AzureBackend,
} from './azurekv-backend.ts';

const host = 'shop.vault.azure.net';

let azure: AzureBackend;
let front: CloudFront;
let folder: string;
let der: Buffer;

beforeAll(async () => {
  azure = await startBackend();
  front = await startCloudFront(azure.proxy.url, ['login.microsoftonline.com', host]);
  der = new X509Certificate(front.ca).raw;
  azure.put({
    secrets: [
      {
        name: 'database',
        versions: ['{"user":"ann","credentials":{"password":"p4ss"},"port":5432,"a.b":null}'],
        tags: { owner: 'db', conf: '{"tier":"gold"}' },
      },
      { name: 'shop-mail', versions: ['mail'], tags: { team: 'shop' } },
      { name: 'shop-key', versions: ['key'], tags: { team: 'shop', env: 'prod' } },
      { name: 'encoded', versions: ['aGVsbG8='] },
    ],
    keys: [{ name: 'signing', jwk: { kty: 'RSA', n: 'AQ', e: 'AQAB' } }],
    certificates: [{ name: 'web', cer: der }],
  });
  folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
  const secret = join(folder, 'shop', 'azure');
  await mkdir(secret, { recursive: true });
  await writeFile(join(secret, 'clientId'), applications.reader);
  await writeFile(join(secret, 'clientSecret'), clientSecret);
  await writeFile(join(folder, 'ca.pem'), front.ca);
  const subject = 'system:serviceaccount:shop:reader';
  await writeFile(
    join(folder, 'token'),
    serviceAccounts.tokenFor(subject, ['api://AzureADTokenExchange']),
  );
});
beforeEach(() => azure.proxy.reset());
afterAll(async () => {
  await front.stop();
  await azure.stop();
  await rm(folder, { recursive: true });
});

type Env = Readonly<Record<string, string>>;

/** Nothing but the proxy says that Azure is elsewhere. */
function render(input: string, args: readonly string[] = [], env: Env = {}): Promise<Ended> {
  return esoRender('bundle', ['--secrets-directory', folder, ...args, '-'], {
    input,
    env: {
      HTTPS_PROXY: front.url,
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
      AZURE_POD_IDENTITY_AUTHORITY_HOST: azure.proxy.url,
      ...env,
    },
  });
}

/** What AKS puts into a pod with workload identity. */
function workloadIdentity(): Env {
  return {
    AZURE_CLIENT_ID: applications.reader,
    AZURE_TENANT_ID: tenant,
    AZURE_FEDERATED_TOKEN_FILE: join(folder, 'token'),
  };
}

const secretRef =
  '{clientId: {name: azure, key: clientId, namespace: shop}, clientSecret: {name: azure, key: clientSecret, namespace: shop}}';
const principal = `tenantId: ${tenant}, authSecretRef: ${secretRef}`;

function store(spec: string, version = 'v1', vaultUrl = `https://${host}`): string {
  return `apiVersion: external-secrets.io/${version}
kind: ClusterSecretStore
metadata: {name: azure}
spec:
  provider:
    azurekv: {vaultUrl: "${vaultUrl}", ${spec}}
`;
}

function externalSecret(spec: string, name = 'app', version = 'v1'): string {
  return `apiVersion: external-secrets.io/${version}
kind: ExternalSecret
metadata: {name: ${name}, namespace: web}
spec:
  secretStoreRef: {name: azure, kind: ClusterSecretStore}
  ${spec}
`;
}

const principalStore = store(principal);
const mail = externalSecret('data: [{secretKey: a, remoteRef: {key: shop-mail}}]');

function dataOf({ code, stdout, stderr }: Ended): Readonly<Record<string, string>> {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [secret] = secretsIn(stdout);
  return Object.fromEntries(
    Object.entries(secret?.data ?? {}).map(([key, base64]) => {
      const text = Buffer.from(base64, 'base64').toString();
      return [key, text.includes('\uFFFD') ? base64 : text];
    }),
  );
}

describe('what users write', () => {
  test.each<{ reason: string; spec: string; data: () => Readonly<Record<string, string>> }>([
    {
      reason: 'a secret, by its name and by its type',
      spec: 'data: [{secretKey: a, remoteRef: {key: shop-mail}}, {secretKey: b, remoteRef: {key: secret/shop-key}}]',
      data: () => ({ a: 'mail', b: 'key' }),
    },
    {
      reason: 'a property, a number, and a dotted key',
      spec: 'data: [{secretKey: a, remoteRef: {key: database, property: credentials.password}}, {secretKey: b, remoteRef: {key: database, property: port}}, {secretKey: c, remoteRef: {key: database, property: a.b}}]',
      data: () => ({ a: 'p4ss', b: '5432', c: '' }),
    },
    {
      reason: 'a certificate, and a field of a key',
      spec: 'data: [{secretKey: a, remoteRef: {key: cert/web}}, {secretKey: b, remoteRef: {key: key/signing, property: kty}}]',
      data: () => ({ a: der.toString('base64'), b: 'RSA' }),
    },
    {
      reason: 'a tag, and a part of one',
      spec: 'data: [{secretKey: a, remoteRef: {key: database, metadataPolicy: Fetch, property: owner}}, {secretKey: b, remoteRef: {key: database, metadataPolicy: Fetch, property: conf.tier}}]',
      data: () => ({ a: 'db', b: 'gold' }),
    },
    {
      reason: 'all that is in a secret',
      spec: 'dataFrom: [{extract: {key: database}}]',
      data: () => ({ user: 'ann', credentials: '{"password":"p4ss"}', port: '5432', 'a.b': '' }),
    },
    {
      reason: 'all of its tags and dates',
      spec: 'dataFrom: [{extract: {key: database, metadataPolicy: Fetch}}]',
      data: () => ({
        'database_attribute.created': '2023-11-14T22:13:20Z',
        'database_attribute.updated': '2023-11-14T22:14:20Z',
        database_owner: 'db',
        database_conf_tier: 'gold',
      }),
    },
    {
      reason: 'secrets by name and tag, with another name',
      spec: 'dataFrom: [{find: {name: {regexp: "^shop-"}, tags: {env: prod}}, rewrite: [{regexp: {source: "shop-(.*)", target: "SHOP_$1"}}]}]',
      data: () => ({ SHOP_key: 'key' }),
    },
    {
      reason: 'base64 in a secret',
      spec: 'data: [{secretKey: a, remoteRef: {key: encoded, decodingStrategy: Base64}}]',
      data: () => ({ a: 'hello' }),
    },
  ])('$reason', async ({ spec, data }) => {
    const ended = await render([principalStore, externalSecret(spec)].join('---\n'));

    expect(dataOf(ended)).toEqual(data());
    expect(azure.askedBy().at(-1)).toBe(applications.reader);
  });

  test('a v1beta1 store', async () => {
    const spec = 'data: [{secretKey: a, remoteRef: {key: shop-mail}}]';
    const input = [store(principal, 'v1beta1'), externalSecret(spec, 'app', 'v1beta1')];

    expect(dataOf(await render(input.join('---\n')))).toEqual({ a: 'mail' });
  });

  test('the newer SDK, which gives no dates', async () => {
    const spec = 'dataFrom: [{extract: {key: shop-key, metadataPolicy: Fetch}}]';
    const input = [store(`${principal}, useAzureSDK: true`), externalSecret(spec)].join('---\n');

    expect(dataOf(await render(input))).toEqual({
      'shop-key_team': 'shop',
      'shop-key_env': 'prod',
    });
  });

  test.each([
    { store: 'client-secret.yaml', who: applications.reader },
    { store: 'workload-identity.yaml', who: applications.reader },
    { store: 'managed-identity.yaml', who: applications.system },
  ])('the example with $store', async ({ store, who }) => {
    const example = resolve(import.meta.dirname, '../../examples/azurekv');
    const input = await readFile(join(example, 'external-secret.yaml'), 'utf8');
    const ended = await render(input, ['--store-file', join(example, store)], workloadIdentity());

    expect(dataOf(ended)).toEqual({
      password: 'p4ss',
      certificate: der.toString('base64'),
      owner: 'db',
      'shop-mail': 'mail',
      'shop-key': 'key',
    });
    expect(azure.askedBy().at(-1)).toBe(who);
  });
});

describe('identities', () => {
  test('the machine', async () => {
    const ended = await render([store('authType: ManagedIdentity'), mail].join('---\n'));

    expect(dataOf(ended)).toEqual({ a: 'mail' });
    expect(azure.askedBy().at(-1)).toBe(applications.system);
  });

  test('the workload identity of this process', async () => {
    const input = [store('authType: WorkloadIdentity'), mail].join('---\n');
    const ended = await render(input, [], workloadIdentity());

    expect(dataOf(ended)).toEqual({ a: 'mail' });
  });

  test('a ServiceAccount, by its annotations and the file of its token', async () => {
    const account = `apiVersion: v1
kind: ServiceAccount
metadata:
  name: reader
  namespace: shop
  annotations:
    azure.workload.identity/client-id: ${applications.reader}
    azure.workload.identity/tenant-id: ${tenant}
`;
    const config = join(folder, 'config.yaml');
    await writeFile(
      config,
      `apiVersion: eso-render.dev/v1alpha1
kind: RenderConfig
metadata: {name: config}
spec:
  serviceAccounts: [{name: reader, namespace: shop, tokenFile: ${join(folder, 'token')}}]
`,
    );
    const spec = 'authType: WorkloadIdentity, serviceAccountRef: {name: reader, namespace: shop}';
    const ended = await render([account, store(spec), mail].join('---\n'), ['--config', config]);

    expect(dataOf(ended)).toEqual({ a: 'mail' });
  });

  test('no identity of the environment where that is not allowed', async () => {
    const input = [store('authType: ManagedIdentity'), mail].join('---\n');
    const { code, stdout, stderr } = await render(input, ['--no-ambient-credentials']);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error CREDENTIALS ExternalSecret web\/app .*is not allowed\n$/);
    expect(azure.proxy.requests()).toEqual([]);
  });
});

describe('what the operator holds goes to Microsoft, or where he trusts', () => {
  const evil = 'https://vault.evil.example';
  const custom = `useAzureSDK: true, customCloudConfig: {activeDirectoryEndpoint: "${evil}"}`;

  test.each([
    { reason: 'the identity of the machine', spec: 'authType: ManagedIdentity', vaultUrl: evil },
    { reason: 'the workload identity', spec: 'authType: WorkloadIdentity', vaultUrl: evil },
    { reason: 'the secrets directory', spec: principal, vaultUrl: evil },
    {
      reason: 'the secrets directory, for another place that gives tokens',
      spec: `${principal}, ${custom}`,
      vaultUrl: `https://${host}`,
    },
    {
      reason: 'the workload identity, for such a place',
      spec: `authType: WorkloadIdentity, ${custom}`,
      vaultUrl: `https://${host}`,
    },
  ])('not to a server that only a manifest names: $reason', async ({ spec, vaultUrl }) => {
    const asked = front.asked().length;
    const env = {
      AZURE_CLIENT_ID: applications.reader,
      AZURE_TENANT_ID: tenant,
      AZURE_FEDERATED_TOKEN_FILE: join(folder, 'token'),
    };
    const input = [store(spec, 'v1', vaultUrl), mail].join('---\n');
    const { code, stdout, stderr } = await render(input, [], env);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^error CREDENTIALS .* where https:\/\/vault\.evil\.example may have them, add it with --trusted-server /,
    );
    expect(front.asked().slice(asked)).toEqual([]);
    expect(azure.proxy.requests()).toEqual([]);
  });

  test('to a server of the configuration', async () => {
    const input = [store(principal, 'v1', azure.proxy.url), mail].join('---\n');

    expect(dataOf(await render(input, ['--trusted-server', azure.proxy.url]))).toEqual({
      a: 'mail',
    });
  });

  test('what is in the input goes where the input says', async () => {
    const secret = `apiVersion: v1
kind: Secret
metadata: {name: azure, namespace: shop}
stringData: {clientId: ${applications.reader}, clientSecret: ${clientSecret}}
`;
    const input = [secret, store(principal, 'v1', azure.proxy.url), mail].join('---\n');
    const { code, stdout } = await render(input);

    expect({ code, secrets: secretsIn(stdout).length }).toEqual({ code: 0, secrets: 2 });
  });
});

describe('requests', () => {
  test('50 ExternalSecrets on one secret are one login and one request', async () => {
    const secrets = Array.from({ length: 50 }, (_, index) =>
      externalSecret('data: [{secretKey: a, remoteRef: {key: shop-mail}}]', `es-${index}`),
    );
    const { code, stdout } = await render([principalStore, ...secrets].join('---\n'));

    expect({ code, secrets: secretsIn(stdout).length }).toEqual({ code: 0, secrets: 50 });
    expect(callsOf(azure.proxy)).toEqual({ Token: 1, GetSecret: 1 });
  });

  test.each(['validate', 'plan'])('%s makes none', async (command) => {
    const spec = 'dataFrom: [{find: {name: {regexp: .}}}]';
    const input = [principalStore, externalSecret(spec)].join('---\n');
    const { code } = await esoRender('bundle', [command], { input });

    expect(code).toBe(0);
  });
});

describe('failures', () => {
  test('what is missing, denied and misspelt is told at once, each with its place', async () => {
    azure.proxy.inject({
      operation: 'GET /secrets/encoded?api-version=7.4',
      answer: serviceFault(403, 'Forbidden', 'Caller is not authorized'),
    });
    const input = [
      principalStore,
      externalSecret('data: [{secretKey: a, remoteRef: {key: nowhere}}]', 'a'),
      externalSecret('data: [{secretKey: a, remoteRef: {key: database, property: x}}]', 'b'),
      externalSecret('data: [{secretKey: a, remoteRef: {key: encoded}}]', 'c'),
      externalSecret('dataFrom: [{extract: {key: cert/web}}]', 'd'),
      externalSecret('data: [{secretKey: a, remoteRef: {key: thing/x}}]', 'e'),
    ].join('---\n');
    const { code, stdout, stderr } = await render(input);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const lines = stderr.trimEnd().split('\n');
    const title = `ClusterSecretStore "azure" (Azure Key Vault, ${host})`;
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(
      /^error NOT_FOUND ExternalSecret web\/a .*"nowhere" in .* does not exist$/,
    );
    expect(lines[0]).toContain(title);
    expect(lines[1]).toMatch(
      /^error PROPERTY_NOT_FOUND .*property x does not exist in key database/,
    );
    expect(lines[2]).toMatch(/^error DENIED .*Forbidden: Caller is not authorized/);
    expect(lines[3]).toMatch(/^error VALUE .*cannot get use dataFrom to get certificate secret/);
    expect(lines[4]).toMatch(/^error PROVIDER .*unknown Azure Keyvault object Type for x/);
  });

  test('a wrong secret is told once for each that needed it, and never shown', async () => {
    const wrong = `apiVersion: v1
kind: Secret
metadata: {name: azure, namespace: shop}
stringData: {clientId: ${applications.reader}, clientSecret: not-the-secret}
`;
    const { code, stdout, stderr } = await render([wrong, principalStore, mail].join('---\n'));

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/AADSTS7000215: Invalid client secret provided/);
    expect(stderr).not.toContain('not-the-secret');
    expect(callsOf(azure.proxy)).toEqual({ Token: 1 });
  });
});
