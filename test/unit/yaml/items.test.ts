// Tests edits of the items of a list in a document's text.
import { describe, expect, test } from 'vitest';
import type { PlainData } from '../../../plugin/yaml/encode.ts';
import { emitItems } from '../../../plugin/yaml/items.ts';
import { parseYaml } from '../../../plugin/yaml/parse.ts';

function edited(text: string, edits: readonly (readonly [number, readonly PlainData[]])[]): string {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return emitItems(text, parsed.document, { path: ['items'], edits: new Map(edits) });
}

const gone: readonly PlainData[] = [];
const one: readonly PlainData[] = [{ x: 1, z: [2] }];
const two: readonly PlainData[] = [{ x: 1 }, { x: 2 }];

describe('items in block style', () => {
  test.each([
    {
      reason: 'replaced at its place',
      text: 'items:\n- a: 1\n  b: 2\n# c\n- d: 3 # e\n',
      edits: [[0, one]],
      output: 'items:\n- x: 1\n  z:\n    - 2\n# c\n- d: 3 # e\n',
    },
    {
      reason: 'replaced by two',
      text: 'items:\n  - a: 1\n  - b: 2\n',
      edits: [[0, two]],
      output: 'items:\n  - x: 1\n  - x: 2\n  - b: 2\n',
    },
    {
      reason: 'the last, replaced by two',
      text: 'items:\n  - a: 1\n  - b: 2\nkind: List\n',
      edits: [[1, two]],
      output: 'items:\n  - a: 1\n  - x: 1\n  - x: 2\nkind: List\n',
    },
    {
      reason: 'removed',
      text: 'items:\n# a\n- a: 1\n# b\n- b: 2\nkind: List\n',
      edits: [[0, gone]],
      output: 'items:\n# a\n# b\n- b: 2\nkind: List\n',
    },
    {
      reason: 'a flow map in a block list',
      text: 'items:\n- {a: 1} # c\n- b: 2\n',
      edits: [[0, one]],
      output: 'items:\n- x: 1\n  z:\n    - 2 # c\n- b: 2\n',
    },
    {
      reason: 'an alias',
      text: 'x: &a {b: 1}\nitems:\n- *a\n- c: 1\n',
      edits: [[0, two]],
      output: 'x: &a {b: 1}\nitems:\n- x: 1\n- x: 2\n- c: 1\n',
    },
    {
      reason: 'added',
      text: 'items:\n- a: 1\nkind: List\n',
      edits: [[1, one]],
      output: 'items:\n- a: 1\n- x: 1\n  z:\n    - 2\nkind: List\n',
    },
    {
      reason: 'added behind a text without a line end',
      text: 'items:\n  - a: 1',
      edits: [[1, one]],
      output: 'items:\n  - a: 1\n  - x: 1\n    z:\n      - 2\n',
    },
    {
      reason: 'CRLF',
      text: 'items:\r\n- a: 1\r\n- b: 2\r\n',
      edits: [[0, one]],
      output: 'items:\r\n- x: 1\r\n  z:\r\n    - 2\r\n- b: 2\r\n',
    },
    {
      reason: 'all removed',
      text: 'items: # c\n- a: 1\nkind: List\n',
      edits: [[0, gone]],
      output: 'items: []\nkind: List\n',
    },
    {
      reason: 'lone carriage returns',
      text: 'kind: List\ritems:\r- a: 1\r- b: 2\r',
      edits: [[0, gone]],
      output: 'kind: List\ritems:\r- b: 2\r',
    },
    {
      reason: 'a block scalar at the end of an item',
      text: 'items:\n- a: |\n    x\n\n- b: 2\n',
      edits: [[0, two]],
      output: 'items:\n- x: 1\n- x: 2\n\n- b: 2\n',
    },
  ] as const)('$reason', ({ text, edits, output }) => {
    expect(edited(text, edits)).toBe(output);
  });
});

describe('items in flow style', () => {
  test.each([
    {
      reason: 'replaced',
      text: '{"items": [ {"a": 1} , {"b": 2}]}',
      edits: [[0, one]],
      output: '{"items": [ {"x":1,"z":[2]} , {"b": 2}]}',
    },
    {
      reason: 'replaced by two',
      text: '{items: [{a: 1}]}',
      edits: [[0, two]],
      output: '{items: [{"x":1}, {"x":2}]}',
    },
    {
      reason: 'the first removed',
      text: '{items: [{a: 1}, {b: 2}]}',
      edits: [[0, gone]],
      output: '{items: [{b: 2}]}',
    },
    {
      reason: 'the last removed',
      text: '{items: [{a: 1}, {b: 2}]}',
      edits: [[1, gone]],
      output: '{items: [{a: 1}]}',
    },
    {
      reason: 'all removed',
      text: '{items: [{a: 1}, {b: 2}], kind: List}',
      edits: [
        [0, gone],
        [1, gone],
      ],
      output: '{items: [], kind: List}',
    },
    {
      reason: 'all removed but what is added',
      text: '{items: [{a: 1}]}',
      edits: [
        [0, gone],
        [1, one],
      ],
      output: '{items: [{"x":1,"z":[2]}]}',
    },
    {
      reason: 'added',
      text: '{items: [{a: 1}]}',
      edits: [[1, one]],
      output: '{items: [{a: 1}, {"x":1,"z":[2]}]}',
    },
    {
      reason: 'added to none',
      text: 'items: []\n',
      edits: [[0, two]],
      output: 'items: [{"x":1}, {"x":2}]\n',
    },
    { reason: 'no list', text: 'items: a\n', edits: [[0, two]], output: 'items: a\n' },
    { reason: 'no edits', text: 'items: [ a ]\n', edits: [], output: 'items: [ a ]\n' },
  ] as const)('$reason', ({ text, edits, output }) => {
    expect(edited(text, edits)).toBe(output);
  });
});
