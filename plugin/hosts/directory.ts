// Owns reading a folder of manifests: which files it takes, in which order, and how far links lead.
import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { UsageError } from '../errors.ts';
import { RenderError, type Result } from '../results.ts';
import { causeOf } from './cause.ts';

/** A file of manifests: its path relative to the folder, with `/`, and its bytes. */
export type ManifestFile = { readonly file: string; readonly bytes: Uint8Array };

/** Of a file that may hold manifests. */
export const manifestName: RegExp = /\.(?:yaml|yml|json)$/u;
/** Argo CD's own mark of a file that lies among manifests and is none (reposerver/repository). */
const skipMarker = '+argocd:skip-file-rendering';
const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** What a folder is to Argo CD, by the rules of its own discovery (util/app/discovery). */
export function sourceType(path: string): 'directory' | 'kustomize' | 'helm' {
  const names = new Set(entriesOf(path).map((entry) => entry.name));
  if (kustomizationNames.some((name) => names.has(name))) return 'kustomize';
  return names.has('Chart.yaml') ? 'helm' : 'directory';
}

/** The name of a folder's kustomization, the first that kustomize looks for. */
export function kustomizationIn(path: string): string | undefined {
  const names = new Set(entriesOf(path).map((entry) => entry.name));
  return kustomizationNames.find((name) => names.has(name));
}

/** Which files of a folder are taken. */
export type DirectoryOptions = {
  readonly recurse: boolean;
  /** Also what begins with a dot, apart from git's own folder. */
  readonly hidden?: boolean;
  /** How far links may lead: a folder; by default the one that is read. */
  readonly root?: string;
  /** Of a path relative to the folder. */
  readonly takes?: (name: string) => boolean;
};

/**
 * The manifests of a folder in the order in which Argo CD's directory source walks it, byte order within each folder:
 * `*.yaml`, `*.yml`, `*.json`; files with its skip marker left out. An empty answer is the caller's to judge.
 *
 * A link is followed to a file inside the root only. One that leads out of it, or nowhere, is an error and not
 * left out: to a host with prune, a manifest that is left out is one to delete.
 *
 * @throws UsageError when the folder itself cannot be read.
 * @throws RenderError with one `INPUT` result for each file in it that cannot be.
 */
export function readDirectory(path: string, options: DirectoryOptions): readonly ManifestFile[] {
  const names = [...fileNames(path, options)].filter((name) => manifestName.test(name));
  const root = realpathSync(options.root ?? path);
  const files: ManifestFile[] = [];
  const problems: Result[] = [];
  for (const name of names) {
    const found = readInside(root, join(path, name));
    if (found instanceof Uint8Array) {
      if (!Buffer.from(found.buffer, found.byteOffset, found.length).includes(skipMarker))
        files.push({ file: name, bytes: found });
    } else if (found !== undefined) {
      problems.push(unreadable(name, found));
    }
  }
  if (problems.length > 0) throw new RenderError(problems);
  return files;
}

/** Paths relative to the folder of everything in it that is no folder, as they are asked for. */
export function* fileNames(path: string, options: DirectoryOptions): Generator<string> {
  for (const { name } of walk(path, '', options)) yield name;
}

/** The links of a folder, at any depth and behind links to other folders, that lead out of the root or nowhere. */
export function linksOut(path: string, root: string): readonly string[] {
  const real = realpathSync(root);
  const seen = new Set<string>();
  const from = (folder: string): readonly string[] => {
    const target = realpathSync(folder);
    if (seen.has(target)) return [];
    seen.add(target);
    return [...walk(folder, '', { recurse: true, hidden: true })]
      .filter(({ isLink }) => isLink)
      .flatMap(({ name }) => {
        const link = join(folder, name);
        if (!leadsInside(real, link)) return [name];
        if (!statSync(link).isDirectory()) return [];
        return from(link).map((inner) => `${name}/${inner}`);
      });
  };
  return from(path);
}

type Walked = { readonly name: string; readonly isLink: boolean };

function* walk(root: string, folder: string, options: DirectoryOptions): Generator<Walked> {
  const entries = [...entriesOf(join(root, folder))].sort((a, b) => byBytes(a.name, b.name));
  for (const entry of entries) {
    const isHidden = entry.name.startsWith('.');
    if (isHidden && (options.hidden !== true || entry.name === '.git')) continue;
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) {
      if (options.takes?.(name) ?? true) yield { name, isLink: entry.isSymbolicLink() };
    } else if (options.recurse) yield* walk(root, name, options);
  }
}

function entriesOf(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    throw new UsageError(`cannot read the folder "${path}": ${causeOf(error)}`);
  }
}

/** The bytes of a file; nothing for what is no file (a folder called `x.yaml`, a socket); or why it cannot be had. */
function readInside(root: string, path: string): Uint8Array | string | undefined {
  try {
    const target = realpathSync(path);
    if (!isInside(root, target)) return 'it is a link that leads out of the folder';
    return statSync(target).isFile() ? readFileSync(target) : undefined;
  } catch (error) {
    return causeOf(error);
  }
}

/** Of two real paths. */
export function isInside(root: string, target: string): boolean {
  return relative(root, target).split(sep)[0] !== '..';
}

function leadsInside(root: string, path: string): boolean {
  try {
    return isInside(root, realpathSync(path));
  } catch {
    // A link to nowhere leads nowhere inside.
    return false;
  }
}

function unreadable(file: string, cause: string): Result {
  return {
    code: 'INPUT',
    severity: 'error',
    message: `cannot read this file: ${cause}`,
    place: { file, document: 1, line: 1, column: 1 },
  };
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
