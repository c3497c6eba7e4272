// Tests what goyaml refuses and the parser takes: a tab in front of everything, wherever everything begins.
import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { refusal } from '../../../plugin/yaml/refusals.ts';

test.each([
  { reason: 'at the beginning', before: '' },
  { reason: 'behind blanks', before: '  ' },
  { reason: 'behind comments, a marker and empty lines', before: ' # a\n---\n \r\n\n' },
  {
    reason: 'behind more empty lines than a stack of calls has room for',
    before: '\n'.repeat(4_000_000),
  },
])('a tab is refused: $reason', ({ before }) => {
  expect(refusal(parseDocument('a: 1'), `${before}\ta: 1`)).toEqual({
    message: 'a tab cannot begin a line',
    offset: before.length,
  });
});

test.each([
  { reason: 'none at all', text: `${'\n'.repeat(4_000_000)}a: 1` },
  { reason: 'in a comment', text: '#\tb\na: 1' },
  { reason: 'behind a key', text: 'a:\t1' },
  { reason: 'in a later line', text: 'a:\n\t1' },
])('is not refused: $reason', ({ text }) => {
  expect(refusal(parseDocument('a: 1'), text)).toBeUndefined();
});
