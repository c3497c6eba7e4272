// Owns the stores of a run: which one a reference means, whether it may be used from there, and who is in charge of it.
import type { Labels } from '../k8s/labels.ts';
import { isRecord, type ObjectRef } from '../k8s/object.ts';
import type { Result } from '../results.ts';
import { nearestName } from '../nearest-name.ts';
import { conditionsAllow, type Namespace } from './conditions.ts';
import type { PlainResource, Resource } from './select.ts';
import { type Finding, findingAbout, objectTitle, type Subject } from './subject.ts';
import type { SecretStore, StoreRef } from './types.ts';

export type StoreKind = 'SecretStore' | 'ClusterSecretStore';
export type StoreResource = Resource<SecretStore | undefined>;

/** A store by kind, namespace (SecretStore only) and name. */
export type Stores = ReadonlyMap<string, StoreResource>;

/** The store that may be used; `undefined` value: it is broken, which is reported at the store itself. */
export type StoreOutcome =
  | { readonly ok: true; readonly store: SecretStore | undefined; readonly kind: StoreKind }
  | { readonly ok: false; readonly finding: Pick<Finding, 'code' | 'message'> };

/** Anything but ClusterSecretStore, an empty kind included, means a SecretStore of the ExternalSecret's namespace (ESO 1.1). */
export function storeKind(ref: StoreRef): StoreKind {
  return ref.kind === 'ClusterSecretStore' ? 'ClusterSecretStore' : 'SecretStore';
}

export function keyOfStore({ kind, namespace, name }: ObjectRef): string {
  return storeKey(kind, namespace, name);
}

export function storeKey(kind: string, namespace: string | undefined, name: string): string {
  return kind === 'ClusterSecretStore' ? `${kind}/${name}` : `${kind}/${namespace ?? ''}/${name}`;
}

/** Resources by their names; one that is there twice is reported, and the first counts. */
export function indexByName<T>(
  resources: readonly Resource<T>[],
  keyOf: (object: ObjectRef) => string,
): {
  readonly index: ReadonlyMap<string, Resource<T>>;
  readonly results: readonly Result[];
} {
  const index = new Map<string, Resource<T>>();
  const results: Result[] = [];
  for (const resource of resources) {
    const key = keyOf(resource.subject.object);
    const first = index.get(key);
    if (first === undefined) index.set(key, resource);
    else
      results.push(
        findingAbout(resource.subject, {
          code: 'CONFLICT',
          message: `there is another one of this name (${objectTitle(first.subject)}): remove one of them`,
        }),
      );
  }
  return { index, results };
}

/** Where stores are looked for, and what is to be said of the cluster where it does not have one: `; …`, or nothing. */
export type StoreSource = {
  readonly stores: Stores;
  readonly absence: (namespace: string) => string;
};

/** The store that `ref` means, used from `namespace`. */
export function findStore(
  { stores, absence }: StoreSource,
  ref: StoreRef | undefined,
  namespace: Namespace,
): StoreOutcome {
  const name = ref?.name ?? '';
  if (ref === undefined || name === '')
    return refused(
      'STORE_NOT_FOUND',
      'no store is named: set secretStoreRef.name, or sourceRef.storeRef.name',
    );
  const kind = storeKind(ref);
  const resource = stores.get(storeKey(kind, namespace.name, name));
  if (resource === undefined)
    return refused(
      'STORE_NOT_FOUND',
      `${notFoundMessage(stores, ref, namespace.name)}${absence(namespace.name)}`,
    );
  const { value: store } = resource;
  if (store === undefined || kind === 'SecretStore') return { ok: true, store, kind };
  return conditionsOutcome(store, namespace);
}

function conditionsOutcome(store: SecretStore, namespace: Namespace): StoreOutcome {
  const title = `using cluster store "${store.metadata.name}" is not allowed from namespace "${namespace.name}"`;
  const outcome = conditionsAllow(store.spec.conditions ?? [], namespace);
  if (!outcome.ok) return refused('STORE_DENIED', `${title}: ${outcome.message}`);
  if (outcome.allowed) return { ok: true, store, kind: 'ClusterSecretStore' };
  const hint = namespace.known
    ? ''
    : ' (its labels are not known: the Namespace is not in the input)';
  return refused('STORE_DENIED', `${title}: denied by spec.conditions${hint}`);
}

function refused(code: 'STORE_NOT_FOUND' | 'STORE_DENIED', message: string): StoreOutcome {
  return { ok: false, finding: { code, message } };
}

/** Names what is near: the same name as the other kind, or in another namespace; else one that is spelt nearly so, or has it in its name. */
function notFoundMessage(stores: Stores, ref: StoreRef, namespace: string): string {
  const kind = storeKind(ref);
  const place = kind === 'SecretStore' ? ` in namespace "${namespace}"` : '';
  const subjects = [...stores.values()].map(({ subject }) => subject);
  const near =
    subjects.find(({ object }) => object.name === ref.name) ??
    nearestSubject(
      subjects.filter(
        ({ object }) => keyOfStore(object) === storeKey(kind, namespace, object.name),
      ),
      ref.name ?? '',
    );
  const hint =
    near === undefined
      ? 'add it to the input or to the configuration'
      : `there is ${objectTitle(near)}`;
  return `could not get ${kind} "${ref.name ?? ''}"${place}: it is neither in the input nor in the configuration; ${hint}`;
}

function nearestSubject(subjects: readonly Subject[], name: string): Subject | undefined {
  const nearest = nearestName(
    name,
    subjects.map(({ object }) => object.name),
  );
  // A prefix or a suffix of kustomize's reaches the store, and not what names it.
  const isRenamed = (own: string): boolean =>
    own.startsWith(`${name}-`) || own.endsWith(`-${name}`);
  return subjects.find(({ object }) => object.name === nearest || isRenamed(object.name));
}

/** Whether the store is another controller's (ESO 2.1). An absent store is nobody's. */
export function isForeign(resource: StoreResource | undefined, controllerClass: string): boolean {
  const controller = resource?.value?.spec.controller ?? '';
  return controller !== '' && controller !== controllerClass;
}

/** The namespaces of the input; of one that is not there, only the name is known. */
export function indexNamespaces(resources: readonly PlainResource[]): (name: string) => Namespace {
  const namespaces = new Map(
    resources.map((resource) => [resource.subject.object.name, namespaceOf(resource)]),
  );
  return (name) => namespaces.get(name) ?? { name, known: false, labels: { [nameLabel]: name } };
}

const nameLabel = 'kubernetes.io/metadata.name';

export function namespaceOf({ subject, value }: PlainResource): Namespace {
  const { name } = subject.object;
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
  return { name, known: true, labels: { ...textEntries(metadata['labels']), [nameLabel]: name } };
}

/** The entries of a map that are text, as labels and annotations are. */
export function textEntries(value: unknown): Labels {
  if (!isRecord(value)) return {};
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries);
}
