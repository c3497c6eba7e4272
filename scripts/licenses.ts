// Owns the text of the licences of everything that is in the bundle.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundledPackage } from './bundled-packages.ts';

/** Texts for packages that name a licence and have no file of it. */
const standardTexts: Readonly<Record<string, string>> = {
  'Apache-2.0': 'LICENSE',
  MIT: 'distribution/licenses/MIT.txt',
};

const rule = '-'.repeat(80);

/** One part for each text, headed by the packages that it is of. Rejects where a package has no text and none is known. */
export async function licensesText(
  packages: readonly BundledPackage[],
  root: string,
): Promise<string> {
  const parts = new Map<string, string[]>();
  for (const found of packages) {
    const text = found.texts.length > 0 ? found.texts.join('\n') : await standardText(found, root);
    const heads = parts.get(text.trim()) ?? [];
    parts.set(text.trim(), [...heads, `${found.name} ${found.version} (${found.license})`]);
  }
  return [
    'eso-render contains the packages below, each under the licence that follows its name.\n',
    ...[...parts].map(([text, heads]) => `${rule}\n${heads.join('\n')}\n${rule}\n\n${text}\n`),
  ].join('\n');
}

async function standardText(
  { name, license, author }: BundledPackage,
  root: string,
): Promise<string> {
  const file = standardTexts[license];
  if (file === undefined) throw new Error(`${name} has no text of its licence, ${license}`);
  const text = await readFile(join(root, file), 'utf8');
  return author === undefined ? text : `Copyright (c) ${author}\n\n${text}`;
}
