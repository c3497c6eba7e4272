// Tests the plugin as an exec function of the real kpt.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Ended, run } from '../support/command.ts';
import { copyOf, folderOf, newFolder } from './folder.ts';
import { examples, installCommand } from './plugin-command.ts';
import { namesOf, objectsOf, type Rendered, secretOf } from './rendered.ts';
import { describeWith, installed } from '../support/tools.ts';

const database = { username: 'shop', password: 'not-a-real-password' };

const allowed = 'eso-render --allow-plaintext';

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

  /** The example, with another pipeline in its Kptfile. */
  async function packageWith(...pipeline: readonly string[]): Promise<string> {
    const target = await copyOf(join(examples, 'kpt'));
    const kptfile = join(target, 'Kptfile');
    const [head = ''] = (await readFile(kptfile, 'utf8')).split('pipeline:\n');
    await writeFile(kptfile, [head + 'pipeline:', ...pipeline, ''].join('\n'));
    return target;
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

  test('the package as a folder, for kubectl: without the Kptfile', async () => {
    const { code, stdout } = await run(['eso-render', '-R', join(examples, 'kpt')], { env });
    expect(code).toBe(0);
    expect(namesOf(objectsOf(stdout))).toEqual([
      'ConfigMap shop/shop',
      'Secret shop/database',
      'Service shop/shop',
    ]);
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

  test.each([
    { reason: 'render', args: ['render', '--allow-exec'] },
    { reason: 'eval', args: ['eval', '--exec', 'eso-render'] },
    { reason: 'eval, from a shell', args: ['eval', '--exec', 'sh -c "cat | eso-render"'] },
  ])(
    'no Secret is written into a package by itself: $reason',
    async ({ args: [verb = '', ...args] }) => {
      const target = await packageWith('  mutators:', '    - exec: eso-render');
      const before = await filesOf(target);
      const { code, stdout, stderr } = await kpt(verb, target, ...args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(
        /\[error\] external-secrets\.io\/v1\/ExternalSecret\/shop\/database: its Secret would be written in plaintext to shop\.yaml.*--allow-plaintext/u,
      );
      expect(await filesOf(target)).toEqual(before);
    },
  );

  test('told to, in place: comments and files stay, and a second run changes nothing', async () => {
    const target = await packageWith(
      '  mutators:',
      `    - exec: ${allowed}`,
      `    - exec: ${allowed}`,
      '  validators:',
      '    - exec: eso-render validate',
    );
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

  const renderConfig = `apiVersion: eso-render.dev/v1alpha1
kind: RenderConfig
metadata: {name: render}
spec:
  allowPlaintext: true
  stores:
  - apiVersion: external-secrets.io/v1
    kind: SecretStore
    metadata: {name: demo, namespace: shop}
    spec: {provider: {fake: {data: [{key: prod/database, value: '{"from": "the functionConfig"}'}]}}}
`;

  test.each([
    {
      reason: 'a RenderConfig of the package, by its path',
      mutator: ['    - exec: eso-render', '      configPath: render.yaml'],
      expected: { from: 'the functionConfig' },
      left: ['RenderConfig render'],
    },
    {
      reason: 'a ConfigMap in the Kptfile',
      mutator: ['    - exec: eso-render', '      configMap: {allowPlaintext: "true"}'],
      expected: database,
      left: [],
    },
  ])('the functionConfig of a pipeline: $reason', async ({ mutator, expected, left }) => {
    const target = await packageWith('  mutators:', ...mutator);
    if (left.length > 0) {
      await writeFile(join(target, 'render.yaml'), renderConfig);
      await rm(join(target, 'store.yaml'));
    }
    const { code, stdout } = await kpt('render', target, '--allow-exec', '-o', 'unwrap');
    const objects = objectsOf(stdout);
    expect(code).toBe(0);
    expect(secretOf(objects, 'database')).toEqual(expected);
    expect(namesOf(objects).filter((name) => name.startsWith('RenderConfig'))).toEqual(left);
  });

  test.each([
    { reason: 'a RenderConfig in a file', args: [], expected: { from: 'the functionConfig' } },
    { reason: 'key=value', args: ['--', 'allowPlaintext=true'], expected: database },
  ])('the functionConfig of eval: $reason', async ({ args, expected }) => {
    const target = await copyOf(join(examples, 'kpt'));
    const config = join(await folderOf({ 'render.yaml': renderConfig }), 'render.yaml');
    const inFile = args.length === 0 ? ['--fn-config', config] : [];
    if (args.length === 0) await rm(join(target, 'store.yaml'));
    const output = ['-o', 'unwrap', ...inFile, ...args];
    const { code, stdout } = await kpt('eval', target, '--exec', 'eso-render', ...output);
    expect(code).toBe(0);
    expect(secretOf(objectsOf(stdout), 'database')).toEqual(expected);
  });

  test('twice in one pipeline is as good as once', async () => {
    const target = await copyOf(join(examples, 'kpt'));
    const twice = 'sh -c "eso-render | eso-render"';
    const after = await kpt('eval', target, '--exec', twice, '-o', 'unwrap');
    const once = await kpt('eval', target, '--exec', 'eso-render', '-o', 'unwrap');
    expect({ code: after.code, stdout: after.stdout }).toEqual({ code: 0, stdout: once.stdout });
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
      '-o',
      'unwrap',
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
    await kpt('render', target, '--allow-exec', '-o', 'unwrap', '--results-dir', results);
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
