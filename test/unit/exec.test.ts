// Tests exec, and the running of programs: what they print is rendered, their failure is ours, and nothing of them stays.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf } from '../hosts/folder.ts';
import { esoRender, programNames } from '../support/eso-render.ts';

const manifests = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: s}
spec: {provider: {fake: {data: [{key: k, value: v}]}}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: made}
spec:
  secretStoreRef: {name: s}
  data: [{secretKey: k, remoteRef: {key: k}}]
`;

function exec(script: string, ...options: readonly string[]) {
  return esoRender('bundle', ['exec', ...options, '--', 'sh', '-c', script], { input: manifests });
}

test.each(programNames)(
  '%s: what a command makes of our standard input is rendered',
  async (name) => {
    const { code, stdout, stderr } = await esoRender(name, ['exec', '--', 'cat'], {
      input: manifests,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('kind: Secret\n');
    expect(stdout).toContain('name: made\n');
  },
);

test('arguments are arguments, and options behind -- are not ours', async () => {
  const command = ['printf', '%s\\n', '--namespace', '$(id)', '; id', 'kind: A'];
  const { stdout } = await esoRender('bundle', ['exec', '--', ...command]);
  expect(stdout).toBe('--namespace\n$(id)\n; id\nkind: A\n');
});

test('a command has the environment of its operator', async () => {
  const command = ['exec', '--', 'sh', '-c', 'echo "value: $GIVEN"'];
  const { stdout } = await esoRender('bundle', command, { env: { GIVEN: 'x' } });
  expect(stdout).toBe('value: x\n');
});

test.each([
  {
    reason: 'its exit code',
    script: 'cat; echo no disk >&2; exit 7',
    code: 7,
    words: 'sh failed with exit code 7: no disk',
  },
  {
    reason: 'a failure in silence',
    script: 'exit 1',
    code: 1,
    words: 'sh failed with exit code 1, and said nothing',
  },
  {
    reason: 'a signal, as a shell tells it',
    script: 'kill -TERM $$',
    code: 143,
    words: 'sh was ended by SIGTERM',
  },
  {
    reason: 'nothing printed',
    script: 'true',
    code: 1,
    words: 'the output of sh holds no manifest',
  },
  {
    reason: 'nothing but comments printed',
    script: 'echo "# a"; echo ---',
    code: 1,
    words: 'holds no manifest',
  },
])('a failure is passed on: $reason', async ({ script, code, words }) => {
  const ended = await exec(script);
  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr).toContain(words);
});

test('nothing printed may be meant', async () => {
  expect(await exec('true', '--allow-empty')).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('a command that is not there is wrong usage', async () => {
  const { code, stderr } = await esoRender('bundle', ['exec', '--', 'eso-render-no-such-program']);
  expect(code).toBe(2);
  expect(stderr).toContain('it is not there, or not on the PATH');
});

test('what a command says well is a note', async () => {
  const { code, stderr } = await exec('cat; echo careful >&2', '--format', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(stderr)).toMatchObject({ severity: 'info', message: 'sh says: careful' });
});

test('a place in the output is told by line', async () => {
  const { stderr } = await exec('cat; echo "  nonsense: 1"');
  expect(stderr).toMatch(/\(output of sh:\d+:\d+\)/u);
});

test('at the deadline everything that the command started is killed', async () => {
  const folder = await folderOf({});
  const left = join(folder, 'left');
  // The one in the background holds the output open.
  const script = `(sleep 6; echo still here > ${left}) & sleep 60`;
  const { code, stdout, stderr } = await exec(script, '--deadline', '500ms');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('error TIMEOUT: sh did not end within 0.');
  const { stdout: running } = await esoRender('bundle', [
    'exec',
    '--',
    'sh',
    '-c',
    `ps -eo args; echo "a: 1"`,
  ]);
  expect(running).not.toContain(left);
});
