// Owns what is left to the operator: ExternalSecrets that are not ours to render, and the stores that they need.
import { isRecord } from '../k8s/object.ts';
import { selectsLabels } from '../k8s/labels.ts';
import { storeRefs, type Task } from './expand.ts';
import { controllerOf, type GeneratorResource, type Generators, refKey } from './generators.ts';
import type { PlainResource } from './select.ts';
import {
  isForeign,
  storeKey,
  storeKind,
  type StoreResource,
  type Stores,
  textEntries,
} from './stores.ts';
import type { GeneratorRef } from './types.ts';

const skipAnnotation = 'eso-render.dev/skip';

/** `eso-render.dev/skip: "true"`, on an ExternalSecret or a ClusterExternalSecret. */
export function isSkipped({
  metadata,
}: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}): boolean {
  return metadata.annotations?.[skipAnnotation] === 'true';
}

/** What tasks may use. */
export type Sources = { readonly stores: Stores; readonly generators: Generators };

/** Whether a store or a generator that it names, used or not, has another controller's class (ESO 2.1). */
export function usesForeign(
  task: Task,
  { stores, generators }: Sources,
  controllerClass: string,
): boolean {
  return (
    storeKeys(task).some((key) => isForeign(stores.get(key), controllerClass)) ||
    generatorKeys(task).some((key) => isForeignGenerator(generators.get(key), controllerClass))
  );
}

function generatorKeys({ externalSecret, namespace }: Task): readonly string[] {
  const refs = (externalSecret.spec.dataFrom ?? []).map(({ sourceRef }) => sourceRef?.generatorRef);
  return refs
    .filter((ref): ref is GeneratorRef => ref !== undefined)
    .map((ref) => refKey(ref, namespace.name));
}

/** An absent one is nobody's. */
export function isForeignGenerator(
  resource: GeneratorResource | undefined,
  controllerClass: string,
): boolean {
  const controller = resource === undefined ? '' : controllerOf(resource);
  return controller !== '' && controller !== controllerClass;
}

function storeKeys(task: Task): readonly string[] {
  return storeRefs(task).map((ref) =>
    storeKey(storeKind(ref), task.namespace.name, ref.name ?? ''),
  );
}

export type LeftInput = {
  readonly stores: readonly StoreResource[];
  readonly controllerClass: string;
  /** ExternalSecrets that stay in the output. */
  readonly left: readonly Task[];
  readonly pushSecrets: readonly PlainResource[];
};

/** The stores that must stay in the output, because something else that stays there uses them, or because they are another controller's. */
export function storesLeft({
  stores,
  controllerClass,
  left,
  pushSecrets,
}: LeftInput): ReadonlySet<StoreResource> {
  const keys = new Set(left.flatMap(storeKeys));
  return new Set(
    stores.filter(
      (store) =>
        isForeign(store, controllerClass) ||
        keys.has(keyOf(store)) ||
        pushSecrets.some((pushSecret) => pushesTo(pushSecret, store)),
    ),
  );
}

function keyOf({ subject }: StoreResource): string {
  const { kind, namespace, name } = subject.object;
  return storeKey(kind, namespace, name);
}

/** A ClusterPushSecret wraps the spec of a PushSecret; in whose namespaces does not matter here. */
function pushesTo({ subject, value }: PlainResource, store: StoreResource): boolean {
  const outer = isRecord(value['spec']) ? value['spec'] : {};
  const spec = isRecord(outer['pushSecretSpec']) ? outer['pushSecretSpec'] : outer;
  const refs = Array.isArray(spec['secretStoreRefs'])
    ? spec['secretStoreRefs'].filter(isRecord)
    : [];
  const { kind, namespace, name } = store.subject.object;
  if (
    kind === 'SecretStore' &&
    subject.object.namespace !== undefined &&
    subject.object.namespace !== namespace
  )
    return false;
  return refs.some(
    (ref) =>
      (ref['kind'] ?? 'SecretStore') === kind &&
      (ref['name'] === name || selects(ref['labelSelector'], store)),
  );
}

function selects(selector: unknown, { subject }: StoreResource): boolean {
  if (!isRecord(selector)) return false;
  const value = isRecord(subject.manifest.value) ? subject.manifest.value : {};
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
  const outcome = selectsLabels(
    { matchLabels: textEntries(selector['matchLabels']) },
    textEntries(metadata['labels']),
  );
  return outcome.ok && outcome.selected;
}
