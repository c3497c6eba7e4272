// Owns which npm packages are in the bundle, and what they say of themselves.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { isRecord } from '../plugin/k8s/object.ts';

export type BundledPackage = {
  /** `node_modules/yaml`: the package as the lock file calls it. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** An SPDX identifier or expression. */
  readonly license: string;
  /** Who wrote it, where package.json says so. */
  readonly author: string | undefined;
  /** Its licence and notices, word for word; none where the package has no such file. */
  readonly texts: readonly string[];
  /** `sha512-…` of the archive that was installed. */
  readonly integrity: string;
  /** Folders of what it imports. */
  readonly imports: readonly string[];
};

/** The compiled schemas hold functions of ajv, which esbuild takes for ours. */
const compiledIn = 'node_modules/ajv';

export type Bundled = {
  /** Sorted by folder. */
  readonly packages: readonly BundledPackage[];
  /** Folders of what our own sources import. */
  readonly direct: readonly string[];
};

/** Only what has bytes in an output. */
export async function bundledPackages(metafile: Metafile, root: string): Promise<Bundled> {
  const { '': direct = [], ...imports } = importsByFolder(metafile);
  const integrityOf = await integritiesIn(join(root, 'package-lock.json'));
  const bundled = { [compiledIn]: [], ...imports };
  const packages = Object.entries(bundled).map(async ([folder, imported]) => ({
    ...(await described(join(root, folder))),
    folder,
    integrity: integrityOf(folder),
    imports: imported.filter((other) => other !== folder && other in bundled),
  }));
  return {
    packages: (await Promise.all(packages)).toSorted((a, b) => (a.folder < b.folder ? -1 : 1)),
    direct: [...direct.filter((folder) => folder in bundled), compiledIn].toSorted(),
  };
}

/** For every folder of a package that has bytes in an output, and for our own sources (as ''): the folders that it imports. */
function importsByFolder({
  inputs,
  outputs,
}: Metafile): Readonly<Record<string, readonly string[]>> {
  const imports = new Map<string, Set<string>>();
  for (const { inputs: parts } of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(parts))
      if (bytesInOutput > 0) imports.set(folderOf(file), new Set());
  }
  // Also those of files of which nothing is left: what they would load when asked stands in a chunk all the same.
  for (const [file, { imports: imported }] of Object.entries(inputs))
    for (const { path } of imported) imports.get(folderOf(file))?.add(folderOf(path));
  return Object.fromEntries([...imports].map(([folder, found]) => [folder, [...found].toSorted()]));
}

/** The innermost package that a file belongs to; '' for our own. */
function folderOf(file: string): string {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? '';
}

type Described = Pick<BundledPackage, 'name' | 'version' | 'license' | 'author' | 'texts'>;

async function described(folder: string): Promise<Described> {
  const about = await readRecord(join(folder, 'package.json'));
  const { name, version, license, author } = about;
  if (typeof name !== 'string' || typeof version !== 'string' || typeof license !== 'string')
    throw new Error(`${folder}/package.json does not say name, version and licence`);
  const names = (await readdir(folder)).filter((file) =>
    /^(?:licen[cs]e|notice|copying)/i.test(file),
  );
  const texts = names.toSorted().map(async (file) => readFile(join(folder, file), 'utf8'));
  return { name, version, license, author: authorOf(author), texts: await Promise.all(texts) };
}

function authorOf(author: unknown): string | undefined {
  const name = isRecord(author) ? author['name'] : author;
  return typeof name === 'string' ? name : undefined;
}

async function integritiesIn(lockFile: string): Promise<(folder: string) => string> {
  const { packages } = await readRecord(lockFile);
  return (folder) => {
    const entry = isRecord(packages) ? packages[folder] : undefined;
    const integrity = isRecord(entry) ? entry['integrity'] : undefined;
    if (typeof integrity !== 'string') throw new Error(`${lockFile} has no integrity of ${folder}`);
    return integrity;
  };
}

async function readRecord(file: string): Promise<Readonly<Record<string, unknown>>> {
  const value: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (!isRecord(value)) throw new Error(`${file} is not an object`);
  return value;
}
