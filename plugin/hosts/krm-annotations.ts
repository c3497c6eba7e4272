// Owns which annotations of a KRM host move from an item to the objects that take its place.
import { isRecord } from '../k8s/object.ts';
import { kindOf, type RenderedObject } from '../k8s/rendered-object.ts';
import type { ItemFile } from '../place.ts';

type Annotations = Readonly<Record<string, string>>;

const internalPrefix = 'internal.config.kubernetes.io/';
const legacyPrefix = 'config.kubernetes.io/';
const previousKinds = `${internalPrefix}previousKinds`;
const previousNames = `${internalPrefix}previousNames`;
const previousNamespaces = `${internalPrefix}previousNamespaces`;
const kustomizeId = 'kustomize.config.k8s.io/id';
const needsHash = 'kustomize.config.k8s.io/needs-hash';
const needsHashSuffix = `${internalPrefix}needsHashSuffix`;

/**
 * The objects with the annotations by which kustomize and kpt know the item again: path, index, ids, layout, name history.
 * `isTransformed` tells that kustomize sends resources to a transformer.
 * They go to the first one only. kpt refuses two items with one path and index, and gives one without any a file of its own.
 */
export function inPlaceOf(
  item: unknown,
  objects: readonly RenderedObject[],
  isTransformed: boolean,
): readonly RenderedObject[] {
  const metadata = metadataOf(item);
  const host = hostAnnotations(metadata['annotations']);
  return objects.map((object, index) => {
    const own = Object.entries(object.metadata.annotations ?? {}).filter(
      ([name]) => !Object.hasOwn(host, name),
    );
    const moved = index === 0 ? withHistory(host, metadata, object) : {};
    const annotations = withHash({ ...Object.fromEntries(own), ...moved }, isTransformed);
    return { ...object, metadata: { ...object.metadata, annotations } };
  });
}

/** Whether it is a resource that kustomize sends to a transformer. */
export function isKustomizes(item: unknown): boolean {
  return Object.hasOwn(hostAnnotations(metadataOf(item)['annotations']), kustomizeId);
}

/** Where kpt, or another host that knows files, says that the item comes from. */
export function itemFile(item: unknown): ItemFile | undefined {
  const host = hostAnnotations(metadataOf(item)['annotations']);
  const path = host[`${internalPrefix}path`] ?? host[`${legacyPrefix}path`];
  const index = Number(host[`${internalPrefix}index`] ?? host[`${legacyPrefix}index`] ?? 0);
  return path === undefined ? undefined : { path, index };
}

function metadataOf(item: unknown): Readonly<Record<string, unknown>> {
  return isRecord(item) && isRecord(item['metadata']) ? item['metadata'] : {};
}

function hostAnnotations(annotations: unknown): Annotations {
  const host: Record<string, string> = {};
  for (const [name, value] of Object.entries(isRecord(annotations) ? annotations : {})) {
    if (typeof value === 'string' && isHostAnnotation(name)) host[name] = value;
  }
  return host;
}

function isHostAnnotation(name: string): boolean {
  const isPrefixed = name.startsWith(internalPrefix) || name.startsWith(legacyPrefix);
  return isPrefixed || name === 'config.k8s.io/id' || name === kustomizeId;
}

function isSameName(
  metadata: Readonly<Record<string, unknown>>,
  { metadata: own }: RenderedObject,
): boolean {
  return metadata['name'] === own.name && metadata['namespace'] === own.namespace;
}

/**
 * kustomize finds references by the names that an object had before prefixes and namespaces. A Secret that is called
 * like its ExternalSecret had those names too, as a Secret. Any other had none: kept, they would turn
 * references to a Secret that happens to be called like the ExternalSecret into references to this one.
 */
function withHistory(
  host: Annotations,
  metadata: Readonly<Record<string, unknown>>,
  object: RenderedObject,
): Annotations {
  const {
    [previousKinds]: kinds,
    [previousNames]: names,
    [previousNamespaces]: namespaces,
    ...others
  } = host;
  if (kinds === undefined || names === undefined || namespaces === undefined) return others;
  if (!isSameName(metadata, object)) return others;
  return { ...host, [previousKinds]: kinds.replaceAll(/[^,]+/gu, () => kindOf(object)) };
}

/**
 * The annotation by which kustomize's users ask for a hash in the name works on what a generator prints; of a
 * transformer, kustomize 5.8 passes it by and takes its own internal one instead.
 */
function withHash(annotations: Annotations, isTransformed: boolean): Annotations {
  const { [needsHash]: asked, ...others } = annotations;
  return isTransformed && asked === 'true'
    ? { ...others, [needsHashSuffix]: 'enabled' }
    : annotations;
}
