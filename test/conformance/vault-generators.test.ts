// Tests VaultDynamicSecret against a real OpenBao: which request leaves, which part of the answer is the Secret, what stays behind.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { startOpenBao, type OpenBao } from '../servers/openbao.ts';
import { askVault } from '../servers/vault-seed.ts';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';

type Spec = Readonly<Record<string, unknown>>;

const policy = `
path "kv/*" { capabilities = ["read", "list"] }
path "kv1/*" { capabilities = ["read", "list", "create", "update", "delete"] }
path "pki/issue/web" { capabilities = ["create", "update"] }
path "auth/token/create" { capabilities = ["create", "update"] }
path "auth/approle/role/maker/secret-id" { capabilities = ["create", "update"] }
`;

let bao: OpenBao;
let proxy: FaultProxy;
let folder: string;

const ask = (path: string, body?: unknown, method = 'POST'): Promise<unknown> =>
  askVault(bao, { method, path, ...(body !== undefined && { body }) });

beforeAll(async () => {
  bao = await startOpenBao();
  proxy = await startFaultProxy(bao.url);
  folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
  await ask('sys/mounts/kv', { type: 'kv', options: { version: '2' } });
  await ask('kv/data/app', { data: { v: 'one' } });
  await ask('kv/data/app', { data: { v: 'two' } });
  await ask('sys/mounts/kv1', { type: 'kv', options: { version: '1' } });
  await ask('kv1/app', { text: 'a<b', number: 1.5, yes: true, nothing: null, list: ['<', 2] });
  await ask('sys/mounts/pki', { type: 'pki' });
  await ask('pki/root/generate/internal', { common_name: 'root', ttl: '48h' });
  await ask('pki/roles/web', { allow_any_name: true, generate_lease: true, no_store: false });
  await ask('sys/policies/acl/maker', { policy });
  await ask('sys/auth/approle', { type: 'approle' });
  await ask('auth/approle/role/maker', { token_policies: 'maker' });
  await ask('auth/approle/role/maker/role-id', { role_id: 'maker-role' });
  await ask('auth/approle/role/maker/custom-secret-id', { secret_id: 'canary-secret-id' });
  await mkdir(join(folder, 'shop/login'), { recursive: true });
  await writeFile(join(folder, 'shop/login/secret-id'), 'canary-secret-id');
});
beforeEach(() => proxy.reset());
afterAll(async () => {
  await proxy.stop();
  await bao.stop();
  await rm(folder, { recursive: true });
});

const appRole = {
  appRole: {
    path: 'approle',
    roleId: 'maker-role',
    // A generator looks into the namespace of the ExternalSecret, whatever it says.
    secretRef: { name: 'login', key: 'secret-id', namespace: 'elsewhere' },
  },
};

function generator(spec: Spec): string {
  return stringify({
    apiVersion: 'generators.external-secrets.io/v1alpha1',
    kind: 'VaultDynamicSecret',
    metadata: { name: 'g', namespace: 'shop' },
    spec: { provider: { server: proxy.url, auth: appRole }, ...spec },
  });
}

function externalSecret(name: string, before: readonly Spec[] = []): string {
  const ref = { generatorRef: { kind: 'VaultDynamicSecret', name: 'g' } };
  return stringify({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace: 'shop' },
    spec: { dataFrom: [...before, { sourceRef: ref }] },
  });
}

const trusting = (): readonly string[] => [
  '--allow-generator',
  'VaultDynamicSecret',
  '--secrets-directory',
  folder,
  '--trusted-server',
  proxy.url,
];

function render(
  spec: Spec,
  {
    names = ['es'],
    args = trusting(),
    more = [],
  }: {
    readonly names?: readonly string[];
    readonly args?: readonly string[];
    readonly more?: readonly string[];
  } = {},
): Promise<Ended> {
  const documents = [generator(spec), ...names.map((name) => externalSecret(name)), ...more];
  return esoRender('bundle', [...args, '-'], { input: documents.join('---\n') });
}

function dataOf({ stdout }: Ended): readonly Readonly<Record<string, string>>[] {
  return secretsIn(stdout).map(({ data }) =>
    Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    ),
  );
}

const login = 'PUT /v1/auth/approle/login';
const revoke = 'PUT /v1/auth/token/revoke-self';
const operations = (): readonly string[] => proxy.requests().map(({ operation }) => operation);

