// Tests plugin.yaml and the plugin behind it in the real cmp-server and repo-server of Argo CD.
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
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
  'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
  'chart/values.yaml': 'replicas: 2\nimage: {tag: "1.10"}\nhosts: [a.example.com]\n',
  'chart/templates/secret.yaml': 'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n',
  'plain/app.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n',
  'waves/app.yaml': `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: demo}
spec: {provider: {fake: {data: [{key: a, value: b}]}}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: early
  annotations:
    argocd.argoproj.io/sync-wave: '-1'
    argocd.argoproj.io/hook: PreSync
    argocd.argoproj.io/hook-delete-policy: BeforeHookCreation
    argocd.argoproj.io/sync-options: Prune=false
    argocd.argoproj.io/tracking-id: other:external-secrets.io/ExternalSecret:shop/early
    argocd.argoproj.io/refresh: hard
spec: {secretStoreRef: {name: demo}, data: [{secretKey: a, remoteRef: {key: a}}]}
`,
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

/** An application with a store at a port of this machine. */
function storeAt(name: string, port: number): string {
  return `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: ${name}}
spec: {provider: {webhook: {url: 'http://127.0.0.1:${port}/{{ .remoteRef.key }}', result: {jsonPath: $.value}}}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: rotated}
spec:
  secretStoreRef: {name: ${name}}
  data: [{secretKey: value, remoteRef: {key: db}}]
`;
}

/** Answers each request with the count of requests so far. */
async function countingServer(): Promise<{ readonly port: number; readonly close: () => void }> {
  let count = 0;
  const server = createServer((_, response) => {
    count += 1;
    response.end(JSON.stringify({ value: `${count}` }));
  });
  return { port: await listen(server), close: () => server.close() };
}

