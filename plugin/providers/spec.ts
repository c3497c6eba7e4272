// Owns reading a store's spec, which its schema has checked: fields by type, and the namespace of a reference (ESO 1.6).
import { isRecord } from '../k8s/object.ts';
import type { SecretKeyRef, ServiceAccountRef, SpecProblem, StoreScope } from './provider.ts';

type Spec = Readonly<Record<string, unknown>>;
type Store = { readonly kind: StoreScope['kind']; readonly namespace?: string };

/** The text of a field; '' where it is absent, as Go has it. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The texts of a list of strings. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The fields of an object; none where it is absent. */
export function fieldsOf(value: unknown): Spec {
  return isRecord(value) ? value : {};
}

/** ESO's SecretKeySelector with the namespace that it is looked up in. */
export function secretKeyRef(value: unknown, scope: StoreScope): SecretKeyRef {
  const ref = fieldsOf(value);
  return {
    namespace: namespaceOf(ref, scope),
    name: textOf(ref['name']),
    key: textOf(ref['key']),
  };
}

/** ESO's ServiceAccountSelector with the namespace that it is looked up in. */
export function serviceAccountRef(value: unknown, scope: StoreScope): ServiceAccountRef {
  const ref = fieldsOf(value);
  return {
    namespace: namespaceOf(ref, scope),
    name: textOf(ref['name']),
    audiences: textsOf(ref['audiences']),
  };
}

/** A SecretStore looks only into the ExternalSecret's namespace, whatever the reference says. */
function namespaceOf(ref: Spec, scope: StoreScope): string {
  const own = scope.kind === 'ClusterSecretStore' ? textOf(ref['namespace']) : '';
  return own === '' ? scope.namespace : own;
}

/** ESO's rule for a reference in a SecretStore. `path` leads to the reference, below `spec.provider.<name>`. */
export function referenceProblems(
  spec: Spec,
  path: readonly string[],
  store: Store,
): readonly SpecProblem[] {
  if (store.kind === 'ClusterSecretStore') return [];
  const ref = path.reduce((fields, name) => fieldsOf(fields[name]), spec);
  const namespace = textOf(ref['namespace']);
  if (namespace === '' || namespace === store.namespace) return [];
  return [
    {
      path: [...path, 'namespace'],
      message: `must be absent or the SecretStore's own namespace, "${store.namespace ?? ''}"`,
    },
  ];
}
