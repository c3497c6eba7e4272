// Tests the plugin as a post-renderer of the real Helm 3 and Helm 4.
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ended, must, run } from '../support/command.ts';
import { helm } from '../support/helm.ts';
import { describeWith } from '../support/tools.ts';
import { copyOf, newFolder } from './folder.ts';
import { examples, installCommand } from './plugin-command.ts';
import { namesOf, objectsOf, secretOf } from './rendered.ts';

const chart = join(examples, 'helm/chart');
/** What the README has people type: the part for Helm 3, and that for Helm 4. */
const commands = [
  ...readFileSync(join(examples, 'helm/README.md'), 'utf8').matchAll(/```sh\n(.*?)```/gsu),
];

const hook = `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hooked
  annotations: {helm.sh/hook: pre-install}
spec:
  secretStoreRef: {name: demo}
  data: [{secretKey: user, remoteRef: {key: prod/database, property: username}}]
`;

describeWith('Helm', { helm3: await helm(3), helm4: await helm(4) }, (path) => {
  let folder: string;
  let env: Readonly<Record<'helm3' | 'helm4', Readonly<Record<string, string>>>>;

  beforeAll(async () => {
    folder = await newFolder();
    const { PATH } = await installCommand(folder);
    // What Helm keeps is in the home of this test; `helm` on the PATH is the version that is meant.
    const home = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    const withHelm = (name: 'helm3' | 'helm4') => ({
      ...home,
      PATH: `${dirname(path(name))}:${PATH}`,
    });
    env = { helm3: withHelm('helm3'), helm4: withHelm('helm4') };
    await must(['helm', 'plugin', 'install', join(examples, 'helm/plugin')], { env: env.helm4 });
  });

  afterAll(async () => rm(folder, { recursive: true }));

  async function template(name: 'helm3' | 'helm4', ...args: readonly string[]): Promise<Ended> {
    return run(['helm', 'template', 'shop', ...args, '--post-renderer', 'eso-render'], {
      env: env[name],
    });
  }

  test.each([
    { name: 'helm3', block: 0 },
    { name: 'helm4', block: 1 },
  ] as const)('$name: what the README says, word for word', async ({ name, block }) => {
    // Its plugin is installed already: of a clone only, since the same name cannot be installed twice.
    const script = (commands[block]?.[1] ?? '').replaceAll(/^helm plugin install .*$/gmu, '');
    const text = await must(['sh', '-e', '-c', script], {
      cwd: join(examples, '..'),
      env: env[name],
    });
    const objects = objectsOf(text);
    expect(namesOf(objects).toSorted()).toEqual(['Pod shop', 'Secret shop-database']);
    expect(secretOf(objects, 'shop-database')).toEqual({
      username: 'shop',
      password: 'not-a-real-password',
    });
  });

  test.each([
    { name: 'helm3', reason: 'a hook is not given to a post-renderer', kind: 'ExternalSecret' },
    { name: 'helm4', reason: 'a hook is rendered, and stays one', kind: 'Secret' },
  ] as const)('$name: $reason', async ({ name, kind }) => {
    const target = await copyOf(chart);
    await writeFile(join(target, 'templates/hook.yaml'), hook);
    const { code, stdout } = await template(name, target);
    const hooked = objectsOf(stdout).filter(({ metadata }) => metadata.name === 'hooked');
    expect(code).toBe(0);
    expect(hooked.map((object) => object.kind)).toEqual([kind]);
    expect(hooked[0]?.metadata.annotations).toEqual({ 'helm.sh/hook': 'pre-install' });
  });

  test.each(['helm3', 'helm4'] as const)('%s: an option of ours', async (name) => {
    const args = ['--post-renderer-args', '--keep-stores'];
    const { code, stdout } = await template(name, chart, ...args);
    expect(code).toBe(0);
    expect(namesOf(objectsOf(stdout))).toContain('SecretStore demo');
  });

  test('helm3: an error is shown, and nothing comes out', async () => {
    const { code, stdout, stderr } = await template('helm3', chart, '--set', 'store=other');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('error STORE_NOT_FOUND ExternalSecret default/shop-database');
  });

  test('helm4: an error is an error, and validate says which', async () => {
    const ended = await template('helm4', chart, '--set', 'store=other');
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 1, stdout: '' });
    expect(ended.stderr).toContain('plugin "eso-render" exited with error');
    const asked = (commands[2]?.[1] ?? '').replace(' | ', ' --set store=other | ');
    const { stderr } = await run(['sh', '-c', asked], {
      cwd: join(examples, '..'),
      env: env.helm4,
    });
    expect(stderr).toContain('error STORE_NOT_FOUND ExternalSecret default/shop-database');
  });
});
