// Tests what the description of the command line becomes: help, and completions in a real bash.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { optionList, shells, verbs } from '../../plugin/command-line.ts';
import { completionText } from '../../plugin/completion.ts';
import { helpText } from '../../plugin/help.ts';
import { folderOf } from '../hosts/folder.ts';
import { must } from '../support/command.ts';

test('help names every verb and every option, in lines that fit a terminal', () => {
  const lines = helpText().split('\n');
  for (const { name } of verbs)
    expect(helpText()).toContain(`eso-render ${name === 'render' ? '[render]' : name}`);
  for (const [name] of optionList()) expect(helpText()).toContain(`--${name}`);
  expect(lines.filter((line) => line.length > 90)).toEqual([]);
  expect(lines.at(-1)).toBe('');
});

test('help, where terms are short and where they are long', () => {
  expect(helpText()).toContain(
    '  -n, --namespace NAME         namespace of objects that name none (default:\n' +
      `${' '.repeat(31)}$ARGOCD_APP_NAMESPACE, else "default")\n`,
  );
  expect(helpText()).toContain(
    `  eso-render validate [FILE|DIR|-]\n${' '.repeat(33)}check everything that needs no provider\n`,
  );
});

test.each(shells)('%s: every option and every verb is there', (shell) => {
  const text = completionText(shell);
  for (const { name } of verbs) expect(text).toContain(name);
  for (const [name] of optionList())
    expect(text).toContain(shell === 'fish' ? `-l ${name} ` : `--${name}`);
});

/** What bash would offer for a line whose last word is being written. */
async function offered(words: readonly string[]): Promise<readonly string[]> {
  const folder = await folderOf({ 'app one.yaml': '', 'apps/x.yaml': '' });
  await writeFile(join(folder, 'complete'), completionText('bash'));
  const script = `source ./complete; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _eso_render; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const text = await must(['bash', '--norc', '-u', '-c', script, 'bash', 'eso-render', ...words], {
    cwd: folder,
  });
  return text.split('\n').filter((line) => line !== '');
}

test.each([
  { reason: 'a verb', words: ['val'], expected: ['validate'] },
  { reason: 'no verb: a file, with a blank', words: ['app'], expected: ['apps', 'app one.yaml'] },
  { reason: 'the input of a verb', words: ['plan', 'app'], expected: ['apps', 'app one.yaml'] },
  { reason: 'folders only', words: ['discover', 'app'], expected: ['apps'] },
  { reason: 'a verb without an input', words: ['generate', 'app'], expected: [] },
  { reason: 'a shell', words: ['completion', 'z'], expected: ['zsh'] },
  {
    reason: 'an option',
    words: ['validate', '--se'],
    expected: ['--secrets-directory'],
  },
  { reason: 'the words of a value', words: ['--format', ''], expected: ['text', 'json'] },
  { reason: 'after an equals sign', words: ['--format', '=', 'j'], expected: ['json'] },
  { reason: 'just after it', words: ['--format', '='], expected: ['text', 'json'] },
  { reason: 'a file as a value', words: ['--config', 'app'], expected: ['apps', 'app one.yaml'] },
  { reason: 'a folder as a value', words: ['--secrets-directory', ''], expected: ['apps'] },
  { reason: 'a value that is not known', words: ['-n', ''], expected: [] },
])('bash completes $reason', async ({ words, expected }) => {
  expect((await offered(words)).toSorted()).toEqual(expected.toSorted());
});
