// Tests what each form of a reference gives in Vault, with the documents that the operator's recorded cases were made with (ESO 3.6).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startOpenBao, type OpenBao } from '../servers/openbao.ts';
import { seedVault, type VaultSeed } from '../servers/vault-seed.ts';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';
import { recordedLines } from './recorded.ts';
import { secretManifest, storeManifest, streamOf } from './store-input.ts';

type Spec = Readonly<Record<string, unknown>>;

let bao: OpenBao;

beforeAll(async () => {
  bao = await startOpenBao();
  const [first] = recordedLines('vault.jsonl') as readonly [{ readonly seed: VaultSeed }];
  await seedVault(bao, first.seed);
});
afterAll(async () => bao.stop());

const stores = {
  'KV v2': { path: 'kv', version: 'v2' },
  'KV v2 without a mount': { version: 'v2' },
  'KV v1': { path: 'kv1', version: 'v1' },
  'KV v1 without a mount': { version: 'v1' },
} as const;

function render(store: keyof typeof stores, spec: Spec): Promise<Ended> {
  const auth = { tokenSecretRef: { name: 'creds', key: 'token' } };
  const documents = [
    secretManifest('creds', { token: bao.token }),
    storeManifest({ vault: { server: bao.url, auth, ...stores[store] } }),
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'es', namespace: 'shop' },
      spec: { secretStoreRef: { name: 'store' }, ...spec },
    },
  ];
  return esoRender('bundle', ['-'], { input: streamOf(documents) });
}

function dataOf({ code, stdout, stderr }: Ended): Readonly<Record<string, string>> {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const data = secretsIn(stdout).find(({ name }) => name === 'es')?.data ?? {};
  return Object.fromEntries(
    Object.entries(data).map(([key, base64]) => [key, Buffer.from(base64, 'base64').toString()]),
  );
}

const whole =
  '{"big":12345678901234567000,"dot.key":"lit","f":1.5,"json":"{\\"x\\":{\\"y\\":\\"z\\"},\\"n\\":2.50}","list":["x","y",1],"nested":{"a":{"b":"c"},"html":"\\u003c\\u0026\\u003e"},"nul":null,"password":"p@ss","port":5432,"t":true,"username":"admin"}';

type Row = { readonly ref: Spec; readonly is: string };
type Table = { readonly store: keyof typeof stores; readonly rows: readonly Row[] };

const tables: readonly Table[] = [
  {
    store: 'KV v2',
    rows: [
      { ref: { key: 'app/db' }, is: whole },
      { ref: { key: 'empty' }, is: '{}' },
      { ref: { key: 'app/db', property: 'f' }, is: '1.5' },
      { ref: { key: 'app/db', property: 'big' }, is: '12345678901234567000' },
      { ref: { key: 'app/db', property: 't' }, is: 'true' },
      { ref: { key: 'app/db', property: 'nul' }, is: '' },
      {
        ref: { key: 'app/db', property: 'nested' },
        is: String.raw`{"a":{"b":"c"},"html":"\u003c\u0026\u003e"}`,
      },
      { ref: { key: 'app/db', property: 'nested.html' }, is: '<&>' },
      { ref: { key: 'app/db', property: 'nested.a.b' }, is: 'c' },
      { ref: { key: 'app/db', property: 'nested|a.b' }, is: 'c' },
      { ref: { key: 'app/db', property: 'nested.@keys' }, is: '["a","html"]' },
      { ref: { key: 'app/db', property: '*name' }, is: 'admin' },
      { ref: { key: 'app/db', property: 'list' }, is: '["x","y",1]' },
      { ref: { key: 'app/db', property: 'list.#' }, is: '3' },
      { ref: { key: 'app/db', property: 'dot.key' }, is: 'lit' },
      { ref: { key: 'app/db', property: String.raw`dot\.key` }, is: 'lit' },
      { ref: { key: 'app/db', property: 'json' }, is: '{"x":{"y":"z"},"n":2.50}' },
      { ref: { key: 'app/db', version: '1' }, is: '{"password":"oldpass","username":"old"}' },
      { ref: { key: 'kv/app/db', property: 'username' }, is: 'admin' },
      { ref: { key: 'kv/data/app/db', property: 'username' }, is: 'admin' },
      { ref: { key: 'app//db/', property: 'username' }, is: 'admin' },
      { ref: { key: 'data/odd' }, is: '{"v":"odd"}' },
      { ref: { key: 'app/db', metadataPolicy: 'Fetch', property: 'team' }, is: 'a' },
      { ref: { key: 'app/db', metadataPolicy: 'Fetch', property: 'current_version' }, is: '2' },
      {
        ref: { key: 'app/deleted', metadataPolicy: 'Fetch', property: 'delete_version_after' },
        is: '0s',
      },
    ],
  },
  {
    store: 'KV v2 without a mount',
    rows: [
      { ref: { key: 'kv/app/db', property: 'username' }, is: 'admin' },
      { ref: { key: 'kv/data/app/db', property: 'username' }, is: 'admin' },
      { ref: { key: 'kv/data/data/odd' }, is: '{"v":"odd"}' },
      { ref: { key: 'team/kv/data/s', property: 'v' }, is: 'team' },
      { ref: { key: 'kv/data/app/db', metadataPolicy: 'Fetch', property: 'env' }, is: 'prod' },
    ],
  },
  {
    store: 'KV v1',
    rows: [
      { ref: { key: 'app' }, is: '{"a":"1","b":{"c":"d"},"dot.key":"lit","n":2.5}' },
      { ref: { key: 'app', version: '2', property: 'n' }, is: '2.5' },
      { ref: { key: 'app', property: 'b.c' }, is: 'd' },
      { ref: { key: 'kv1/sub/x', property: 'v' }, is: 'x' },
    ],
  },
  {
    store: 'KV v1 without a mount',
    rows: [{ ref: { key: 'kv1/app', property: 'a' }, is: '1' }],
  },
];

