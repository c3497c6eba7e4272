// Tests the completions in the real fish and the real zsh; those of bash are a unit test, since bash is everywhere.
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { completionText } from '../../plugin/completion.ts';
import { must } from '../support/command.ts';
import { describeWith } from '../support/tools.ts';
import { folderOf } from './folder.ts';
import { fish, zsh } from './tools.ts';

describeWith('fish', { fish: await fish() }, (path) => {
  const root = resolve(path('fish'), '../../..');
  const libraries = ['usr/lib', 'lib'].map((name) => join(root, name, 'x86_64-linux-gnu'));

  test.each([
    { line: 'val', expected: ['validate'] },
    { line: 'completion ', expected: ['bash', 'fish', 'zsh'] },
    { line: '--keep', expected: ['--keep-stores'] },
    { line: '--format ', expected: ['json', 'text'] },
    { line: 'discover ap', expected: ['apps/'] },
    { line: 'plan ap', expected: ['app.yaml', 'apps/'] },
    { line: 'generate ', expected: [] },
    { line: '--namespace ', expected: [] },
  ])('completes "$line"', async ({ line, expected }) => {
    const cwd = await folderOf({ 'app.yaml': '', 'apps/shop.yaml': '' });
    await writeFile(join(cwd, 'completions.fish'), completionText('fish'));
    const functions = join(root, 'usr/share/fish/functions');
    const script = `set fish_function_path ${functions}; source completions.fish; complete -C 'eso-render ${line}'`;
    const text = await must([path('fish'), '--no-config', '-c', script], {
      cwd,
      env: { HOME: cwd, LD_LIBRARY_PATH: libraries.join(':') },
    });
    const words = text.split('\n').flatMap((offer) => offer.split('\t')[0] || []);
    expect(words.toSorted()).toEqual(expected);
  });
});

describeWith('zsh', { zsh: await zsh() }, (path) => {
  test('takes the script for what completes the command', async () => {
    const cwd = await folderOf({ completions: completionText('zsh') });
    const root = resolve(path('zsh'), '../..');
    const script = [
      `module_path=(${root}/usr/lib/x86_64-linux-gnu/zsh/*)`,
      `fpath=(${root}/usr/share/zsh/functions/{.,*}(/))`,
      'autoload -U compinit && compinit -D -u',
      'source ./completions',
      'print -r -- $_comps[eso-render]',
    ];
    expect(await must([path('zsh'), '-f', '-e', '-c', script.join('\n')], { cwd })).toBe(
      '_eso_render\n',
    );
  });
});
