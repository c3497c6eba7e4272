// Tests what the command says of itself, through the command.
import { expect, test } from 'vitest';
import { run } from '../../plugin/run.ts';
import packageJson from '../../package.json' with { type: 'json' };

test.each([
  {
    reason: 'a version, with what is built, and from sources nothing is',
    args: ['--version'],
    expected: `eso-render ${packageJson.version} (sources)\n`,
  },
  { reason: 'help', args: ['--help'], expected: 'eso-render: renders ExternalSecrets' },
  { reason: 'help before a verb', args: ['plan', '-h'], expected: 'eso-render: renders' },
  { reason: 'a script for bash', args: ['completion', 'bash'], expected: '# bash completion' },
  { reason: 'a script for zsh', args: ['completion', 'zsh'], expected: '#compdef eso-render\n' },
  { reason: 'a script for fish', args: ['completion', 'fish'], expected: '# fish completion' },
])('$reason', async ({ args, expected }) => {
  const { stdout, stderr, exitCode } = await run(args, {});
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout.slice(0, expected.length)).toBe(expected);
});

test('completions for no shell that is known', async () => {
  const { stdout, stderr, exitCode } = await run(['completion', 'tcsh'], {});
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  expect(stderr).toBe('eso-render: completion is for one of bash, zsh, fish, not "tcsh"\n');
});
