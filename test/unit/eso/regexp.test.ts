// Tests rewrite.regexp: the answers are those of Go 1.26's Regexp.ReplaceAllString.
import { describe, expect, test } from 'vitest';
import { compileRe2, compileReplacement } from '../../../plugin/eso/regexp.ts';

const answers: readonly (readonly [
  text: string,
  source: string,
  target: string,
  answer: string,
])[] = [
  ['app/db', 'app/(.*)', '$1', 'db'],
  ['db_user', '(d)b', '$1_x', '_user'],
  ['db_user', '(d)b', '${1}_x', 'd_x_user'],
  ['DB_USER', 'DB_(U.*)', 'a$9b', 'a'],
  ['abc', 'b', '$0$0', 'abbc'],
  ['abc', 'b', '$$', 'a$c'],
  ['abc', 'b', '$', 'a$c'],
  ['abc', 'b', '$-', 'a$-c'],
  ['abc', 'b', '${}', 'a${}c'],
  ['abc', 'b', '${1', 'a${1c'],
  ['abc', 'b', 'a${x}c', 'aacc'],
  ['ab', '(?P<first>a)(?P<second>b)', '$second$first', 'ba'],
  ['ab', '(?P<first>a)(?P<second>b)', '${second}_${first}', 'b_a'],
  ['ab', '(a)(b)', '$2x$1', 'a'],
  ['ab', '(a)(b)', '$01', ''],
  ['ab', '(a)|(z)', '[$2]', '[]b'],
  ['abc', 'x*', '-', '-a-b-c-'],
  ['baaac', 'a*', '-', '-b-c-'],
  ['aaa', '(?U)a+', '_', '___'],
  ['abc', '$', '_v1', 'abc_v1'],
  ['abc', '^', 'k_', 'k_abc'],
  ['', '^$', 'x', 'x'],
  ['aXbX', 'X', 'é', 'aébé'],
  ['日本', '本', '$0!', '日本!'],
  ['a😀b', '', '.-', '.-a.-😀.-b.-'],
  ['a.b.c', '[.]', '_', 'a_b_c'],
  ['aB', '(?i)b', 'x', 'ax'],
  ['foo bar', '\\b', '|', '|foo| |bar|'],
  ['aaaa', 'a{2}', 'b', 'bb'],
  ['x', 'x|', 'y', 'y'],
  ['12ab34', '[0-9]+', '<$0>', '<12>ab<34>'],
  ['a', 'a', '$é', ''],
];

test.each(answers)('%j with %j replaced by %j', (text, source, target, answer) => {
  const replacement = compileReplacement(source, target);
  expect(replacement.ok && replacement.replace(text)).toBe(answer);
});

describe('what RE2 does not take', () => {
  test.each(['(', 'a**', '(?=a)', '\\1', '[z-a]', 'a{1001}'])('%s', (source) => {
    const compiled = compileRe2(source);
    expect(compiled.ok ? '' : compiled.message).toContain('error parsing regexp');
  });
});

test.each([
  { reason: 'by many matches', text: 'a'.repeat(1000), source: 'a', target: '$0$0$0$0$0$0' },
  { reason: 'by a long target', text: 'ab', source: 'b', target: '$0'.repeat(5000) },
  { reason: 'by both', text: 'a'.repeat(100_000), source: '.*', target: '$0'.repeat(100_000) },
])('a text that grows without measure $reason is given up', ({ text, source, target }) => {
  const replacement = compileReplacement(source, target);
  expect(replacement.ok && replacement.replace(text)).toBe(undefined);
});

test('a pattern that would backtrack ends', () => {
  const replacement = compileReplacement('(a+)+$', 'x');
  expect(replacement.ok && replacement.replace(`${'a'.repeat(20_000)}!`)).toBe(
    `${'a'.repeat(20_000)}!`,
  );
});
