// Owns the results of the KRM Functions Specification: a finding as a host reads it.
import type { ObjectRef } from '../k8s/object.ts';
import type { Result } from '../results.ts';

/** Where an item comes from, as the host says in its annotations. */
export type ItemFile = { readonly path: string; readonly index: number };

/** One of `results` in a ResourceList (KRM Functions Specification v1), less `currentValue`, which could be a secret's. */
type KrmResult = {
  readonly message: string;
  readonly severity: Result['severity'];
  readonly resourceRef?: ObjectRef;
  readonly field?: { readonly path: string };
  readonly file?: ItemFile;
  readonly tags: { readonly code: string };
};

/** The same finding twice is one result. `fileOf` tells the file of the item with an index. */
export function krmResults(
  results: readonly Result[],
  fileOf: (item: number) => ItemFile | undefined,
): readonly KrmResult[] {
  const found = results.map((result) => krmResult(result, fileOf));
  return [...new Map(found.map((result) => [JSON.stringify(result), result])).values()];
}

function krmResult(result: Result, fileOf: (item: number) => ItemFile | undefined): KrmResult {
  const { message, severity, object, field, place, code } = result;
  const file = place?.item === undefined ? undefined : fileOf(place.item);
  return {
    message,
    severity,
    ...(object === undefined ? {} : { resourceRef: object }),
    ...(field === undefined ? {} : { field: { path: field } }),
    ...(file === undefined ? {} : { file }),
    tags: { code },
  };
}
