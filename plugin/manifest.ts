// Owns what a host hands to the pipeline and gets back: manifests with their places, and the edits to them.
import type { RenderedObject } from './k8s/rendered-object.ts';
import type { Path, Place } from './place.ts';
import type { Result } from './results.ts';

/** One parsed object of the input that may concern us: a document, or an item of a List. */
export type Manifest = {
  /** Plain data: string, number, bigint (beyond 2^53), boolean, null, array, object. */
  readonly value: unknown;
  /** The place of a node; of the nearest ancestor that exists where the node itself does not. */
  readonly locate: (path: Path) => Place;
};

/** What becomes of a manifest. One that has no edit leaves exactly as it came, byte for byte. */
export type Edit =
  | { readonly kind: 'drop' }
  | { readonly kind: 'replace'; readonly objects: readonly RenderedObject[] };

/** The input as a host has read it. */
export type Source = {
  /** Those that may concern us, in input order. */
  readonly manifests: readonly Manifest[];
  /** What may concern us and cannot be read. */
  readonly problems: readonly Result[];
  /** The whole output: untouched bytes, and the edits in their places. */
  readonly emit: (edits: ReadonlyMap<Manifest, Edit>) => Uint8Array;
};
