// Tests which part of a payload is meant, in Google Secret Manager's order of look-up.
import { expect, test } from 'vitest';
import { provider } from '../../../../plugin/providers/gcpsm/index.ts';
import { SecretBytes } from '../../../../plugin/secret-bytes.ts';

const json = '{"a":{"b":"path",".c":"x"},"a.b":"literal","a.x":1.50,".b":"dot","n":null,"l":[1,2]}';

function selected(payload: string, property: string): string {
  const ref = { key: 'db', version: '', metadataPolicy: 'None', property } as const;
  const selection = provider.select(SecretBytes.ofText(payload), ref);
  if (selection.outcome === 'value') return new TextDecoder().decode(selection.value.reveal());
  return selection.outcome === 'error' ? `${selection.code}: ${selection.message}` : '(not-found)';
}

test.each([
  { reason: 'no property', property: '', expected: json },
  { reason: 'a dotted key before a path', property: 'a.b', expected: 'literal' },
  { reason: 'a path where no such key is', property: 'l.1', expected: '2' },
  { reason: 'a number as gjson writes it', property: 'a.x', expected: '1.5' },
  { reason: 'null exists', property: 'n', expected: '' },
  {
    reason: 'a dot at the start is no literal key, as in ESO',
    property: '.b',
    expected: 'PROPERTY_NOT_FOUND: key .b does not exist in secret db',
  },
  {
    reason: 'what is not there',
    property: 'x.y',
    expected: 'PROPERTY_NOT_FOUND: key x.y does not exist in secret db',
  },
])('$reason', ({ property, expected }) => {
  expect(selected(json, property)).toBe(expected);
});

test.each([
  { reason: 'a text', payload: 'secret-text' },
  { reason: 'JSON with something behind it, which gjson would read', payload: '{"a":1}x' },
  { reason: 'nothing', payload: '' },
])('a payload must be JSON as a whole: $reason', ({ payload }) => {
  expect(selected(payload, 'a')).toBe(
    'VALUE: unable to unmarshal secret db from JSON, which property needs',
  );
});