test.each(tables)('$store: what references give', async ({ store, rows }) => {
  const data = rows.map(({ ref }, index) => ({ secretKey: `k${index}`, remoteRef: ref }));
  const values = dataOf(await render(store, { data }));

  expect(rows.map(({ ref }, index) => ({ ref, is: values[`k${index}`] }))).toEqual(rows);
});

type Refused = {
  readonly store: keyof typeof stores;
  readonly ref: Spec;
  readonly says: RegExp;
};

const notFound = /^error NOT_FOUND .* does not exist$/;
const refused: readonly Refused[] = [
  { store: 'KV v2', ref: { key: 'nope' }, says: notFound },
  { store: 'KV v2', ref: { key: 'app' }, says: notFound },
  { store: 'KV v2', ref: { key: 'app/db', version: '9' }, says: notFound },
  { store: 'KV v2', ref: { key: 'app/deleted' }, says: notFound },
  { store: 'KV v2', ref: { key: 'data/app/db' }, says: notFound },
  {
    store: 'KV v2',
    ref: { key: 'app/db', property: 'json.x.y' },
    says: /^error PROPERTY_NOT_FOUND .*cannot find secret data for key: "json\.x\.y"$/,
  },
  { store: 'KV v2', ref: { key: 'app/db', version: 'v1' }, says: /^error PROVIDER .*HTTP 400/ },
  {
    store: 'KV v2',
    ref: { key: 'nope', metadataPolicy: 'Fetch' },
    says: /^error PROVIDER .*secret not found: there is no metadata at kv\/metadata\/nope$/,
  },
  { store: 'KV v2 without a mount', ref: { key: 'kv/data/odd' }, says: notFound },
  {
    store: 'KV v2 without a mount',
    ref: { key: 'kv/app/db', metadataPolicy: 'Fetch' },
    says: /^error PROVIDER .*is no path of a KV engine of version 2/,
  },
  { store: 'KV v1', ref: { key: 'sub' }, says: notFound },
  {
    store: 'KV v1',
    ref: { key: 'app', metadataPolicy: 'Fetch' },
    says: /^error PROVIDER .*cannot perform metadata fetch operations with kv version v1/,
  },
];

const refusing = ['KV v2', 'KV v2 without a mount', 'KV v1'] as const;

test.each(refusing)('%s: what is refused', async (store) => {
  const rows = refused.filter((row) => row.store === store);
  const data = rows.map(({ ref }, index) => ({ secretKey: `k${index}`, remoteRef: ref }));
  const { code, stdout, stderr } = await render(store, { data });
  const lines = stderr.trim().split('\n');

  expect({ code, stdout, lines: lines.length }).toEqual({
    code: 1,
    stdout: '',
    lines: rows.length,
  });
  for (const [index, line] of lines.entries()) {
    expect(line).toContain(`spec.data[${index}].remoteRef`);
    expect(line).toMatch(rows[index]?.says ?? /never/);
  }
});

describe('extract', () => {
  test.each([
    {
      ref: { key: 'app/db', property: 'nested' },
      is: { a: '{"b":"c"}', html: '<&>' },
    },
    { ref: { key: 'app/db', property: 'json' }, is: { x: '{"y":"z"}', n: '2.5' } },
    { ref: { key: 'app/db', version: '1' }, is: { username: 'old', password: 'oldpass' } },
  ])('$ref.key $ref.property', async ({ ref, is }) => {
    expect(dataOf(await render('KV v2', { dataFrom: [{ extract: ref }] }))).toEqual(is);
  });
});

describe('find', () => {
  test.each([
    { store: 'KV v2', find: { name: { regexp: '^app/' } }, is: ['app_db', 'app_web'] },
    { store: 'KV v2', find: {}, is: ['app_db', 'app_web', 'data_odd', 'empty', 'top'] },
    { store: 'KV v2', find: { path: 'app/', name: {} }, is: ['app__db', 'app__web'] },
    { store: 'KV v2', find: { tags: { current_version: '2' } }, is: ['app_db'] },
    {
      store: 'KV v2',
      find: { name: { regexp: 'web' }, tags: { team: 'a' } },
      is: ['app_web'],
    },
    { store: 'KV v1', find: { path: 'sub' }, is: ['sub_x'] },
    {
      store: 'KV v2 without a mount',
      find: { path: 'kv/data/app' },
      is: ['kv_data_app_db', 'kv_data_app_web'],
    },
  ] as const)('$store: $find', async ({ store, find, is }) => {
    const data = dataOf(await render(store, { dataFrom: [{ find }] }));

    expect(Object.keys(data).toSorted()).toEqual(is);
  });
});
