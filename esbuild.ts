// Owns the shipped bundle: ESM for Node 20 and later, the SDKs in chunks that load when a store needs them.
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type OutputFile, type Plugin } from 'esbuild';
import packageJson from './package.json' with { type: 'json' };
import { accompany } from './scripts/accompany.ts';
import { commitOfSources } from './scripts/commit.ts';

const outdir = 'dist';
/** Stands in the code where the build's own hash is put, which is of everything else. */
const buildPlaceholder = '@build-hash@';

/** CommonJS packages in an ESM bundle expect these. */
const commonJsBanner = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = __fileURLToPath(import.meta.url);',
  "const __dirname = __fileURLToPath(new URL('.', import.meta.url));",
].join('\n');

/** Plain enough for any Node that reads .mjs at all: says what is needed, and goes no further. */
const entry = `#!/usr/bin/env node
// Owns the check of Node's version, before anything that an old one could not read.
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  process.stderr.write('eso-render: Node ' + process.versions.node + ' is too old: 20 or newer is needed\\n');
  process.exit(2);
}
import('./main.mjs');
`;

/** Of package.json the program knows name and version; what it is developed with must not change the bundle. */
const nameAndVersion: Plugin = {
  name: 'name-and-version',
  setup: (build) => {
    const { name, version } = packageJson;
    const own = join(import.meta.dirname, 'package.json');
    build.onLoad({ filter: /package\.json$/ }, ({ path }) =>
      path === own ? { contents: JSON.stringify({ name, version }), loader: 'json' } : undefined,
    );
  },
};

/** The proxy agents' package `debug` would write URLs to standard error wherever `DEBUG` is set: in its place stands nothing. */
const noDebugOutput: Plugin = {
  name: 'no-debug-output',
  setup: (build) => {
    build.onLoad({ filter: /[\\/]node_modules[\\/]debug[\\/]src[\\/]index\.js$/ }, () => ({
      contents: 'module.exports = () => () => {};',
      loader: 'js',
    }));
  },
};

/**
 * What an import of one of these reads, all that it exports, loads much of Node that nobody asked for: `http` has a
 * WebSocket, and so undici, `process` has standard input. Required, they give what is asked for.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup: (build) => {
    const namespace = 'builtin';
    build.onResolve({ filter: /^(?:node:)?(?:http|https|process|util)$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace, sideEffects: false } : { external: true },
    );
    build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
      loader: 'js',
    }));
  },
};

rmSync(outdir, { recursive: true, force: true });
const { outputFiles, metafile } = await build({
  entryPoints: { main: 'plugin/main.ts' },
  outdir,
  write: false,
  bundle: true,
  // Paths are part of the chunks' hashes, and must not tell where node_modules really is.
  preserveSymlinks: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  // Unlike their CommonJS twins, the ES modules of a package lose what nobody uses.
  mainFields: ['module', 'main'],
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  legalComments: 'none',
  chunkNames: 'chunks/[name]-[hash]',
  outExtension: { '.js': '.mjs' },
  banner: { js: commonJsBanner },
  plugins: [nameAndVersion, noDebugOutput, lazyBuiltins],
  define: {
    // The AWS SDK's notice about older versions of Node would stand in the host's UI.
    'process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED': '"true"',
    ESO_RENDER_BUILD: JSON.stringify(
      `commit ${await commitOfSources()}, build ${buildPlaceholder}`,
    ),
  },
});
const hash = hashOf(outputFiles);
for (const { path, text } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text.replaceAll(buildPlaceholder, hash));
}
writeFileSync(`${outdir}/eso-render.mjs`, entry, { mode: 0o755 });
writeFileSync(`${outdir}/meta.json`, JSON.stringify(metafile));
await accompany(metafile, outdir);

/** Of names and contents, wherever the folder is. */
function hashOf(files: readonly OutputFile[]): string {
  const hash = createHash('sha256').update(entry);
  const texts = files.map(({ path, text }) => `${path.slice(import.meta.dirname.length)}\0${text}`);
  for (const text of texts.toSorted()) hash.update(`${text}\0`);
  return hash.digest('hex').slice(0, buildPlaceholder.length);
}
