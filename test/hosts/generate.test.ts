// Tests generate with the real helm and kustomize: what they say is passed on, and nobody's files reach more than they may.
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { folderOf, newFolder } from './folder.ts';
import { installCommand } from './plugin-command.ts';
import { type Ended, must, run } from '../support/command.ts';
import { helm } from '../support/helm.ts';
import { describeWith } from '../support/tools.ts';
import { kustomize } from './tools.ts';

const tools = { kustomize: await kustomize(), helm: await helm(3) };
const canary = 'canary-8c21';

const chart = (dependencies: string): string =>
  `apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [${dependencies}]\n`;
const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

describeWith('generate', tools, (path) => {
  let folder: string;
  let PATH: string;

  beforeAll(async () => {
    folder = await newFolder();
    ({ PATH } = await installCommand(folder, [path('kustomize'), path('helm')]));
    return async () => rm(folder, { recursive: true });
  });

  function generate(
    root: string,
    { app = 'app', env = {}, options = [] as readonly string[] } = {},
  ): Promise<Ended> {
    const argo = { ARGOCD_APP_NAME: 'shop', ARGOCD_APP_SOURCE_PATH: app };
    const command = ['eso-render', 'generate', ...options];
    return run(command, { cwd: join(root, app), env: { PATH, ...argo, ...env } });
  }

  test.each([
    {
      reason: 'a kustomization with a file that is not there',
      files: { 'app/kustomization.yaml': 'resources: [missing.yaml]\n' },
      words: ['error COMMAND: kustomize build failed with exit code 1: Error: ', 'missing.yaml'],
    },
    {
      reason: 'a kustomization that runs a program',
      files: {
        'app/kustomization.yaml': 'transformers: [run.yaml]\n',
        'app/run.yaml':
          'apiVersion: a/v1\nkind: A\nmetadata:\n  name: a\n  annotations:\n    config.kubernetes.io/function: "exec: {path: ./run.sh}"\n',
        'app/run.sh': '#!/bin/sh\ntouch ran\n',
      },
      words: ['kustomize build failed', 'external plugins disabled'],
    },
    {
      reason: "kustomize's own charts, which would run helm",
      files: { 'app/kustomization.yaml': 'helmCharts: [{name: a, repo: "https://example.com"}]\n' },
      words: ['kustomize build failed', '--enable-helm'],
    },
    {
      reason: 'a remote file',
      files: { 'app/kustomization.yaml': 'resources: ["https://example.com/a.yaml"]\n' },
      words: ['nothing is fetched here', 'spec.tools.remote'],
    },
    {
      reason: 'a remote base whose address would have git run a program',
      files: {
        'app/kustomization.yaml': 'resources: ["file:///tmp/a?ref=--upload-pack=touch ran;"]\n',
      },
      words: ["transport 'file' not allowed", 'nothing is fetched here'],
    },
    {
      reason: 'a template with an error, at its place',
      files: {
        'app/Chart.yaml': chart(''),
        'app/templates/a.yaml': 'a: {{ required "set a" .Values.a }}\n',
      },
      words: [
        'error COMMAND: helm template failed with exit code 1: ',
        'templates/a.yaml:1',
        'set a',
      ],
    },
    {
      reason: 'a chart without its dependency',
      files: {
        'app/Chart.yaml': chart(
          '{name: db, version: 1.x.x, repository: "oci://registry.example.com/charts"}',
        ),
        'app/templates/a.yaml': configMap,
      },
      words: ['helm dependency build failed', 'nothing is fetched here', 'helm dependency build"'],
    },
    {
      reason: 'a chart of which nothing is left',
      files: {
        'app/Chart.yaml': chart(''),
        'app/templates/a.yaml': '{{ if .Values.on }}a: 1{{ end }}\n',
      },
      words: ['error INPUT: the output of helm template holds no manifest'],
    },
    {
      reason: 'Jsonnet',
      files: { 'app/a.jsonnet': '{}', 'app/b.yaml': configMap },
      words: ['error UNSUPPORTED (a.jsonnet:1:1): Jsonnet is not evaluated here'],
    },
  ])('$reason: the words of the tool, and nothing else', async ({ files, words }) => {
    const root = await folderOf(files);
    if (existsSync(join(root, 'app/run.sh'))) await chmod(join(root, 'app/run.sh'), 0o755);
    const { code, stdout, stderr } = await generate(root);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    for (const word of words) expect(stderr).toContain(word);
    expect(existsSync(join(root, 'app/ran'))).toBe(false);
  });

  test("a chart whose link leads to a file of the sidecar's", async () => {
    const root = await folderOf({
      'repo/app/Chart.yaml': chart(''),
      'repo/app/templates/a.yaml': `${configMap}data: {leak: {{ .Files.Get "token" | quote }}}\n`,
      token: canary,
    });
    await symlink('../../token', join(root, 'repo/app/token'));
    const { code, stdout, stderr } = await generate(join(root, 'repo'));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('error INPUT (token:1:1): a link that leads out of the repository');
    expect(stderr).not.toContain(canary);
  });

  test("values of a chart that a link takes from the sidecar's own files are not announced", async () => {
    const root = await folderOf({
      'repo/app/Chart.yaml': chart(''),
      'repo/shared/values.yaml': 'shown: 1\n',
      'outside.yaml': `secret: ${canary}\n`,
    });
    const announced = async (target: string): Promise<string> => {
      const link = join(root, 'repo/app/values.yaml');
      await rm(link, { force: true });
      await symlink(target, link);
      const env = { PATH, ARGOCD_APP_SOURCE_PATH: 'app' };
      return must(['eso-render', 'parameters'], { cwd: join(root, 'repo/app'), env });
    };
    expect(await announced('../shared/values.yaml')).toContain('"shown":"1"');
    expect(await announced('../../outside.yaml')).not.toContain(canary);
  });

  const leaking = `${configMap}data: {leak: {{ .Files.Get "token" | quote }}}\n`;
  const dependency = (repository: string): string =>
    `{name: lib, version: 1.0.0, repository: "${repository}"}`;
  test.each([
    { reason: 'whose link leads out', repository: 'file://../lib', link: 'repo/lib/token' },
    { reason: 'behind a link of the chart', repository: 'file://lib', link: 'repo/lib/token' },
    { reason: 'that is outside', repository: 'file://../../outside', link: 'outside/token' },
    { reason: 'that is a link', repository: 'file://../linked', link: 'outside/token' },
    { reason: 'in letters of any case', repository: 'FILE://../../outside', link: 'outside/token' },
  ])('a dependency $reason: nothing of it is built in', async ({ repository, link }) => {
    const lib = {
      'Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.0.0\n',
      'templates/a.yaml': leaking,
    };
    const inFolder = (folder: string) =>
      Object.fromEntries(Object.entries(lib).map(([name, text]) => [`${folder}/${name}`, text]));
    const root = await folderOf({
      'repo/app/Chart.yaml': chart(dependency(repository)).replace('repository', 'Repository'),
      ...inFolder('repo/lib'),
      ...inFolder('outside'),
      token: canary,
    });
    await symlink(join(root, 'token'), join(root, link));
    if (repository === 'file://lib') await symlink('../lib', join(root, 'repo/app/lib'));
    await symlink('../outside', join(root, 'repo/linked'));
    const { code, stdout, stderr } = await generate(join(root, 'repo'));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).not.toContain(canary);
    expect(existsSync(join(root, 'repo/app/charts'))).toBe(false);
  });

  test("a kustomization whose file is outside of its folder, by kustomize's own rule", async () => {
    const root = await folderOf({
      'repo/app/kustomization.yaml': 'configMapGenerator: [{name: a, files: [token]}]\n',
      token: canary,
    });
    await symlink('../../token', join(root, 'repo/app/token'));
    const { code, stdout, stderr } = await generate(join(root, 'repo'));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('kustomize build failed');
    expect(stderr).not.toContain(canary);
  });

  /** A kustomize of the operator's: a script, named in the configuration. */
  async function withTool(script: string, options: readonly string[] = []): Promise<Ended> {
    const root = await folderOf({ 'app/kustomization.yaml': 'resources: []\n' });
    const tool = join(root, 'tool');
    await writeFile(tool, `#!/bin/sh\n${script}\n`);
    await chmod(tool, 0o755);
    const config = join(root, 'config.yaml');
    await writeFile(
      config,
      `apiVersion: eso-render.dev/v1alpha1\nkind: RenderConfig\nspec: {tools: {kustomize: ${tool}}}\n`,
    );
    const env = { ESO_RENDER_CONFIG: config, AWS_SECRET_ACCESS_KEY: canary, ARGOCD_ENV_A: canary };
    return generate(root, { env, options });
  }

  test("a program of the operator's, which sees no secret of the process", async () => {
    const { code, stdout } = await withTool(
      'printf "kind: A\\nargs: $*\\nenv: |\\n"; env | sed "s/^/  /"',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('args: build .\n');
    expect(stdout).toContain('  ARGOCD_APP_NAME=shop\n');
    expect(stdout).not.toContain(canary);
  });

  test('its exit code is ours', async () => {
    expect(await withTool('echo full >&2; exit 42')).toEqual({
      code: 42,
      stdout: '',
      stderr: 'error COMMAND: kustomize build failed with exit code 42: full\n',
    });
  });

  test('a login in an address that it names is not passed on', async () => {
    const { stderr } = await withTool(
      `echo "cannot fetch https://reader:${canary}@git.example.com/a?ref=v1@2" >&2; exit 1`,
    );
    expect(stderr).toContain(
      'failed with exit code 1: cannot fetch https://[redacted]@git.example.com/a?ref=v1@2',
    );
    expect(stderr).not.toContain(canary);
  });

  test('one that hangs is killed before Argo CD would, and the message says what to do in an hour', async () => {
    const { code, stderr } = await withTool('sleep 300', ['--deadline', '1s']);
    expect(code).toBe(1);
    expect(stderr).toContain('error TIMEOUT: kustomize build did not end within');
    expect(stderr).toContain('argocd app get shop --hard-refresh');
  });

  test('one that is not there', async () => {
    const root = await folderOf({ 'app/Chart.yaml': chart('') });
    const { code, stderr } = await generate(root, {
      env: { PATH: await withoutTools(join(folder, 'bin')) },
    });
    expect(code).toBe(2);
    expect(stderr).toContain(
      'helm template: "helm" cannot be run: it is not there, or not on the PATH',
    );
  });

  test('a dependency beside the chart is built in', async () => {
    const root = await folderOf({
      'app/Chart.yaml': chart('{name: lib, version: 1.0.0, repository: "file://../lib"}'),
      'app/templates/a.yaml': '{{ include "lib" . }}\n',
      'lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n',
      'lib/templates/_a.tpl': `{{ define "lib" }}${configMap}{{ end }}`,
    });
    const { code, stdout } = await generate(root);
    expect(code).toBe(0);
    expect(stdout).toContain('kind: ConfigMap');
    expect(await must(['ls', join(root, 'app/charts')])).toBe('lib-1.0.0.tgz\n');
  });
});

/** A folder with the command and nothing beside it. */
async function withoutTools(bin: string): Promise<string> {
  const alone = `${bin}-alone`;
  await mkdir(alone);
  const command = join(alone, 'eso-render');
  await writeFile(command, await readFile(join(bin, 'eso-render')));
  await chmod(command, 0o755);
  return alone;
}
