// Tests rewrite.merge (ESO 2.4): order, conflicts, strategies, and what float64 does to numbers.
import { describe, expect, test } from 'vitest';
import { mergeValues } from '../../../plugin/eso/merge.ts';
import { SecretBytes } from '../../../plugin/secret-bytes.ts';

type Merge = Parameters<typeof mergeValues>[1];

const defaults: Merge = {
  into: '',
  priorityPolicy: 'Strict',
  conflictPolicy: 'Error',
  strategy: 'Extract',
};

function merge(values: Readonly<Record<string, string>>, options: Partial<Merge> = {}): unknown {
  const map = new Map(
    Object.entries(values).map(([key, value]) => [key, SecretBytes.ofText(value)]),
  );
  const outcome = mergeValues(map, { ...defaults, ...options });
  if (!outcome.ok) return outcome.message;
  return Object.fromEntries(
    [...outcome.map].map(([key, value]) => [key, Buffer.from(value.reveal()).toString()]),
  );
}

describe('what comes out', () => {
  test.each([
    {
      reason: 'the keys of all values',
      values: { a: '{"x":"1"}', b: '{"y":"2"}' },
      options: {},
      expected: { x: '1', y: '2' },
    },
    {
      reason: 'later keys in byte order win',
      values: { b: '{"x":"b"}', a: '{"x":"a"}', Z: '{"x":"Z"}' },
      options: { conflictPolicy: 'Ignore' },
      expected: { x: 'b' },
    },
    {
      reason: 'priority comes last, as it is listed',
      values: { a: '{"x":"a"}', b: '{"x":"b"}', c: '{"x":"c"}' },
      options: { conflictPolicy: 'Ignore', priority: ['b', 'a'] },
      expected: { x: 'a' },
    },
    {
      reason: 'the text null is nothing',
      values: { a: 'null', b: '{"x":"1"}' },
      options: {},
      expected: { x: '1' },
    },
    {
      reason: 'a priority that is not there, if that is allowed',
      values: { a: '{"x":"1"}' },
      options: { priority: ['nope'], priorityPolicy: 'IgnoreNotFound' },
      expected: { x: '1' },
    },
    {
      reason: 'numbers go through float64, without an exponent',
      values: { a: '{"big":12345678901234567890,"f":2.50,"e":1e21}' },
      options: {},
      expected: { big: '12345678901234567000', f: '2.5', e: '1000000000000000000000' },
    },
    {
      reason: 'null, booleans, lists and maps',
      values: { a: '{"n":null,"t":true,"l":[1, 2],"m":{"b":"<","a":1}}' },
      options: {},
      expected: { n: '', t: 'true', l: '[1,2]', m: '{"a":1,"b":"\\u003c"}' },
    },
    {
      reason: 'JSON puts it beside what was there, signs of HTML as they are',
      values: { a: '{"x":"<&>"}', b: '{"y":1}' },
      options: { strategy: 'JSON', into: 'all' },
      expected: { a: '{"x":"<&>"}', b: '{"y":1}', all: '{"x":"<&>","y":1}' },
    },
    {
      reason: 'JSON into a key that was there',
      values: { a: '{"x":"1"}' },
      options: { strategy: 'JSON', into: 'a' },
      expected: { a: '{"x":"1"}' },
    },
  ] as const)('$reason', ({ values, options, expected }) => {
    expect(merge(values, options)).toEqual(expected);
  });
});

describe('what is refused', () => {
  test.each([
    {
      reason: 'a key in two values',
      values: { a: '{"x":1}', b: '{"x":2}' },
      options: {},
      message: 'more than one value has the key "x"',
    },
    {
      reason: 'a key twice by priority',
      values: { a: '{"x":1}' },
      options: { priority: ['a', 'a'] },
      message: 'more than one value has the key "x"',
    },
    {
      reason: 'a priority that is not there',
      values: { a: '{}' },
      options: { priority: ['nope'] },
      message: 'priority names the key "nope"',
    },
    {
      reason: 'a value that is no object',
      values: { a: '[1]' },
      options: {},
      message: 'the value of "a" is not a JSON object',
    },
    {
      reason: 'an empty value',
      values: { a: '' },
      options: {},
      message: 'the value of "a" is not a JSON object',
    },
    {
      reason: 'JSON without into',
      values: { a: '{}' },
      options: { strategy: 'JSON' },
      message: "needs the field 'into'",
    },
  ] as const)('$reason', ({ values, options, message }) => {
    expect(merge(values, options)).toContain(message);
  });
});
