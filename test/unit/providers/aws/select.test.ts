// Tests which part of an AWS value a property means: the literal key first, then the path.
import { expect, test } from 'vitest';
import { provider } from '../../../../plugin/providers/aws/index.ts';
import type { SelectRef } from '../../../../plugin/providers/provider.ts';
import { SecretBytes } from '../../../../plugin/secret-bytes.ts';

const json =
  '{"dot.key":"literal","dot":{"key":"path"},"a":{"b":{"c":"deep"}},"empty.key":"","list":["x","y"],"n":1.50}';

function refTo(property: string): SelectRef {
  return { key: 'prod/db', version: '', metadataPolicy: 'None', property };
}

test.each([
  { reason: 'a literal key wins over a path', property: 'dot.key', expected: 'literal' },
  { reason: 'without a literal key it is a path', property: 'a.b.c', expected: 'deep' },
  { reason: 'a literal key may be empty', property: 'empty.key', expected: '' },
  { reason: 'an index', property: 'list.1', expected: 'y' },
  { reason: 'a number as gjson writes it', property: 'n', expected: '1.5' },
  { reason: 'the whole value', property: '', expected: json },
])('$reason', ({ property, expected }) => {
  const selection = provider.select(SecretBytes.ofText(json), refTo(property));

  expect(selection.outcome === 'value' && new TextDecoder().decode(selection.value.reveal())).toBe(
    expected,
  );
});

test.each([
  { reason: 'in an object', value: json, property: 'a.z' },
  { reason: 'in a text', value: 'hunter2', property: 'a' },
])('a property that is not there is an ordinary error, $reason', ({ value, property }) => {
  const expected = {
    outcome: 'error',
    code: 'PROPERTY_NOT_FOUND',
    message: `key ${property} does not exist in secret prod/db`,
  };

  expect(provider.select(SecretBytes.ofText(value), refTo(property))).toEqual(expected);
  expect(provider.selectMap(SecretBytes.ofText(value), refTo(property))).toEqual(expected);
});

test('extract honours the property first', () => {
  const selection = provider.selectMap(SecretBytes.ofText(json), refTo('a'));

  expect(selection.outcome === 'map' && [...selection.map.keys()]).toEqual(['b']);
});

test('keys of find are converted only after rewrite', () => {
  expect(provider.findConvertsKeys).toBe(false);
});
