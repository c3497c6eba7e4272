// Tests the plugin as an exec function of the real kustomize.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ended, must, run } from '../support/command.ts';
import { folderOf, newFolder } from './folder.ts';
import { examples, installCommand } from './plugin-command.ts';
import { namesOf, objectsOf, secretOf } from './rendered.ts';
import { describeWith } from '../support/tools.ts';
import { kustomize } from './tools.ts';

const database = { username: 'shop', password: 'not-a-real-password' };

const render = `apiVersion: eso-render.dev/v1alpha1
kind: RenderConfig
metadata:
  name: render
  annotations:
    config.kubernetes.io/function: |
      exec: {path: eso-render}
spec: {}
`;
/** With a store of its own, which no prefix of the kustomization reaches. */
const renderWithStore = `${render.replace('spec: {}', 'spec:\n  stores:')}
  - apiVersion: external-secrets.io/v1
    kind: ClusterSecretStore
    metadata: {name: demo}
    spec: {provider: {fake: {data: [{key: prod/db, value: '{"user": "shop"}'}]}}}
`;
const store = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: demo}
spec: {provider: {fake: {data: [{key: prod/db, value: '{"user": "shop"}'}]}}}
`;
const externalSecret = `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db}
spec:
  secretStoreRef: {name: demo}
  dataFrom: [{extract: {key: prod/db}}]
`;
const fromClusterStore = externalSecret.replace('demo}', 'demo, kind: ClusterSecretStore}');
const pod = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: web, envFrom: [{secretRef: {name: db}}]}
`;

