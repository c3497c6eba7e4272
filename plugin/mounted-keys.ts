// Owns a folder that is laid out like mounted Secrets and ConfigMaps: `<namespace>/<name>/<key>`.
import { isDataKey, isSubdomain } from './k8s/names.ts';
import { SecretBytes } from './secret-bytes.ts';

export type FolderReader = {
  /** The bytes of a file, or undefined where it is not there. Throws where it cannot be read. */
  readonly readFile: (path: string) => Uint8Array | undefined;
  /** The names in a folder; none where it is not there. Throws where it cannot be read. */
  readonly listFolder: (path: string) => readonly string[];
};

export type MountedRef = { readonly namespace: string; readonly name: string };

/** The keys of an object, none where it is not there. Names of the input become a path only where they cannot lead out of the directory. */
export function mountedKeys(
  directory: string,
  { namespace, name }: MountedRef,
  { readFile, listFolder }: FolderReader,
): ReadonlyMap<string, SecretBytes> {
  if (!isSubdomain(namespace) || !isSubdomain(name)) return new Map();
  const folder = `${directory}/${namespace}/${name}`;
  // A mounted Secret has folders of its own beside the keys: `..data`.
  const keys = listFolder(folder).filter((key) => isDataKey(key) && !key.startsWith('..'));
  return new Map(
    keys.flatMap((key): readonly (readonly [string, SecretBytes])[] => {
      const bytes = readFile(`${folder}/${key}`);
      return bytes === undefined ? [] : [[key, new SecretBytes(bytes)]];
    }),
  );
}
