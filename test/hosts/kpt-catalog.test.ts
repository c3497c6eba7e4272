// Tests the catalog entry for kpt as kpt's own end-to-end tests do: each example is run in place, and compared with its .expected folder.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { must, run } from '../support/command.ts';
import { describeWith, installed } from '../support/tools.ts';
import { copyOf, folderOf, newFolder } from './folder.ts';
import { installCommand } from './plugin-command.ts';

const entry = resolve(import.meta.dirname, '../../distribution/kpt');
const examples = readdirSync(join(entry, 'examples'));

type Config = {
  readonly testType: 'render';
  readonly allowExec: boolean;
  readonly exitCode: number;
};

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

test('the entry names its examples', () => {
  const { examplePackageURLs } = parse(textOf(join(entry, 'metadata.yaml'))) as {
    readonly examplePackageURLs: readonly string[];
  };
  expect(examplePackageURLs.map((url) => url.replace(/.*\//u, '')).toSorted()).toEqual(
    examples.toSorted(),
  );
});

test.each(['Short', 'Long', 'Examples'])('the README has the block %s', (block) => {
  expect(textOf(join(entry, 'README.md'))).toMatch(
    new RegExp(`<!--mdtogo:${block}-->\\n[^<]+<!--mdtogo-->\\n`, 'u'),
  );
});

describeWith('kpt runs the catalog', { kpt: installed('kpt') }, (path) => {
  let folder: string;
  let env: { readonly PATH: string };

  beforeAll(async () => {
    folder = await newFolder();
    env = await installCommand(folder);
  });

  afterAll(async () => rm(folder, { recursive: true }));

  test.each(examples)('%s', async (example) => {
    const target = await copyOf(join(entry, 'examples', example));
    const expected = join(target, '.expected');
    const config = parse(textOf(join(expected, 'config.yaml'))) as Config;
    const results = join(await folderOf({}), 'results');
    const git = ['git', '-c', 'user.name=test', '-c', 'user.email=test@example.com'];
    await must(['git', 'init', '--quiet', '.'], { cwd: target });
    await must(['git', 'add', '--all'], { cwd: target });
    await must([...git, 'commit', '--quiet', '--message', 'before'], { cwd: target });
    const exec = config.allowExec ? ['--allow-exec'] : [];
    const command = [path('kpt'), 'fn', config.testType, '.', ...exec, '--results-dir', results];
    const { code } = await run(command, { cwd: target, env });
    expect(code).toBe(config.exitCode);
    const difference = await must(['git', 'diff', '--no-color'], { cwd: target });
    expect(difference).toBe(textOf(join(expected, 'diff.patch')));
    const written = textOf(join(results, 'results.yaml'));
    expect(written).toBe(textOf(join(expected, 'results.yaml')));
    expect(written).not.toBe('');
  });
});
