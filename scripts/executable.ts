// Owns the executable: Node and the bundle of dist/ in one file, with a bill of materials beside it. `node scripts/executable.ts [x64|arm64] [FILE]`, on Linux.
import { execFile } from 'node:child_process';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { sbomWithNode } from './sbom.ts';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const root = resolve(import.meta.dirname, '..');
/** The place in Node's own binary that says whether there is something in it to start; fixed by Node. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const [architecture = process.arch, file = `out/eso-render-linux-${architecture}`] =
  process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'eso-render-executable-'));
try {
  const blob = await makeBlob();
  await mkdir(dirname(resolve(file)), { recursive: true });
  await copyFile(await nodeFor(architecture), file);
  await chmod(file, 0o755);
  const inject = [require.resolve('postject/dist/cli.js'), file, 'NODE_SEA_BLOB', blob];
  await run(process.execPath, [...inject, '--sentinel-fuse', fuse]);
  const bundled = await readFile(join(root, 'dist/sbom.cdx.json'), 'utf8');
  await writeFile(`${file}.cdx.json`, sbomWithNode(bundled, process.versions.node));
} finally {
  await rm(folder, { recursive: true });
}

/** What is put into Node: the start, and the files of the bundle as they are, without code that only one machine could use. */
async function makeBlob(): Promise<string> {
  // Relative, since the path of the start stays in the result.
  const main = 'main.cjs';
  const output = 'blob';
  await build({
    entryPoints: [join(root, 'scripts/executable-main.ts')],
    outfile: join(folder, main),
    format: 'cjs',
    platform: 'node',
    target: 'node24',
  });
  const chunks = await readdir(join(root, 'dist/chunks'));
  const names = ['main.mjs', ...chunks.toSorted().map((name) => `chunks/${name}`)];
  const config = {
    main,
    output,
    disableExperimentalSEAWarning: true,
    assets: Object.fromEntries(names.map((name) => [name, join(root, 'dist', name)])),
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await run(process.execPath, ['--experimental-sea-config', 'config.json'], { cwd: folder });
  return join(folder, output);
}

/** The Node that runs this, or the same version for another processor out of the npm registry. */
async function nodeFor(architecture: string): Promise<string> {
  if (architecture === process.arch) return process.execPath;
  const name = `node-linux-${architecture}@${process.versions.node}`;
  const { stdout } = await run('npm', ['pack', '--silent', '--prefer-offline', name], {
    cwd: folder,
  });
  await run('tar', ['-xzf', stdout.trim(), 'package/bin/node'], { cwd: folder });
  return join(folder, 'package/bin/node');
}
