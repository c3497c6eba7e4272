// Owns the six steps in their order: manifests → resources → plan → fetch → data → Secrets.
import { type Answers, evaluateRecipe } from './eso/data.ts';
import type { Task } from './eso/expand.ts';
import {
  isForeignGenerator,
  isSkipped,
  type Sources,
  storesLeft,
  usesForeign,
} from './eso/left.ts';
import { serversOf } from './eso/collect.ts';
import { generatorKey, serversOfGenerator } from './eso/generators.ts';
import { type Plan, planReads } from './eso/plan.ts';
import { type PlainResource, type Selected, selectResources } from './eso/select.ts';
import { indexByName, keyOfStore, type StoreResource, type Stores } from './eso/stores.ts';
import { targetKindResults } from './eso/target-kind.ts';
import { makeTargets } from './eso/targets.ts';
import { tasksOf } from './eso/tasks.ts';
import type { SecretMap } from './eso/keys.ts';
import type { TemplateSources } from './eso/template.ts';
import type { RenderText } from './eso/text.ts';
import type { SecretStore } from './eso/types.ts';
import type { TextFolder } from './eso/wanted.ts';
import { configMapKeys, secretKeys } from './k8s/read-secret.ts';
import type { Edit, Manifest } from './manifest.ts';
import type { Result } from './results.ts';

export type PrepareOptions = {
  /** Where an object without a namespace is. */
  readonly namespace: string;
  readonly controllerClass: string;
  /** Stores stay in the output. */
  readonly keepStores: boolean;
  /** An ExternalSecret may make an object of another kind than Secret. */
  readonly allowGenericTargets: boolean;
  /** Stores of the operator's configuration, for what the input does not have. */
  readonly configured: readonly Manifest[];
  /** Those of a functionConfig, before the operator's. Its author is that of the input, and they give it no more trust. */
  readonly functionStores: readonly Manifest[];
  /** Kinds of guarded generators that may be used. */
  readonly allowedGenerators: readonly string[];
};

/** What a run is given, sorted. */
export type Inputs = {
  readonly selected: Selected;
  readonly configured: Selected;
  readonly functionConfig: Selected;
};

/** What was read of the cluster, for what neither the input nor the configuration has. */
export type ClusterObjects = {
  readonly selected: Selected;
  /** What is to be said where it does not have an object for that namespace: `; …`, or nothing. */
  readonly absence: (namespace: string) => string;
};

/** Everything that is known before anything is fetched. */
export type Prepared = {
  readonly selected: Selected;
  readonly cluster: ClusterObjects;
  readonly plan: Plan;
  /** Manifests that are not in the output as they are. */
  readonly consumed: readonly Manifest[];
  /** Servers that the operator's own stores and generators name. */
  readonly trustedServers: readonly string[];
  readonly results: readonly Result[];
};

export function selectInputs(
  manifests: readonly Manifest[],
  { configured, functionStores, namespace }: PrepareOptions,
): Inputs {
  return {
    selected: selectResources(manifests, namespace),
    configured: selectResources(configured, namespace),
    functionConfig: selectResources(functionStores, namespace),
  };
}

/** What needs no cluster: of the input, else of the functionConfig, else the operator's. */
export function givenSources({ selected, functionConfig, configured }: Inputs): Sources {
  const given = [configured, functionConfig, selected];
  return {
    stores: new Map(given.flatMap((one) => [...storesIn(one)])),
    generators: new Map(
      given.flatMap(({ generators }) => [...indexByName(generators, generatorKey).index]),
    ),
  };
}

export function storesIn({ stores }: Selected): Stores {
  return indexByName(stores, keyOfStore).index;
}

/** Steps two and three: no I/O, no value of a secret. */
export function prepare(
  inputs: Inputs,
  cluster: ClusterObjects,
  options: PrepareOptions,
): Prepared {
  const { selected, configured, functionConfig } = inputs;
  const given = givenSources(inputs);
  const sources = {
    ...given,
    stores: new Map([...storesIn(cluster.selected), ...given.stores]),
  };
  const namespaces = [...cluster.selected.namespaces, ...selected.namespaces];
  const expansion = tasksOf(selected, namespaces);
  const isLeft = leftTest(expansion.tasks, sources, options.controllerClass);
  const left = expansion.tasks.filter(isLeft);
  const own = expansion.tasks.filter((task) => !isLeft(task));
  const plan = planReads(own, {
    ...sources,
    absence: cluster.absence,
    allowedGenerators: options.allowedGenerators,
    operators: new Set([...configured.stores, ...cluster.selected.stores].flatMap(clusterStore)),
  });
  return {
    selected,
    cluster,
    plan,
    consumed: consumedManifests(selected, left, options),
    trustedServers: [
      ...configured.stores.map(({ value }) => value),
      // A SecretStore of the cluster is its namespace's, and not the operator's.
      ...cluster.selected.stores.flatMap(clusterStore),
    ]
      .flatMap(serversOf)
      .concat(configured.generators.flatMap(({ value }) => serversOfGenerator(value))),
    results: [
      ...configured.results,
      ...functionConfig.results,
      ...cluster.selected.results,
      ...selected.results,
      ...indexByName(selected.stores, keyOfStore).results,
      ...indexByName(selected.generators, generatorKey).results,
      ...expansion.results,
      ...targetKindResults(own, options.allowGenericTargets),
      ...plan.results,
    ],
  };
}

