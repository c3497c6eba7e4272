// Owns the results of the KRM Functions Specification: a finding as a host reads it.
import type { ObjectRef } from '../k8s/object.ts';
import type { ItemFile } from '../place.ts';
import { shortened, type Result } from '../results.ts';

/** One of `results` in a ResourceList (KRM Functions Specification v1), less `currentValue`, which could be a secret's. */
type KrmResult = {
  readonly message: string;
  readonly severity: Result['severity'];
  readonly resourceRef?: ObjectRef;
  readonly field?: { readonly path: string };
  readonly file?: ItemFile;
  readonly tags: { readonly code: string };
};

/** The same finding twice is one result. */
export function krmResults(results: readonly Result[]): readonly KrmResult[] {
  const found = results.map(krmResult);
  return [...new Map(found.map((result) => [JSON.stringify(result), result])).values()];
}

function krmResult({ message, severity, object, field, place, code }: Result): KrmResult {
  const file = place?.origin?.file;
  return {
    message: shortened(message),
    severity,
    ...(object === undefined ? {} : { resourceRef: object }),
    ...(field === undefined ? {} : { field: { path: field } }),
    ...(file === undefined ? {} : { file }),
    tags: { code },
  };
}
