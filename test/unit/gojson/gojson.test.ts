// Tests JSON as Go's encoding/json reads and writes it; the answers are Go 1.26's.
import { describe, expect, test } from 'vitest';
import { decodeObject, rawToBytes } from '../../../plugin/gojson/decode.ts';
import { decodeValue, encodeValue, formatFloat } from '../../../plugin/gojson/value.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

type ObjectCase = {
  readonly reason: string;
  readonly json: string;
  readonly entries: Readonly<Record<string, string>>;
};
const textOf = (value: Uint8Array): string => Buffer.from(value).toString();

describe('an object into a map of raw values', () => {
  test.each<ObjectCase>([
    {
      reason: 'blanks inside a value stay, those around it go',
      json: ' {"a" : [ 1 ,  2 ] , "b":{ "c" : 1 } } ',
      entries: { a: '[ 1 ,  2 ]', b: '{ "c" : 1 }' },
    },
    {
      reason: 'of equal keys the last counts',
      json: '{"a":1,"a":2,"\\u0061":3}',
      entries: { a: '3' },
    },
    {
      reason: 'numbers stay as they are spelt',
      json: '{"a":1.50,"b":1e3,"c":-0,"d":12345678901234567890,"e":1e400}',
      entries: { a: '1.50', b: '1e3', c: '-0', d: '12345678901234567890', e: '1e400' },
    },
    { reason: 'null is a map without keys', json: ' null ', entries: {} },
    { reason: 'an empty key is a key', json: '{"":""}', entries: { '': '""' } },
    {
      reason: '__proto__ is a key like any other',
      json: '{"constructor":1}',
      entries: { constructor: '1' },
    },
    {
      reason: 'a half of a surrogate pair in a key',
      json: '{"\\ud800x":1}',
      entries: { '\uFFFDx': '1' },
    },
  ])('$reason', ({ json, entries }) => {
    const decoded = decodeObject(bytes(json));
    expect(
      decoded.ok &&
        Object.fromEntries([...decoded.entries].map(([key, raw]) => [key, textOf(raw)])),
    ).toEqual(entries);
  });

  test.each([
    { reason: 'nothing', json: '', problem: 'syntax' },
    { reason: 'blanks', json: ' \n', problem: 'syntax' },
    { reason: 'a comma too many', json: '{"a":1,}', problem: 'syntax' },
    { reason: 'no comma', json: '{"a":1 "b":2}', problem: 'syntax' },
    { reason: 'more behind it', json: '{"a":"x"}{"b":"y"}', problem: 'syntax' },
    { reason: 'a leading zero', json: '{"a":01}', problem: 'syntax' },
    { reason: 'a plus sign', json: '{"a":+1}', problem: 'syntax' },
    { reason: 'a point without digits', json: '{"a":1.}', problem: 'syntax' },
    { reason: 'a line end in a string', json: '{"a":"x\ny"}', problem: 'syntax' },
    { reason: 'an escape that JSON does not have', json: '{"a":"\\x41"}', problem: 'syntax' },
    { reason: 'half an escape', json: '{"a":"\\u12"}', problem: 'syntax' },
    { reason: 'a byte order mark', json: '\uFEFF{}', problem: 'syntax' },
    {
      reason: 'nested beyond what Go takes',
      json: `${'['.repeat(10_001)}${']'.repeat(10_001)}`,
      problem: 'syntax',
    },
    { reason: 'a list', json: '[1]', problem: 'not-an-object' },
    { reason: 'a text', json: '"x"', problem: 'not-an-object' },
    {
      reason: 'nested as deeply as Go takes',
      json: `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
      problem: 'not-an-object',
    },
  ])('$reason is refused', ({ json, problem }) => {
    expect(decodeObject(bytes(json))).toEqual({ ok: false, problem });
  });

  test.each([
    {
      reason: 'a text without quotes and escapes',
      raw: '"a\\n\\u00e9\\ud83d\\ude00\\/"',
      text: 'a\né😀/',
    },
    { reason: 'null as nothing', raw: 'null', text: '' },
    { reason: 'a number as it is', raw: '1.50', text: '1.50' },
    { reason: 'an object as it is', raw: '{ "a": 1 }', text: '{ "a": 1 }' },
  ])('a raw value as bytes: $reason', ({ raw, text }) => {
    expect(textOf(rawToBytes(bytes(raw)))).toBe(text);
  });

  test('each byte that is not UTF-8 becomes U+FFFD', () => {
    const raw = Buffer.concat([bytes('"a'), Buffer.from([0xe2, 0x82, 0xff]), bytes('b"')]);
    expect(textOf(rawToBytes(raw))).toBe('a\uFFFD\uFFFD\uFFFDb');
  });
});

describe('a value, and as text again', () => {
  test.each([
    {
      reason: 'keys in byte order',
      json: '{"b":1,"a":{"d":[],"c":{}},"é":1,"Z":1}',
      text: '{"Z":1,"a":{"c":{},"d":[]},"b":1,"é":1}',
    },
    {
      reason: 'numbers through float64',
      json: '[12345678901234567890,1.50,1e21,1e-7,0.000001,-0,100000000000000000000]',
      text: '[12345678901234567000,1.5,1e+21,1e-7,0.000001,-0,100000000000000000000]',
    },
    {
      reason: 'signs of HTML, and line separators',
      json: '"<a href=\'x\'>&</a>\u2028"',
      text: '"\\u003ca href=\'x\'\\u003e\\u0026\\u003c/a\\u003e\\u2028"',
    },
    {
      reason: 'control characters',
      json: '"\\u0000\\b\\f\\n\\r\\t\\u001f\\u007f"',
      text: '"\\u0000\\b\\f\\n\\r\\t\\u001f\u007f"',
    },
  ])('$reason', ({ json, text }) => {
    const decoded = decodeValue(bytes(json));
    expect(decoded.ok && textOf(encodeValue(decoded.value, { escapeHtml: true }))).toBe(text);
  });

  test('signs of HTML stay where that is asked for, line separators do not', () => {
    expect(textOf(encodeValue('<&>\u2029', { escapeHtml: false }))).toBe('"<&>\\u2029"');
  });

  test.each(['1e400', '{"a":1e999}', '', '{"a":1} x'])('%j is refused', (json) => {
    expect(decodeValue(bytes(json))).toEqual({ ok: false });
  });

  test.each([
    [1, '1'],
    [1.5, '1.5'],
    [1e21, '1000000000000000000000'],
    [1.2345678901234568e29, '123456789012345680000000000000'],
    [1e-7, '0.0000001'],
    [-2.5e-10, '-0.00000000025'],
    [0, '0'],
    [-0, '-0'],
    [123456.789, '123456.789'],
    [5e-324, `0.${'0'.repeat(323)}5`],
  ])('%d without an exponent', (value, text) => {
    expect(formatFloat(value)).toBe(text);
  });
});

test.each([
  { reason: 'lists', open: '[', close: ']' },
  { reason: 'objects', open: '{"a":', close: '}' },
])('nesting to the depth of Go is read and written: $reason', ({ open, close }) => {
  const nested = (depth: number): Uint8Array =>
    bytes(`${open.repeat(depth)}1${close.repeat(depth)}`);
  const decoded = decodeValue(nested(10_000));
  expect(decoded.ok && textOf(encodeValue(decoded.value, { escapeHtml: false }))).toBe(
    textOf(nested(10_000)),
  );
  expect(decodeValue(nested(10_001))).toEqual({ ok: false });
});
