// Tests the executable and the files of the image, in environments that have nothing else: no Node, no shell, no network.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, must, run, type RunOptions } from '../support/command.ts';
import { programs } from '../support/eso-render.ts';
import { describeWith } from '../support/tools.ts';
import { folderOf, newFolder } from './folder.ts';
import { namesOf, objectsOf } from './rendered.ts';
import { arm64, kustomize } from './tools.ts';

const root = resolve(import.meta.dirname, '../..');
const quickstart = join(root, 'examples/quickstart');
const manifests = ['store', 'shop'].map((name) =>
  readFileSync(join(quickstart, `${name}.yaml`), 'utf8'),
);
const input = manifests.join('---\n');

let folder: string;
let executable: string;

beforeAll(async () => {
  folder = await newFolder();
  executable = join(folder, 'eso-render');
  await must([process.execPath, 'scripts/executable.ts', process.arch, executable], { cwd: root });
});

afterAll(async () => rm(folder, { recursive: true }));

describe('the executable', () => {
  const nothing = { PATH: '', HOME: '/nonexistent' };

  test.each([
    { reason: 'a folder', args: [quickstart], options: {} },
    { reason: 'a stream', args: [], options: { input } },
    { reason: 'a plan', args: ['plan', quickstart], options: {} },
    { reason: 'help', args: ['--help'], options: {} },
    { reason: 'its version', args: ['--version'], options: {} },
    { reason: 'a mistake', args: ['--nonsense'], options: {} },
    { reason: 'an input that is not there', args: ['/nonexistent.yaml'], options: {} },
  ])('without a PATH, the bytes of the bundle: $reason', async ({ args, options }) => {
    const bundle = await run([...programs.bundle, ...args], options);
    expect(await run([executable, ...args], { ...options, env: nothing })).toEqual(bundle);
    expect(bundle.stdout + bundle.stderr).not.toBe('');
  });

  test('reads no chunk that is not needed', async () => {
    expect(await chunksOf('--version')).toContain('version');
    expect(await chunksOf('--version')).not.toContain('run-stream');
    const rendering = await chunksOf(quickstart);
    expect(rendering).toContain('run-stream');
    expect(rendering).not.toContain('secrets-manager');
    expect(rendering).not.toContain('parameter-store');
  });

  /** The names of the chunks that were evaluated, as V8 reports them. */
  async function chunksOf(...args: readonly string[]): Promise<readonly string[]> {
    const coverage = await folderOf({});
    await must([executable, ...args], { env: { NODE_V8_COVERAGE: coverage } });
    const [report = ''] = readdirSync(coverage);
    const { result } = JSON.parse(readFileSync(join(coverage, report), 'utf8')) as {
      readonly result: readonly { readonly url: string }[];
    };
    return result.flatMap(({ url }) => /chunks\/(.*)-[A-Z0-9]+\.mjs$/u.exec(url)?.[1] ?? []);
  }

  test('starts about as fast as the bundle', async () => {
    const bundle = await fastest([...programs.bundle, '--version']);
    expect(await fastest([executable, '--version'])).toBeLessThan(bundle * 1.5);
  });

  /** Of several runs, since others may be busy: milliseconds. */
  async function fastest(command: readonly string[]): Promise<number> {
    const times: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const start = performance.now();
      await must(command);
      times.push(performance.now() - start);
    }
    return Math.min(...times);
  }

  test('has a bill of materials in which Node is', () => {
    expect(readFileSync(`${executable}.cdx.json`, 'utf8')).toContain(
      `pkg:github/nodejs/node@v${process.versions.node}`,
    );
  });
});

