// Owns SecretTree: plain data of any shape, whose scalars may be values of secrets.
import { decodeUtf8 } from '../gojson/text.ts';
import { SecretBytes } from '../secret-bytes.ts';
import { type PlainData, toJsonText } from '../yaml/encode.ts';
import { isRecord } from './object.ts';

/** A leaf holds its scalar as JSON: `"text"`, `5432`, `true`, `null`. */
export type SecretTree = SecretBytes | readonly SecretTree[] | SecretBranch;

export type SecretBranch = ReadonlyMap<string, SecretTree>;

/** Of plain data as YAML is read, or as it is written. */
export function sealed(value: unknown): SecretTree {
  if (Array.isArray(value)) return value.map(sealed);
  if (value instanceof Map) return branch([...value]);
  if (isRecord(value)) return branch(Object.entries(value));
  return SecretBytes.ofText(toJsonText(scalar(value)));
}

function branch(entries: readonly (readonly [unknown, unknown])[]): SecretBranch {
  return new Map(entries.map(([key, item]) => [String(key), sealed(item)]));
}

/** Go's decoder makes a float of an integer that an int64 does not hold. */
function scalar(value: unknown): string | number | bigint | boolean | null {
  switch (typeof value) {
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? value : Number(value);
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    default:
      return null;
  }
}

export const nothing: SecretTree = sealed(null);

/** Bytes that are not UTF-8 become U+FFFD, as in Go's JSON. */
export function textLeaf(value: SecretBytes): SecretTree {
  return sealed(decodeUtf8(value.reveal()));
}

/** The tree to be written: maps in byte order of their keys. */
export function unsealed(tree: SecretTree): PlainData {
  if (tree instanceof SecretBytes) return scalarOf(tree);
  if (isList(tree)) return tree.map(unsealed);
  return new Map(sortedEntries(tree).map(([key, item]) => [key, unsealed(item)]));
}

/** Of the keys of Go's maps. */
export function sortedEntries<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function scalarOf(leaf: SecretBytes): PlainData {
  const json = new TextDecoder().decode(leaf.reveal());
  if (/^-?\d{16,}$/.test(json)) return BigInt(json);
  const value: unknown = JSON.parse(json);
  return scalar(value);
}

/** The text of a leaf that holds text. */
export function leafText(tree: SecretTree | undefined): string | undefined {
  if (!(tree instanceof SecretBytes)) return undefined;
  const value = scalarOf(tree);
  return typeof value === 'string' ? value : undefined;
}

export function isList(tree: SecretTree): tree is readonly SecretTree[] {
  return Array.isArray(tree);
}

export function isBranch(tree: SecretTree | undefined): tree is SecretBranch {
  return tree instanceof Map;
}

/** Absent, or the leaf `null`. */
export function isNothing(tree: SecretTree | undefined): boolean {
  return tree === undefined || (tree instanceof SecretBytes && scalarOf(tree) === null);
}
