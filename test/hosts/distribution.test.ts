// Tests what is published: the npm package where there is no registry, its bill of materials, its licences, its man page.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must, run } from '../support/command.ts';
import { programs } from '../support/eso-render.ts';
import { folderOf, newFolder } from './folder.ts';

const root = resolve(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const dist = join(root, 'dist');
const quickstart = join(root, 'examples/quickstart');

describe('the package', () => {
  let folder: string;
  let archive: string;
  let env: Record<string, string>;
  let files: readonly string[];

  beforeAll(async () => {
    folder = await newFolder();
    // Empty home and cache, and a registry at which nobody answers: what is needed has to be in the package.
    env = {
      HOME: folder,
      npm_config_userconfig: join(folder, '.npmrc'),
      npm_config_cache: join(folder, 'cache'),
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
    };
    const pack = ['npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', folder];
    const [packed] = JSON.parse(await must(pack, { cwd: root, env })) as readonly {
      readonly filename: string;
      readonly files: readonly { readonly path: string }[];
    }[];
    files = (packed?.files ?? []).map(({ path }) => path);
    archive = join(folder, packed?.filename ?? '');
    await must(['npm', 'install', '--no-audit', '--no-fund', archive], { cwd: folder, env });
  });

  afterAll(async () => rm(folder, { recursive: true }));

  test('holds the bundle and what belongs to it, and no source', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'dist/THIRD-PARTY-LICENSES.txt',
        'dist/eso-render.1',
        'dist/eso-render.mjs',
        'dist/main.mjs',
        'dist/sbom.cdx.json',
        'package.json',
        'plugin.yaml',
      ]),
    );
    const known = /^(?:LICENSE|README\.md|package\.json|plugin\.yaml|dist\/(?!meta)|schemas\/)/;
    expect(files.filter((file) => !known.test(file))).toEqual([]);
  });

  test('needs no other package', () => {
    const packages = readdirSync(join(folder, 'node_modules')).filter(
      (name) => !name.startsWith('.'),
    );
    expect(packages).toEqual(['eso-render']);
  });

  test('renders with npx, the bytes of the bundle', async () => {
    const npx = ['npx', '--no-install', 'eso-render', quickstart];
    expect(await must(npx, { cwd: folder, env })).toBe(
      await must([...programs.bundle, quickstart]),
    );
  });

  test('renders with npx out of the package itself, in an empty folder', async () => {
    const npx = ['npx', '--yes', `--package=${archive}`, 'eso-render', quickstart];
    const empty = await folderOf({});
    const home = { ...env, HOME: empty, npm_config_cache: join(empty, 'cache') };
    expect(await must(npx, { cwd: empty, env: home })).toBe(
      await must([...programs.bundle, quickstart]),
    );
  });

  test('says which release, commit and build it is', async () => {
    const said = await must(['npx', '--no-install', 'eso-render', '--version'], {
      cwd: folder,
      env,
    });
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    expect(said).toMatch(
      /^eso-render \S+ \(commit (?:[0-9a-f]{12}(?:-modified)?|unknown), build [0-9a-f]{12}\)\n$/u,
    );
    expect(said).toContain(` ${version} `);
  });
});

describe('a build', () => {
  test('somewhere else, of the same sources, is the same', async () => {
    const folder = await folderOf({});
    const env = { ESO_RENDER_COMMIT: '0123456789abcdef' };
    const built = [join(folder, 'one'), join(folder, 'two')];
    for (const clone of built) {
      const sources = ['plugin', 'schemas', 'scripts', 'distribution', 'esbuild.ts', 'LICENSE'];
      await must(['mkdir', clone]);
      await must(['cp', '-r', ...sources, 'package.json', 'package-lock.json', clone], {
        cwd: root,
      });
      await must(['ln', '-s', join(root, 'node_modules'), clone]);
      await must([process.execPath, 'esbuild.ts'], { cwd: clone, env });
    }
    const [one = '', two = ''] = built.map((clone) => join(clone, 'dist'));
    expect(await run(['diff', '-r', one, two])).toMatchObject({ code: 0, stdout: '' });
    expect(await must([process.execPath, join(one, 'eso-render.mjs'), '--version'])).toMatch(
      /\(commit 0123456789ab, build [0-9a-f]{12}\)/u,
    );
  });

  test('without a repository has an unknown commit', async () => {
    const clone = await folderOf({});
    await must(['cp', '-r', 'scripts', clone], { cwd: root });
    const code =
      "import('./scripts/commit.ts').then(async (m) => process.stdout.write(await m.commitOfSources()))";
    const said = await must([process.execPath, '-e', code], {
      cwd: clone,
      env: { ESO_RENDER_COMMIT: '' },
    });
    expect(said).toBe('unknown');
  });
});

