// Owns what stands beside the bundle: its bill of materials, the licences of what is in it, the man page.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };
import { bundledPackages } from './bundled-packages.ts';
import { licensesText } from './licenses.ts';
import { manPage } from './man-page.ts';
import { sbomText } from './sbom.ts';

/** Writes into the folder of the bundle that the metafile is of. */
export async function accompany(metafile: Metafile, outdir: string): Promise<void> {
  const root = join(import.meta.dirname, '..');
  const bundled = await bundledPackages(metafile, root);
  const files = {
    'sbom.cdx.json': sbomText(packageJson, bundled),
    'THIRD-PARTY-LICENSES.txt': await licensesText(bundled.packages, root),
    'eso-render.1': manPage(packageJson.version),
  };
  const written = Object.entries(files).map(async ([name, text]) =>
    writeFile(join(outdir, name), text),
  );
  await Promise.all(written);
}
