// Owns reading a folder of manifests: which files it takes, in which order, and how far links lead.
import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { UsageError } from '../errors.ts';
import { RenderError, type Result } from '../results.ts';
import { causeOf } from './cause.ts';

/** A file of manifests: its path relative to the folder, with `/`, and its bytes. */
export type ManifestFile = { readonly file: string; readonly bytes: Uint8Array };

const manifestName = /\.(?:yaml|yml|json)$/u;
/** Argo CD's own mark of a file that lies among manifests and is none (reposerver/repository). */
const skipMarker = '+argocd:skip-file-rendering';
const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** What a folder is to Argo CD, by the rules of its own discovery (util/app/discovery). */
export function sourceType(path: string): 'directory' | 'kustomize' | 'helm' {
  const names = new Set(entriesOf(path).map((entry) => entry.name));
  if (kustomizationNames.some((name) => names.has(name))) return 'kustomize';
  return names.has('Chart.yaml') ? 'helm' : 'directory';
}

/**
 * The manifests of a folder in byte order of their relative paths: what Argo CD's directory source takes
 * (`*.yaml`, `*.yml`, `*.json`; files with its skip marker left out), less what begins with a dot. An empty
 * answer is the caller's to judge.
 *
 * A link is followed to a file inside the folder only. One that leads out of it, or nowhere, is an error and not
 * left out: to a host with prune, a manifest that is left out is one to delete.
 *
 * @throws UsageError when the folder itself cannot be read.
 * @throws RenderError with one `INPUT` result for each file in it that cannot be.
 */
export function readDirectory(
  path: string,
  options: { readonly recurse: boolean },
): readonly ManifestFile[] {
  const names = manifestNames(path, '', options.recurse).sort(byBytes);
  const root = realpathSync(path);
  const files: ManifestFile[] = [];
  const problems: Result[] = [];
  for (const name of names) {
    const found = readInside(root, name);
    if (found instanceof Uint8Array) {
      if (!Buffer.from(found).includes(skipMarker)) files.push({ file: name, bytes: found });
    } else if (found !== undefined) {
      problems.push(unreadable(name, found));
    }
  }
  if (problems.length > 0) throw new RenderError(problems);
  return files;
}

function manifestNames(root: string, folder: string, recurse: boolean): string[] {
  return entriesOf(join(root, folder)).flatMap((entry) => {
    if (entry.name.startsWith('.')) return [];
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return recurse ? manifestNames(root, name, recurse) : [];
    return manifestName.test(entry.name) ? [name] : [];
  });
}

function entriesOf(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    throw new UsageError(`cannot read the folder "${path}": ${causeOf(error)}`);
  }
}

/** The bytes of a file; nothing for what is no file (a folder called `x.yaml`, a socket); or why it cannot be had. */
function readInside(root: string, name: string): Uint8Array | string | undefined {
  try {
    const target = realpathSync(join(root, name));
    if (relative(root, target).split(sep)[0] === '..')
      return 'it is a link that leads out of the folder';
    return statSync(target).isFile() ? readFileSync(target) : undefined;
  } catch (error) {
    return causeOf(error);
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
