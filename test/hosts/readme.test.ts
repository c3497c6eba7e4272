// Tests README.md: every line that it has people type is executed, section after section, in one folder that is empty at first.
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, must, run } from '../support/command.ts';
import { helm } from '../support/helm.ts';
import { describeWith, installed } from '../support/tools.ts';
import { newFolder } from './folder.ts';
import { namesOf, objectsOf, secretOf } from './rendered.ts';
import { kustomize } from './tools.ts';

const programs = { kustomize: await kustomize(), helm3: await helm(3) };
const root = resolve(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const database = { username: 'shop', password: 'not-a-real-password' };

/** Lines that are not executed here, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  'npm ci && npm test': 'it is what runs this test, and CI begins with it',
  'npm run executable -- x64': 'distribution-executable.test.ts makes it, and runs it without Node',
  'docker build -f distribution/Dockerfile --build-arg COMMIT="$(git rev-parse HEAD)" -t eso-render:0.1.0 .':
    'there is no daemon; distribution-executable.test.ts puts the same files together, and runs them',
};

type Section = {
  readonly title: string;
  readonly blocks: readonly string[];
  readonly text: string;
};

const sections: readonly Section[] = readme
  .split(/^## /mu)
  .slice(1)
  .map((text) => ({
    title: text.slice(0, text.indexOf('\n')),
    blocks: [...text.matchAll(/^```sh\n([^]*?)^```$/gmu)].map(([, block = '']) => block),
    text,
  }));

function sectionOf(title: string): Section {
  const found = sections.find((section) => section.title === title);
  if (found === undefined) throw new Error(`no section ${title}`);
  return found;
}

/** Without the lines that are executed elsewhere. */
function scriptOf(block: string): string {
  const lines = block.split('\n').filter((line) => !Object.hasOwn(elsewhere, line));
  return lines.join('\n');
}

let folder: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await newFolder();
  const bin = join(folder, 'bin');
  await mkdir(bin);
  // The cluster of this test keeps what it is given; of kubectl itself only `kustomize` is real.
  const kubectl = installed('kubectl');
  const real = 'path' in kubectl ? `exec ${kubectl.path} "$@"` : 'exit 1';
  const apply = `if [ "$1" = apply ]; then cat > "${join(folder, 'applied')}"; else ${real}; fi`;
  await writeFile(join(bin, 'kubectl'), `#!/bin/sh\n${apply}\n`, { mode: 0o755 });
  env = {
    HOME: folder,
    npm_config_prefix: folder,
    npm_config_cache: join(folder, 'cache'),
    // What is needed has to be in the package: nobody answers.
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_update_notifier: 'false',
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
  };
});

afterAll(async () => rm(folder, { recursive: true }));

/** As somebody types it who stops at the first failure. */
async function type(block: string, cwd: string, hosts: readonly string[] = []): Promise<Ended> {
  const PATH = [...hosts.map((program) => dirname(program)), env['PATH']].join(':');
  return run(['bash', '-euc', block], { cwd, env: { ...env, PATH } });
}

async function typed(block: string, cwd: string, hosts?: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await type(scriptOf(block), cwd, hosts);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout;
}

test('what is not executed here stands in it', () => {
  const lines = new Set(sections.flatMap(({ blocks }) => blocks.join('').split('\n')));
  expect(Object.keys(elsewhere).filter((line) => !lines.has(line))).toEqual([]);
});

test('every section with a command is executed here', () => {
  expect(sections.filter(({ blocks }) => blocks.length > 0).map(({ title }) => title)).toEqual([
    'Try it',
    'Install',
    'First render',
    'Argo CD',
    'kustomize',
    'kpt',
    'Helm',
    'CI',
  ]);
});

test.each(['Install', 'First render', 'Argo CD', 'kustomize', 'kpt', 'Helm', 'CI'])(
  '%s is a screen of text at most',
  (title) => {
    expect(sectionOf(title).text.split('\n').length).toBeLessThanOrEqual(60);
  },
);

