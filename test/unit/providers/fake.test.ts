// Tests the fake provider against ESO's: identity of entries, find, properties, maps, and what its store must say.
import { describe, expect, test } from 'vitest';
import { provider } from '../../../plugin/providers/fake.ts';
import type {
  FindQuery,
  MapSelection,
  OpenContext,
  RemoteRead,
  SecretsClient,
  SelectRef,
} from '../../../plugin/providers/provider.ts';
import { SecretBytes } from '../../../plugin/secret-bytes.ts';

type Data = { readonly key: string; readonly value: string; readonly version?: string };

/** Everything that would be asked of it fails. */
const context: OpenContext = {
  env: {},
  remember: () => {},
  credentials: {
    ambient: false,
    secretKey: () => Promise.reject(new Error('asked for a Secret')),
    secret: () => Promise.reject(new Error('asked for a Secret')),
    configMapKey: () => Promise.reject(new Error('asked for a ConfigMap')),
    serviceAccount: () => Promise.reject(new Error('asked for a ServiceAccount')),
  },
  call: (name) => Promise.reject(new Error(`called ${name}`)),
};

function open(data: readonly Data[]): Promise<SecretsClient> {
  const scope = { kind: 'SecretStore', name: 's', namespace: 'shop' } as const;
  return provider.connect({ data }, scope).open(context);
}

async function read(data: readonly Data[], ref: Partial<RemoteRead>): Promise<string> {
  const client = await open(data);
  const [outcome] = await client.read([{ key: 'k', version: '', metadataPolicy: 'None', ...ref }]);
  if (outcome?.outcome !== 'value') return `(${outcome?.outcome})`;
  return new TextDecoder().decode(outcome.value.reveal());
}

async function find(data: readonly Data[], query: FindQuery): Promise<unknown> {
  const outcome = await (await open(data)).find(query);
  if (outcome.outcome === 'error') return outcome.error.message;
  if (outcome.outcome === 'not-found') return outcome.outcome;
  return textsOf(outcome.values);
}

describe('read', () => {
  const data = [
    { key: 'k', value: 'plain' },
    { key: 'k', value: 'first', version: 'v1' },
    { key: 'twice', value: 'old' },
    { key: 'twice', value: 'new' },
  ];
  test.each([
    { reason: 'no version means the entry without one', ref: {}, expected: 'plain' },
    { reason: 'a version means that entry', ref: { version: 'v1' }, expected: 'first' },
    { reason: 'there is no newest version', ref: { version: 'v2' }, expected: '(not-found)' },
    { reason: 'key and version are no one text', ref: { key: 'kv1' }, expected: '(not-found)' },
    { reason: 'no entry', ref: { key: 'x' }, expected: '(not-found)' },
    { reason: 'the later of two equal entries counts', ref: { key: 'twice' }, expected: 'new' },
    {
      reason: 'ESO answers the value under Fetch too',
      ref: { metadataPolicy: 'Fetch' as const },
      expected: 'plain',
    },
  ])('$reason', async ({ ref, expected }) => {
    expect(await read(data, ref)).toBe(expected);
  });

  test('an entry replaces one whose key and version are the same text, as in ESO', async () => {
    const colliding = [
      { key: 'a', value: 'lost', version: 'b' },
      { key: 'ab', value: 'kept' },
    ];

    expect(await read(colliding, { key: 'a', version: 'b' })).toBe('(not-found)');
    expect(await read(colliding, { key: 'ab' })).toBe('kept');
  });
});

describe('find', () => {
  const data = [
    { key: 'app/a', value: '1', version: 'v1' },
    { key: 'app/a', value: '10', version: 'v10' },
    { key: 'app/a', value: '2', version: 'v2' },
    { key: 'db', value: 'd' },
  ];
  test.each<{ reason: string; query: FindQuery; expected: unknown }>([
    {
      reason: 'the greatest version as text counts',
      query: { name: { regexp: 'app' } },
      expected: { 'app/a': '2' },
    },
    {
      reason: 'the pattern is found anywhere',
      query: { name: { regexp: 'b$' } },
      expected: { db: 'd' },
    },
    {
      reason: 'no pattern matches everything',
      query: { name: {} },
      expected: { 'app/a': '2', db: 'd' },
    },
    {
      reason: 'path and tags mean nothing beside a name',
      query: { name: { regexp: 'db' }, path: 'app', tags: { a: 'b' } },
      expected: { db: 'd' },
    },
    { reason: 'nothing that matches is no error', query: { name: { regexp: 'z' } }, expected: {} },
    {
      reason: 'tags alone are not supported',
      query: { tags: { a: 'b' } },
      expected: 'unsupported find operator: fake finds by name only',
    },
  ])('$reason', async ({ query, expected }) => {
    expect(await find(data, query)).toEqual(expected);
  });

  test('a pattern that is not RE2 is an error that names it', async () => {
    expect(await find(data, { name: { regexp: '(?!a)' } })).toMatch(
      /^find\.name\.regexp "\(\?!a\)" is not RE2 syntax: /,
    );
  });
});

