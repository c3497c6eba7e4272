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
  ] satisfies readonly { reason: string; value: PlainData; text: string }[])(
    '$reason',
    ({ value, text }) => {
      expect(toYamlText(value)).toBe(text);
    },
  );
});

test('toJsonText writes one line', () => {
  expect(toJsonText({ a: ['b\n', null] })).toBe('{"a":["b\\n",null]}');
});