type Bom = {
  readonly components: readonly {
    readonly purl: string;
    readonly group?: string;
    readonly name: string;
    readonly version: string;
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
};

describe('what is bundled', () => {
  const bom = JSON.parse(readFileSync(join(dist, 'sbom.cdx.json'), 'utf8')) as Bom;
  const { outputs } = JSON.parse(readFileSync(join(dist, 'meta.json'), 'utf8')) as {
    readonly outputs: Readonly<
      Record<
        string,
        { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }
      >
    >;
  };
  const files = Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0),
  );
  const folders = files.flatMap(
    (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(file)?.[0] ?? [],
  );
  const bundled = [...new Set([...folders, 'node_modules/ajv'])].map((folder) => {
    const { name, version } = JSON.parse(
      readFileSync(join(root, folder, 'package.json'), 'utf8'),
    ) as { readonly name: string; readonly version: string };
    return `${name} ${version}`;
  });

  test('is in the bill of materials, and nothing else is', () => {
    const listed = bom.components.map(({ group, name, version }) =>
      group === undefined ? `${name} ${version}` : `${group}/${name} ${version}`,
    );
    expect(listed.toSorted()).toEqual(bundled.toSorted());
    expect(listed.length).toBeGreaterThan(20);
  });

  test('has its licence in the file of licences', () => {
    const text = readFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    const heads = [...text.matchAll(/^(\S+ \d\S+) \([^)]+\)$/gmu)].map(([, head = '']) => head);
    expect(heads.toSorted()).toEqual(bundled.toSorted());
    for (const part of text.split(/^-{80}\n(?:\S+ \S+ \(.*\)\n)+-{80}$/mu).slice(1))
      expect(part).toMatch(/Permission|Redistribution|TERMS AND CONDITIONS/u);
  });

  test('is listed as CycloneDX wants it', () => {
    const library = require.resolve('@cyclonedx/cyclonedx-library/package.json');
    const schemas = join(library, '../res/schema');
    const schema = (name: string): object =>
      JSON.parse(readFileSync(join(schemas, `${name}.SNAPSHOT.schema.json`), 'utf8')) as object;
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const part of ['spdx', 'jsf-0.82'])
      ajv.addSchema(schema(part), `http://cyclonedx.org/schema/${part}.SNAPSHOT.schema.json`);
    const validate = ajv.compile(schema('bom-1.6'));
    validate(bom);
    expect(validate.errors).toBe(null);
    expect(validate({ ...bom, components: [{ type: 'library' }] })).toBe(false);
  });

  test('is reached from the product', () => {
    const edges = new Map(bom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    const reached = new Set(['pkg:npm/eso-render@0.1.0']);
    for (const ref of reached) for (const next of edges.get(ref) ?? []) reached.add(next);
    expect(bom.components.filter(({ purl }) => !reached.has(purl))).toEqual([]);
  });
});

const groff = existsSync('/usr/bin/groff');

describe.skipIf(!groff)(`the man page${groff ? '' : ' (skipped: groff is not installed)'}`, () => {
  const page = join(dist, 'eso-render.1');

  test('has no warning', async () => {
    expect(await run(['groff', '-man', '-ww', '-z', page])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('shows options as they are typed', async () => {
    const text = await must(['groff', '-man', '-Tascii', '-P-cbou', page]);
    expect(text).toContain('-n, --namespace NAME');
    expect(text).toMatch(/EXIT STATUS\n\s+0\s+Fine\./u);
  });
});
