// Owns what a host hands to the pipeline and gets back: manifests with their places, and the edits to them.
import type { SecretObject } from './k8s/secret.ts';
import type { Result } from './results.ts';

/** A path into a document: keys and indexes, as in `['spec', 'data', 1, 'remoteRef']`. */
export type Path = readonly (string | number)[];

/** Where something stands in the input. Lines, columns and documents count from 1. */
export type Place = {
  /** The file's name as the user knows it; absent for standard input. */
  readonly file?: string;
  readonly document: number;
  /** Of an item in a List or ResourceList: its index, from 0. */
  readonly item?: number;
  readonly line: number;
  readonly column: number;
};

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
  | { readonly kind: 'replace'; readonly objects: readonly SecretObject[] };

/** The input as a host has read it. */
export type Source = {
  /** Those that may concern us, in input order. */
  readonly manifests: readonly Manifest[];
  /** What may concern us and cannot be read. */
  readonly problems: readonly Result[];
  /** The whole output: untouched bytes, and the edits in their places. */
  readonly emit: (edits: ReadonlyMap<Manifest, Edit>) => Uint8Array;
};