describeWith('kustomize', { kustomize: await kustomize() }, (path) => {
  let folder: string;
  let env: { readonly PATH: string };

  beforeAll(async () => {
    folder = await newFolder();
    env = await installCommand(folder);
  });

  afterAll(async () => rm(folder, { recursive: true }));

  async function build(target: string): Promise<Ended> {
    return run([path('kustomize'), 'build', '--enable-alpha-plugins', '--enable-exec', target], {
      env,
    });
  }

  async function built(target: string): Promise<string> {
    const { code, stdout, stderr } = await build(target);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  }

  test('the transformer of the example: a Secret in the place of its ExternalSecret, no store left', async () => {
    const objects = objectsOf(await built(join(examples, 'kustomize/transformer')));
    expect(namesOf(objects)).toEqual(['Secret database', 'Deployment shop']);
    expect(secretOf(objects, 'database')).toEqual(database);
    expect(objects.map(({ metadata }) => metadata.annotations)).toEqual([undefined, undefined]);
  });

  test('its overlay: prefix and namespace reach the Secret and every reference to it', async () => {
    const text = await built(join(examples, 'kustomize/overlay'));
    const objects = objectsOf(text);
    expect(namesOf(objects)).toEqual(['Secret shop/prod-database', 'Deployment shop/prod-shop']);
    expect(text).toContain('secretRef:\n            name: prod-database\n');
  });

  test.each([
    { reason: 'ExternalSecrets in its configuration', example: 'generator' },
    { reason: 'a folder of ExternalSecrets', example: 'generator-folder' },
  ])(
    'the generator of $reason: a hash in the name, and references that follow',
    async ({ example }) => {
      const text = await built(join(examples, 'kustomize', example));
      const objects = objectsOf(text);
      const name = objects[0]?.metadata.name ?? '';
      expect(name).toMatch(/^prod-database-[a-z0-9]{10}$/u);
      expect(namesOf(objects)).toEqual([`Secret shop/${name}`, 'Deployment shop/prod-shop']);
      expect(secretOf(objects, name)).toEqual(database);
      expect(text).toContain(`secretRef:\n            name: ${name}\n`);
      expect(text).not.toContain('needs-hash');
    },
  );

  test("a Secret named like its ExternalSecret: references follow the kustomization's own prefix", async () => {
    const target = await folderOf({
      'render.yaml': renderWithStore,
      'app.yaml': [fromClusterStore, pod].join('---\n'),
      'kustomization.yaml':
        'resources: [app.yaml]\ntransformers: [render.yaml]\nnamePrefix: pre-\nnamespace: app\n',
    });
    const text = await built(target);
    expect(namesOf(objectsOf(text))).toEqual(['Secret app/pre-db', 'Pod app/pre-web']);
    expect(text).toContain('secretRef:\n        name: pre-db\n');
  });

  test('two overlays of one base side by side: each reference finds the Secret beside it', async () => {
    const overlay = (prefix: string): string =>
      `resources: [../base]\ntransformers: [render.yaml]\nnamePrefix: ${prefix}-\n`;
    const target = await folderOf({
      'base/app.yaml': [fromClusterStore, pod].join('---\n'),
      'base/kustomization.yaml': 'resources: [app.yaml]\n',
      'a/render.yaml': renderWithStore,
      'a/kustomization.yaml': overlay('a'),
      'b/render.yaml': renderWithStore,
      'b/kustomization.yaml': overlay('b'),
      'kustomization.yaml': 'resources: [a, b]\nnamePrefix: all-\n',
    });
    const text = await built(target);
    expect(namesOf(objectsOf(text))).toEqual([
      'Secret all-a-db',
      'Secret all-b-db',
      'Pod all-a-web',
      'Pod all-b-web',
    ]);
    expect([...text.matchAll(/secretRef:\s+name: (.*)/gu)].map(([, name]) => name)).toEqual([
      'all-a-db',
      'all-b-db',
    ]);
  });

  test('a Secret with a name of its own: a reference to a Secret called like the ExternalSecret stays', async () => {
    const named = externalSecret.replace('spec:\n', 'spec:\n  target: {name: db-creds}\n');
    const target = await folderOf({
      'inner/render.yaml': render,
      'inner/app.yaml': [
        store,
        named,
        pod,
        pod.replace('web', 'jobs').replace('name: db', 'name: db-creds'),
      ].join('---\n'),
      'inner/kustomization.yaml': 'resources: [app.yaml]\ntransformers: [render.yaml]\n',
      'kustomization.yaml': 'resources: [inner]\nnamePrefix: pre-\n',
    });
    const text = await built(target);
    expect([...text.matchAll(/secretRef:\s+name: (.*)/gu)].map(([, name]) => name)).toEqual([
      'pre-db-creds',
      'db',
    ]);
  });

  test('a transformer too can have a hash of the content in the name, where the template asks for it', async () => {
    const hashed = externalSecret.replace(
      'spec:\n',
      "spec:\n  target: {template: {metadata: {annotations: {kustomize.config.k8s.io/needs-hash: 'true'}}}}\n",
    );
    const target = await folderOf({
      'inner/render.yaml': render,
      'inner/app.yaml': [store, hashed, pod].join('---\n'),
      'inner/kustomization.yaml': 'resources: [app.yaml]\ntransformers: [render.yaml]\n',
      'kustomization.yaml': 'resources: [inner]\nnamePrefix: pre-\n',
    });
    const text = await built(target);
    const name = objectsOf(text)[0]?.metadata.name ?? '';
    expect(name).toMatch(/^pre-db-[a-z0-9]{10}$/u);
    expect(text).toContain(`secretRef:\n        name: ${name}\n`);
    expect(text).not.toContain('annotations');
  });

  test('what is not ours is the same with and without the function', async () => {
    const foreign = `apiVersion: v1
kind: ConfigMap
metadata: {name: odd, annotations: {a: 'yes', b: "012"}}
data: {n: "0123", on: 'off', empty: "", multi: "a\\nb\\n"}
---
apiVersion: example.com/v1
kind: Odd
metadata: {name: odd}
spec: {big: 9007199254740993, ratio: 1.50, nothing: ~, list: [], map: {}, text: "---"}
`;
    const plain = { 'app.yaml': foreign, 'kustomization.yaml': 'resources: [app.yaml]\n' };
    const without = await folderOf(plain);
    const withFunction = await folderOf({
      ...plain,
      'render.yaml': render,
      'kustomization.yaml': `${plain['kustomization.yaml']}transformers: [render.yaml]\n`,
    });
    expect(await built(withFunction)).toBe(await must([path('kustomize'), 'build', without]));
  });

  test('an error: nothing on stdout, every problem on stderr, no value in it', async () => {
    const target = await folderOf({
      'render.yaml': render,
      'app.yaml': [
        store,
        externalSecret.replace('prod/db', 'prod/missing'),
        externalSecret.replace('name: db', 'name: other').replace('name: demo', 'name: nowhere'),
        pod,
      ].join('---\n'),
      'kustomization.yaml': 'resources: [app.yaml]\ntransformers: [render.yaml]\n',
    });
    const { code, stdout, stderr } = await build(target);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/NOT_FOUND.*ExternalSecret .*db.*prod\/missing/u);
    expect(stderr).toMatch(/STORE_NOT_FOUND.*ExternalSecret .*other.*nowhere/u);
    expect(stderr).toContain("couldn't execute function: exit status 1");
    expect(stderr).not.toContain('"shop"');
  });
});
