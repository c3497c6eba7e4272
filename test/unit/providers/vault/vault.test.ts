// Tests what needs no Vault: paths, and what is selected in a value.
import { describe, expect, test } from 'vitest';
import { provider } from '../../../../plugin/providers/vault/index.ts';
import { dataPath, metadataPath } from '../../../../plugin/providers/vault/paths.ts';
import { remarshal } from '../../../../plugin/gojson/remarshal.ts';
import { SecretBytes } from '../../../../plugin/secret-bytes.ts';

describe('where values are', () => {
  test.each([
    { path: 'kv', version: 'v2' as const, key: 'app/db', is: 'kv/data/app/db' },
    { path: 'kv', version: 'v2' as const, key: 'kv/app', is: 'kv/data/app' },
    { path: 'kv', version: 'v2' as const, key: 'kv/data/app', is: 'kv/data/app' },
    { path: 'kv', version: 'v2' as const, key: 'data/odd', is: 'kv/data/odd' },
    { path: 'kv', version: 'v1' as const, key: 'kv/app', is: 'kv/app' },
    { path: '', version: 'v2' as const, key: 'kv/app', is: 'kv/data/app' },
    { path: '', version: 'v2' as const, key: 'kv/data/app', is: 'kv/data/app' },
    { path: '', version: 'v1' as const, key: 'kv/app', is: 'kv/app' },
  ])('mount "$path" $version, key $key', ({ key, is, ...mount }) => {
    expect(dataPath(key, mount)).toBe(is);
  });

  test('and metadata', () => {
    expect(metadataPath('kv/app', { path: 'kv', version: 'v2' })).toBe('kv/metadata/app');
    expect(metadataPath('kv/data/app', { path: '', version: 'v2' })).toBe('kv/metadata/app');
    expect(() => metadataPath('app', { path: '', version: 'v2' })).toThrow(
      "provided Path isn't a valid kv v2 path",
    );
    expect(() => metadataPath('app', { path: 'kv', version: 'v1' })).toThrow('kv version v1');
  });
});

test.each([
  {
    json: '{"b":12345678901234567890,"a":{"d":1.50,"c":"<&>"}}',
    is: '{"a":{"c":"\\u003c\\u0026\\u003e","d":1.50},"b":12345678901234567890}',
  },
  { json: ' [ 1 , [ ] , {"x" : null} ] ', is: '[1,[],{"x":null}]' },
  { json: '"ü"', is: '"ü"' },
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

test('the title shows no user-info of the URL', () => {
  const scope = { kind: 'SecretStore', name: 's', namespace: 'a' } as const;
  const { title } = provider.connect({ server: 'https://u:p@vault.test/' }, scope);
  expect(title).toBe('Vault, https://vault.test');
});