/** Takes connections, and says nothing. */
async function silentServer(): Promise<{ readonly port: number; readonly close: () => void }> {
  const server = createTcpServer();
  return { port: await listen(server), close: () => server.close() };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const named = { plugin: { name: 'eso-render' } };

function parseAll(manifests: readonly string[] | null | undefined): readonly Rendered[] {
  return (manifests ?? []).map((text) => JSON.parse(text) as Rendered);
}

/** Long enough for a busy machine, and less than Argo CD waits. */
const renderConfig = `apiVersion: eso-render.dev/v1alpha1
kind: RenderConfig
spec: {deadline: 6s}
`;

async function secondVersion(): Promise<string> {
  const plugin = parse(await readFile(pluginYaml, 'utf8')) as { readonly spec: object };
  return stringify({ ...plugin, spec: { ...plugin.spec, version: 'v2', discover: undefined } });
}

describeWith('Argo CD', { argohost: await argohost() }, (path) => {
  let folder: string;
  let repo: string;
  let argoCd: ArgoCd;

  beforeAll(async () => {
    folder = await newFolder();
    repo = join(folder, 'repo');
    await cp(join(examples, 'argocd/app'), join(repo, 'shop'), { recursive: true });
    const servers = [await countingServer(), await silentServer()] as const;
    const stores = {
      'rotated/app.yaml': storeAt('counting', servers[0].port),
      'silent/app.yaml': storeAt('silent', servers[1].port),
    };
    for (const [name, text] of Object.entries({ ...apps, ...stores })) {
      await mkdir(join(repo, name, '..'), { recursive: true });
      await writeFile(join(repo, name), text);
    }
    await commitAll(repo);
    const config = join(folder, 'render-config.yaml');
    await writeFile(config, renderConfig);
    const env = { ...(await installCommand(folder)), ESO_RENDER_CONFIG: config };
    const second = join(folder, 'plugin-v2.yaml');
    await writeFile(second, await secondVersion());
    const own = join(folder, 'servers');
    await mkdir(own);
    const plugins = { pluginYaml, otherPlugins: [second] };
    argoCd = await startArgoCd({ argohost: path('argohost'), ...plugins, folder: own, env });
    return async () => {
      await argoCd.stop();
      for (const server of servers) server.close();
      await rm(folder, { recursive: true });
    };
  });

  test('the calls of one generation: it matches, announces parameters, prints the manifests', async () => {
    const [answer] = await argoCd.askPlugin(repo, 'shop');
    expect(answer).toMatchObject({ discovery: true, supported: true });
    expect(answer?.parameters).toMatchObject([
      { name: 'recurse' },
      { name: 'include' },
      { name: 'exclude' },
    ]);
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

  test('the Secret has the waves, hooks and options of its ExternalSecret, and is tracked as itself', async () => {
    const { manifests } = await argoCd.manifests(repo, 'waves', named);
    expect(parseAll(manifests).map(({ metadata }) => metadata.annotations)).toEqual([
      {
        'argocd.argoproj.io/hook': 'PreSync',
        'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
        'argocd.argoproj.io/sync-options': 'Prune=false',
        'argocd.argoproj.io/sync-wave': '-1',
        'argocd.argoproj.io/tracking-id': 'demo:/Secret:shop/early',
      },
    ]);
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

  test('what the UI shows of a plain folder: the parameters of plugin.yaml', async () => {
    const { type, parameters } = await argoCd.details(repo, 'shop', named);
    expect(type).toBe('Plugin');
    expect(parameters?.map(({ name }) => name)).toEqual(['recurse', 'include', 'exclude']);
  });

  test("what the UI shows of a chart: its parameters with the chart's values, before the others", async () => {
    const { parameters } = await argoCd.details(repo, 'chart', named);
    const names = parameters?.map(({ name }) => name) ?? [];
    expect(names.slice(0, 1)).toEqual(['values-files']);
    expect(names.slice(-3)).toEqual(['recurse', 'include', 'exclude']);
    expect(parameters?.find(({ name }) => name === 'helm-parameters')).toMatchObject({
      collectionType: 'map',
      map: { replicas: '2', 'image.tag': '1.10', 'hosts[0]': 'a.example.com' },
    });
  });

  test('parameters reach generate, and a name that is not known is told to the user', async () => {
    const plugin = (parameters: readonly unknown[]) => ({
      plugin: { name: 'eso-render', parameters },
    });
    const exclude = [{ name: 'exclude', string: '{shop,README}*' }];
    const { error } = await argoCd.manifests(
      repo,
      'shop',
      plugin([{ name: 'recursive', string: 'true' }]),
    );
    expect(error).toContain('the parameter "recursive" is not known');
    // Without the file of the ExternalSecret it is not the plugin's any more.
    const { error: unfound } = await argoCd.manifests(repo, 'shop', plugin(exclude));
    expect(unfound).toContain('could not find cmp-server plugin');
  });

  test('a second version beside the first, by name only', async () => {
    const { manifests } = await argoCd.manifests(repo, 'shop', 'eso-render-v2');
    expect(namesOf(parseAll(manifests)).toSorted()).toEqual(rendered.toSorted());
    // It has no discovery, so it takes what the first one would not.
    const plain = await argoCd.manifests(repo, 'plain', 'eso-render-v2');
    expect(namesOf(parseAll(plain.manifests))).toEqual(['ConfigMap plain']);
  });

  test('a refresh shows the cached Secret, a hard refresh the rotated one', async () => {
    const valueOf = async (cached: boolean): Promise<string | undefined> => {
      const { manifests } = await argoCd.manifests(repo, 'rotated', named, { cached });
      return secretOf(parseAll(manifests), 'rotated')['value'];
    };
    const first = await valueOf(true);
    expect(first).toBeDefined();
    expect(await valueOf(true)).toBe(first);
    const rotated = await valueOf(false);
    expect(rotated).not.toBe(first);
    expect(await valueOf(true)).toBe(rotated);
  });

  test("a store that does not answer: our deadline is before Argo CD's, and the message names the store", async () => {
    const { error } = await argoCd.manifests(repo, 'silent', named);
    expect(error).toContain('`eso-render generate` failed exit status 1: ');
    expect(error).toMatch(/error TIMEOUT ExternalSecret shop\/rotated \(app\.yaml:\d+:\d+\) /u);
    expect(error).toContain('SecretStore "silent"');
  });

  test('after three failures Argo CD repeats the last one, whose text says so, until a hard refresh', async () => {
    const asking = { cached: true, name: 'paused' };
    const ask = async (): Promise<string> =>
      (await argoCd.manifests(repo, 'silent', named, asking)).error ?? '';
    for (const _ of [1, 2, 3]) expect(await ask()).not.toContain('(cached)');
    const repeated = await ask();
    expect(repeated).toContain('Manifest generation error (cached)');
    expect(repeated).toContain('argocd app get paused --hard-refresh');
    const { error } = await argoCd.manifests(repo, 'silent', named, { name: 'paused' });
    expect(error).not.toContain('(cached)');
  });

  test("without our deadline Argo CD's own ends the run, and says little", async () => {
    const { error } = await argoCd.manifests(repo, 'silent', named, { timeout: '3s' });
    expect(error).toMatch(/DeadlineExceeded|killed/u);
    expect(error).not.toContain('silent');
  });

  test('20 generations at once through the repo-server', async () => {
    const { manifests, error } = await argoCd.manifests(repo, 'shop', named, { count: 20 });
    expect(error).toBeUndefined();
    expect(namesOf(parseAll(manifests)).toSorted()).toEqual(rendered.toSorted());
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