describe('what is there to be read', () => {
  test.each([
    {
      reason: 'GET is the method where none is given; values as ESO makes them of data',
      spec: { path: 'kv1/app' },
      expected: { text: 'a<b', number: '1.5', yes: 'true', nothing: '', list: '["\\u003c",2]' },
      request: 'GET /v1/kv1/app',
    },
    {
      reason: 'with a query',
      spec: { path: '/kv/data/app', method: 'GET', getParameters: { version: ['1'] } },
      expected: { data: '{"v":"one"}' },
      request: 'GET /v1/kv/data/app?version=1',
    },
    {
      reason: 'LIST',
      spec: { path: 'kv1/', method: 'LIST' },
      expected: { keys: '["app"]' },
      request: 'GET /v1/kv1?list=true',
    },
  ])(
    'is the same in every render, and the login ends: $reason',
    async ({ spec, expected, request }) => {
      const ended = await render(spec);

      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(dataOf(ended)).toMatchObject([expected]);
      expect(operations()).toEqual([login, request, revoke]);
    },
  );

  test("Raw is the whole answer, with what HashiCorp's client fills in", async () => {
    const [data = {}] = dataOf(await render({ path: 'kv1/app', resultType: 'Raw' }));

    expect(Object.keys(data).sort()).toEqual([
      'data',
      'lease_duration',
      'lease_id',
      'renewable',
      'request_id',
      'warnings',
    ]);
    expect(data).toMatchObject({ lease_id: '', renewable: 'false', warnings: '' });
    expect(JSON.parse(data['data'] ?? '')).toMatchObject({ text: 'a<b', number: 1.5 });
  });

  test.each([
    { reason: 'nothing', spec: { path: 'kv1/absent' } },
    { reason: 'a folder that is not there', spec: { path: 'kv1/absent/', method: 'LIST' } },
    { reason: 'what is deleted without a word', spec: { path: 'kv1/none', method: 'DELETE' } },
    {
      reason: 'what is written without a word',
      spec: { path: 'kv1/w', method: 'POST', parameters: { a: 1 } },
    },
  ])('an empty answer is an error, unless it is meant: $reason', async ({ spec }) => {
    const ended = await render(spec);
    const meant = await render(
      { ...spec, allowEmptyResponse: true },
      { args: [...trusting(), '--allow-empty'] },
    );

    expect(ended.stderr).toMatch(
      /^error VALUE ExternalSecret shop\/es .*: VaultDynamicSecret "g": empty response from Vault/,
    );
    expect(ended.stdout).toBe('');
    expect(meant).toMatchObject({ code: 0 });
  });
});

