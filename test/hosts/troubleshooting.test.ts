// Tests docs/troubleshooting.md: each block is what a host shows for a mistake of `mistakes/`. UPDATE_TROUBLESHOOTING=1
// rewrites the blocks, and fails.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ended, run } from '../support/command.ts';
import { describeWith, installed } from '../support/tools.ts';
import { type OpenBao, startOpenBao } from '../servers/openbao.ts';
import { type ArgoCd, commitAll, startArgoCd } from './argo-cd.ts';
import { newFolder } from './folder.ts';
import { installCommand, pluginYaml } from './plugin-command.ts';
import { argohost, kustomize } from './tools.ts';

const page = resolve(import.meta.dirname, '../../docs/troubleshooting.md');
const updates = process.env['UPDATE_TROUBLESHOOTING'] === '1';
const mistakes = readdirSync(join(import.meta.dirname, 'mistakes'));
/** Mistakes of a call and not of manifests: `not-started` in every host, `plaintext` in kpt. */
const inEveryHost = [...mistakes, 'not-started'];
const hosts = ['kustomize', 'kpt', 'argo-cd'] as const;
type Host = (typeof hosts)[number];

function blockOf(mistake: string, host: Host): RegExp {
  return new RegExp(`(\`\`\`text ${mistake} ${host}\\n)([^]*?)(?=\`\`\`\\n)`, 'u');
}

/** The block of the page; where the page is being rewritten, what is shown is put there first. */
function recorded(mistake: string, host: Host, shown: string): string | undefined {
  const text = readFileSync(page, 'utf8');
  const block = blockOf(mistake, host);
  if (updates)
    writeFileSync(
      page,
      text.replace(block, (_, fence: string) => fence + shown),
    );
  return block.exec(text)?.[2];
}

let folder: string;
let env: { readonly PATH: string };
let bao: OpenBao;
let token: string;

beforeAll(async () => {
  folder = await newFolder();
  env = await installCommand(folder);
  bao = await startOpenBao();
  token = await tokenWithoutRights();
});

afterAll(async () => {
  await bao.stop();
  await rm(folder, { recursive: true });
});

async function tokenWithoutRights(): Promise<string> {
  const answer = await fetch(`${bao.url}/v1/auth/token/create`, {
    method: 'POST',
    headers: { 'X-Vault-Token': bao.token },
    body: JSON.stringify({ policies: ['default'] }),
  });
  const { auth } = (await answer.json()) as { readonly auth: { readonly client_token: string } };
  return auth.client_token;
}

const server = 'http://127.0.0.1:8200';

