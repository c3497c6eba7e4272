// Owns the Secret as it is written: which fields, in which order, and its data in base64.
import type { PlainData } from '../yaml/encode.ts';
import type { ObjectMeta } from './object.ts';
import type { SecretObject } from './secret.ts';

/** Plain data of a v1 Secret. Maps are in byte order of their keys; what is empty is left out, but for `data`. */
export function secretManifest({ metadata, type, immutable, data }: SecretObject): PlainData {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...metadataManifest(metadata),
      ...(metadata.finalizers === undefined || metadata.finalizers.length === 0
        ? {}
        : { finalizers: metadata.finalizers }),
    },
    ...(type === undefined ? {} : { type }),
    ...(immutable === true ? { immutable } : {}),
    data: sorted(
      [...data].map(([key, value]) => [key, Buffer.from(value.reveal()).toString('base64')]),
    ),
  };
}

/** The metadata that every object may have. */
export function metadataManifest({ name, namespace, labels = {}, annotations = {} }: ObjectMeta): {
  readonly [key: string]: PlainData;
} {
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...textMap('labels', labels),
    ...textMap('annotations', annotations),
  };
}

function textMap(
  field: string,
  entries: Readonly<Record<string, string>>,
): { readonly [key: string]: PlainData } {
  return Object.keys(entries).length === 0 ? {} : { [field]: sorted(Object.entries(entries)) };
}

function sorted(entries: readonly (readonly [string, string])[]): PlainData {
  return new Map(entries.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
}
