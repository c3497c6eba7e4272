// Tests what somebody is told who uses the command wrongly, on real files, pipes and devices.
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../plugin/run.ts';
import { programs } from '../support/eso-render.ts';

const quickstart = resolve(import.meta.dirname, '../../examples/quickstart');
const folder = mkdtempSync(join(tmpdir(), 'wrong-use-'));

const files: Readonly<Record<string, string>> = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
  'kustomization/kustomization.yaml': 'resources: []\n',
  'config-map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
  'broken/db.yaml':
    'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: [db\nspec: {}\n',
};

beforeAll(() => {
  mkdirSync(join(folder, 'empty'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

/** As in that folder: `./` in front of an argument is the folder, and it is taken out of what is said. */
async function said(
  args: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const inFolder = args.map((arg) => arg.replace(/^\.\//u, `${folder}/`));
  const { exitCode, stdout, stderr } = await run(inFolder, {});
  return {
    code: exitCode,
    stdout: stdout.toString(),
    stderr: stderr.replaceAll(`${folder}/`, './'),
  };
}

test.each([
  { args: ['--nope'], stderr: 'unknown option "--nope"; eso-render --help lists them' },
  {
    args: ['--allow-plain'],
    stderr: 'unknown option "--allow-plain"; eso-render --help lists them',
  },
  { args: ['--deadlin=5s'], stderr: 'unknown option "--deadlin"; did you mean "--deadline"?' },
  { args: ['-x'], stderr: 'unknown option "-x"; eso-render --help lists them' },
  { args: ['--deadline'], stderr: '--deadline needs a value: --deadline DURATION' },
  { args: ['--deadline', '--kube'], stderr: '--deadline needs a value: --deadline DURATION' },
  { args: ['-n'], stderr: '--namespace needs a value: -n, --namespace NAME' },
  { args: ['--kube=yes'], stderr: '--kube takes no value' },
  { args: ['-n', 'Bad NS'], stderr: '--namespace is the name of a namespace, not "Bad NS"' },
  { args: ['-n', ''], stderr: '--namespace is the name of a namespace, not ""' },
  { args: ['a', 'b'], stderr: 'one input at most, and there are 2: a b; a folder of files is one' },
  {
    args: ['rendr', 'a'],
    stderr: 'one input at most, and there are 2: rendr a; did you mean the verb "render"?',
  },
  {
    args: ['validat'],
    stderr: 'cannot read "validat": it does not exist; did you mean the verb "validate"?',
  },
  {
    args: ['help'],
    stderr: 'cannot read "help": it does not exist; eso-render --help lists verbs and options',
  },
  { args: ['./no.yaml'], stderr: 'cannot read "./no.yaml": it does not exist' },
  {
    args: ['./config-map.yaml/x'],
    stderr: 'cannot read "./config-map.yaml/x": it is not a folder',
  },
  {
    args: ['--config', './no.yaml', quickstart],
    stderr: 'cannot read "./no.yaml": it does not exist',
  },
  { args: ['--config', './empty', quickstart], stderr: 'cannot read "./empty": it is a folder' },
  {
    args: ['--store-file', './config-map.yaml', quickstart],
    stderr: './config-map.yaml: there is no store and no generator in this file',
  },
])('$args', async ({ args, stderr }) => {
  expect(await said(args)).toEqual({
    code: 2,
    stdout: '',
    stderr: `eso-render: ${stderr}\n`,
  });
});

test.each([
  {
    args: ['./empty'],
    stderr:
      'INPUT: there is no manifest (*.yaml, *.yml, *.json) in "./empty"; --allow-empty says that this is meant',
  },
  { args: ['./broken'], stderr: 'SYNTAX (./broken/db.yaml:5:1): wrong indentation' },
  {
    args: ['./chart'],
    stderr:
      'UNSUPPORTED: "./chart" is a Helm chart, and no folder of manifests: helm template ./chart | eso-render',
  },
  {
    args: ['validate', './chart'],
    stderr:
      'UNSUPPORTED: "./chart" is a Helm chart, and no folder of manifests: helm template ./chart | eso-render validate',
  },
  {
    args: ['plan', './kustomization'],
    stderr:
      'UNSUPPORTED: "./kustomization" is a kustomization, and no folder of manifests: kustomize build ./kustomization | eso-render plan',
  },
])('manifests with errors: $args', async ({ args, stderr }) => {
  expect(await said(args)).toEqual({
    code: 1,
    stdout: '',
    stderr: `error ${stderr}\n`,
  });
});

describe('discovery', () => {
  test.each(['chart', 'kustomization', 'empty'])('%s is no error', async (name) => {
    expect(await said(['discover', `./${name}`])).toMatchObject({ code: 0, stderr: '' });
  });
});

/** With a file or a folder as one of the three streams. */
function withStream(stream: 0 | 1, path: string, args: readonly string[]) {
  const [program = '', ...first] = programs.source;
  const opened = openSync(path, stream === 0 ? 'r' : 'w');
  const stdio: ('pipe' | number)[] = ['pipe', 'pipe', 'pipe'];
  stdio[stream] = opened;
  try {
    const { status, stderr } = spawnSync(program, [...first, ...args], { stdio, cwd: folder });
    return { code: status, stderr: stderr.toString() };
  } finally {
    closeSync(opened);
  }
}

describe('streams', () => {
  test('a full disk is said', () => {
    expect(withStream(1, '/dev/full', [quickstart])).toEqual({
      code: 1,
      stderr: 'eso-render: cannot write standard output: no space is left\n',
    });
  });

  test('a folder is no standard input', () => {
    expect(withStream(0, '/', [])).toEqual({
      code: 2,
      stderr: 'eso-render: cannot read standard input: it is a folder\n',
    });
  });

  test('nobody is told that the reader has gone', () => {
    const [program = '', ...args] = programs.source;
    const line = `"$0" "$@" | true; echo "\${PIPESTATUS[0]}"`;
    const ended = spawnSync('bash', ['-c', line, program, ...args, quickstart]);
    expect({ code: ended.stdout.toString(), stderr: ended.stderr.toString() }).toEqual({
      code: '1\n',
      stderr: '',
    });
  });

  test('a terminal is not waited for, unless it is named', () => {
    const command = programs.source.join(' ');
    const ended = spawnSync('sh', ['-c', 'script -qec "$0" /dev/null', command], { input: '' });
    expect({ code: ended.status, said: ended.stdout.toString() }).toEqual({
      code: 2,
      said: 'eso-render: standard input is a terminal: name a file or a folder, pipe manifests in, or see eso-render --help\r\n',
    });
  });
});
