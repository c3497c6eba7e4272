// Counts what a run of the whole command asks of Vault: each path once, one login for a store and run, its token revoked.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { startOpenBao, type OpenBao } from '../servers/openbao.ts';
import { askVault } from '../servers/vault-seed.ts';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';
import { secretManifest, streamOf } from './store-input.ts';

type Spec = Readonly<Record<string, unknown>>;
type Store = Spec & { readonly spec: Spec };

let bao: OpenBao;
let proxy: FaultProxy;

beforeAll(async () => {
  bao = await startOpenBao();
  proxy = await startFaultProxy(bao.url);
  const post = (path: string, body: unknown): Promise<unknown> =>
    askVault(bao, { method: 'POST', path, body });
  await post('sys/mounts/kv', { type: 'kv', options: { version: '2' } });
  await post('sys/policies/acl/app', {
    policy: 'path "kv/*" { capabilities = ["read", "list"] }',
  });
  await post('sys/auth/approle', { type: 'approle' });
  await post('auth/approle/role/app', { token_policies: 'app' });
  await post('auth/approle/role/app/role-id', { role_id: 'app' });
  await post('auth/approle/role/app/custom-secret-id', { secret_id: 'secret-id-of-app' });
  for (const key of ['shared', 'team/a', 'team/b', 'team/deep/c']) {
    await post(`kv/data/${key}`, { data: { a: key, b: '2' } });
  }
});
beforeEach(() => proxy.reset());
afterAll(async () => {
  await proxy.stop();
  await bao.stop();
});

function store(name: string, secretKey = 'secret-id', spec: Spec = {}): Store {
  const auth = { appRole: { roleId: 'app', secretRef: { name: 'creds', key: secretKey } } };
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'SecretStore',
    metadata: { name, namespace: 'shop' },
    spec: { provider: { vault: { server: proxy.url, path: 'kv', auth, ...spec } } },
  };
}

function externalSecret(name: string, storeName: string, spec: Spec): Spec {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace: 'shop' },
    spec: { secretStoreRef: { name: storeName }, ...spec },
  };
}

/** Reads a property of a secret. */
function reading(key: string, remoteRef: Spec = {}): Spec {
  return { data: [{ secretKey: 'a', remoteRef: { key, property: 'a', ...remoteRef } }] };
}

function render(documents: readonly Spec[]): Promise<Ended> {
  const creds = secretManifest('creds', { 'secret-id': 'secret-id-of-app', wrong: 'not-this-one' });
  return esoRender('bundle', ['-'], { input: streamOf([creds, ...documents]) });
}

function made({ code, stdout, stderr }: Ended): number {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return secretsIn(stdout).length - 1;
}

const session = {
  'PUT /v1/auth/approle/login': 1,
  'PUT /v1/auth/token/revoke-self': 1,
};

test('a path that 50 ExternalSecrets use, for several properties and for all of it, is read once', async () => {
  const users = Array.from({ length: 50 }, (_, index) =>
    externalSecret(
      `es-${index}`,
      'vault',
      index % 2 === 0
        ? reading('shared', { property: index % 4 === 0 ? 'a' : 'b' })
        : { dataFrom: [{ extract: { key: 'shared' } }] },
    ),
  );

  expect(made(await render([store('vault'), ...users]))).toBe(50);
  expect(proxy.counts()).toEqual({ ...session, 'GET /v1/kv/data/shared': 1 });
});

test('stores with the same connection are one: one login, one read', async () => {
  const names = ['one', 'two', 'three'];
  const users = names.map((name) => externalSecret(name, name, reading('shared')));

  expect(made(await render([...names.map((name) => store(name)), ...users]))).toBe(3);
  expect(proxy.counts()).toEqual({ ...session, 'GET /v1/kv/data/shared': 1 });
});

test('what a find comes upon is not read again, and each folder is listed once', async () => {
  const users = [
    externalSecret('found', 'vault', { dataFrom: [{ find: { path: 'team', name: {} } }] }),
    externalSecret('again', 'vault', { dataFrom: [{ find: { path: 'team' } }] }),
    externalSecret('read', 'vault', reading('team/a')),
    externalSecret('repeated-mount', 'vault', reading('kv/team/b')),
  ];

  expect(made(await render([store('vault'), ...users]))).toBe(4);
  expect(proxy.counts()).toEqual({
    ...session,
    'GET /v1/kv/metadata/team?list=true': 1,
    'GET /v1/kv/metadata/team/deep?list=true': 1,
    'GET /v1/kv/data/team/a': 1,
    'GET /v1/kv/data/team/b': 1,
    'GET /v1/kv/data/team/deep/c': 1,
  });
});

test('a version of its own is a read of its own', async () => {
  const users = [
    externalSecret('newest', 'vault', reading('shared')),
    externalSecret('first', 'vault', reading('shared', { version: '1' })),
  ];

  expect(made(await render([store('vault'), ...users]))).toBe(2);
  expect(proxy.counts()).toEqual({
    ...session,
    'GET /v1/kv/data/shared': 1,
    'GET /v1/kv/data/shared?version=1': 1,
  });
});

describe('50 references to a store whose login', () => {
  const users = Array.from({ length: 50 }, (_, index) =>
    externalSecret(`es-${index}`, 'vault', reading(`key-${index}`)),
  );

  test('is refused: it is tried once, and each is named', async () => {
    const { code, stdout, stderr } = await render([store('vault', 'wrong'), ...users]);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.match(/^error DENIED .*logging in by appRole at auth\/approle/gm)).toHaveLength(
      50,
    );
    expect(stderr).not.toContain('not-this-one');
    expect(proxy.counts()).toEqual({ 'PUT /v1/auth/approle/login': 1 });
  });

  test('is throttled: it is tried five times in all', async () => {
    proxy.inject({
      operation: 'PUT /v1/auth/approle/login',
      answer: { status: 429, body: { errors: ['slow down'] } },
    });
    const { code, stderr } = await render([store('vault'), ...users]);

    expect(code).toBe(1);
    expect(stderr.match(/^error UNAVAILABLE /gm)).toHaveLength(50);
    expect(proxy.counts()).toEqual({ 'PUT /v1/auth/approle/login': 5 });
  });
});

test.each([
  { reason: 'no retrySettings: as everywhere', attempts: 5 },
  {
    reason: 'an interval and no number: no retry, as in ESO',
    retrySettings: { retryInterval: '1ms' },
    attempts: 1,
  },
  { reason: 'a number', retrySettings: { maxRetries: 2, retryInterval: '1ms' }, attempts: 3 },
])('attempts where Vault is sealed, with $reason', async ({ retrySettings, attempts }) => {
  proxy.inject({
    operation: 'GET /v1/kv/data/shared',
    answer: { status: 503, body: { errors: ['Vault is sealed'] } },
  });
  const { spec, ...rest } = store('vault');
  const patient = { ...rest, spec: { ...spec, ...(retrySettings && { retrySettings }) } };
  const { code } = await render([patient, externalSecret('es', 'vault', reading('shared'))]);

  expect(code).toBe(1);
  expect(proxy.counts()).toMatchObject({ 'GET /v1/kv/data/shared': attempts });
});

test('a token that was given is not revoked', async () => {
  const auth = { tokenSecretRef: { name: 'token', key: 'token' } };
  const documents = [
    secretManifest('token', { token: bao.token }),
    store('vault', '', { auth }),
    externalSecret('es', 'vault', reading('shared')),
  ];
  const { code } = await render(documents);

  expect(code).toBe(0);
  expect(proxy.counts()).toEqual({ 'GET /v1/kv/data/shared': 1 });
});
