// Tests reading documents: as Kubernetes reads them, with every problem at its place, and safe from hostile ones.
import { describe, expect, test } from 'vitest';
import { isMap, isScalar } from 'yaml';
import { isRecord } from '../../../plugin/k8s/object.ts';
import { type ParsedYaml, parseYaml } from '../../../plugin/yaml/parse.ts';
import { documents } from './kubernetes-reads.ts';

/** JSON in which integers beyond 2^53 keep their digits, as Go writes it. */
function jsonOf(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${jsonOf(item)}`).join(',')}}`;
}

/** One spelling of floats for both, and none of the escapes that Go adds for HTML. */
function normal(json: string): string {
  return json
    .replaceAll('\\u003c', '<')
    .replaceAll(/(?<=[:[,])-?\d+\.?\d*(?:e[-+]?\d+)?/g, (digits) =>
      /[.e]/.test(digits) ? String(Number(digits)) : digits,
    );
}

function read(text: string): ParsedYaml {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.document;
}

function problemsOf(text: string): readonly string[] {
  const parsed = parseYaml(text);
  return parsed.ok
    ? []
    : parsed.problems.map(({ message, line, column }) => `${line}:${column} ${message}`);
}

describe('parseYaml as Kubernetes', () => {
  test.each(documents)('$reason', ({ text, json }) => {
    const parsed = parseYaml(text);
    expect(parsed.ok ? normal(jsonOf(parsed.document.value)) : undefined).toBe(
      json === undefined ? undefined : normal(json),
    );
  });
});

describe('parseYaml in another way than Kubernetes', () => {
  test.each([
    {
      reason: 'duplicate keys',
      text: 'a: 1\nb: 2\na: 3\n',
      problem: '3:1 the key "a" is there twice',
    },
    {
      reason: 'a duplicate by another spelling',
      text: '1: a\n"1": b\n',
      problem: '2:1 the key "1" is there twice',
    },
    {
      reason: 'a second document',
      text: 'a: 1\n---\nb: 2\n',
      problem: '2:1 a second document begins here without a marker',
    },
    {
      reason: 'bytes that are not text',
      text: 'a: !!binary /w==',
      problem: '1:13 the value does not fit its tag',
    },
    {
      reason: 'a control character',
      text: 'a: 1\nb: \u0000',
      problem: '2:4 a control character stands here: only an escape may stand for it',
    },
    {
      reason: 'half a surrogate pair',
      text: 'a: \uD800',
      problem: '1:4 a control character stands here: only an escape may stand for it',
    },
    {
      reason: 'an alias without an anchor does not show its name, which may be a password',
      text: 'a: *Secret1',
      problem: '1:4 this alias (*name) has no anchor (&name) before it',
    },
    {
      reason: 'a duplicate is not looked for where the syntax is broken',
      text: 'a: 1\na: 1\nb: [\n',
      problem: '4:1 wrong indentation',
    },
  ])('refuses $reason', ({ text, problem }) => {
    expect(problemsOf(text)[0]).toBe(problem);
  });

  test.each([
    { reason: 'an escaped slash', text: 'a: "\\/"', value: '/' },
    { reason: 'a surrogate pair as escapes', text: 'a: "\\ud83d\\ude00"', value: '😀' },
  ])('takes $reason, as JSON does', ({ text, value }) => {
    expect(read(text).value).toEqual(expect.objectContaining({ a: value }));
  });
});

describe('hostile documents', () => {
  const nested = (open: string, close: string, levels: number): string =>
    `${open.repeat(levels)}x${close.repeat(levels)}`;

  test.each([
    { reason: 'lists', text: nested('[', ']', 60) },
    { reason: 'maps', text: nested('{a: ', '}', 60) },
    { reason: 'dashes', text: nested('- ', '', 60) },
    { reason: 'an anchor deep within', text: `a: ${nested('[', ']', 60)}\nb: &x 1\nc: [*x]\n` },
  ])('60 levels of $reason are fine', ({ text }) => {
    expect(problemsOf(text)).toEqual([]);
  });

  test.each([
    { reason: 'lists', text: nested('[', ']', 100) },
    { reason: 'lists without an end', text: '['.repeat(1_000_000) },
    { reason: 'dashes, and back at once', text: `${'- '.repeat(500_000)}x\na: b` },
    { reason: 'complex keys', text: `${'? '.repeat(500_000)}x\na: b` },
    {
      reason: 'lines',
      text: Array.from({ length: 1400 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
    },
  ])('100 and more levels of $reason are refused', ({ text }) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining('nested deeper than 90 levels')]);
  });

  const chain = (link: (before: string) => string, length: number): string =>
    [
      'a0: &a0 {x: 1}',
      ...Array.from(
        { length },
        (_, index) => `a${index + 1}: &a${index + 1} ${link(`*a${index}`)}`,
      ),
    ].join('\n');
  test.each([
    {
      reason: 'a bomb of lists',
      text: chain((before) => `[${Array(9).fill(before).join(',')}]`, 9),
      message: 'more than 100000 nodes',
    },
    {
      reason: 'a bomb of merges',
      text: chain((before) => `{<<: [${before}, ${before}]}`, 30),
      message: 'more than 100000 nodes',
    },
    {
      reason: 'a wide map that is merged often',
      text: `a: &a {${Array.from({ length: 5000 }, (_, index) => `k${index}: 1`).join(', ')}}\n${Array.from({ length: 2000 }, (_, index) => `b${index}: {<<: *a}`).join('\n')}`,
      message: 'more than 100000 nodes',
    },
    {
      reason: 'depth through aliases',
      text: chain((before) => `${'['.repeat(50)}${before}${']'.repeat(50)}`, 500),
      message: 'nests deeper than 90 levels',
    },
    {
      reason: 'depth through merges',
      text: chain((before) => `{<<: ${before}}`, 2000),
      message: 'nests deeper than 90 levels',
    },
    {
      reason: 'a list that holds itself',
      text: 'a: &a [*a]',
      message: 'stands for a node that holds it',
    },
    {
      reason: 'a merge of a map into what it holds',
      text: 'b: {<<: &a {x: {<<: *a}}}',
      message: 'stands for a node that holds it',
    },
  ])('$reason is refused', ({ text, message }) => {
    expect(problemsOf(text)).toContainEqual(expect.stringContaining(message));
  });

  test('a thousand mistakes are fifty problems', () => {
    expect(problemsOf('}\n'.repeat(1000))).toHaveLength(50);
  });

  test('keys of the prototype are keys like others', () => {
    const { value } = read(
      '__proto__: {polluted: yes}\nconstructor: {prototype: {polluted: yes}}\n',
    );
    expect(isRecord(value) ? Object.keys(value) : []).toEqual(['__proto__', 'constructor']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('places', () => {
  const document = read('# c\na:\n  - b: &x {c: 1}\n  - *x\nd: [e, {f: g}]\n');

  test.each([
    { reason: 'the root', path: [], place: { line: 2, column: 1 } },
    { reason: 'an entry by its key', path: ['a'], place: { line: 2, column: 1 } },
    { reason: 'an item', path: ['a', 0], place: { line: 3, column: 5 } },
    { reason: 'an entry of an item', path: ['a', 0, 'b'], place: { line: 3, column: 5 } },
    { reason: 'what an alias stands for', path: ['a', 1, 'c'], place: { line: 3, column: 12 } },
    { reason: 'within flow', path: ['d', 1, 'f'], place: { line: 5, column: 9 } },
    {
      reason: 'the nearest that is there',
      path: ['a', 0, 'x', 'y'],
      place: { line: 3, column: 5 },
    },
    { reason: 'an index that is not there', path: ['d', 7], place: { line: 5, column: 1 } },
  ])('$reason', ({ path, place }) => {
    expect(document.locate(path)).toEqual(place);
  });

  test('a node is the one at the path, or none', () => {
    expect(isMap(document.node(['a', 0]))).toBe(true);
    expect(isScalar(document.node(['d', 0]))).toBe(true);
    expect(document.node(['a', 0, 'x'])).toBeUndefined();
    expect(read('').node([])).toBeUndefined();
  });
});