/** The mistake as a folder `shop`, with the address of the real server and its token. */
async function folderWith(host: Host, mistake: string): Promise<string> {
  const target = join(folder, host, mistake, 'shop');
  await cp(join(import.meta.dirname, 'mistakes', mistake), target, { recursive: true });
  const file = join(target, 'app.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(server, bao.url).replace('TOKEN', token));
  return target;
}

/** What changes from run to run is not in the page: the server's address, folders of the test, times. */
function lasting(text: string): string {
  const lines = text
    .replaceAll(bao.url, server)
    .replaceAll(folder, '')
    .replaceAll(/ in [\d.]+m?s$/gmu, '')
    .replaceAll(/ +$/gmu, '');
  return `${lines.trim()}\n`;
}

test('the page shows every mistake in every host, and is not being rewritten', () => {
  const text = readFileSync(page, 'utf8');
  const blocks = [...text.matchAll(/^```text (\S+ \S+)$/gmu)].map(([, name = '']) => name);
  const expected = inEveryHost.flatMap((mistake) => hosts.map((host) => `${mistake} ${host}`));
  expect(blocks.toSorted()).toEqual([...expected, 'plaintext kpt'].toSorted());
  expect(mistakes).toHaveLength(10);
  expect(updates).toBe(false);
});

describeWith('troubleshooting in kustomize', { kustomize: await kustomize() }, (path) => {
  const files = {
    'kustomization.yaml': 'resources: [app.yaml]\ntransformers: [render.yaml]\n',
    'render.yaml': `apiVersion: eso-render.dev/v1alpha1
kind: RenderConfig
metadata:
  name: render
  annotations:
    config.kubernetes.io/function: "exec: {path: eso-render}"
`,
  };

  async function build(mistake: string, ...flags: readonly string[]): Promise<Ended> {
    const target = await folderWith('kustomize', mistake);
    for (const [name, text] of Object.entries(files)) await writeFile(join(target, name), text);
    return run([path('kustomize'), 'build', ...flags, '.'], { cwd: target, env });
  }

  async function shown(mistake: string, ...flags: readonly string[]): Promise<string> {
    const ended = await build(mistake, ...flags);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    return lasting(ended.stderr);
  }

  test.each(mistakes)('%s', async (mistake) => {
    const text = await shown(mistake, '--enable-alpha-plugins', '--enable-exec');
    expect(text).toBe(recorded(mistake, 'kustomize', text));
  });

  test('a function that is not started', async () => {
    const text = await shown('secret-not-found');
    expect(text).toBe(recorded('not-started', 'kustomize', text));
  });

  test('with one flag of the two kustomize says nothing, as the page warns', async () => {
    const { code, stdout, stderr } = await build('secret-not-found', '--enable-alpha-plugins');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('kind: ExternalSecret');
    expect(readFileSync(page, 'utf8')).toContain('With the first of them alone');
  });
});

describeWith('troubleshooting in kpt', { kpt: installed('kpt') }, (path) => {
  async function shown(
    mistake: string,
    exec: string,
    ...flags: readonly string[]
  ): Promise<string> {
    const target = await folderWith('kpt', mistake);
    const pipeline = `pipeline:\n  mutators:\n    - exec: ${exec}\n`;
    const kptfile = `apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: shop\n${pipeline}`;
    await writeFile(join(target, 'Kptfile'), kptfile);
    const ended = await run([path('kpt'), 'fn', 'render', ...flags], { cwd: target, env });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    return lasting(ended.stderr);
  }

  test.each(mistakes)('%s', async (mistake) => {
    const text = await shown(mistake, 'eso-render', '--allow-exec', '-o', 'unwrap');
    expect(text).toBe(recorded(mistake, 'kpt', text));
  });

  test('a function that is not started', async () => {
    const text = await shown('secret-not-found', 'eso-render', '-o', 'unwrap');
    expect(text).toBe(recorded('not-started', 'kpt', text));
  });

  test('a Secret in a file of the package', async () => {
    const text = await shown('template-error', 'eso-render', '--allow-exec');
    expect(text).toBe(recorded('plaintext', 'kpt', text));
  });
});

describeWith('troubleshooting in Argo CD', { argohost: await argohost() }, (path) => {
  let argoCd: ArgoCd;
  let repo: string;

  beforeAll(async () => {
    for (const mistake of mistakes) await folderWith('argo-cd', mistake);
    repo = join(folder, 'argo-cd');
    const plain = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\n';
    await mkdir(join(repo, 'not-started/shop'), { recursive: true });
    await writeFile(join(repo, 'not-started/shop/app.yaml'), plain);
    await commitAll(repo);
    const servers = join(folder, 'servers');
    await mkdir(servers);
    argoCd = await startArgoCd({ argohost: path('argohost'), pluginYaml, folder: servers, env });
    return async () => argoCd.stop();
  });

  async function shown(mistake: string, plugin?: string): Promise<string> {
    const { error, manifests } = await argoCd.manifests(repo, `${mistake}/shop`, plugin);
    expect(manifests).toBeUndefined();
    return lasting(error ?? '');
  }

  test.each(mistakes)('%s', async (mistake) => {
    const text = await shown(mistake, 'eso-render');
    expect(text).toBe(recorded(mistake, 'argo-cd', text));
  });

  test('a plugin that is not started', async () => {
    const text = await shown('not-started');
    expect(text).toBe(recorded('not-started', 'argo-cd', text));
  });
});
