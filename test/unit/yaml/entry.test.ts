// Tests setting an entry of a document's root map in its text.
import { describe, expect, test } from 'vitest';
import { emitEntry } from '../../../plugin/yaml/entry.ts';
import { parseYaml } from '../../../plugin/yaml/parse.ts';

function set(text: string, value: readonly number[]): string {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return emitEntry(text, parsed.document, { key: 'x', value });
}

describe('emitEntry', () => {
  test.each([
    { reason: 'behind the last entry', text: 'a: 1\n', edited: 'a: 1\nx:\n  - 1\n' },
    { reason: 'behind a nested one', text: 'a:\n- b\n', edited: 'a:\n- b\nx:\n  - 1\n' },
    {
      reason: 'behind a comment on its line',
      text: 'a: 1 # so\n',
      edited: 'a: 1 # so\nx:\n  - 1\n',
    },
    { reason: 'no line end at the end', text: 'a: {b: c}', edited: 'a: {b: c}\nx:\n  - 1\n' },
    {
      reason: 'a block scalar at the end',
      text: 'a: |\n  b\n\n  c\n',
      edited: 'a: |\n  b\n\n  c\nx:\n  - 1\n',
    },
    {
      reason: 'in front of the end of the document',
      text: 'a: 1\n...\n',
      edited: 'a: 1\nx:\n  - 1\n...\n',
    },
    {
      reason: 'line ends of Windows',
      text: 'a: 1\r\nb: 2\r\n',
      edited: 'a: 1\r\nb: 2\r\nx:\r\n  - 1\r\n',
    },
    {
      reason: 'an indented root',
      text: '  a: 1\n  b: 2\n',
      edited: '  a: 1\n  b: 2\n  x:\n    - 1\n',
    },
    {
      reason: 'in place of a list',
      text: 'a: 1\nx:\n- 7\n- 8\nb: 2\n',
      edited: 'a: 1\nx:\n  - 1\nb: 2\n',
    },
    {
      reason: 'in place of a flow list',
      text: '"x": [7] # old\nb: 2\n',
      edited: 'x:\n  - 1\nb: 2\n',
    },
    { reason: 'in place of nothing', text: 'x:\nb: 2\n', edited: 'x:\n  - 1\nb: 2\n' },
    { reason: 'in place at the end', text: 'b: 2\nx: ~', edited: 'b: 2\nx:\n  - 1\n' },
    { reason: 'JSON', text: '{"a":[1]}\n', edited: '{"a":[1], "x": [1]}\n' },
    { reason: 'JSON over lines', text: '{\n  "a": {}\n}\n', edited: '{\n  "a": {}, "x": [1]\n}\n' },
    { reason: 'JSON without entries', text: '{}', edited: '{"x": [1]}' },
    { reason: 'in place in JSON', text: '{"x":[7,{"y":8}],"a":1}', edited: '{"x":[1],"a":1}' },
    { reason: 'a flow map with a comma at its end', text: '{a: 1,}', edited: '{a: 1, "x": [1],}' },
  ])('$reason', ({ text, edited }) => {
    expect(set(text, [1])).toBe(edited);
  });

  test.each(['- a\n', 'text\n', ''])('what is no map stays as it is: %j', (text) => {
    expect(set(text, [1])).toBe(text);
  });
});
