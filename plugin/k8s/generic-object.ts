// Owns GenericObject: an object of another kind than Secret that holds values of secrets, and whether Kubernetes would take it.
import type { PlainData } from '../yaml/encode.ts';
import { isDataKey } from './names.ts';
import type { KubernetesObject, ObjectMeta } from './object.ts';
import { metadataProblems, type SecretProblem } from './secret.ts';
import { metadataManifest } from './secret-manifest.ts';
import {
  isBranch,
  isNothing,
  leafText,
  type SecretBranch,
  sortedEntries,
  type SecretTree,
  unsealed,
} from './secret-tree.ts';

/** An object ready to be written. */
export type GenericObject = KubernetesObject & {
  /** All fields but `apiVersion` and `kind`; of `metadata` the name, namespace, labels and annotations count that stand beside it. */
  readonly content: SecretBranch;
};

export type GenericOutcome =
  | { readonly ok: true; readonly object: GenericObject }
  | { readonly ok: false; readonly message: string };

/** The object that a tree is, if it is one. */
export function genericObject(tree: SecretTree): GenericOutcome {
  if (!isBranch(tree)) return { ok: false, message: 'it is no object' };
  const metadata = tree.get('metadata');
  if (!isBranch(metadata)) return { ok: false, message: 'metadata is no map' };
  const apiVersion = leafText(tree.get('apiVersion'));
  const kind = leafText(tree.get('kind'));
  const name = leafText(metadata.get('name'));
  if (apiVersion === undefined || kind === undefined || name === undefined)
    return { ok: false, message: 'apiVersion, kind or metadata.name is no text' };
  const labels = textMap(metadata.get('labels'));
  const annotations = textMap(metadata.get('annotations'));
  if (labels === undefined || annotations === undefined)
    return { ok: false, message: 'a label or an annotation is no text' };
  const namespace = leafText(metadata.get('namespace')) ?? '';
  const scope = namespace === '' ? {} : { namespace };
  return {
    ok: true,
    object: {
      apiVersion,
      kind,
      metadata: { name, ...scope, labels, annotations },
      content: tree,
    },
  };
}

function textMap(tree: SecretTree | undefined): ObjectMeta['labels'] {
  if (isNothing(tree)) return {};
  if (!isBranch(tree)) return undefined;
  const texts = [...tree].map(([key, leaf]) => [key, leafText(leaf)] as const);
  const found = texts.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return found.length === texts.length ? Object.fromEntries(found) : undefined;
}

/** Plain data of the object: what it is, its metadata, and its other fields in byte order. */
export function genericManifest({ apiVersion, kind, metadata, content }: GenericObject): PlainData {
  const own = content.get('metadata');
  const others = isBranch(own)
    ? fieldsBut(own, ['name', 'namespace', 'labels', 'annotations'])
    : [];
  return new Map<string, PlainData>([
    ['apiVersion', apiVersion],
    ['kind', kind],
    ['metadata', { ...metadataManifest(metadata), ...Object.fromEntries(others) }],
    ...fieldsBut(content, ['apiVersion', 'kind', 'metadata']),
  ]);
}

function fieldsBut(
  tree: SecretBranch,
  names: readonly string[],
): readonly (readonly [string, PlainData])[] {
  return sortedEntries(tree)
    .filter(([name]) => !names.includes(name))
    .map(([name, field]) => [name, unsealed(field)] as const);
}

const maxConfigMapBytes = 1024 * 1024;

/** The API server's own checks as far as they are known: of metadata for every kind, of the rest for a ConfigMap. */
export function genericProblems(object: GenericObject): readonly SecretProblem[] {
  const isConfigMap = object.apiVersion === 'v1' && object.kind === 'ConfigMap';
  return [
    ...metadataProblems(object.metadata),
    ...(isConfigMap ? configMapProblems(object.content) : []),
  ];
}

function configMapProblems(content: SecretBranch): readonly SecretProblem[] {
  const data = content.get('data');
  if (isNothing(data)) return [];
  if (!isBranch(data)) return [{ field: 'data', message: 'not a map of texts' }];
  const problems = [...data].flatMap(([key, value]) => {
    const field = `data["${key}"]`;
    if (!isDataKey(key))
      return [
        {
          field,
          message: 'not a key that a ConfigMap may have: letters, digits, "-", "_" and "." only',
        },
      ];
    return leafText(value) === undefined ? [{ field, message: 'not a text' }] : [];
  });
  const size = [...data.values()].reduce(
    (sum, value) => sum + Buffer.byteLength(leafText(value) ?? ''),
    0,
  );
  if (size <= maxConfigMapBytes) return problems;
  return [
    ...problems,
    {
      field: 'data',
      message: `${size} bytes in all, and 1048576 is the most that a ConfigMap may hold`,
    },
  ];
}
