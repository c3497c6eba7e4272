// Tests which part of an object is meant, and of its tags, in Azure Key Vault's order of look-up.
import { describe, expect, test } from 'vitest';
import { provider } from '../../../../plugin/providers/azurekv/index.ts';
import type { MapSelection, SelectRef, Selection } from '../../../../plugin/providers/provider.ts';
import { SecretBytes } from '../../../../plugin/secret-bytes.ts';

const json = '{"a":{"b":"path"},"a.b":"literal","a.x":1.50,".b":"dot","n":null,"l":[1,2]}';

function refOf(given: Partial<SelectRef>): SelectRef {
  return { key: 'db', version: '', metadataPolicy: 'None', property: '', ...given };
}

function shown(selection: Selection | MapSelection): unknown {
  if (selection.outcome === 'not-found') return '(not-found)';
  if (selection.outcome === 'error') return `${selection.code}: ${selection.message}`;
  if (selection.outcome === 'value') return textOf(selection.value);
  return Object.fromEntries([...selection.map].map(([key, value]) => [key, textOf(value)]));
}

function textOf(value: SecretBytes): string {
  return new TextDecoder().decode(value.reveal());
}

describe('a value', () => {
  test.each<{ reason: string; ref: Partial<SelectRef>; value?: string; expected: string }>([
    { reason: 'no property', ref: {}, expected: json },
    { reason: 'a path before a dotted key', ref: { property: 'a.b' }, expected: 'path' },
    { reason: 'a dotted key where no path leads', ref: { property: 'a.x' }, expected: '1.5' },
    { reason: 'a dotted key that starts with the dot', ref: { property: '.b' }, expected: 'dot' },
    { reason: 'null exists', ref: { property: 'n' }, expected: '' },
    { reason: 'an item of a list', ref: { property: 'l.1' }, expected: '2' },
    {
      reason: 'what is not there',
      ref: { key: 'secret/db', property: 'x.y' },
      expected: 'PROPERTY_NOT_FOUND: property x.y does not exist in key secret/db',
    },
    {
      reason: 'no JSON, which is not shown',
      ref: { property: 'a' },
      value: 'p4ssword',
      expected: 'PROPERTY_NOT_FOUND: property a does not exist in key db',
    },
    {
      reason: 'JSON with something behind it, which gjson reads',
      ref: { property: 'a' },
      value: '{"a":1}x',
      expected: '1',
    },
    {
      reason: 'a field of a key',
      ref: { key: 'key/signing', property: 'kty' },
      value: '{"kty":"RSA"}',
      expected: 'RSA',
    },
    {
      reason: 'a certificate has no parts',
      ref: { key: 'cert/web', property: 'a' },
      expected: json,
    },
  ])('$reason', ({ ref, value = json, expected }) => {
    expect(shown(provider.select(SecretBytes.ofText(value), refOf(ref)))).toBe(expected);
  });
});

const tags = '{"conf":"{\\"a\\":{\\"b\\":1},\\"a.c\\":2}","conf.a":"exact","owner":"ann"}';

describe('tags', () => {
  test.each([
    { reason: 'all of them', property: '', expected: tags },
    { reason: 'one', property: 'owner', expected: 'ann' },
    { reason: 'one with a dot, before a path', property: 'conf.a', expected: 'exact' },
    { reason: 'a path in the JSON of one', property: 'conf.a.b', expected: '1' },
    { reason: 'a dotted key in it', property: 'conf.a.c', expected: '2' },
    {
      reason: 'what is not in the JSON',
      property: 'conf.x',
      expected: 'PROPERTY_NOT_FOUND: property x does not exist in key conf.x',
    },
    {
      reason: 'none of that name',
      property: 'team',
      expected: 'PROPERTY_NOT_FOUND: tag team does not exist',
    },
    {
      reason: 'none in front of the dot',
      property: 'team.x',
      expected: 'PROPERTY_NOT_FOUND: tag team.x does not exist',
    },
    {
      reason: 'nothing in front of the dot',
      property: '.x',
      expected: 'PROPERTY_NOT_FOUND: tag .x does not exist',
    },
  ])('$reason', ({ property, expected }) => {
    const ref = refOf({ metadataPolicy: 'Fetch', property });

    expect(shown(provider.select(SecretBytes.ofText(tags), ref))).toBe(expected);
  });
});

describe('a map', () => {
  test('of a value', () => {
    expect(shown(provider.selectMap(SecretBytes.ofText(json), refOf({})))).toEqual({
      a: '{"b":"path"}',
      'a.b': 'literal',
      'a.x': '1.50',
      '.b': 'dot',
      n: '',
      l: '[1,2]',
    });
  });

  test('of a part of it', () => {
    const selection = provider.selectMap(SecretBytes.ofText(json), refOf({ property: 'a' }));

    expect(shown(selection)).toEqual({ b: 'path' });
  });

  test.each([
    {
      key: 'cert/web',
      expected: 'VALUE: cannot get use dataFrom to get certificate secret',
    },
    { key: 'key/signing', expected: 'VALUE: cannot get use dataFrom to get key secret' },
  ])('not of $key', ({ key, expected }) => {
    for (const metadataPolicy of ['None', 'Fetch'] as const) {
      const ref = refOf({ key, metadataPolicy });
      expect(shown(provider.selectMap(SecretBytes.ofText('{}'), ref))).toBe(expected);
    }
  });

  const all =
    '{"attribute.created":"2023-11-14T22:13:20Z","json":"{\\"a\\":\\"1\\",\\"b\\":null}","list":"[1]","mixed":"{\\"a\\":1}","null":"null","owner":"ann"}';

  test.each<{ reason: string; key?: string; property?: string; expected: unknown }>([
    {
      reason: 'all of them, and JSON objects of texts by their keys',
      expected: {
        'db_attribute.created': '2023-11-14T22:13:20Z',
        db_json_a: '1',
        db_json_b: '',
        db_list: '[1]',
        db_mixed: '{"a":1}',
        db_owner: 'ann',
      },
    },
    { reason: 'one', property: 'owner', expected: { db_owner: 'ann' } },
    {
      reason: 'a date',
      property: 'attribute.created',
      expected: { 'db_attribute.created': '2023-11-14T22:13:20Z' },
    },
    {
      reason: 'a path in one that stays whole',
      property: 'mixed.a',
      expected: { 'db_mixed.a': '1' },
    },
    {
      reason: 'one that was taken apart is empty, as in ESO',
      property: 'json',
      expected: { db_json: '' },
    },
    {
      reason: 'the key is the whole key, and no tag has that name',
      key: 'secret/db',
      property: 'owner',
      expected: { 'secret/db_owner': '' },
    },
    {
      reason: 'one that is not there',
      property: 'team',
      expected: 'PROPERTY_NOT_FOUND: tag team does not exist',
    },
  ])('of tags: $reason', ({ key = 'db', property = '', expected }) => {
    const ref = refOf({ key, property, metadataPolicy: 'Fetch' });

    expect(shown(provider.selectMap(SecretBytes.ofText(all), ref))).toEqual(expected);
  });
});
