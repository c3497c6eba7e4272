// Tests what of a Vault store needs no Vault: paths, what is selected in a value, JSON as Go writes it, and the rules for a store.
import { describe, expect, test } from 'vitest';
import { remarshal } from '../../../../plugin/gojson/remarshal.ts';
import { provider } from '../../../../plugin/providers/vault/index.ts';
import { dataPath, metadataPath } from '../../../../plugin/providers/vault/paths.ts';
import { apiUrl } from '../../../../plugin/providers/vault-api/paths.ts';
import { SecretBytes } from '../../../../plugin/secret-bytes.ts';

describe('where values are', () => {
  test.each([
    { path: 'kv', version: 'v2' as const, key: 'app/db', is: 'kv/data/app/db' },
    { path: 'kv', version: 'v2' as const, key: 'kv/app', is: 'kv/data/app' },
    { path: 'kv', version: 'v2' as const, key: 'kv/data/app', is: 'kv/data/app' },
    { path: 'kv', version: 'v2' as const, key: 'data/odd', is: 'kv/data/data/odd' },
    { path: 'kv', version: 'v2' as const, key: 'kv/data/data/odd', is: 'kv/data/data/odd' },
    { path: 'team/kv', version: 'v2' as const, key: 'team/kv/data/s', is: 'team/kv/data/s' },
    { path: 'team/kv', version: 'v2' as const, key: 'team/s', is: 'team/kv/data/team/s' },
    { path: 'kv', version: 'v1' as const, key: 'kv/app', is: 'kv/app' },
    { path: 'kv', version: 'v1' as const, key: 'kv/data/app', is: 'kv/data/app' },
    { path: undefined, version: 'v2' as const, key: 'kv', is: 'kv/data' },
    { path: undefined, version: 'v2' as const, key: 'team/kv/s', is: 'team/data/kv/s' },
    { path: undefined, version: 'v2' as const, key: 'kv/app', is: 'kv/data/app' },
    { path: undefined, version: 'v2' as const, key: 'kv/data/app', is: 'kv/data/app' },
    { path: undefined, version: 'v1' as const, key: 'kv/app', is: 'kv/app' },
  ])('mount "$path" $version, key $key', ({ key, is, ...mount }) => {
    expect(dataPath(mount, key)).toBe(is);
  });

  test('and metadata', () => {
    expect(metadataPath({ path: 'kv', version: 'v2' }, 'app')).toBe('kv/metadata/app');
    expect(metadataPath({ path: 'kv', version: 'v2' }, 'kv/app')).toBe('kv/metadata/kv/app');
    expect(metadataPath({ path: undefined, version: 'v2' }, 'kv/data/app')).toBe('kv/metadata/app');
    expect(metadataPath({ path: undefined, version: 'v2' }, 'kv/data/data/odd')).toBe(
      'kv/metadata/data/odd',
    );
    expect(() => metadataPath({ path: undefined, version: 'v2' }, 'app')).toThrow('is no path of');
  });

  test.each([
    {
      reason: 'steps are encoded',
      path: 'kv/data/a b?c#d',
      is: 'http://v/base/v1/kv/data/a%20b%3Fc%23d',
    },
    { reason: 'empty ones go', path: 'kv//data/a/', is: 'http://v/base/v1/kv/data/a' },
  ])('$reason', ({ path, is }) => {
    expect(apiUrl('http://v/base/', path, {}).href).toBe(is);
  });

  test.each(['kv/../sys/raw', 'kv/./a', '..', 'kv/data/..'])('"%s" leads elsewhere', (path) => {
    expect(() => apiUrl('http://v', path, {})).toThrow('leads elsewhere');
  });
});

test.each([
  {
    json: '{"b":12345678901234567890,"a":{"d":1.50,"c":"<&>"}}',
    is: String.raw`{"a":{"c":"\u003c\u0026\u003e","d":1.50},"b":12345678901234567890}`,
  },
  { json: ' [ 1 , [ ] , {"x" : null} ] ', is: '[1,[],{"x":null}]' },
  { json: '"ü"', is: '"ü"' },
  { json: '{"a":1,"a":2}', is: '{"a":2}' },
])('$json is written again as Go does', ({ json, is }) => {
  expect(Buffer.from(remarshal(Buffer.from(json)) ?? []).toString()).toBe(is);
});

describe('in a value', () => {
  const value = SecretBytes.ofText(
    '{"a.b":"literal","a":{"b":"path","n":12345678901234567890},"n":null,"t":true}',
  );
  const ref = { key: 'k', version: '', metadataPolicy: 'None' as const };
  const select = (property: string): string => {
    const selection = provider.select(value, { ...ref, property });
    return selection.outcome === 'value'
      ? Buffer.from(selection.value.reveal()).toString()
      : selection.outcome;
  };

  test.each([
    { reason: 'a key as it stands', property: 'a.b', is: 'literal' },
    { reason: 'a path', property: 'a.n', is: '12345678901234567890' },
    { reason: 'null is empty', property: 'n', is: '' },
    { reason: 'an object is JSON', property: 'a', is: '{"b":"path","n":12345678901234567890}' },
    { reason: 'nothing is an error', property: 'x', is: 'error' },
  ])('$property: $reason', ({ property, is }) => {
    expect(select(property)).toBe(is);
  });

  test('extract reads numbers as float64', () => {
    const selection = provider.selectMap(value, { ...ref, property: 'a' });
    const map = selection.outcome === 'map' ? selection.map : new Map<string, SecretBytes>();
    expect([...map].map(([key, one]) => `${key}=${Buffer.from(one.reveal()).toString()}`)).toEqual([
      'b=path',
      'n=12345678901234567000',
    ]);
  });
});

const scope = { kind: 'SecretStore', name: 's', namespace: 'a' } as const;

test('the title shows no user-info of the URL', () => {
  const { title } = provider.connect({ server: 'https://u:p@vault.test/' }, scope);
  expect(title).toBe('Vault, https://vault.test');
});

test.each([
  { reason: 'no URL', spec: { server: 'vault' }, path: ['server'] },
  { reason: 'user-info', spec: { server: 'https://u:p@vault.test' }, path: ['server'] },
  { reason: 'no way to log in', spec: { server: 'https://vault.test', auth: {} }, path: ['auth'] },
  {
    reason: 'half of a certificate',
    spec: { server: 'https://vault.test', tls: { keySecretRef: { name: 'a' } } },
    path: ['tls'],
  },
])('a store is refused: $reason', ({ spec, path }) => {
  expect(provider.validate(spec, scope).map((problem) => problem.path)).toContainEqual(path);
});
