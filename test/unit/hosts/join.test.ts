// Tests streams as wholes.
import { describe, expect, test } from 'vitest';
import { isBlank, joinStreams } from '../../../plugin/hosts/join.ts';

describe('isBlank', () => {
  test.each([
    '',
    '\n',
    ' \t\r\n',
    '# c',
    '# a\r# b\r',
    '---',
    '---\n---\n',
    '--- # c\n...\n# d\n',
    '...\n',
    '\uFEFF',
    '\uFEFF# c\n---\n',
    '%YAML 1.1\n---\n',
  ])('%j holds no document', (text) => {
    expect(isBlank(Buffer.from(text))).toBe(true);
  });

  test.each([
    'a',
    'null',
    '{}',
    '[]',
    '# c\na: 1',
    '---\n--- {}\n',
    '---foo',
    '  ---\n',
    '# c\ra: 1',
    '\u00A0',
    '...x',
    '--- |\n',
  ])('%j holds one', (text) => {
    expect(isBlank(Buffer.from(text))).toBe(false);
  });
});

describe('joinStreams', () => {
  test.each([
    { reason: 'none', streams: [], joined: '' },
    { reason: 'one alone, as it is', streams: ['\uFEFFa: 1'], joined: '\uFEFFa: 1' },
    { reason: 'a marker between', streams: ['a: 1\n', 'b: 2\n'], joined: 'a: 1\n---\nb: 2\n' },
    {
      reason: 'a line end where one is missing',
      streams: ['a: 1', 'b: 2'],
      joined: 'a: 1\n---\nb: 2',
    },
    { reason: 'a marker that is there', streams: ['a: 1', '---\nb: 2'], joined: 'a: 1\n---\nb: 2' },
    {
      reason: 'a marker behind comments',
      streams: ['a: 1\n', '# c\n---\nb: 2\n'],
      joined: 'a: 1\n# c\n---\nb: 2\n',
    },
    {
      reason: 'a word that begins with dashes is no marker',
      streams: ['a\n', '---b\n'],
      joined: 'a\n---\n---b\n',
    },
    {
      reason: 'directives',
      streams: ['a: 1\n', '# c\n%YAML 1.1\n---\nb: 2\n'],
      joined: 'a: 1\n...\n# c\n%YAML 1.1\n---\nb: 2\n',
    },
    {
      reason: 'a byte order mark within goes',
      streams: ['\uFEFFa: 1\n', '\uFEFFb: 2\n', '\uFEFF---\nc: 3\n'],
      joined: '\uFEFFa: 1\n---\nb: 2\n---\nc: 3\n',
    },
    { reason: 'JSON', streams: ['{}', '{}'], joined: '{}\n---\n{}' },
    {
      reason: 'streams of no bytes count for nothing',
      streams: ['', 'a: 1', '', 'b: 2\n', ''],
      joined: 'a: 1\n---\nb: 2\n',
    },
    {
      reason: 'lone carriage returns',
      streams: ['a: 1\r', '---\rb: 2\r'],
      joined: 'a: 1\r---\rb: 2\r',
    },
  ])('$reason', ({ streams, joined }) => {
    const bytes = streams.map((text) => Buffer.from(text));
    expect(Buffer.from(joinStreams(bytes)).toString()).toBe(joined);
  });
});