function clusterStore({ value }: StoreResource): readonly SecretStore[] {
  return value?.kind === 'ClusterSecretStore' ? [value] : [];
}

/** A ClusterExternalSecret stays or goes as a whole. */
function leftTest(
  tasks: readonly Task[],
  sources: Sources,
  controllerClass: string,
): (task: Task) => boolean {
  const left = tasks.filter(
    (task) => isSkipped(task.externalSecret) || usesForeign(task, sources, controllerClass),
  );
  const manifests = new Set(left.map(({ subject }) => subject.manifest));
  return ({ subject }) => manifests.has(subject.manifest);
}

function consumedManifests(
  selected: Selected,
  left: readonly Task[],
  options: PrepareOptions,
): readonly Manifest[] {
  const staying = new Set(left.map(({ subject }) => subject.manifest));
  const skipped = selected.clusterExternalSecrets.filter(({ value }) => isSkipped(value));
  for (const { subject } of skipped) staying.add(subject.manifest);
  const { stores, pushSecrets, generators, externalSecrets, clusterExternalSecrets } = selected;
  const keptStores = storesLeft({
    stores,
    controllerClass: options.controllerClass,
    left,
    pushSecrets,
  });
  const keepsAll = options.keepStores || skipped.length > 0;
  return [
    ...[...externalSecrets, ...clusterExternalSecrets]
      .map(({ subject }) => subject.manifest)
      .filter((manifest) => !staying.has(manifest)),
    ...stores
      .filter((store) => !keepsAll && !keptStores.has(store))
      .map(({ subject }) => subject.manifest),
    ...generators
      .filter(
        (generator) =>
          !keepsAll &&
          staying.size === 0 &&
          !isForeignGenerator(generator, options.controllerClass),
      )
      .map(({ subject }) => subject.manifest),
  ];
}

export type Rendered = {
  readonly edits: ReadonlyMap<Manifest, Edit>;
  readonly results: readonly Result[];
};

export type CompleteOptions = {
  readonly allowEmpty: boolean;
  readonly textFolder: TextFolder;
  /** Executes templates; plain text only, where it is absent. */
  readonly renderText?: RenderText;
};

/** Steps five and six. The edits are to be used only where no result is an error. */
export function complete(prepared: Prepared, answers: Answers, options: CompleteOptions): Rendered {
  const { selected, plan, consumed } = prepared;
  const outcomes = plan.recipes.map((recipe) => ({
    task: recipe.task,
    ...evaluateRecipe(recipe, answers, options.renderText),
  }));
  const targets = makeTargets({
    evaluated: outcomes.flatMap(({ task, data }) => (data === undefined ? [] : [{ task, data }])),
    objects: plainResources(selected),
    sources: templateSources(prepared, options.textFolder),
    ...options,
  });
  const edits = new Map<Manifest, Edit>(consumed.map((manifest) => [manifest, { kind: 'drop' }]));
  for (const [manifest, objects] of targets.objects)
    edits.set(manifest, { kind: 'replace', objects });
  return {
    edits,
    results: [
      ...prepared.results,
      ...outcomes.flatMap(({ results }) => results),
      ...targets.results,
    ],
  };
}

/** What a target could be merged into, or be in the way of. */
function plainResources(selected: Selected): readonly PlainResource[] {
  const { secrets, configMaps, serviceAccounts, others } = selected;
  return [...secrets, ...configMaps, ...serviceAccounts, ...others];
}

/** ConfigMaps and Secrets for templateFrom: of the input, then of the folder, then of the cluster. */
function templateSources(
  { selected, cluster }: Prepared,
  folder: TextFolder,
): (namespace: string) => TemplateSources {
  const keysOf =
    (kind: 'configMaps' | 'secrets', read: typeof secretKeys, namespace: string) =>
    (name: string): SecretMap | undefined => {
      const lookUp = (one: Selected): SecretMap | undefined => {
        const found = one[kind].find(
          ({ subject: { object } }) => object.namespace === namespace && object.name === name,
        );
        return found === undefined ? undefined : read(found.value);
      };
      const mounted = folder(namespace, name);
      return lookUp(selected) ?? (mounted.size > 0 ? mounted : lookUp(cluster.selected));
    };
  return (namespace) => ({
    configMap: keysOf('configMaps', configMapKeys, namespace),
    secret: keysOf('secrets', secretKeys, namespace),
    absence: cluster.absence(namespace),
  });
}
