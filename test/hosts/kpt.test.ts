// Tests the plugin as an exec function of the real kpt.
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Ended, run } from '../support/command.ts';
import { copyOf, folderOf, newFolder } from './folder.ts';
import { examples, installCommand } from './plugin-command.ts';
import { namesOf, objectsOf, type Rendered, secretOf } from './rendered.ts';
import { describeWith, installed } from '../support/tools.ts';

const database = { username: 'shop', password: 'not-a-real-password' };

type ResourceList = { readonly items: readonly Rendered[]; readonly results?: readonly unknown[] };

const internal = 'internal.config.kubernetes.io';

/** What kpt knows of an item's place in the package: a file, and an index where it has one. */
function placeOf({ metadata: { annotations = {} } }: Rendered): string {
  const { [`${internal}/path`]: file, [`${internal}/index`]: index = '-' } = annotations;
  return `${file} ${index}`;
}

describeWith('kpt', { kpt: installed('kpt') }, (path) => {
  let folder: string;
  let env: { readonly PATH: string };

  beforeAll(async () => {
    folder = await newFolder();
    env = await installCommand(folder);
  });

  afterAll(async () => rm(folder, { recursive: true }));

  async function kpt(...args: readonly string[]): Promise<Ended> {
    return run([path('kpt'), 'fn', ...args], { env });
  }

  async function filesOf(target: string): Promise<Record<string, string>> {
    const names = (await readdir(target, { recursive: true })).toSorted();
    const texts = names.map(async (name) => [name, await readFile(join(target, name), 'utf8')]);
    return Object.fromEntries(await Promise.all(texts)) as Record<string, string>;
  }

  test('eval -o unwrap: a stream to pipe into kubectl, and the package as it was', async () => {
    const target = await copyOf(join(examples, 'kpt'));
    const before = await filesOf(target);
    const { code, stdout } = await kpt('eval', target, '--exec', 'eso-render', '-o', 'unwrap');
    const objects = objectsOf(stdout);
    expect(code).toBe(0);
    expect(namesOf(objects)).toEqual([
      'Kptfile shop',
      'ConfigMap shop/shop',
      'Secret shop/database',
      'Service shop/shop',
    ]);
    expect(secretOf(objects, 'database')).toEqual(database);
    expect(stdout).toContain('currency: EUR # the only one so far');
    expect(await filesOf(target)).toEqual(before);
  });

  test('render -o stdout: the Secret in the place of its ExternalSecret', async () => {
    const target = await copyOf(join(examples, 'kpt'));
    const { code, stdout } = await kpt('render', target, '--allow-exec', '-o', 'stdout');
    const { items } = parse(stdout) as ResourceList;
    expect(code).toBe(0);
    expect(items.map((item) => `${placeOf(item)} ${item.kind}`)).toEqual([
      'Kptfile 0 Kptfile',
      'shop.yaml 0 ConfigMap',
      'shop.yaml 1 Secret',
      'shop.yaml 2 Service',
    ]);
  });

  test('in place: comments and files stay, and a second run changes nothing', async () => {
    const target = await copyOf(join(examples, 'kpt'));
    const before = await filesOf(target);
    expect(await kpt('render', target, '--allow-exec')).toMatchObject({ code: 0 });
    const once = await filesOf(target);
    expect(Object.keys(once)).toEqual(Object.keys(before).filter((name) => name !== 'store.yaml'));
    const [configMap, , service] = (before['shop.yaml'] ?? '').split('---\n');
    const [sameConfigMap, secret, sameService] = (once['shop.yaml'] ?? '').split('---\n');
    expect([sameConfigMap, sameService]).toEqual([configMap, service]);
    expect(secret).toContain(
      "# The shop's database, as prod/database holds it.\napiVersion: v1\nkind: Secret\n",
    );
    expect(secret).not.toContain('config.kubernetes.io');
    expect(await kpt('render', target, '--allow-exec')).toMatchObject({ code: 0 });
    expect(await filesOf(target)).toEqual(once);
  });

  test('twice in one pipeline is as good as once', async () => {
    const target = await copyOf(join(examples, 'kpt'));
    const twice = await kpt(
      'eval',
      target,
      '--exec',
      'sh -c "eso-render | eso-render"',
      '-o',
      'unwrap',
    );
    const once = await kpt('eval', target, '--exec', 'eso-render', '-o', 'unwrap');
    expect({ code: twice.code, stdout: twice.stdout }).toEqual({ code: 0, stdout: once.stdout });
  });

  test('several Secrets from one object: the first in its place, the others in files of their own', async () => {
    const namespaces = ['a', 'b', 'c'].map(
      (name) =>
        `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {team: shop}}\n`,
    );
    const target = await folderOf({
      'store.yaml': `apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: demo}
spec: {provider: {fake: {data: [{key: prod/db, value: '{"user": "shop"}'}]}}}
`,
      'app.yaml': `${namespaces.join('---\n')}---
apiVersion: external-secrets.io/v1
kind: ClusterExternalSecret
metadata: {name: db}
spec:
  namespaceSelectors: [{matchLabels: {team: shop}}]
  externalSecretSpec:
    secretStoreRef: {name: demo, kind: ClusterSecretStore}
    dataFrom: [{extract: {key: prod/db}}]
`,
    });
    const { code, stdout } = await kpt('eval', target, '--exec', 'eso-render', '-o', 'stdout');
    const secrets = (parse(stdout) as ResourceList).items.filter(({ kind }) => kind === 'Secret');
    expect(code).toBe(0);
    expect(secrets.map((secret) => `${secret.metadata.namespace} ${placeOf(secret)}`)).toEqual([
      'a app.yaml 3',
      'b b/secret_db.yaml -',
      'c c/secret_db.yaml -',
    ]);
  });

  test('an error: shown by kpt with object, field and file; the package as it was', async () => {
    const target = await copyOf(join(examples, 'kpt'));
    await rm(join(target, 'store.yaml'));
    const before = await filesOf(target);
    const { code, stdout, stderr } = await kpt(
      'render',
      target,
      '--allow-exec',
      '--truncate-output=false',
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('[FAIL] "eso-render"');
    expect(stderr).toMatch(
      /\[error\] external-secrets\.io\/v1\/ExternalSecret\/shop\/database spec\.secretStoreRef\S*: /u,
    );
    expect(stderr).toMatch(/STORE_NOT_FOUND.*demo/u);
    expect(await filesOf(target)).toEqual(before);
  });

  test('results as kpt writes them for a CI: file and index of the object, the code as a tag', async () => {
    const target = await copyOf(join(examples, 'kpt'));
    await rm(join(target, 'store.yaml'));
    const results = join(await folderOf({}), 'results');
    await kpt('render', target, '--allow-exec', '--results-dir', results);
    const { items } = parse(await readFile(join(results, 'results.yaml'), 'utf8')) as {
      items: readonly { results: readonly unknown[] }[];
    };
    expect(items[0]?.results).toMatchObject([
      {
        severity: 'error',
        resourceRef: {
          apiVersion: 'external-secrets.io/v1',
          kind: 'ExternalSecret',
          namespace: 'shop',
          name: 'database',
        },
        file: { path: 'shop.yaml', index: 1 },
        tags: { code: 'STORE_NOT_FOUND' },
      },
    ]);
  });
});
