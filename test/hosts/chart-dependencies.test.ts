// Tests that a chart's dependencies come from chart repositories as in Argo CD itself, and only with the operator's word.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { commitAll, startArgoCd, type ArgoCd } from './argo-cd.ts';
import { folderOf, newFolder } from './folder.ts';
import { installCommand, pluginYaml } from './plugin-command.ts';
import { namesOf, type Rendered } from './rendered.ts';
import { type Ended, must, run } from '../support/command.ts';
import { createAuthority } from '../support/certificates.ts';
import { helm } from '../support/helm.ts';
import { describeWith } from '../support/tools.ts';
import { argohost } from './tools.ts';

const library: Readonly<Record<string, string>> = {
  'db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.2.3\n',
  'db/templates/a.yaml': `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: demo}
spec: {provider: {fake: {data: [{key: a, value: not-a-real-password}]}}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db}
spec: {secretStoreRef: {name: demo}, data: [{secretKey: a, remoteRef: {key: a}}]}
`,
  'db/templates/b.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: of-dependency}\n',
};

const own = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: of-chart}\n';

function chartWith(repository: string): Readonly<Record<string, string>> {
  return {
    'Chart.yaml': `apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: db, version: 1.x.x, repository: "${repository}"}]\n`,
    'templates/a.yaml': own,
  };
}

/** Files of a folder, for those who give the login where one is asked for. */
function fileServer(folder: string, login?: string): RequestListener {
  return ({ url = '', headers }, response) => {
    const expected = `Basic ${Buffer.from(login ?? '').toString('base64')}`;
    const file = join(folder, url);
    if (login !== undefined && headers.authorization !== expected) response.writeHead(401).end();
    else if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end();
  };
}

/** An OCI registry that holds one chart, as the distribution specification has it for reading. */
function registry(archive: string): RequestListener {
  const layer = readFileSync(archive);
  const config = Buffer.from('{"name":"db","version":"1.2.3","apiVersion":"v2"}');
  const described = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    size: bytes.length,
  });
  const type = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      config: described('application/vnd.cncf.helm.config.v1+json', config),
      layers: [described('application/vnd.cncf.helm.chart.content.v1.tar+gzip', layer)],
    }),
  );
  const blobs = new Map([config, layer].map((bytes) => [described('', bytes).digest, bytes]));
  return ({ url = '', method }, response) => {
    const [, kind = '', reference = ''] = /^\/v2\/charts\/db\/(\w+)\/(.+)$/.exec(url) ?? [];
    const tags = Buffer.from('{"name":"charts/db","tags":["1.2.3"]}');
    const bytes = kind === 'tags' ? tags : kind === 'manifests' ? manifest : blobs.get(reference);
    if (bytes === undefined) return response.writeHead(404).end();
    response.setHeader('content-type', kind === 'manifests' ? type : 'application/octet-stream');
    response.setHeader('content-length', bytes.length);
    response.setHeader('docker-content-digest', described('', bytes).digest);
    return response.end(method === 'HEAD' ? undefined : bytes);
  };
}

function namesIn({ manifests = [] }: { readonly manifests?: readonly string[] }) {
  return namesOf(manifests.map((text) => JSON.parse(text) as Rendered)).toSorted();
}

const tools = { argohost: await argohost(), helm: await helm(3) };

