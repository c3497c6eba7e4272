// Tests the other forms that the plugin has for kustomize: a validator, a container, a generator that changes what is there.
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, must, run } from '../support/command.ts';
import { copyOf, newFolder } from './folder.ts';
import { examples, installCommand } from './plugin-command.ts';
import { namesOf, objectsOf, secretOf } from './rendered.ts';
import { describeWith } from '../support/tools.ts';
import { kustomize } from './tools.ts';

const database = { username: 'shop', password: 'not-a-real-password' };

describeWith('kustomize, in other forms', { kustomize: await kustomize() }, (path) => {
  let folder: string;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    folder = await newFolder();
    const { PATH } = await installCommand(folder);
    // There is no daemon: what stands for docker keeps its arguments, and runs the command as the image would.
    const stubs = join(folder, 'stubs');
    await mkdir(stubs);
    await writeFile(
      join(stubs, 'docker'),
      `#!/bin/sh\necho "$*" > "${join(folder, 'docker')}"\nexec eso-render\n`,
    );
    await chmod(join(stubs, 'docker'), 0o755);
    env = { PATH: `${stubs}:${PATH}` };
  });

  afterAll(async () => rm(folder, { recursive: true }));

  async function build(target: string, ...flags: readonly string[]): Promise<Ended> {
    return run([path('kustomize'), 'build', '--enable-alpha-plugins', ...flags, target], { env });
  }

  describe('a validator', () => {
    const example = join(examples, 'kustomize/validator');

    test('changes nothing', async () => {
      const plain = await copyOf(example);
      const kustomization = join(plain, 'kustomization.yaml');
      const [resources = ''] = (await readFile(kustomization, 'utf8')).split('validators:');
      await writeFile(kustomization, resources);
      const stdout = await must([path('kustomize'), 'build', plain]);
      expect(await build(example, '--enable-exec')).toEqual({ code: 0, stdout, stderr: '' });
      expect(stdout).toContain('kind: ExternalSecret');
    });

    test('ends the build on a mistake, and says which', async () => {
      const target = await copyOf(example);
      const file = join(target, 'shop.yaml');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace('property: username', 'property: [username]'));
      const { code, stdout, stderr } = await build(target, '--enable-exec');
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/error SCHEMA ExternalSecret .*remoteRef\.property/u);
    });
  });

  test('a container: the same as the command, with the network and the variables that are listed', async () => {
    const target = join(examples, 'kustomize/container');
    const { code, stdout, stderr } = await build(target, '--network');
    const objects = objectsOf(stdout);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(namesOf(objects)).toEqual(['Secret database', 'Deployment shop']);
    expect(secretOf(objects, 'database')).toEqual(database);
    expect(await readFile(join(folder, 'docker'), 'utf8')).toMatch(
      /^run --rm -i .*--network host --user nobody .*-e AWS_REGION .*eso-render:0\.1\.0\n$/u,
    );
  });

  test.each([
    { behavior: 'merge', expected: { ...database, port: '5432' } },
    { behavior: 'replace', expected: database },
  ])('a generator with behavior $behavior', async ({ behavior, expected }) => {
    const generator = await copyOf(join(examples, 'kustomize/generator'));
    const file = join(generator, 'secrets/database.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace("needs-hash: 'true'", `behavior: ${behavior}`));
    await writeFile(
      join(generator, 'kustomization.yaml'),
      'resources: [secret.yaml]\ngenerators: [render.yaml]\n',
    );
    await writeFile(
      join(generator, 'secret.yaml'),
      'apiVersion: v1\nkind: Secret\nmetadata: {name: database}\ndata: {port: NTQzMg==}\n',
    );
    const { code, stdout, stderr } = await build(generator, '--enable-exec');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const objects = objectsOf(stdout);
    expect(namesOf(objects)).toEqual(['Secret database']);
    expect(secretOf(objects, 'database')).toEqual(expected);
  });
});
