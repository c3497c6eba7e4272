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
      return inFolder(fileNames(folder, { recurse: true }), (name) =>
        makesExternalSecret(name, read(join(folder, name))),
      );
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
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isDirectory() === true) return inKustomization(path, seen);
  return status?.isFile() === true && holdsExternalSecret(read(path)) ? path : undefined;
}

function references(bytes: Uint8Array): readonly string[] {
  const data = readYamlData(Buffer.from(bytes).toString());
  if (!data.ok || !isRecord(data.value)) return [];
  const { value } = data;
  return sources
    .flatMap((field): unknown => value[field])
    .filter((item): item is string => typeof item === 'string' && !item.includes('\n'));
}