describeWith("a chart's dependencies in repositories", tools, (path) => {
  let folder: string;
  let env: { readonly PATH: string; readonly SSL_CERT_FILE: string };
  let withPlugin: ArgoCd;
  let without: ArgoCd;
  const at = { https: '', http: '', oci: '', login: '' };

  beforeAll(async () => {
    folder = await newFolder();
    const authority = await createAuthority('charts');
    const { key, cert } = await authority.issue('server', 'server');
    const ca = join(folder, 'ca.crt');
    await writeFile(ca, authority.ca);
    await authority.remove();
    const served = join(folder, 'served');
    for (const [name, text] of Object.entries(library)) {
      await mkdir(join(folder, 'library', name, '..'), { recursive: true });
      await writeFile(join(folder, 'library', name), text);
    }
    await must([path('helm'), 'package', join(folder, 'library/db'), '--destination', served]);
    await must([path('helm'), 'repo', 'index', served]);
    const servers = [
      createServer({ key, cert }, fileServer(served)),
      createHttpServer(fileServer(served)),
      createServer({ key, cert }, registry(join(served, 'db-1.2.3.tgz'))),
      createServer({ key, cert }, fileServer(served, 'reader:not-a-real-login')),
    ] as const;
    const [https, http, oci, login] = await Promise.all(
      servers.map(async (server) => {
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        return (server.address() as AddressInfo).port;
      }),
    );
    at.https = `https://127.0.0.1:${https}`;
    at.http = `http://127.0.0.1:${http}`;
    at.oci = `oci://127.0.0.1:${oci}/charts`;
    at.login = `https://127.0.0.1:${login}`;
    env = { ...(await installCommand(folder, [path('helm')])), SSL_CERT_FILE: ca };
    const config = join(folder, 'config.yaml');
    await writeFile(
      config,
      'apiVersion: eso-render.dev/v1alpha1\nkind: RenderConfig\nspec: {tools: {remote: true}}\n',
    );
    const start = async (name: string, plugin: { readonly pluginYaml?: string }) => {
      await mkdir(join(folder, name));
      const given = { env: { ...env, ESO_RENDER_CONFIG: config }, folder: join(folder, name) };
      return startArgoCd({ argohost: path('argohost'), ...given, ...plugin });
    };
    // What makes the chart ours is in the dependency: discovery cannot see it, so the application names the plugin.
    const plugin = parse(await readFile(pluginYaml, 'utf8')) as { readonly spec: object };
    const undiscovered = join(folder, 'plugin.yaml');
    await writeFile(
      undiscovered,
      stringify({ ...plugin, spec: { ...plugin.spec, discover: undefined } }),
    );
    withPlugin = await start('with', { pluginYaml: undiscovered });
    without = await start('without', {});
    return async () => {
      await withPlugin.stop();
      await without.stop();
      for (const server of servers) server.close();
      await rm(folder, { recursive: true });
    };
  });

  async function generate(
    files: Readonly<Record<string, string>>,
    { remote = true, own: variables = {} } = {},
  ): Promise<Ended & { readonly left: readonly string[] }> {
    const cwd = await folderOf(files);
    const outside = await folderOf({
      'config.yaml': `apiVersion: eso-render.dev/v1alpha1\nkind: RenderConfig\nspec: {tools: {remote: ${remote}}}\n`,
      'tmp/.keep': '',
    });
    const tmp = join(outside, 'tmp');
    const home = { HOME: '/nonexistent', TMPDIR: tmp, ARGOCD_APP_NAME: 'shop' };
    const ended = await run(['eso-render', 'generate'], {
      cwd,
      env: { ...env, ...home, ESO_RENDER_CONFIG: join(outside, 'config.yaml'), ...variables },
    });
    return { ...ended, left: readdirSync(tmp).filter((name) => name !== '.keep') };
  }

  test.each(['https', 'http', 'oci'] as const)(
    'from %s: the objects of Argo CD itself, and the Secret',
    async (kind) => {
      const repo = join(folder, `repo-${kind}`);
      await cp(await folderOf(chartWith(at[kind])), join(repo, 'shop'), { recursive: true });
      await commitAll(repo);
      const [native, rendered] = await Promise.all([
        without.manifests(repo, 'shop', {}),
        withPlugin.manifests(repo, 'shop', { plugin: { name: 'eso-render' } }),
      ]);
      expect([native.error, rendered.error]).toEqual([undefined, undefined]);
      const configMaps = ['ConfigMap of-chart', 'ConfigMap of-dependency'];
      expect(namesIn(native)).toEqual([...configMaps, 'ExternalSecret db', 'SecretStore demo']);
      expect(namesIn(rendered)).toEqual([...configMaps, 'Secret db']);
    },
  );

  test('with a lock file, as "helm dependency update" leaves it', async () => {
    const files = chartWith(at.https);
    const cwd = await folderOf(files);
    const home = { HOME: await folderOf({}) };
    await must([path('helm'), 'dependency', 'update', '.'], { cwd, env: { ...env, ...home } });
    const lock = readFileSync(join(cwd, 'Chart.lock'), 'utf8');
    const { code, stdout, left } = await generate({ ...files, 'Chart.lock': lock });
    expect({ code, left }).toEqual({ code: 0, left: [] });
    expect(stdout).toContain('name: of-dependency');
  });

  test("a login of the operator's, in a file of his", async () => {
    const list = `apiVersion: ""\nrepositories: [{name: own, url: "${at.login}", username: reader, password: not-a-real-login}]\n`;
    const config = join(await folderOf({ 'repositories.yaml': list }), 'repositories.yaml');
    const variables = { HELM_REPOSITORY_CONFIG: config };
    const { code, stdout } = await generate(chartWith(at.login), { own: variables });
    expect(code).toBe(0);
    expect(stdout).toContain('name: of-dependency');
    const named = await generate(chartWith('@own'), { own: variables });
    expect(named.stdout).toContain('name: of-dependency');
    expect(readFileSync(config, 'utf8')).toBe(list);
  });

  test.each([
    {
      reason: 'without the word of the operator',
      repository: () => at.https,
      remote: false,
      words: ['helm dependency build failed', 'nothing is fetched here', 'spec.tools.remote'],
    },
    {
      reason: 'from a repository that wants a login',
      repository: () => at.login,
      words: ['helm repo add failed', '401', 'HELM_REPOSITORY_CONFIG', 'charts/'],
    },
    {
      reason: 'from a repository where nobody answers',
      repository: () => 'https://127.0.0.1:1/charts',
      words: ['helm repo add failed', 'cannot be reached', 'the sidecar has to reach'],
    },
    {
      reason: 'by a name that is not known',
      repository: () => '@company',
      words: ['helm dependency build failed', '@company', 'HELM_REPOSITORY_CONFIG'],
    },
    {
      reason: 'from an address with a login in it',
      repository: () => at.login.replace('//', '//reader:not-a-real-login@'),
      words: ['error INPUT (Chart.yaml:1:1)', 'holds a login', 'HELM_REPOSITORY_CONFIG'],
    },
  ])('$reason: an error that says what to do', async ({ repository, remote = true, words }) => {
    const { code, stdout, stderr, left } = await generate(chartWith(repository()), { remote });
    expect({ code, stdout, left }).toEqual({ code: 1, stdout: '', left: [] });
    for (const word of words) expect(stderr).toContain(word);
    expect(stderr).not.toContain('not-a-real-login');
  });
});
