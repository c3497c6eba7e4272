// Owns which objects a run would look up in the cluster, because neither the input nor the configuration has them. Pure.
import type { SecretBytes } from '../secret-bytes.ts';
import { conditionsAllow, type Namespace } from './conditions.ts';
import { storeRefs, type Task } from './expand.ts';
import type { Selected } from './select.ts';
import { type StoreKind, storeKey, storeKind, type StoreResource, type Stores } from './stores.ts';
import type { Subject } from './subject.ts';

/** An object, and what in the input first asks for it. */
export type WantedObject = {
  readonly kind: StoreKind | 'Secret' | 'ConfigMap' | 'Namespace';
  /** Absent for what is cluster scoped. */
  readonly namespace?: string;
  readonly name: string;
  readonly subject: Subject;
};

/** Stores that ExternalSecrets name. */
export function wantedStores(tasks: readonly Task[], stores: Stores): readonly WantedObject[] {
  const wanted = tasks.flatMap((task) =>
    storeRefs(task).map((ref): WantedObject => ({
      kind: storeKind(ref),
      ...(storeKind(ref) === 'SecretStore' ? { namespace: task.namespace.name } : {}),
      name: ref.name ?? '',
      subject: task.subject,
    })),
  );
  return once(
    wanted.filter(
      ({ kind, namespace, name }) => name !== '' && !stores.has(storeKey(kind, namespace, name)),
    ),
  );
}

/** The keys of a ConfigMap or Secret that lies in a folder; none where it does not. */
export type TextFolder = (namespace: string, name: string) => ReadonlyMap<string, SecretBytes>;

/** ConfigMaps and Secrets that templates name, in the ExternalSecret's own namespace (ESO 2.5). */
export function wantedTexts(
  tasks: readonly Task[],
  { configMaps, secrets }: Pick<Selected, 'configMaps' | 'secrets'>,
  folder: TextFolder,
): readonly WantedObject[] {
  const known = new Set([...configMaps, ...secrets].map(({ subject }) => keyOf(subject.object)));
  const wanted = tasks.flatMap(({ subject, namespace, externalSecret }) =>
    (externalSecret.spec.target.template?.templateFrom ?? []).flatMap((from) => {
      const named = [
        { kind: 'ConfigMap', name: from.configMap?.name },
        { kind: 'Secret', name: from.secret?.name },
      ] as const;
      return named.flatMap(({ kind, name }) =>
        name === undefined ? [] : [{ kind, namespace: namespace.name, name, subject }],
      );
    }),
  );
  return once(
    wanted.filter(
      (object) => !known.has(keyOf(object)) && folder(object.namespace, object.name).size === 0,
    ),
  );
}

/** Namespaces whose labels decide whether a ClusterSecretStore may be used from there. */
export function wantedLabels(tasks: readonly Task[], stores: Stores): readonly WantedObject[] {
  const wanted = tasks.filter((task) =>
    storeRefs(task)
      .filter((ref) => storeKind(ref) === 'ClusterSecretStore')
      .map((ref) => stores.get(storeKey('ClusterSecretStore', undefined, ref.name ?? '')))
      .some((store) => dependsOnLabels(store, task.namespace)),
  );
  return once(
    wanted.map(({ namespace, subject }) => ({ kind: 'Namespace', name: namespace.name, subject })),
  );
}

/** Its name alone may be enough to be allowed. */
function dependsOnLabels(store: StoreResource | undefined, namespace: Namespace): boolean {
  const conditions = store?.value?.spec.conditions ?? [];
  if (namespace.known || conditions.every((one) => one.namespaceSelector === undefined))
    return false;
  const outcome = conditionsAllow(conditions, namespace);
  return outcome.ok && !outcome.allowed;
}

/** What ClusterExternalSecrets are expanded over: all Namespaces for their selectors, or some by name. */
export function wantedNamespaces({
  clusterExternalSecrets,
  namespaces,
}: Pick<Selected, 'clusterExternalSecrets' | 'namespaces'>): {
  readonly all: boolean;
  readonly named: readonly WantedObject[];
} {
  const known = new Set(namespaces.map(({ subject }) => subject.object.name));
  const named = clusterExternalSecrets.flatMap(({ subject, value }) =>
    (value.spec.namespaces ?? [])
      .filter((name) => !known.has(name))
      .map((name): WantedObject => ({ kind: 'Namespace', name, subject })),
  );
  const all = clusterExternalSecrets.some(
    ({ value: { spec } }) =>
      spec.namespaceSelector !== undefined || (spec.namespaceSelectors ?? []).length > 0,
  );
  return { all, named: once(named) };
}

function once(objects: readonly WantedObject[]): readonly WantedObject[] {
  const byKey = new Map<string, WantedObject>();
  for (const object of objects) {
    const key = keyOf(object);
    if (!byKey.has(key)) byKey.set(key, object);
  }
  return [...byKey.values()];
}

function keyOf({
  kind,
  namespace = '',
  name,
}: {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}): string {
  return `${kind}/${namespace}/${name}`;
}
