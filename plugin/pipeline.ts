// Owns the six steps in their order: manifests → resources → plan → fetch → data → Secrets.
import { type Answers, evaluateRecipe } from './eso/data.ts';
import { expandClusterExternalSecret, type Task } from './eso/expand.ts';
import { isSkipped, storesLeft, usesForeignStore } from './eso/left.ts';
import { serversOf } from './eso/collect.ts';
import { type Plan, planReads } from './eso/plan.ts';
import { type PlainResource, type Selected, selectResources } from './eso/select.ts';
import { indexNamespaces, indexStores, namespaceOf, type Stores } from './eso/stores.ts';
import { makeTargets } from './eso/targets.ts';
import type { TemplateSources } from './eso/template.ts';
import type { RenderText } from './eso/text.ts';
import { configMapKeys, secretKeys } from './k8s/read-secret.ts';
import type { Edit, Manifest } from './manifest.ts';
import type { Result } from './results.ts';

export type PrepareOptions = {
  /** Where an object without a namespace is. */
  readonly namespace: string;
  readonly controllerClass: string;
  /** Stores stay in the output. */
  readonly keepStores: boolean;
  /** Stores of the configuration, for what the input does not have. */
  readonly configured: readonly Manifest[];
};

/** Everything that is known before anything is fetched. */
export type Prepared = {
  readonly selected: Selected;
  readonly plan: Plan;
  /** Manifests that are not in the output as they are. */
  readonly consumed: readonly Manifest[];
  /** Servers that stores of the configuration name. */
  readonly trustedServers: readonly string[];
  readonly results: readonly Result[];
};

/** Steps two and three: no I/O, no value of a secret. */
export function prepare(manifests: readonly Manifest[], options: PrepareOptions): Prepared {
  const selected = selectResources(manifests, options.namespace);
  const configured = selectResources(options.configured, options.namespace);
  const own = indexStores(selected.stores);
  const stores: Stores = new Map([...indexStores(configured.stores).stores, ...own.stores]);
  const expansion = expandTasks(selected);
  const isLeft = leftTest(expansion.tasks, stores, options.controllerClass);
  const left = expansion.tasks.filter(isLeft);
  const plan = planReads(
    expansion.tasks.filter((task) => !isLeft(task)),
    stores,
  );
  return {
    selected,
    plan,
    consumed: consumedManifests(selected, left, options),
    trustedServers: configured.stores.flatMap(({ value }) => serversOf(value)),
    results: [
      ...configured.results,
      ...selected.results,
      ...own.results,
      ...expansion.results,
      ...plan.results,
    ],
  };
}

function expandTasks(selected: Selected): {
  readonly tasks: readonly Task[];
  readonly results: readonly Result[];
} {
  const namespaceNamed = indexNamespaces(selected.namespaces);
  const tasks: Task[] = selected.externalSecrets.map(({ subject, value }) => ({
    subject,
    externalSecret: value,
    specPath: ['spec'],
    namespace: namespaceNamed(subject.object.namespace ?? ''),
  }));
  const namespaces = selected.namespaces.map(namespaceOf);
  const expansions = selected.clusterExternalSecrets
    .filter(({ value }) => !isSkipped(value))
    .map((resource) => expandClusterExternalSecret(resource, namespaces));
  return {
    tasks: [...tasks, ...expansions.flatMap((expansion) => expansion.tasks)],
    results: expansions.flatMap(({ results }) => results),
  };
}

/** A ClusterExternalSecret stays or goes as a whole. */
function leftTest(
  tasks: readonly Task[],
  stores: Stores,
  controllerClass: string,
): (task: Task) => boolean {
  const left = tasks.filter(
    (task) => isSkipped(task.externalSecret) || usesForeignStore(task, stores, controllerClass),
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
      .filter(() => !keepsAll && staying.size === 0)
      .map(({ subject }) => subject.manifest),
  ];
}

export type Rendered = {
  readonly edits: ReadonlyMap<Manifest, Edit>;
  readonly results: readonly Result[];
};

export type CompleteOptions = {
  readonly allowEmpty: boolean;
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
    secrets: selected.secrets,
    sources: templateSources(selected),
    ...options,
  });
  const edits = new Map<Manifest, Edit>(consumed.map((manifest) => [manifest, { kind: 'drop' }]));
  for (const [manifest, objects] of targets.secrets)
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

/** ConfigMaps and Secrets of the input, for templateFrom. */
function templateSources({
  configMaps,
  secrets,
}: Selected): (namespace: string) => TemplateSources {
  const lookUp = (
    resources: readonly PlainResource[],
    namespace: string,
    name: string,
  ): PlainResource | undefined =>
    resources.find(
      ({ subject }) => subject.object.namespace === namespace && subject.object.name === name,
    );
  return (namespace) => ({
    configMap: (name) => mapped(lookUp(configMaps, namespace, name), configMapKeys),
    secret: (name) => mapped(lookUp(secrets, namespace, name), secretKeys),
  });
}

function mapped<T>(
  resource: PlainResource | undefined,
  map: (value: PlainResource['value']) => T,
): T | undefined {
  return resource === undefined ? undefined : map(resource.value);
}
