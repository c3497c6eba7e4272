// Owns whether an application's folder holds an ExternalSecret, for Argo CD's discovery: without running anything.
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isRecord } from '../../k8s/object.ts';
import type { Environment } from '../../outcome.ts';
import { mentions } from '../../yaml/mention.ts';
import { readYamlData } from '../../yaml/read-data.ts';
import { fileNames, kustomizationIn, manifestName, sourceType } from '../directory.ts';
import { directoryOptions } from './generate.ts';

/** The first file that makes an ExternalSecret part of what `generate` prints; undefined where none does. */
export async function discover(folder: string, env: Environment): Promise<string | undefined> {
  switch (sourceType(folder)) {
    case 'directory':
      return inFolder(
        fileNames(folder, { ...(await directoryOptions(env)), hidden: true }),
        (name) => manifestName.test(name) && holdsExternalSecret(read(join(folder, name))),
      );
    case 'helm':
      return inChart(folder, new Set());
    case 'kustomize':
      return inKustomization(folder, new Set());
  }
}

function inFolder(names: Iterable<string>, holds: (name: string) => boolean): string | undefined {
  for (const name of names) if (holds(name)) return name;
  return undefined;
}

const nothing = new Uint8Array();

/** None where it cannot be read: to say so is the part of `generate`. */
function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    return nothing;
  }
}

function holdsExternalSecret(bytes: Uint8Array): boolean {
  return mentions(bytes, ['ExternalSecret']) && mentions(bytes, ['external-secrets.io']);
}

/** Follows a chart to those beside it: its other dependencies are in the folder, as folders or archives. */
function inChart(folder: string, seen: Set<string>): string | undefined {
  if (seen.has(resolve(folder)) || !isFile(join(folder, 'Chart.yaml'))) return undefined;
  seen.add(resolve(folder));
  const own = inFolder(fileNames(folder, { recurse: true }), (name) =>
    makesExternalSecret(name, read(join(folder, name))),
  );
  if (own !== undefined) return own;
  for (const path of chartsBeside(read(join(folder, 'Chart.yaml')))) {
    const found = inChart(join(folder, path), seen);
    if (found !== undefined) return join(path, found);
  }
  return undefined;
}

/** The paths of the dependencies that are folders: `file://../library`. */
function chartsBeside(chart: Uint8Array): readonly string[] {
  const { dependencies } = fieldsOf(chart);
  const repositories = Array.isArray(dependencies)
    ? dependencies.map((one: unknown) => (isRecord(one) ? one['repository'] : undefined))
    : [];
  return repositories
    .filter((one): one is string => typeof one === 'string' && one.startsWith('file://'))
    .map((one) => one.slice('file://'.length));
}

/** A template may take its kind from values or put it together, and hardly ever its group. Definitions of kinds are none of them. */
function makesExternalSecret(name: string, bytes: Uint8Array): boolean {
  const isArchive = name.endsWith('.tgz');
  const text = isArchive ? unpacked(bytes) : bytes;
  if (!mentions(text, ['external-secrets.io'])) return false;
  return isArchive || !mentions(text, ['CustomResourceDefinition']);
}

const largestArchive = 64 * 1024 * 1024;

function unpacked(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: largestArchive });
  } catch {
    return nothing;
  }
}

/** Fields of a kustomization that add objects. */
const sources = ['resources', 'bases', 'components', 'generators'] as const;

/** Follows a kustomization to its bases, components and files, wherever they are. */
function inKustomization(folder: string, seen: Set<string>): string | undefined {
  const name = kustomizationIn(folder);
  if (name === undefined || seen.has(resolve(folder))) return undefined;
  seen.add(resolve(folder));
  const own = join(folder, name);
  const bytes = read(own);
  if (holdsExternalSecret(bytes)) return own;
  for (const reference of references(bytes)) {
    const found = inReference(join(folder, reference), seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inReference(path: string, seen: Set<string>): string | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    return inKustomization(path, seen);
  return isFile(path) && holdsExternalSecret(read(path)) ? path : undefined;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function references(bytes: Uint8Array): readonly string[] {
  const fields = fieldsOf(bytes);
  return sources
    .flatMap((field): unknown => fields[field])
    .filter((item): item is string => typeof item === 'string' && !item.includes('\n'));
}

function fieldsOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const data = readYamlData(Buffer.from(bytes).toString());
  return data.ok && isRecord(data.value) ? data.value : {};
}
