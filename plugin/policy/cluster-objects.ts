// Owns for whom the cluster is read (docs/adr/0017): the author of a manifest chooses its namespace, and this process may
// read more than he.
import { isRecord } from '../k8s/object.ts';

/** `*` in `namespaces` is all of them. */
export function isReadFor(namespace: string, namespaces: readonly string[]): boolean {
  return namespaces.includes('*') || namespaces.includes(namespace);
}

type ObjectName = { readonly namespace: string; readonly name: string };

/**
 * Whether a store's reference may be looked up in the cluster: in a namespace that is read, or where a ClusterSecretStore
 * that is the operator's own names the very object. `operatorsSpec` is that store's spec; undefined for any other store.
 */
export function mayLookUp(
  ref: ObjectName,
  {
    namespaces,
    operatorsSpec,
  }: { readonly namespaces: readonly string[]; readonly operatorsSpec: unknown },
): boolean {
  return isReadFor(ref.namespace, namespaces) || names(operatorsSpec, ref);
}

/** References have their fields side by side, wherever in a spec they stand. */
function names(spec: unknown, ref: ObjectName): boolean {
  if (Array.isArray(spec)) return spec.some((item) => names(item, ref));
  if (!isRecord(spec)) return false;
  if (spec['namespace'] === ref.namespace && spec['name'] === ref.name) return true;
  return Object.values(spec).some((value) => names(value, ref));
}
