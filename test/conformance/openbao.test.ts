// Tests what a store of OpenBao has otherwise than one of Vault: one folder in find, no paths in properties, whole numbers as versions.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { provider } from '../../plugin/providers/openbao/index.ts';
import { openContext } from '../support/open-context.ts';
import type { Backend } from './provider.ts';
import { startVaultBackend } from './vault-backend.ts';

let backend: Backend;
const names = Array.from({ length: 1000 }, (_, index) => String(index).padStart(4, '0'));

beforeAll(async () => {
  backend = await startVaultBackend(provider);
  const secrets = ['app/db', 'app/deep/er', ...names.map((name) => `many/${name}`)];
  await backend.put(
    secrets.map((key) => ({ key, versions: [Buffer.from('{"a.b":"literal","a":{"b":"path"}}')] })),
  );
});
afterAll(() => backend.stop());

type Client = Awaited<ReturnType<ReturnType<Backend['connect']>['open']>>;

async function withClient<T>(use: (client: Client) => Promise<T>): Promise<T> {
  const { end, ...context } = openContext(backend);
  const client = await backend.connect().open(context);
  try {
    return await use(client);
  } finally {
    await client.close();
    end();
  }
}

test('find gives the secrets of one folder, and none of the folders in it', async () => {
  const found = await withClient((client) => client.find({ path: 'app', name: { regexp: '' } }));

  expect(found.outcome === 'values' ? [...found.values.keys()] : found).toEqual(['db']);
});

test('1,000 names take one list', async () => {
  const found = await withClient((client) => client.find({ path: 'many', name: { regexp: '.' } }));

  expect(found.outcome === 'values' ? [...found.values.keys()].toSorted() : found).toEqual(names);
  const { 'GET /v1/kv/metadata/many?list=true': lists } = backend.wire?.proxy.counts() ?? {};
  expect(lists).toBe(1);
});

test.each([
  { reason: 'tags', query: { tags: { a: 'b' } }, says: 'tag based search is not implemented' },
  { reason: 'neither', query: {}, says: 'find needs a name' },
])('find by $reason is refused', async ({ query, says }) => {
  const found = await withClient((client) => client.find(query));

  expect(found).toMatchObject({ outcome: 'error', error: { code: 'invalid' } });
  expect(found.outcome === 'error' ? found.error.message : '').toContain(says);
});

test('a version is a whole number', async () => {
  const read = { key: 'app/db', metadataPolicy: 'None' } as const;
  const [one, word] = await withClient((client) =>
    client.read([
      { ...read, version: '1' },
      { ...read, version: 'latest' },
    ]),
  );

  expect(one).toMatchObject({ outcome: 'value' });
  expect(word).toMatchObject({ outcome: 'error', error: { code: 'invalid' } });
});

test('a property is a key as it stands, and no path', async () => {
  const ref = { key: 'app/db', version: '', metadataPolicy: 'None' } as const;
  const [outcome] = await withClient((client) => client.read([ref]));
  if (outcome?.outcome !== 'value') throw new Error(outcome?.outcome);
  const select = (property: string): string => {
    const selection = provider.select(outcome.value, { ...ref, property });
    return selection.outcome === 'value'
      ? Buffer.from(selection.value.reveal()).toString()
      : selection.outcome;
  };

  expect([select('a.b'), select('a'), select('a.c')]).toEqual(['literal', '{"b":"path"}', 'error']);
});
