// Tests how findings are written: order, repetition, and one line each whatever stands in them.
import { expect, test } from 'vitest';
import { reportText } from '../../plugin/report.ts';
import type { Result } from '../../plugin/results.ts';

const error: Result = {
  code: 'NOT_FOUND',
  severity: 'error',
  message: '"prod/db" does not exist',
  object: {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    namespace: 'shop',
    name: 'db',
  },
  place: { file: 'app/db.yaml', document: 2, line: 14, column: 7 },
  field: 'spec.data[1].remoteRef',
};
const warning: Result = { code: 'EMPTY', severity: 'warning', message: 'nothing' };

test('a finding is a line with code, object, place, field and message', () => {
  expect(reportText([error], 'text')).toBe(
    'error NOT_FOUND ExternalSecret shop/db (app/db.yaml:14:7) spec.data[1].remoteRef: "prod/db" does not exist\n',
  );
});

test('on standard input a place is the document, with the item of a List', () => {
  const place = { document: 2, item: 3, line: 14, column: 7 };
  expect(reportText([{ ...warning, place }], 'text')).toBe(
    'warning EMPTY (document 2, item 3, line 14): nothing\n',
  );
});

test.each([
  { origin: { file: { path: 'app/db.yaml', index: 1 } }, expected: 'app/db.yaml, document 2' },
  { origin: {}, expected: 'ResourceList item 3, line 14' },
])('an item of a ResourceList is at $expected', ({ origin, expected }) => {
  const place = { document: 1, item: 3, line: 14, column: 7, origin };
  expect(reportText([{ ...warning, place }], 'text')).toBe(
    `warning EMPTY (${expected}): nothing\n`,
  );
});

test('errors come first, and the same finding once', () => {
  expect(
    reportText([warning, error, error], 'text')
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(['error', 'warning', '']);
});

test('line ends and control characters make no second line, and reach no terminal', () => {
  expect(reportText([{ ...warning, message: 'a\r\nerror FAKE b\u001b[31m\u2028c' }], 'text')).toBe(
    'warning EMPTY: a error FAKE b [31m c\n',
  );
});

test('JSON is an object a line', () => {
  expect(
    reportText([error], 'json')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line)),
  ).toEqual([error]);
});

test.each([
  { reason: 'what is quoted', before: 'key "', long: 'a b '.repeat(50), behind: '" is "no key"' },
  { reason: 'an escaped quote', before: 'key "', long: String.raw`\" `.repeat(99), behind: '"' },
  { reason: 'a pattern', before: 'bad regexp: `', long: '(a|b)'.repeat(50), behind: '`' },
  { reason: 'a word', before: 'at ', long: 'word'.repeat(100), behind: ' end' },
])('of $reason a message shows beginning and end', ({ before, long, behind }) => {
  const message = `${before}${long}${behind}`;
  for (const format of ['text', 'json'] as const) {
    const text = reportText([{ ...warning, message }], format);
    expect(text.length).toBeLessThan(360);
    expect(text).toContain('…');
    expect(text).not.toContain(long);
  }
});

test('what is between two quoted names is no quotation', () => {
  const message = `"a" ${'is not '.repeat(30)}"b"`;
  expect(reportText([{ ...warning, message }], 'text')).toBe(`warning EMPTY: ${message}\n`);
});

test('a quotation without an end is left as it is, and looked at once', () => {
  const message = `an inch (5") of \`${'x'.repeat(200)}\`: ${String.raw`\" `.repeat(300_000)}`;
  expect(reportText([{ ...warning, message }], 'text')).toMatch(
    /^warning EMPTY: an inch \(5"\) of `x+…x+`: (?:\\" ?){300000}\n$/,
  );
});
