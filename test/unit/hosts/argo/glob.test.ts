// Tests Argo CD's globs, by what its library answers.
import { expect, test } from 'vitest';
import { UsageError } from '../../../../plugin/errors.ts';
import { globMatcher } from '../../../../plugin/hosts/argo/glob.ts';

test.each([
  {
    reason: 'a star stops at nothing',
    glob: '*.yaml',
    fits: ['a.yaml', 'a/b.yaml', '.yaml'],
    not: ['a.yml', 'a.yaml.bak'],
  },
  {
    reason: 'two stars are one',
    glob: '**/b.yaml',
    fits: ['a/b.yaml', 'a/a/b.yaml'],
    not: ['b.yaml'],
  },
  {
    reason: 'one character, a slash too',
    glob: 'a?b',
    fits: ['a/b', 'a-b', 'aéb'],
    not: ['ab', 'a--b'],
  },
  {
    reason: 'alternatives, within each other',
    glob: '{a,{b,c}*}.yaml',
    fits: ['a.yaml', 'cc.yaml'],
    not: ['aa.yaml', '{a.yaml'],
  },
  { reason: 'a comma outside of them', glob: 'a,b', fits: ['a,b'], not: ['a', 'b'] },
  { reason: 'classes', glob: '[abc].y', fits: ['b.y'], not: ['d.y', 'ab.y'] },
  { reason: 'a range', glob: '[a-c].y', fits: ['b.y'], not: ['-.y', 'd.y'] },
  { reason: 'everything but a class', glob: '[!a-c].y', fits: ['-.y', 'd.y'], not: ['b.y'] },
  {
    reason: 'what is special in patterns is not in globs',
    glob: 'a+(b)|^.$',
    fits: ['a+(b)|^.$'],
    not: ['aab'],
  },
  { reason: 'an escaped star', glob: String.raw`\*.yaml`, fits: ['*.yaml'], not: ['a.yaml'] },
])('$reason: $glob', ({ glob, fits, not }) => {
  const matches = globMatcher(glob);
  expect(fits.filter((path) => !matches(path))).toEqual([]);
  expect(not.filter((path) => matches(path))).toEqual([]);
});

test.each(['{a', 'a}', '[a', '{a,{b}'])('what is no glob is refused: %s', (glob) => {
  expect(() => globMatcher(glob)).toThrow(UsageError);
});