describe('what Vault makes', () => {
  test('a secret ID, by a write with its parameters', async () => {
    const spec = {
      path: 'auth/approle/role/maker/secret-id',
      method: 'POST',
      parameters: { ttl: '60s', metadata: '{"of":"the tests"}' },
    };
    const ended = await render(spec);
    const [data = {}] = dataOf(ended);

    expect(data['secret_id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(data['secret_id_ttl']).toBe('60');
    expect(ended.stderr).toMatch(
      /^warning VOLATILE .*VaultDynamicSecret "g" is another one in every render: it is a request of method POST/,
    );
    expect(proxy.requests()[1]).toMatchObject({
      operation: 'PUT /v1/auth/approle/role/maker/secret-id',
      body: JSON.stringify(spec.parameters),
    });
    expect(operations().at(-1)).toBe(revoke);
  });

  test('a token, of auth, that outlives the run: the login that made it is not revoked', async () => {
    const ended = await render({
      path: 'auth/token/create',
      method: 'POST',
      parameters: { policies: ['maker'], ttl: '5m' },
      resultType: 'Auth',
    });
    const [data = {}] = dataOf(ended);

    expect(Object.keys(data).sort()).toEqual([
      'accessor',
      'client_token',
      'entity_id',
      'identity_policies',
      'lease_duration',
      'metadata',
      'mfa_requirement',
      'orphan',
      'policies',
      'renewable',
      'token_policies',
    ]);
    expect(data).toMatchObject({
      lease_duration: '300',
      policies: '["default","maker"]',
      orphan: 'false',
    });
    expect(operations()).not.toContain(revoke);
    const own = { url: bao.url, token: data['client_token'] ?? '' };
    await expect(
      askVault(own, { method: 'GET', path: 'auth/token/lookup-self' }),
    ).resolves.toBeDefined();
  });

  test('a certificate with a lease, which ends with no login', async () => {
    const ended = await render({
      path: 'pki/issue/web',
      method: 'POST',
      parameters: { common_name: 'shop.example.com', ttl: '1h' },
      resultType: 'Raw',
    });
    const [data = {}] = dataOf(ended);
    const lookup = await ask('sys/leases/lookup', { lease_id: data['lease_id'] });

    expect(ended.stderr).toContain('Vault makes credentials for it');
    expect(lookup).toBeDefined();
    expect(operations()).not.toContain(revoke);
  });

  test('each use gets its own, by one login', async () => {
    const spec = { path: 'auth/approle/role/maker/secret-id', method: 'POST' };
    const ended = await render(spec, { names: ['a', 'b', 'c'] });
    const made = dataOf(ended).map((data) => data['secret_id']);

    expect(new Set(made).size).toBe(3);
    expect(proxy.counts()).toEqual({
      [login]: 1,
      'PUT /v1/auth/approle/role/maker/secret-id': 3,
      [revoke]: 1,
    });
  });
});

test('the example makes a Secret for TLS', async () => {
  const file = resolve(import.meta.dirname, '../../examples/generators/certificate.yaml');
  const manifests = await readFile(file, 'utf8');
  const input = manifests
    .replace('https://vault.example.com', proxy.url)
    .replace('roleId: shop', 'roleId: maker-role')
    .replace('name: vault\n          key: secret-id', 'name: login\n          key: secret-id');
  const ended = await esoRender('bundle', [...trusting(), '-'], { input });

  expect(ended.stderr).toMatch(/^warning VOLATILE /);
  const [secret] = secretsIn(ended.stdout);
  const [data] = dataOf(ended);
  const certificate = new X509Certificate(data?.['tls.crt'] ?? '');

  expect(secret).toMatchObject({ name: 'web', type: 'kubernetes.io/tls' });
  expect(certificate.subject).toBe('CN=shop.example.com');
  expect(certificate.checkPrivateKey(createPrivateKey(data?.['tls.key'] ?? ''))).toBe(true);
});

describe('what is refused', () => {
  test('a kind that nobody allowed: nobody is asked', async () => {
    const ended = await render({ path: 'kv1/app' }, { args: trusting().slice(2) });

    expect(ended.stderr).toMatch(/^error GENERATOR_DENIED .*--allow-generator VaultDynamicSecret/);
    expect(operations()).toEqual([]);
  });

  test('a server that is not trusted gets nothing of the secrets directory', async () => {
    const ended = await render({ path: 'kv1/app' }, { args: trusting().slice(0, 4) });

    expect(ended.stderr).toMatch(/^error CREDENTIALS .*--trusted-server/);
    expect(operations()).toEqual([]);
  });

  test('a server that a generator of the configuration names is trusted', async () => {
    const store = join(folder, 'generators.yaml');
    await writeFile(store, generator({ path: 'kv1/app' }));
    const args = [...trusting().slice(0, 4), '--store-file', store];
    const input = externalSecret('es');
    const ended = await esoRender('bundle', [...args, '-'], { input });

    expect(dataOf(ended)).toMatchObject([{ text: 'a<b' }]);
  });

  test.each([
    {
      reason: 'a path that no policy allows',
      spec: { path: 'sys/mounts' },
      message: /^error DENIED .*HTTP 403/,
    },
    {
      reason: 'a path that leads elsewhere',
      spec: { path: '../kv1/app' },
      message: /^error PROVIDER .*which leads elsewhere/,
    },
    {
      reason: 'writing to what is not there',
      spec: { path: 'nowhere/x', method: 'POST', provider: { auth: 'root' } },
      message: /^error PROVIDER .*PUT nowhere\/x: HTTP 404/,
    },
    {
      reason: 'parameters that are no object',
      spec: { path: 'kv1/a', method: 'POST', parameters: [1] },
      message: /error INVALID VaultDynamicSecret shop\/g .*spec.parameters: must be an object/,
    },
    {
      reason: 'an interval that is none',
      spec: { path: 'kv1/a', retrySettings: { retryInterval: '1d' } },
      message: /error INVALID VaultDynamicSecret shop\/g .*spec.retrySettings.retryInterval/,
    },
    {
      reason: 'a provider without a server',
      spec: { path: 'kv1/a', provider: { server: '' } },
      message: /error INVALID VaultDynamicSecret shop\/g .*spec.provider.server/,
    },
  ])('$reason', async ({ spec, message }) => {
    const root = 'provider' in spec && 'auth' in spec.provider;
    const given = root
      ? {
          ...spec,
          provider: { server: proxy.url, auth: { tokenSecretRef: { name: 'login', key: 'root' } } },
        }
      : spec;
    await writeFile(join(folder, 'shop/login/root'), bao.token);
    const ended = await render(given);

    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toContain('canary');
  });

  test.each([
    { reason: 'no retrySettings: as everywhere', attempts: 5 },
    {
      reason: 'an interval and no number: no retry, as in ESO',
      retrySettings: { retryInterval: '1ms' },
      attempts: 1,
    },
    { reason: 'a number', retrySettings: { maxRetries: 1, retryInterval: '1ms' }, attempts: 2 },
  ])('attempts where Vault is sealed, with $reason', async ({ retrySettings, attempts }) => {
    proxy.inject({
      operation: 'GET /v1/kv1/app',
      answer: { status: 503, body: { errors: ['sealed'] } },
    });
    const ended = await render({ path: 'kv1/app', ...(retrySettings && { retrySettings }) });

    expect(ended.stderr).toMatch(/^error UNAVAILABLE .*HTTP 503/);
    expect(proxy.counts()['GET /v1/kv1/app']).toBe(attempts);
  });
});
