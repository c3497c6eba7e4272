// Tests putting objects in the place of documents: markers, comments and line ends around them.
import { describe, expect, test } from 'vitest';
import { emitStream } from '../../../plugin/yaml/emit.ts';
import { splitStream } from '../../../plugin/yaml/split.ts';

function edited(
  text: string,
  edits: readonly (readonly [number, readonly { readonly x: number }[]])[],
): string {
  const bytes = Buffer.from(text);
  return Buffer.from(emitStream(bytes, splitStream(bytes), new Map(edits))).toString();
}

const one = [{ x: 1 }];
const two = [{ x: 1 }, { x: 2 }];

describe('a document that objects replace', () => {
  test.each([
    {
      reason: 'keeps marker and leading comments',
      text: '--- # m\n\n# Source: a\na: 1\n---\nb: 2\n',
      edits: [[0, one]],
      output: '--- # m\n\n# Source: a\nx: 1\n---\nb: 2\n',
    },
    {
      reason: 'becomes several',
      text: 'a: 1\n---\nb: 2\n',
      edits: [[0, two]],
      output: 'x: 1\n---\nx: 2\n---\nb: 2\n',
    },
    {
      reason: 'begins a line of its own behind an inline marker',
      text: '--- {a: b}\n',
      edits: [[0, one]],
      output: '--- \nx: 1\n',
    },
    {
      reason: 'keeps its end',
      text: 'a: 1\n... # c\n%YAML 1.1\n---\nb: 2\n',
      edits: [[0, one]],
      output: 'x: 1\n... # c\n%YAML 1.1\n---\nb: 2\n',
    },
    {
      reason: 'keeps CRLF',
      text: '---\r\n# c\r\na: 1\r\n',
      edits: [[0, two]],
      output: '---\r\n# c\r\nx: 1\r\n---\r\nx: 2\r\n',
    },
    {
      reason: 'keeps the byte order mark',
      text: '\uFEFFa: 1\n',
      edits: [[0, one]],
      output: '\uFEFFx: 1\n',
    },
    {
      reason: 'stays JSON',
      text: ' {"a": 1}\n{"b": 2}',
      edits: [[0, two]],
      output: ' {"x":1}\n{"x":2}\n{"b": 2}',
    },
    {
      reason: 'as YAML behind JSON gets a marker',
      text: '{"a": 1}{b: 2}',
      edits: [[1, one]],
      output: '{"a": 1}\n---\nx: 1\n',
    },
    { reason: 'without a line end at the end', text: 'a: 1', edits: [[0, one]], output: 'x: 1\n' },
  ] as const)('$reason', ({ text, edits, output }) => {
    expect(edited(text, edits)).toBe(output);
  });
});

describe('a document that is removed', () => {
  test.each([
    {
      reason: 'in the middle',
      text: 'a: 1\n---\nb: 2\n---\nc: 3\n',
      index: 1,
      output: 'a: 1\n---\nc: 3\n',
    },
    { reason: 'at the start', text: 'a: 1\n---\nb: 2\n', index: 0, output: '---\nb: 2\n' },
    { reason: 'at the end', text: 'a: 1\n---\nb: 2', index: 1, output: 'a: 1\n' },
    {
      reason: 'with the end that separated the next',
      text: 'a: 1\n---\nb: 2\n...\nc: 3\n',
      index: 1,
      output: 'a: 1\n---\nc: 3\n',
    },
    {
      reason: 'with the end in front of directives',
      text: 'a: 1\n---\nb: 2\n...\n# c\n%YAML 1.1\n---\nc: 3\n',
      index: 1,
      output: 'a: 1\n...\n# c\n%YAML 1.1\n---\nc: 3\n',
    },
    {
      reason: 'in front of a marker behind a comment',
      text: 'a: 1\n---\nb: 2\n...\n# c\n---\nc: 3\n',
      index: 1,
      output: 'a: 1\n# c\n---\nc: 3\n',
    },
    {
      reason: 'between JSON',
      text: '{"a": 1}{"b": 2}{"c": 3}',
      index: 1,
      output: '{"a": 1}{"c": 3}',
    },
    {
      reason: 'JSON in front of a marker',
      text: '{"a": 1}{"b": 2}\n---\n{"c": 3}',
      index: 1,
      output: '{"a": 1}\n---\n{"c": 3}',
    },
    {
      reason: 'JSON behind YAML, in front of JSON',
      text: 'a: 1\n---\n{"b": 2}\n{"c": 3}\n',
      index: 1,
      output: 'a: 1\n---\n{"c": 3}\n',
    },
    { reason: 'the only one', text: '# c\na: 1\n', index: 0, output: '' },
  ])('$reason', ({ text, index, output }) => {
    expect(edited(text, [[index, []]])).toBe(output);
  });
});
