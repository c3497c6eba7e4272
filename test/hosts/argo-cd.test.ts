// Tests plugin.yaml and the plugin behind it in the real cmp-server and repo-server of Argo CD.
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type ArgoCd, commitAll, startArgoCd } from './argo-cd.ts';
import { newFolder } from './folder.ts';
import { examples, installCommand, pluginYaml } from './plugin-command.ts';
import { namesOf, type Rendered, secretOf } from './rendered.ts';
import { describeWith } from '../support/tools.ts';
import { argohost } from './tools.ts';

const database = { username: 'shop', password: 'not-a-real-password' };
const rendered = ['Secret shop/database', 'ConfigMap shop/shop', 'Service shop/shop'];
const canary = 'canary-6f1d';

const apps: Readonly<Record<string, string>> = {
  'empty/README.md': 'nothing here\n',
  'plain/app.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n',
  'broken/app.yaml': `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db}
spec:
  secretStoreRef: {name: demo}
  data: [{secretKey: ${canary}, remoteRef: {key: a}}
`,
  'missing/app.yaml': `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: demo}
spec: {provider: {fake: {data: [{key: prod/db, value: '{"user": "${canary}"}'}]}}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db}
spec:
  secretStoreRef: {name: demo}
  data:
  - {secretKey: user, remoteRef: {key: prod/db, property: user}}
  - {secretKey: password, remoteRef: {key: prod/db, property: password}}
`,
};

function parseAll(manifests: readonly string[] | null | undefined): readonly Rendered[] {
  return (manifests ?? []).map((text) => JSON.parse(text) as Rendered);
}

describeWith('Argo CD', { argohost: await argohost() }, (path) => {
  let folder: string;
  let repo: string;
  let argoCd: ArgoCd;

  beforeAll(async () => {
    folder = await newFolder();
    repo = join(folder, 'repo');
    await cp(join(examples, 'argocd/app'), join(repo, 'shop'), { recursive: true });
    for (const [name, text] of Object.entries(apps)) {
      await mkdir(join(repo, name, '..'), { recursive: true });
      await writeFile(join(repo, name), text);
    }
    await commitAll(repo);
    const env = await installCommand(folder);
    const servers = join(folder, 'servers');
    await mkdir(servers);
    argoCd = await startArgoCd({ argohost: path('argohost'), pluginYaml, folder: servers, env });
    return async () => {
      await argoCd.stop();
      await rm(folder, { recursive: true });
    };
  });

  test('the calls of one generation: it matches, announces no parameters, prints the manifests', async () => {
    const [answer] = await argoCd.askPlugin(repo, 'shop');
    expect(answer).toMatchObject({ discovery: true, supported: true, parameters: null });
    const objects = parseAll(answer?.manifests);
    expect(namesOf(objects).toSorted()).toEqual(rendered.toSorted());
    expect(secretOf(objects, 'database')).toEqual(database);
  });

  test('as the controller gets it: everything of the application, tracked by Argo CD', async () => {
    const { manifests, error } = await argoCd.manifests(repo, 'shop', 'eso-render');
    const objects = parseAll(manifests);
    expect(error).toBeUndefined();
    expect(namesOf(objects).toSorted()).toEqual(rendered.toSorted());
    expect(secretOf(objects, 'database')).toEqual(database);
    expect(objects.find(({ kind }) => kind === 'Secret')?.metadata.annotations).toEqual({
      'argocd.argoproj.io/tracking-id': 'demo:/Secret:shop/database',
    });
  });

  test('an application that names no plugin is found by its ExternalSecret', async () => {
    const { manifests } = await argoCd.manifests(repo, 'shop');
    expect(namesOf(parseAll(manifests)).toSorted()).toEqual(rendered.toSorted());
  });

  test.each(['plain', 'empty'])(
    'a folder without an ExternalSecret is not ours: %s',
    async (app) => {
      const { error } = await argoCd.manifests(repo, app);
      expect(error).toContain('could not find plugin supporting the given repository');
    },
  );

  test('an error as the user is shown it: every finding with its place, and no value', async () => {
    const { manifests, error } = await argoCd.manifests(repo, 'missing', 'eso-render');
    expect(manifests).toBeUndefined();
    expect(error).toContain('`eso-render generate` failed exit status 1: ');
    expect(error).toMatch(
      /PROPERTY_NOT_FOUND ExternalSecret shop\/db \(app\.yaml:13:\d+\) spec\.data\[1\]/u,
    );
    expect(error).not.toContain(canary);
  });

  test('a broken manifest: its place, and nothing of its text', async () => {
    const { error } = await argoCd.manifests(repo, 'broken', 'eso-render');
    expect(error).toMatch(/SYNTAX .*app\.yaml:\d+/u);
    expect(error).not.toContain(canary);
  });

  test('20 generations at once answer the same', async () => {
    const answers = await argoCd.askPlugin(repo, 'shop', 20);
    const [first] = answers;
    expect(answers).toHaveLength(20);
    expect(first?.error).toBeUndefined();
    expect(
      answers.every(({ manifests }) => manifests?.join('') === first?.manifests?.join('')),
    ).toBe(true);
  });
});