describe('select', () => {
  const json = '{"a":{"b":"path"},"a.b":"literal","n":1.50,"list":["x"],"text":"line\\n"}';
  const refWith = (property: string): SelectRef => ({
    key: 'k',
    version: '',
    metadataPolicy: 'None',
    property,
  });
  const select = (value: string, property: string): string => {
    const selection = provider.select(SecretBytes.ofText(value), refWith(property));
    if (selection.outcome !== 'value') return `(${selection.outcome})`;
    return new TextDecoder().decode(selection.value.reveal());
  };

  test.each([
    { reason: 'no property is the whole value', property: '', expected: json },
    { reason: 'a path, and never the literal key', property: 'a.b', expected: 'path' },
    {
      reason: 'gjson can be told the literal key',
      property: String.raw`a\.b`,
      expected: 'literal',
    },
    { reason: 'a missing property is a missing secret', property: 'z', expected: '(not-found)' },
  ])('$reason', ({ property, expected }) => {
    expect(select(json, property)).toBe(expected);
  });

  test.each([
    {
      reason: 'strings without quotes, the rest as it is spelled',
      value: json,
      property: '',
      expected: { a: '{"b":"path"}', 'a.b': 'literal', n: '1.50', list: '["x"]', text: 'line\n' },
    },
    { reason: 'of a property', value: json, property: 'a', expected: { b: 'path' } },
    { reason: 'null is an empty map', value: 'null', property: '', expected: {} },
    {
      reason: 'a missing property is a missing secret',
      value: json,
      property: 'z',
      expected: 'not-found',
    },
    {
      reason: 'a list is no map',
      value: '[1]',
      property: '',
      expected: 'the value is not a JSON object, which extract needs',
    },
    {
      reason: 'a text is no map',
      value: 'hunter2',
      property: '',
      expected: 'the value is not JSON, which extract needs',
    },
  ])('extract: $reason', ({ value, property, expected }) => {
    const selection = provider.selectMap(SecretBytes.ofText(value), refWith(property));

    expect(mapOrProblem(selection)).toEqual(expected);
  });
});

test.each([
  { reason: 'complete', data: [{ key: 'a', value: 'b' }], expected: [] },
  {
    reason: 'an empty key and a missing value',
    data: [{ key: 'a', value: 'b' }, { key: '' }],
    expected: ['data.1.key', 'data.1.value'],
  },
])('validate: $reason', ({ data, expected }) => {
  const problems = provider.validate({ data }, { kind: 'SecretStore', namespace: 'shop' });

  expect(problems.map(({ path }) => path.join('.'))).toEqual(expected);
});

test('connections are told apart by their store, and hold no value', () => {
  const identityOf = (kind: 'SecretStore' | 'ClusterSecretStore', namespace: string): string =>
    provider.connect({ data: [{ key: 'k', value: 'hunter2' }] }, { kind, name: 's', namespace })
      .identity;

  expect(identityOf('SecretStore', 'a')).not.toBe(identityOf('SecretStore', 'b'));
  expect(identityOf('ClusterSecretStore', 'a')).toBe(identityOf('ClusterSecretStore', 'b'));
  expect(identityOf('SecretStore', 'a')).not.toContain('hunter2');
});

function mapOrProblem(selection: MapSelection): unknown {
  if (selection.outcome === 'error') return selection.message;
  if (selection.outcome === 'not-found') return selection.outcome;
  return textsOf(selection.map);
}

function textsOf(values: ReadonlyMap<string, SecretBytes>): Readonly<Record<string, string>> {
  const texts = [...values].map(([key, value]) => {
    return [key, new TextDecoder().decode(value.reveal())] as const;
  });
  return Object.fromEntries(texts);
}
