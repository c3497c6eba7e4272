// Tests what of an endpoint's answer becomes a value.
import { describe, expect, test } from 'vitest';
import { select, selectMap } from '../../../../plugin/providers/webhook/select.ts';
import type { MapSelection, Selection } from '../../../../plugin/providers/provider.ts';
import { SecretBytes } from '../../../../plugin/secret-bytes.ts';

function refOf(path: string): Parameters<typeof select>[1] {
  const ref = { key: 'k', version: '', metadataPolicy: 'None', property: '' } as const;
  return path === '' ? ref : { ...ref, part: SecretBytes.ofText(path) };
}

function textOf(selection: Selection): string {
  if (selection.outcome !== 'value') return JSON.stringify(selection);
  return Buffer.from(selection.value.reveal()).toString();
}

function entriesOf(selection: MapSelection): unknown {
  if (selection.outcome !== 'map') return selection;
  return [...selection.map].map(([key, value]) => [key, Buffer.from(value.reveal()).toString()]);
}

describe('one value', () => {
  test.each([
    {
      body: 'not { JSON',
      path: '',
      expected: 'not { JSON',
      reason: 'without a path the body as it came',
    },
    { body: '{"a":"x y"}', path: '$.a', expected: 'x y', reason: 'a text without its quotes' },
    { body: '{"a":true}', path: '$.a', expected: 'true', reason: 'a truth' },
    { body: '{"a":null}', path: '$.a', expected: '', reason: 'null is empty' },
    { body: '{"a":1.5}', path: '$.a', expected: '2', reason: 'numbers are rounded to the whole' },
    { body: '{"a":2.5}', path: '$.a', expected: '2', reason: 'and a half to the even one' },
    { body: '{"a":-0.2}', path: '$.a', expected: '-0', reason: 'with their sign' },
    { body: '{"a":1e21}', path: '$.a', expected: '1000000000000000000000', reason: 'no exponent' },
    {
      body: '{"a":12345678901234567890}',
      path: '$.a',
      expected: '12345678901234567168',
      reason: 'by way of float64',
    },
    {
      body: '{"a":[["x"],2]}',
      path: '$.a',
      expected: 'x',
      reason: 'of a list the first, however deep',
    },
    {
      body: '{"a":{"z":1.50,"b":"<"}}',
      path: '$.a',
      expected: '{"b":"\\u003c","z":1.5}',
      reason: 'an object as Go writes it',
    },
  ])('$reason', ({ body, path, expected }) => {
    expect(textOf(select(SecretBytes.ofText(body), refOf(path)))).toBe(expected);
  });

  test.each([
    { body: 'canary', path: '$.a', code: 'VALUE', message: 'the answer is not JSON' },
    { body: '{"canary":1}', path: '$.a', code: 'PROPERTY_NOT_FOUND', message: 'selects nothing' },
    { body: '{"a":["canary"]}', path: "$['ab']", code: 'VALUE', message: 'from column 3' },
    { body: '{"a":["canary"]}', path: '$.a[?(@ == 1)]', code: 'VALUE', message: 'an empty list' },
  ])('$path in $body is an error: $message', ({ body, path, code, message }) => {
    const selection = select(SecretBytes.ofText(body), refOf(path));

    expect(selection).toMatchObject({ outcome: 'error', code });
    expect(textOf(selection)).toContain(message);
    expect(textOf(selection)).not.toContain('canary');
  });
});

describe('a map', () => {
  test.each([
    {
      reason: 'values as ESO makes them bytes',
      body: '{"t":"x","n":1.50,"e":1e21,"b":false,"z":null,"o":{"k":"<"},"l":[1, 2]}',
      path: '',
      expected: [
        ['t', 'x'],
        ['n', '1.5'],
        ['e', '1000000000000000000000'],
        ['b', 'false'],
        ['z', ''],
        ['o', '{"k":"\\u003c"}'],
        ['l', '[1,2]'],
      ],
    },
    {
      reason: 'what the path selects',
      body: '{"d":{"a":"1"}}',
      path: '$.d',
      expected: [['a', '1']],
    },
    {
      reason: 'a text that holds an object',
      body: '{"d":"{\\"a\\":\\"1\\"}"}',
      path: '$.d',
      expected: [['a', '1']],
    },
    {
      reason: 'an answer that is such a text',
      body: '"{\\"a\\":\\"1\\"}"',
      path: '',
      expected: [['a', '1']],
    },
  ])('$reason', ({ body, path, expected }) => {
    expect(entriesOf(selectMap(SecretBytes.ofText(body), refOf(path)))).toEqual(expected);
  });

  test.each([
    { body: 'canary', path: '', message: 'the answer is not JSON, which result needs' },
    {
      body: '["canary"]',
      path: '',
      message: 'what is selected in the answer is not a JSON object',
    },
    { body: 'null', path: '', message: 'what is selected in the answer is not a JSON object' },
    {
      body: '{"d":"canary"}',
      path: '$.d',
      message: 'the text that it selects is not JSON, which result needs',
    },
    {
      body: '{"d":[{"canary":1}]}',
      path: '$.d[*]',
      message: 'what is selected in the answer is not a JSON object',
    },
  ])('$body $path is none: $message', ({ body, path, message }) => {
    expect(entriesOf(selectMap(SecretBytes.ofText(body), refOf(path)))).toEqual({
      outcome: 'error',
      code: 'VALUE',
      message,
    });
  });
});
