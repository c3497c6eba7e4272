// Tests the text of what is written.
import { describe, expect, test } from 'vitest';
import { type PlainData, toJsonText, toYamlText } from '../../../plugin/yaml/encode.ts';

describe('toYamlText', () => {
  test.each([
    {
      reason: 'block style, keys in their order',
      value: { kind: 'Secret', data: { b: 'YQ==', a: '' }, items: [{ x: 1 }] },
      text: 'kind: Secret\ndata:\n  b: "YQ=="\n  a: ""\nitems:\n  - x: 1\n',
    },
    { reason: 'empty maps and lists', value: { a: {}, b: [] }, text: 'a: {}\nb: []\n' },
    {
      reason: 'text that YAML 1.1 takes for something else',
      value: ['yes', 'n', '0x1F', '1_000', '1:30', '2001-01-01', '~'],
      text: '- "yes"\n- "n"\n- "0x1F"\n- "1_000"\n- "1:30"\n- "2001-01-01"\n- "~"\n',
    },
    {
      reason: 'text that only Kubernetes takes for a number',
      value: ['0_b1', '0b-1'],
      text: '- "0_b1"\n- "0b-1"\n',
    },
    {
      reason: 'long lines are not folded',
      value: { a: 'x '.repeat(100) },
      text: `a: "${'x '.repeat(100)}"\n`,
    },
    {
      reason: 'line ends and what YAML 1.1 takes for one',
      value: ['a\nb', '\u0085\u2028\uFEFF'],
      text: '- "a\\nb"\n- "\\u0085\\u2028\\ufeff"\n',
    },
    {
      reason: 'keys are quoted as values are',
      value: { yes: 1, '<<': 2 },
      text: '"yes": 1\n"<<": 2\n',
    },
    {
      reason: 'a map keeps its order, whatever its keys look like',
      value: { data: new Map(Object.entries({ a: 'x' })).set('10', 'y').set('__proto__', 'z') },
      text: 'data:\n  a: x\n  "10": "y"\n  __proto__: z\n',
    },
    {
      reason: 'integers of 64 bits, and numbers with an exponent',
      value: [9_223_372_036_854_775_807n, 0.5, -3, 1e21, 1e-7],
      text: '- 9223372036854775807\n- 0.5\n- -3\n- 1.0e+21\n- 1.0e-7\n',
    },
  ] satisfies readonly { reason: string; value: PlainData; text: string }[])(
    '$reason',
    ({ value, text }) => {
      expect(toYamlText(value)).toBe(text);
    },
  );
});

test('toJsonText writes one line', () => {
  expect(toJsonText({ a: ['b\n', null] })).toBe('{"a":["b\\n",null]}');
  expect(
    toJsonText(
      new Map<string, PlainData>([
        ['b', 9_007_199_254_740_993n],
        ['10', { x: [] }],
      ]),
    ),
  ).toBe('{"b":9007199254740993,"10":{"x":[]}}');
});
