// Tests what is known of a host by its command line: whether it writes the answer into files.
import { expect, test } from 'vitest';
import { isWrittenBack } from '../../../plugin/hosts/written-back.ts';

const shell = ['bash', '-c', 'kpt fn render .'];
const of =
  (...commands: readonly (readonly string[])[]) =>
  (): readonly (readonly string[])[] =>
    commands;

test.each<{ reason: string; command: string; expected: boolean }>([
  { reason: 'in place', command: 'kpt fn render .', expected: true },
  { reason: 'in place, by its path', command: '/usr/bin/kpt fn eval . -e x', expected: true },
  { reason: 'into another folder', command: 'kpt fn render . -o out', expected: true },
  { reason: 'a stream', command: 'kpt fn render . -o unwrap', expected: false },
  { reason: 'a ResourceList', command: 'kpt fn eval . --output stdout', expected: false },
  { reason: 'joined', command: 'kpt fn eval --output=unwrap .', expected: false },
  { reason: 'joined, short', command: 'kpt fn eval . -ounwrap', expected: false },
  { reason: 'joined, short, with =', command: 'kpt fn eval . -o=stdout', expected: false },
  { reason: 'from a pipe into one', command: 'kpt fn eval - --exec x', expected: false },
  { reason: 'from a pipe into files', command: 'kpt fn eval - --exec x -o out', expected: true },
  { reason: 'the last one counts', command: 'kpt fn eval . -o unwrap -o out', expected: true },
  { reason: 'the other way round', command: 'kpt fn eval . -o out -o unwrap', expected: false },
  { reason: "key=value is the function's", command: 'kpt fn eval . -- -o unwrap', expected: true },
  { reason: 'kustomize, in place', command: 'kustomize fn run .', expected: true },
  { reason: 'kustomize, printing', command: 'kustomize fn run . --dry-run', expected: false },
  { reason: 'no host', command: 'node run-tests.js', expected: false },
  { reason: 'a program of another name', command: 'akpt fn render .', expected: false },
])('$command: $reason', ({ command, expected }) => {
  expect(isWrittenBack({}, of(command.split(' '), shell, ['init']))).toBe(expected);
});

test('the nearest host is the one that reads the answer', () => {
  const prints = ['kpt', 'fn', 'eval', '-', '-o', 'unwrap'];
  const writes = ['kpt', 'fn', 'render', '.'];
  expect(isWrittenBack({}, of(shell, writes, prints))).toBe(true);
  expect(isWrittenBack({}, of(shell, prints, writes))).toBe(false);
});

test('what cannot be seen is not known', () => {
  expect(isWrittenBack({}, () => undefined)).toBe(true);
  const inContainer = { STRUCTURED_RESULTS: 'true', LOG_TO_STDERR: 'true' };
  expect(isWrittenBack(inContainer, of(['sh']))).toBe(true);
});

test('the ancestors of this very process, where the system tells: no kpt among them', () => {
  expect(isWrittenBack({})).toBe(process.platform !== 'linux');
});
