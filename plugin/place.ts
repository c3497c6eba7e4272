// Owns where something stands in the input: a path into a document, and a place that a person can go to.

/** A path into a document: keys and indexes, as in `['spec', 'data', 1, 'remoteRef']`. */
export type Path = readonly (string | number)[];

/** The file from which a host has an item, and the document in it, from 0. */
export type ItemFile = { readonly path: string; readonly index: number };

/** Where something stands in the input. Lines, columns and documents count from 1. */
export type Place = {
  /** The file's name as the user knows it; absent for standard input. */
  readonly file?: string;
  readonly document: number;
  /** Of an item in a List or ResourceList: its index, from 0. */
  readonly item?: number;
  /** Of an item in a ResourceList, or of its functionConfig, whose lines the user has never seen: the item's file, as far as the host says. */
  readonly origin?: { readonly file?: ItemFile };
  readonly line: number;
  readonly column: number;
};
