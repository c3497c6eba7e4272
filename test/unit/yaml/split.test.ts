// Tests cutting a stream into documents.
import { describe, expect, test } from 'vitest';
import { splitStream } from '../../../plugin/yaml/split.ts';

function cut(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  return splitStream(bytes).map(
    ({ start, end, empty }) => `${empty ? 'empty ' : ''}${bytes.toString('utf8', start, end)}`,
  );
}

function contentsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  return splitStream(bytes).map(
    ({ contentStart, contentEnd, line, format }) =>
      `${line} ${format} ${bytes.toString('utf8', contentStart, contentEnd)}`,
  );
}

describe('splitStream: where documents begin and end', () => {
  test.each([
    { reason: 'nothing', text: '', slices: [] },
    { reason: 'one without a marker', text: 'a: 1\n', slices: ['a: 1\n'] },
    { reason: 'markers', text: '---\na: 1\n---\nb: 2\n', slices: ['---\na: 1\n', '---\nb: 2\n'] },
    {
      reason: 'comments in front of the first marker belong to it',
      text: '# c\n\n---\na: 1\n',
      slices: ['# c\n\n---\na: 1\n'],
    },
    {
      reason: 'an indented marker is text',
      text: 'a: |\n  x\n  ---\n  y\n',
      slices: ['a: |\n  x\n  ---\n  y\n'],
    },
    {
      reason: 'a marker at column 0 separates within a block scalar too',
      text: 'a: |\n  x\n---\n  y\n',
      slices: ['a: |\n  x\n', '---\n  y\n'],
    },
    {
      reason: 'a word that begins with dashes is text',
      text: 'a\n---foo\n----\n',
      slices: ['a\n---foo\n----\n'],
    },
    {
      reason: 'a word that begins with dots is text',
      text: 'a\n...foo\n....\n',
      slices: ['a\n...foo\n....\n'],
    },
    {
      reason: 'the end of a document',
      text: 'a: 1\n... # c\nb: 2\n',
      slices: ['a: 1\n... # c\n', 'b: 2\n'],
    },
    {
      reason: 'ends of documents alone',
      text: '...\n...\na: 1\n',
      slices: ['empty ...\n', 'empty ...\n', 'a: 1\n'],
    },
    {
      reason: 'an end behind the byte order mark',
      text: '\uFEFF...\na: 1\n',
      slices: ['empty \uFEFF...\n', 'a: 1\n'],
    },
    {
      reason: 'directives',
      text: 'a: 1\n...\n%YAML 1.1\n# c\n---\nb: 2\n',
      slices: ['a: 1\n...\n', '%YAML 1.1\n# c\n---\nb: 2\n'],
    },
    {
      reason: 'CRLF',
      text: '---\r\na: 1\r\n---\r\nb: 2\r\n',
      slices: ['---\r\na: 1\r\n', '---\r\nb: 2\r\n'],
    },
    {
      reason: 'lone carriage returns',
      text: '# c\ra: 1\r---\rb: 2\r',
      slices: ['# c\ra: 1\r', '---\rb: 2\r'],
    },
    {
      reason: 'comments only',
      text: '# c\n---\n# d\n  # e\n---\n',
      slices: ['empty # c\n---\n# d\n  # e\n', 'empty ---\n'],
    },
    { reason: 'a marker at the very end', text: 'a: 1\n---', slices: ['a: 1\n', 'empty ---'] },
    {
      reason: 'JSON one behind another',
      text: '{"a": "}{[\\""}[1]\n{}',
      slices: ['{"a": "}{[\\""}', '[1]\n', '{}'],
    },
    {
      reason: 'JSON with a marker in a text',
      text: '{"a": "\\n---\\n---"}\n---\n{}\n',
      slices: ['{"a": "\\n---\\n---"}\n', '---\n{}\n'],
    },
    {
      reason: 'JSON, then YAML',
      text: '{"a": 1}\n---\na: 1\n',
      slices: ['{"a": 1}\n', '---\na: 1\n'],
    },
    {
      reason: 'a flow map of YAML is no JSON',
      text: '{a: {}}\n{b: 1}\n',
      slices: ['{a: {}}\n{b: 1}\n'],
    },
  ])('$reason', ({ text, slices }) => {
    expect(cut(text)).toEqual(slices);
  });
});

describe('splitStream: the content with its line and format', () => {
  test.each([
    {
      reason: 'behind the marker and its comment',
      text: '# a\n--- # b\n# c\nd: 1\n',
      contents: ['3 yaml # c\nd: 1\n'],
    },
    {
      reason: 'on the line of the marker',
      text: '--- {a: 1} # b\n',
      contents: ['1 yaml {a: 1} # b\n'],
    },
    { reason: 'behind the byte order mark', text: '\uFEFFa: 1\n', contents: ['1 yaml a: 1\n'] },
    {
      reason: 'behind byte order mark and marker',
      text: '\uFEFF---\na: 1\n',
      contents: ['2 yaml a: 1\n'],
    },
    {
      reason: 'in front of the end of the document',
      text: 'a: 1\n...\n# b\nc: 2\n',
      contents: ['1 yaml a: 1\n', '3 yaml # b\nc: 2\n'],
    },
    {
      reason: 'behind directives',
      text: '%YAML 1.1\r\n%TAG ! x\r\n---\r\na: 1\r\n',
      contents: ['4 yaml a: 1\r\n'],
    },
    {
      reason: 'a directive without a marker is content',
      text: '%YAML 1.1\na: 1\n',
      contents: ['1 yaml %YAML 1.1\na: 1\n'],
    },
    {
      reason: 'JSON ends with its bracket',
      text: ' {"a":\n1} \n {}\n',
      contents: ['1 json  {"a":\n1}', '3 json {}'],
    },
    {
      reason: 'lone carriage returns are lines',
      text: '---\ra: 1\r---\rb: 1\r',
      contents: ['2 yaml a: 1\r', '4 yaml b: 1\r'],
    },
  ])('$reason', ({ text, contents }) => {
    expect(contentsOf(text)).toEqual(contents);
  });
});

describe('splitStream takes time in proportion to the input', () => {
  const size = 1_000_000;
  test.each([
    '{',
    '[',
    '[{',
    '---\n',
    '...\n',
    '{}',
    '{}\n',
    '{"a',
    '"\\',
    '\r',
    '\n',
    '# c\n',
    '# c\r',
    '%A b\n',
    ' ',
    '--- {',
    '{a: b}\n',
    '\uFEFF',
  ])('a megabyte of %j', (piece) => {
    const bytes = Buffer.from(piece.repeat(Math.ceil(size / piece.length)));
    const started = performance.now();
    expect(splitStream(bytes).at(-1)?.end).toBe(bytes.length);
    // Quadratic would be minutes.
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
