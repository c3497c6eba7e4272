// Owns the shipped bundle: ESM for Node 20 and later, the SDKs in chunks that load when a store needs them.
import { rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const outdir = 'dist';

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

rmSync(outdir, { recursive: true, force: true });
const result = await build({
  entryPoints: { main: 'plugin/main.ts' },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  legalComments: 'none',
  chunkNames: 'chunks/[name]-[hash]',
  outExtension: { '.js': '.mjs' },
  banner: { js: commonJsBanner },
  // The AWS SDK's notice about older versions of Node would stand in the host's UI.
  define: { 'process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED': '"true"' },
});
writeFileSync(`${outdir}/eso-render.mjs`, entry, { mode: 0o755 });
writeFileSync(`${outdir}/meta.json`, JSON.stringify(result.metafile));