test.each([
  { what: 'providers', of: 'provider', row: /^\| providers (.*?): \[/mu, name: /`(\w+)`/gu },
  {
    what: 'generators',
    of: 'generator',
    row: /^\| generators (.*?), ClusterGenerator/mu,
    name: /(\w+)/gu,
  },
])('its table has the $what that there are', ({ what, of, row, name }) => {
  const registry = readFileSync(join(root, 'plugin', what, 'registry.ts'), 'utf8');
  const there = [...registry.matchAll(new RegExp(`\\{ ${of} as (\\w+) \\}`, 'gu'))].map(
    ([, one = '']) => one,
  );
  const said = [...(row.exec(readme)?.[1] ?? '').matchAll(name)].map(([, one = '']) => one);
  const inOrder = (names: readonly string[]): readonly string[] =>
    names.map((one) => one.toLowerCase()).toSorted();
  expect(inOrder(said)).toEqual(inOrder(there));
});

test('what it links to is there', async () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/gu)].map(([, path = '']) => path);
  const missing = await Promise.all(
    links.map(async (path) =>
      (await run(['test', '-e', join(root, path)])).code === 0 ? [] : path,
    ),
  );
  expect(links.length).toBeGreaterThan(15);
  expect(missing.flat()).toEqual([]);
});

describe('in a clone', () => {
  let clone: string;

  beforeAll(async () => {
    clone = await mkdtemp(join(folder, 'clone-'));
    const files = (
      await must(['git', 'ls-files', '-co', '--exclude-standard'], { cwd: root })
    ).trim();
    await must(['tar', '-cf', join(folder, 'clone.tar'), '-T', '-'], { cwd: root, input: files });
    await must(['tar', '-xf', join(folder, 'clone.tar')], { cwd: clone });
    // `npm ci` has made the folder from which this test runs.
    await symlink(join(root, 'node_modules'), join(clone, 'node_modules'));
  });

  const withoutCi = (block: string): string => block.replaceAll('npm ci && ', '');

  test('Try it', async () => {
    const [demo = ''] = sectionOf('Try it').blocks;
    expect(await typed(withoutCi(demo), clone)).toMatch(
      /^kind: Secret\nmetadata:\n  name: database$/mu,
    );
  });

  test('Install', async () => {
    const [install = ''] = sectionOf('Install').blocks;
    expect(await typed(withoutCi(install), clone)).toMatch(/^eso-render 0\.1\.0 \(commit /mu);
  });
});

describe('in an empty folder, with what is installed', () => {
  let cwd: string;

  beforeAll(async () => {
    cwd = await mkdtemp(join(folder, 'empty-'));
  });

  test('First render', async () => {
    const { blocks, text } = sectionOf('First render');
    const [render = '', checks = ''] = blocks;
    expect(await typed(render, cwd)).toBe(/^```yaml\n([^]*?)^```$/mu.exec(text)?.[1]);
    expect(await typed(checks, cwd)).toContain(
      'ExternalSecret default/database -> Secret default/database',
    );
  });

  test('Argo CD', async () => {
    const [generate = ''] = sectionOf('Argo CD').blocks;
    expect(secretOf(objectsOf(await typed(generate, cwd)), 'database')).toEqual(database);
  });

  test('CI', async () => {
    const [script = ''] = sectionOf('CI').blocks;
    expect(await typed(script, cwd)).toContain('-> Secret default/database');
    const applied = readFileSync(join(folder, 'applied'), 'utf8');
    expect(secretOf(objectsOf(applied), 'database')).toEqual(database);
  });

  describeWith('kustomize', { kustomize: programs.kustomize }, (path) => {
    test('a function', async () => {
      const [build = ''] = sectionOf('kustomize').blocks;
      const objects = objectsOf(await typed(build, cwd, [path('kustomize')]));
      expect(namesOf(objects)).toEqual(['Secret database']);
      expect(secretOf(objects, 'database')).toEqual(database);
    });
  });

  describeWith('kubectl', { kubectl: installed('kubectl') }, () => {
    test('a pipe', async () => {
      const [, pipe = ''] = sectionOf('kustomize').blocks;
      expect(secretOf(objectsOf(await typed(pipe, cwd)), 'database')).toEqual(database);
    });
  });

  describeWith('kpt', { kpt: installed('kpt') }, () => {
    test('a package', async () => {
      const [script = ''] = sectionOf('kpt').blocks;
      expect(secretOf(objectsOf(await typed(script, cwd)), 'database')).toEqual(database);
    });
  });

  describeWith('Helm', { helm3: programs.helm3 }, (path) => {
    test('a chart', async () => {
      const [script = ''] = sectionOf('Helm').blocks;
      const objects = objectsOf(await typed(script, cwd, [path('helm3')]));
      expect(namesOf(objects)).toEqual(['Secret database', 'Secret database']);
    });
  });
});
