// Tests the other forms that the plugin has for kustomize: a validator, a container, a generator that changes what is there.
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, must, run } from '../support/command.ts';
import { copyOf, newFolder } from './folder.ts';
import { examples, installCommand } from './plugin-command.ts';
import { namesOf, objectsOf, secretOf } from './rendered.ts';
import { describeWith, installed } from '../support/tools.ts';
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

  const merged = { ...database, port: '5432' };
  test.each([
    { behavior: 'merge', example: 'generator', manifest: 'render.yaml', expected: merged },
    { behavior: 'replace', example: 'generator', manifest: 'render.yaml', expected: database },
    {
      behavior: 'merge',
      example: 'generator-folder',
      manifest: 'secrets/database.yaml',
      expected: merged,
    },
  ])('a $example with behavior $behavior', async ({ behavior, example, manifest, expected }) => {
    const generator = await copyOf(join(examples, 'kustomize', example));
    const file = join(generator, manifest);
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

describeWith('kubectl kustomize', { kubectl: installed('kubectl') }, (path) => {
  let folder: string;
  let env: { readonly PATH: string };

  beforeAll(async () => {
    folder = await newFolder();
    env = await installCommand(folder);
  });

  afterAll(async () => rm(folder, { recursive: true }));

  /** An overlay with prefix and namespace over a base that the test writes. */
  async function overlay(target: string): Promise<string> {
    const base = await copyOf(join(examples, 'kustomize/transformer'));
    if (target !== '') {
      const file = join(base, 'shop.yaml');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace('spec:\n', `spec:\n  target: {name: ${target}}\n`));
    }
    await writeFile(
      join(base, 'kustomization.yaml'),
      'resources: [store.yaml, shop.yaml]\nnamespace: prod\nnameSuffix: "-1"\n',
    );
    return base;
  }

  const pipe = 'set -o pipefail; "$0" kustomize "$1" | eso-render';

  test('a pipe: what kubectl builds, with the Secret in the place of its ExternalSecret', async () => {
    const base = await overlay('database');
    const file = join(base, 'shop.yaml');
    // kubectl renames the store, and not what names it.
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('name: demo', 'name: demo-1'));
    const { code, stdout, stderr } = await run(['bash', '-c', pipe, path('kubectl'), base], {
      env,
    });
    const objects = objectsOf(stdout);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(namesOf(objects)).toEqual(['Deployment prod/shop-1', 'Secret prod/database']);
    expect(secretOf(objects, 'database')).toEqual(database);
  });

  test('a store that kubectl has renamed is named in the message', async () => {
    const { code, stdout, stderr } = await run(
      ['bash', '-c', pipe, path('kubectl'), await overlay('')],
      { env },
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /STORE_NOT_FOUND ExternalSecret prod\/database-1 .*there is SecretStore prod\/demo-1/u,
    );
  });
});