describeWith('the executable in kustomize', { kustomize: await kustomize() }, (path) => {
  test('is the function where there is no Node', async () => {
    const target = join(root, 'examples/kustomize/transformer');
    const build = ['build', '--enable-alpha-plugins', '--enable-exec', target];
    const { code, stdout, stderr } = await run([path('kustomize'), ...build], {
      env: { PATH: folder },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(namesOf(objectsOf(stdout))).toEqual(['Secret database', 'Deployment shop']);
  });
});

describeWith('the executable for arm64', { arm64: await arm64() }, (path) => {
  test('renders the same bytes under an emulator', async () => {
    const other = join(folder, 'eso-render-arm64');
    await must([process.execPath, 'scripts/executable.ts', 'arm64', other], { cwd: root });
    const emulated = [path('arm64'), '-L', join(path('arm64'), '../../aarch64-linux-gnu'), other];
    expect(await must([...emulated, quickstart])).toBe(
      await must([...programs.bundle, quickstart]),
    );
  });
});

const dockerfile = readFileSync(join(root, 'distribution/Dockerfile'), 'utf8');
const [, final = ''] = dockerfile.split('\nFROM scratch\n');
const user = /^USER (\d+)$/mu.exec(final)?.[1] ?? 'none';
const entrypoint = /^ENTRYPOINT \["([^"]+)"\]$/mu.exec(final)?.[1] ?? 'none';
const variables = [...final.matchAll(/^ENV (\S+=\S+)$/gmu)].map(([, variable = '']) => variable);

/** How to run a program with a folder as its root: as the image's user where we are root, else in a user namespace. */
function inside(folder: string): readonly [program: string, ...args: readonly string[]] {
  return process.getuid?.() === 0
    ? ['chroot', `--userspec=${user}:${user}`, folder]
    : ['unshare', '--user', '--map-root-user', `--root=${folder}`];
}

const permitted = (await run([...inside('/'), '/bin/true'])).code === 0;
const reason = permitted ? '' : ' (skipped: neither chroot nor a user namespace is permitted)';

describe.skipIf(!permitted)(`the image${reason}`, () => {
  let image: string;

  beforeAll(async () => {
    image = join(folder, 'image');
    const assemble = [process.execPath, 'scripts/root-file-system.ts', executable, image];
    await must(assemble, { cwd: root });
  });

  /** What `docker run` would start, as the user and in the environment of the Dockerfile. */
  async function inImage(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    const [program, ...rest] = inside(image);
    const path = (await must(['sh', '-c', `command -v ${program}`])).trim();
    const clean = ['env', '-i', ...variables, path, ...rest];
    return run([...clean, entrypoint, ...args], options);
  }

  test('does not run as root, and finds its plugin', () => {
    expect(Number(user)).toBeGreaterThan(0);
    expect(readFileSync(join(image, 'etc/passwd'), 'utf8')).toContain(`:${user}:`);
    const plugin = join(image, 'home/argocd/cmp-server/config/plugin.yaml');
    expect(readFileSync(plugin, 'utf8')).toBe(readFileSync(join(root, 'plugin.yaml'), 'utf8'));
    expect(variables).toContain(`PATH=${join(entrypoint, '..')}`);
  });

  test('has no program but ours, and nothing that may be written but /tmp', () => {
    const names = readdirSync(image, { recursive: true, encoding: 'utf8' });
    const modes = names.map((name) => ({ name, mode: statSync(join(image, name)).mode }));
    expect(names.filter((name) => /(?:^|\/)(?:s?bin\/.|sh$|node$)/u.test(name))).toEqual([
      relative('/', entrypoint),
    ]);
    expect(modes.filter(({ mode }) => (mode & 0o002) !== 0).map(({ name }) => name)).toEqual([
      'tmp',
    ]);
    expect(modes.filter(({ mode }) => (mode & 0o6000) !== 0)).toEqual([]);
  });

  test('has certificates', () => {
    const bundle = readFileSync(join(image, 'etc/ssl/certs/ca-certificates.crt'), 'utf8');
    expect(bundle.match(/-----BEGIN CERTIFICATE-----/gu)?.length).toBeGreaterThan(50);
  });

  test('renders a stream, the bytes of the bundle', async () => {
    expect(await inImage([], { input })).toEqual(await run([...programs.bundle], { input }));
  });

  test('renders a folder that is mounted', async () => {
    await cp(quickstart, join(image, 'tmp/quickstart'), { recursive: true });
    const { stdout } = await run([...programs.bundle, quickstart]);
    expect(await inImage(['/tmp/quickstart'])).toEqual({ code: 0, stdout, stderr: '' });
  });

  test("opens the SDK's chunks", async () => {
    const store = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: quickstart, namespace: shop}
spec: {provider: {aws: {service: SecretsManager, region: eu-west-1}}}
`;
    const { code, stderr } = await inImage(['--no-ambient-credentials'], {
      input: [store, ...manifests.slice(1)].join('---\n'),
    });
    expect(code).toBe(1);
    expect(stderr).toContain('error CREDENTIALS ExternalSecret shop/database');
  });
});
