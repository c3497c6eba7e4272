// Tests the examples for CI systems: their own lines, executed in a copy of the example, with a kubectl that keeps what it is given.
import { readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Ended, run } from '../support/command.ts';
import { copyOf, newFolder } from './folder.ts';
import { examples, installCommand } from './plugin-command.ts';

type Step = { readonly run?: string; readonly shell?: string };
type Workflow = { readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>> };
type Lines = { readonly before_script?: readonly string[]; readonly script?: readonly string[] };

function read(file: string): unknown {
  return parse(readFileSync(join(examples, file), 'utf8'));
}

const workflow = read('github-actions/.github/workflows/secrets.yaml') as Workflow;
const pipeline = read('gitlab-ci/.gitlab-ci.yml') as Readonly<Record<string, Lines>>;

/** The lines of a job, as its system runs them: GitHub a shell for each step, GitLab one for all. */
const jobs = [
  { job: 'validate', expected: /^ExternalSecret default\/api -> Secret default\/api$/mu },
  { job: 'apply', expected: /^kind: Secret\n[^]*^kind: Service\n/mu },
].flatMap(({ job, expected }) => [
  {
    system: 'github-actions',
    job,
    expected,
    scripts: (workflow.jobs[job]?.steps ?? []).flatMap(({ run: line, shell }) =>
      line === undefined ? [] : [`set -e${shell === 'bash' ? 'o pipefail' : ''}; ${line}`],
    ),
  },
  {
    system: 'gitlab-ci',
    job,
    expected,
    scripts: [
      [
        'set -e',
        ...(pipeline['default']?.before_script ?? []),
        ...(pipeline[job]?.script ?? []),
      ].join('\n'),
    ],
  },
]);

describe.each(jobs)('$system, $job', ({ system, expected, scripts }) => {
  let folder: string;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    folder = await newFolder();
    const stubs = join(folder, 'stubs');
    await mkdir(stubs);
    await stub(stubs, 'kubectl', 'cat > "$APPLIED"');
    // The package of this version is published after this test has passed; the command is there already.
    await stub(stubs, 'npm', 'echo "npm $*" >> "$INSTALLED"');
    const { PATH } = await installCommand(folder);
    env = {
      PATH: `${stubs}:${PATH}`,
      APPLIED: join(folder, 'applied'),
      INSTALLED: join(folder, 'installed'),
      GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    };
  });

  afterAll(async () => rm(folder, { recursive: true }));

  async function stub(stubs: string, name: string, script: string): Promise<void> {
    await writeFile(join(stubs, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(stubs, name), 0o755);
  }

  /** As a runner does: the first line that fails ends the job. Answers what came out, wherever to. */
  async function runJob(cwd: string): Promise<Pick<Ended, 'code' | 'stderr'> & { said: string }> {
    const files = ['APPLIED', 'GITHUB_STEP_SUMMARY'].map((name) => env[name] ?? '');
    await Promise.all(files.map(async (file) => writeFile(file, '')));
    let ended: Ended = { code: null, stdout: '', stderr: '' };
    for (const script of scripts) {
      ended = await run(['bash', '-c', script], { cwd, env });
      if (ended.code !== 0) break;
    }
    const texts = await Promise.all(files.map(async (file) => readFile(file, 'utf8')));
    return { code: ended.code, stderr: ended.stderr, said: ended.stdout + texts.join('') };
  }

  test('does what it says', async () => {
    const { code, stderr, said } = await runJob(await copyOf(join(examples, system)));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(said).toMatch(expected);
  });

  test('installs this version', async () => {
    const { version } = parse(await readFile(join(examples, '../package.json'), 'utf8')) as {
      readonly version: string;
    };
    await runJob(await copyOf(join(examples, system)));
    const installed = await readFile(env['INSTALLED'] ?? '', 'utf8');
    expect(new Set(installed.trim().split('\n'))).toEqual(
      new Set([`npm install --global eso-render@${version}`]),
    );
  });

  test('fails on a mistake, and applies nothing', async () => {
    const target = await copyOf(join(examples, system));
    const file = join(target, 'manifests/shop.yaml');
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace('name: demo, kind', 'name: x, kind'),
    );
    const { code, stderr, said } = await runJob(target);
    expect({ code, said }).toEqual({ code: 1, said: '' });
    expect(stderr).toContain('error STORE_NOT_FOUND ExternalSecret default/api');
  });
});
