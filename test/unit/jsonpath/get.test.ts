// Tests paths as the operator's webhook provider reads them; test/conformance/jsonpath compares more of them with its library.
import { expect, test } from 'vitest';
import { decodeValue, encodeValue } from '../../../plugin/gojson/value.ts';
import { getByPath } from '../../../plugin/jsonpath/get.ts';

const json = JSON.stringify({
  a: { b: 'deep', 'my key': 1, null: 'name' },
  list: [
    { id: 1, name: 'one', tags: ['x', 'y'] },
    { id: 2, name: 'two' },
    { id: 3, flag: true },
  ],
  zero: null,
  1: 'first',
});

function get(path: string): string {
  const decoded = decodeValue(Buffer.from(json));
  if (!decoded.ok) throw new Error('not JSON');
  const outcome = getByPath(path, decoded.value);
  return outcome.ok
    ? Buffer.from(encodeValue(outcome.value, { escapeHtml: false })).toString()
    : outcome.message;
}

const nothing = 'it selects nothing';

test.each([
  { path: '$.a.b', expected: '"deep"', reason: 'names behind dots' },
  { path: '$["a"]["my key"]', expected: '1', reason: 'a key in double quotes' },
  { path: '$[`a`].b', expected: '"deep"', reason: 'a key in backquotes' },
  { path: "$['a'].b", expected: '"deep"', reason: 'one character may stand in single quotes' },
  { path: '$[1]', expected: '"first"', reason: 'a number is a key of an object too' },
  {
    path: '$.list["1"].name',
    expected: '"two"',
    reason: 'a text is an index, where it is a number',
  },
  { path: '$.zero', expected: 'null', reason: 'null is there' },
  { path: '$.list[*].name', expected: '["one","two"]', reason: 'what lacks the name is left out' },
  { path: '$.list.*.id', expected: '[1,2,3]', reason: 'a star behind a dot' },
  { path: '$.a.*', expected: '["deep",1,"name"]', reason: 'an object by its keys in byte order' },
  { path: '$..name', expected: '["one","two"]', reason: 'at any depth, from the top down' },
  { path: '$..tags[1]', expected: '["y"]', reason: 'an index behind a depth' },
  { path: '$.list[0,2].id', expected: '[1,3]', reason: 'several' },
  { path: '$.list[0,*].id', expected: '[1,2,3]', reason: 'a star among keys is all' },
  { path: '$.list[1:].id', expected: '[2,3]', reason: 'from the second on' },
  { path: '$.list[-2:].id', expected: '[2,3]', reason: 'the last two' },
  { path: '$.list[::-2].id', expected: '[3,1]', reason: 'backwards in steps' },
  {
    path: '$.list[0:-1]',
    expected: '[]',
    reason: 'a range that ends before it begins, as it is written',
  },
  { path: '$.list[?(@.id == 2)].name', expected: '["two"]', reason: 'a filter' },
  { path: '$.list[?(@.flag)].id', expected: '[3]', reason: 'a filter by truth' },
  { path: '$.list[?(@.name)].id', expected: '[]', reason: 'a text that says no truth is none' },
  { path: '$.list[?(@.id != $.list[0].id)].id', expected: '[2,3]', reason: 'a path in a filter' },
  { path: '$.list[?($.zero == null)].id', expected: '[1,2,3]', reason: 'null, by way of a name' },
  { path: 'a.b', expected: '"deep"', reason: 'a name without $ is looked up in the document' },
  { path: 'a.c', expected: 'null', reason: 'and is null where it is not there' },
  { path: '$.a.c', expected: nothing, reason: 'with $ it is an error' },
  { path: '$.list[3]', expected: nothing, reason: 'an index beyond the end' },
  { path: '$.list[-1]', expected: nothing, reason: 'an index does not count from the end' },
  { path: 'a(1)', expected: nothing, reason: 'there are no functions' },
])('$path: $reason', ({ path, expected }) => {
  expect(get(path)).toBe(expected);
});

test.each([
  { path: "$['ab']", column: 3, reason: 'single quotes hold one character' },
  { path: '$.list[?(@.id > 1)]', column: 15, reason: 'there is no operator but == and !=' },
  { path: '$.my-key', column: 5, reason: 'a dash is no part of a name' },
  { path: '$.list.0', column: 7, reason: 'an index stands in brackets' },
  { path: '$["a', column: 3, reason: 'no closing quote' },
  { path: '', column: 1, reason: 'nothing' },
])('$path cannot be read: $reason', ({ path, column }) => {
  expect(get(path)).toBe(`it cannot be read as a JSONPath from column ${column}`);
});

test('a path that multiplies ends', () => {
  const list = Array.from({ length: 300 }, () => 1);
  const outcome = getByPath('$[?($..[?($..[?($..*==1)])])]', list);

  expect(outcome).toMatchObject({ ok: false, problem: 'budget' });
});

test('a document as deep as can be is no crash', () => {
  const decoded = decodeValue(Buffer.from('['.repeat(3000) + ']'.repeat(3000)));
  const outcome = decoded.ok ? getByPath('$..*', decoded.value) : undefined;

  expect(outcome?.ok).toBe(true);
});
