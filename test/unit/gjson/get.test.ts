// Tests following a path, on cases whose answers are those of github.com/tidwall/gjson v1.18.0.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { getPath } from '../../../plugin/gjson/get.ts';

type Recorded = {
  readonly documents: readonly string[];
  /** Index of the document, path, and what String() gives; null where it does not exist. */
  readonly cases: readonly (readonly [document: number, path: string, answer: string | null])[];
};

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'cases.json'), 'utf8'),
) as Recorded;

function get(json: string | Uint8Array, path: string): string | null {
  const found = getPath(typeof json === 'string' ? Buffer.from(json) : json, path);
  return found === undefined ? null : Buffer.from(found).toString();
}

test('there are enough cases', () => {
  expect(recorded.cases.length).toBeGreaterThan(190);
});

describe.each(recorded.documents.map((json, index) => ({ json, index })))(
  'in $json',
  ({ json, index }) => {
    test.each(recorded.cases.filter(([document]) => document === index))(
      'document %i, %s',
      (_index, path, answer) => {
        expect(get(json, path)).toBe(answer);
      },
    );
  },
);

test.each([
  { path: 'a.18446744073709551617', is: '11', reason: '2^64 + 1 wraps to 1' },
  { path: 'a.18446744073709551616', is: '10', reason: '2^64 wraps to 0' },
  { path: 'a.01', is: '11', reason: 'zeros in front count for nothing' },
  { path: 'a.9223372036854775809', is: null, reason: '2^63 + 1 wraps to a negative index' },
  { path: 'a.99999999999999999999999', is: null, reason: 'wraps to one that is too large' },
  { path: 'a.-1', is: null, reason: 'a sign is no digit' },
])('index $path as gjson v1.18.0: $reason', ({ path, is }) => {
  expect(get('{"a":[10,11,12]}', path)).toBe(is);
});

test('bytes that are no text stay what they are', () => {
  const json = Buffer.concat([
    Buffer.from('{"a":"'),
    Buffer.from([0xff, 0xc3, 0x28]),
    Buffer.from('"}'),
  ]);
  expect(getPath(json, 'a')).toEqual(Buffer.from([0xff, 0xc3, 0x28]));
});

describe('hostile input ends, and is no crash', () => {
  test.each([
    { reason: 'brackets without end', json: '['.repeat(100_000), path: '0.0.0', length: 99_997 },
    { reason: 'braces without end', json: '{"a":'.repeat(100_000), path: 'a.a', length: 499_990 },
    { reason: 'backslashes', json: `{"a":"${'\\'.repeat(1_000_001)}`, path: 'a', length: 0 },
    {
      reason: 'wildcards that backtrack',
      json: `{"${'a'.repeat(5000)}":1}`,
      path: `${'*a'.repeat(50)}b`,
      length: 0,
    },
  ])('$reason', ({ json, path, length }) => {
    expect(getPath(Buffer.from(json), path)?.byteLength ?? 0).toBe(length);
  });

  test.each(['@pretty', '@flatten:{"deep":true}', '@dig:x', '@ugly', '@valid'])(
    '%s of 100,000 levels',
    (path) => {
      const json = '['.repeat(100_000) + ']'.repeat(100_000);
      expect(['string', 'object']).toContain(typeof get(json, path));
    },
  );

  test('@pretty of a megabyte takes no longer for each member than of a few', () => {
    const members = Array.from({ length: 50_000 }, (_, index) => `"key ${index}":{"a":[1,2]}`);
    const json = `{${members.join(',')}}`;
    const pretty = get(json, '@pretty:{"sortKeys":true}') ?? '';

    expect(pretty.length).toBeGreaterThan(json.length);
    expect(get(pretty, '@ugly')?.length).toBe(json.length);
  });

  test('a path of 1,000 parts, and one of 10,000 that leads nowhere', () => {
    const json = `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`;
    expect(get(json, `${'a.'.repeat(999)}a`)).toBe('1');
    expect(get(json, `${'a.'.repeat(10_000)}a`)).toBeNull();
  });
});
