// Tests the paths of a generic target: how they are written, and what setting them does to an object.
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseTargetPath, setAtPath, type TargetPath } from '../../../plugin/eso/target-path.ts';
import { type SecretTree, sealed, unsealed } from '../../../plugin/k8s/secret-tree.ts';
import { toJsonText } from '../../../plugin/yaml/encode.ts';

describe('parseTargetPath', () => {
  test.each<{ text: string; path: TargetPath }>([
    { text: 'spec', path: ['spec'] },
    { text: 'spec.rules[0].from', path: ['spec', 'rules', 0, 'from'] },
    { text: 'Spec.camelCase[1][20]', path: ['Spec', 'camelCase', 1, 20] },
    { text: 'a[10000]', path: ['a', 10_000] },
    { text: '__proto__.constructor', path: ['__proto__', 'constructor'] },
    { text: 'a-b/c', path: ['a-b/c'] },
  ])('$text', ({ text, path }) => {
    expect(parseTargetPath(text)).toEqual({ ok: true, path });
  });

  test.each([
    { text: '', says: 'empty segment' },
    { text: 'a..b', says: 'empty segment' },
    { text: 'a.', says: 'empty segment' },
    { text: '[0]', says: 'index with no key' },
    { text: 'a.[0]', says: 'index with no key' },
    { text: 'a[0', says: 'without its "]"' },
    { text: 'a[0]b', says: 'behind a "]"' },
    { text: 'a[[0]]', says: 'without its "]"' },
    { text: 'a[]', says: 'no number' },
    { text: 'a[one]', says: 'no number' },
    { text: 'a[1e2]', says: 'no number' },
    { text: 'a[-1]', says: 'negative' },
    { text: 'a[10001]', says: 'above 10000' },
    { text: `a${'[0]'.repeat(100)}`, says: 'more than 100 segments' },
  ])('$text is refused', ({ text, says }) => {
    const outcome = parseTargetPath(text);
    expect(outcome.ok ? '' : outcome.message).toContain(says);
  });
});

function set(before: unknown, path: TargetPath, value: unknown): string {
  const outcome = setAtPath(sealed(before), path, () => sealed(value));
  return outcome.ok ? toJsonText(unsealed(outcome.tree)) : outcome.message;
}

describe('setAtPath', () => {
  test.each<{ reason: string; before: unknown; path: TargetPath; after: string }>([
    {
      reason: 'what is there is replaced',
      before: { a: { b: 1 } },
      path: ['a'],
      after: '{"a":"x"}',
    },
    {
      reason: 'its neighbours stay',
      before: { a: { b: 1, c: 2 } },
      path: ['a', 'b'],
      after: '{"a":{"b":"x","c":2}}',
    },
    { reason: 'maps are made', before: {}, path: ['a', 'b', 'c'], after: '{"a":{"b":{"c":"x"}}}' },
    {
      reason: 'null counts as absent',
      before: { a: null },
      path: ['a', 'b'],
      after: '{"a":{"b":"x"}}',
    },
    {
      reason: 'lists are made and padded',
      before: {},
      path: ['a', 2],
      after: '{"a":[null,null,"x"]}',
    },
    {
      reason: 'a padded place takes a map',
      before: { a: [null, 1] },
      path: ['a', 0, 'b'],
      after: '{"a":[{"b":"x"},1]}',
    },
    {
      reason: 'names of JavaScript are names',
      before: {},
      path: ['__proto__', 'constructor'],
      after: '{"__proto__":{"constructor":"x"}}',
    },
    { reason: 'no map', before: { a: 'text' }, path: ['a', 'b'], after: 'expected map at key "b"' },
    {
      reason: 'a list is no map',
      before: { a: [] },
      path: ['a', 'b'],
      after: 'expected map at key "b"',
    },
    { reason: 'no list', before: { a: {} }, path: ['a', 0], after: 'expected array at index 0' },
  ])('$reason', ({ before, path, after }) => {
    expect(set(before, path, 'x')).toBe(after);
  });
});

test('scalars come out as they went in, and integers beyond 64 bits as Go has them', () => {
  const value = [
    '',
    'a"\n',
    0,
    -1.5,
    1e21,
    9_007_199_254_740_993n,
    2n ** 64n,
    true,
    null,
    undefined,
  ];
  expect(toJsonText(unsealed(sealed(value)))).toBe(
    String.raw`["","a\"\n",0,-1.5,1e+21,9007199254740993,18446744073709552000,true,null,null]`,
  );
});

test('nothing prints what is in a tree', () => {
  const tree: SecretTree = sealed({ a: ['swordfish', { b: 4711 }] });
  const forms = [
    inspect(tree, { depth: 9, showHidden: true }),
    JSON.stringify(tree),
    inspect(tree, { customInspect: false, depth: 9 }),
  ];
  for (const form of forms) expect(form).not.toMatch(/swordfish|4711/);
});
