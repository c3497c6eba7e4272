// Owns what a run reads of the cluster before its plan: stores, texts of templates, Namespaces. Only what is needed, in parallel.
import { codeOf } from '../eso/data.ts';
import type { Task } from '../eso/expand.ts';
import { isSkipped, usesForeign } from '../eso/left.ts';
import { selectResources, type Selected } from '../eso/select.ts';
import { findingAbout } from '../eso/subject.ts';
import { tasksOf } from '../eso/tasks.ts';
import {
  type TextFolder,
  wantedLabels,
  wantedNamespaces,
  type WantedObject,
  wantedStores,
  wantedTexts,
} from '../eso/wanted.ts';
import { type ApiResource, configMaps, namespaces, secrets } from '../k8s/api.ts';
import type { Manifest } from '../manifest.ts';
import { givenSources, type Inputs, storesIn } from '../pipeline.ts';
import { isReadFor } from '../policy/cluster-objects.ts';
import { ProviderError, type ProviderErrorCode } from '../providers/provider.ts';
import type { Result } from '../results.ts';
import type { Cluster } from './client.ts';

/** `results` are what could not be read; with one of them the run cannot go on. */
export type ObjectsRead = { readonly selected: Selected; readonly results: readonly Result[] };

export type ObjectsOptions = {
  /** For what names none. */
  readonly namespace: string;
  readonly controllerClass: string;
  /** Namespaces of ExternalSecrets for which the cluster is read. */
  readonly readNamespaces: readonly string[];
  /** Whether templates will be executed, so that their texts are needed. */
  readonly needsTexts: boolean;
  /** What need not be asked for. */
  readonly textFolder: TextFolder;
};

/** Each step asks for what the ones before it have shown to be missing. */
export async function readObjects(
  cluster: Cluster,
  inputs: Inputs,
  options: ObjectsOptions,
): Promise<ObjectsRead> {
  const { selected } = inputs;
  const found: Found[] = [await readNamespaces(cluster, selected)];
  const soFar = (): Selected => select(found, options.namespace);
  const tasks = tasksOf(selected, [...soFar().namespaces, ...selected.namespaces]).tasks.filter(
    ({ externalSecret }) => !isSkipped(externalSecret),
  );
  const served = tasks.filter(({ namespace }) => isReadFor(namespace.name, options.readNamespaces));
  found.push({ manifests: [], results: unserved(selected, tasks, served) });

  const given = givenSources(inputs);
  found.push(await readAll(cluster, wantedStores(served, given.stores)));
  const stores = new Map([...storesIn(soFar()), ...given.stores]);
  const own = served.filter(
    (task) => !usesForeign(task, { ...given, stores }, options.controllerClass),
  );
  found.push(
    await readAll(cluster, [
      ...(options.needsTexts ? wantedTexts(own, selected, options.textFolder) : []),
      ...wantedLabels(own, stores),
    ]),
  );
  return { selected: soFar(), results: distinct(found.flatMap(({ results }) => results)) };
}

type Found = { readonly manifests: readonly Manifest[]; readonly results: readonly Result[] };

function select(found: readonly Found[], namespace: string): Selected {
  return selectResources(
    found.flatMap(({ manifests }) => manifests),
    namespace,
  );
}

/** Those that ClusterExternalSecrets are expanded over. */
async function readNamespaces(cluster: Cluster, selected: Selected): Promise<Found> {
  const expanded = selected.clusterExternalSecrets.filter(({ value }) => !isSkipped(value));
  const wanted = wantedNamespaces({ ...selected, clusterExternalSecrets: expanded });
  const [first] = expanded;
  return wanted.all && first !== undefined
    ? attempt(cluster, first, async () =>
        (await cluster.listNamespaces()).map((one) => ({
          ...one,
          apiVersion: 'v1',
          kind: 'Namespace',
        })),
      )
    : readAll(cluster, wanted.named);
}

/** A namespace that a ClusterExternalSecret selects in the cluster would else be left out without a word. */
function unserved(
  { clusterExternalSecrets }: Selected,
  tasks: readonly Task[],
  served: readonly Task[],
): readonly Result[] {
  return clusterExternalSecrets.flatMap(({ subject }) => {
    const names = tasks
      .filter((task) => task.subject.manifest === subject.manifest && !served.includes(task))
      .map(({ namespace }) => `"${namespace.name}"`);
    if (names.length === 0) return [];
    const message = `it is for the namespaces ${names.join(', ')} too, and the cluster is not read for them: add them to spec.kube.namespaces of the RenderConfig`;
    return [findingAbout(subject, { code: 'DENIED', message })];
  });
}

const storeVersions = ['v1', 'v1beta1'];
const resources: Readonly<Record<WantedObject['kind'], readonly ApiResource[]>> = {
  SecretStore: storeResources('secretstores', 'SecretStore'),
  ClusterSecretStore: storeResources('clustersecretstores', 'ClusterSecretStore'),
  Secret: [secrets],
  ConfigMap: [configMaps],
  Namespace: [namespaces],
};

function storeResources(plural: string, kind: string): readonly ApiResource[] {
  return storeVersions.map((version) => ({ group: 'external-secrets.io', version, plural, kind }));
}

async function readAll(cluster: Cluster, wanted: readonly WantedObject[]): Promise<Found> {
  const found = await Promise.all(
    wanted.map((one) =>
      attempt(cluster, one, async () => {
        const { kind, namespace, name } = one;
        const ref = namespace === undefined ? { name } : { namespace, name };
        const object = await cluster.read(resources[kind], ref);
        return object === undefined ? [] : [object];
      }),
    ),
  );
  return {
    manifests: found.flatMap(({ manifests }) => manifests),
    results: found.flatMap(({ results }) => results),
  };
}

async function attempt(
  { title }: Cluster,
  { subject }: Pick<WantedObject, 'subject'>,
  read: () => Promise<readonly unknown[]>,
): Promise<Found> {
  try {
    return { manifests: (await read()).map(manifestOf), results: [] };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const finding = { code: codeOf(error), message: `${title}: ${error.message}` };
    // What ends the whole cluster is no matter of the ExternalSecret that happened to come first.
    const result: Result = ofAll.has(error.code)
      ? { ...finding, severity: 'error' }
      : findingAbout(subject, finding);
    return { manifests: [], results: [result] };
  }
}

const ofAll: ReadonlySet<ProviderErrorCode> = new Set([
  'unauthenticated',
  'credentials',
  'unavailable',
  'timeout',
  'throttled',
]);

function manifestOf(value: unknown): Manifest {
  return { value, locate: () => ({ file: 'cluster', document: 1, line: 1, column: 1 }) };
}

function distinct(results: readonly Result[]): readonly Result[] {
  const byText = new Map(results.map((result) => [JSON.stringify(result), result]));
  return [...byText.values()];
}
