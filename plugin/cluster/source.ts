// Owns the cluster as a source of one run: objects before the plan, credentials during the fetch, one deadline for both.
import type { SecretStore } from '../eso/types.ts';
import type { Environment } from '../outcome.ts';
import type { ClusterObjects, Inputs } from '../pipeline.ts';
import { isReadFor } from '../policy/cluster-objects.ts';
import type { Result } from '../results.ts';
import { absenceText } from './absence.ts';
import { type ClusterOptions, openCluster } from './client.ts';
import { type ClusterCredentials, clusterCredentials } from './credentials.ts';
import { type ObjectsOptions, readObjects } from './objects.ts';

export type ClusterSource = {
  /** With the `results` that say what could not be read, where there are any. */
  readonly objectsFor: (
    inputs: Inputs,
    options: Omit<ObjectsOptions, 'readNamespaces'>,
  ) => Promise<ClusterObjects & { readonly results: readonly Result[] }>;
  /** For a store; `operatorsStore` where it is a ClusterSecretStore of the operator's own. */
  readonly credentialsFor: (operatorsStore: SecretStore | undefined) => ClusterCredentials;
  /** What is left of the run's time. */
  readonly remainingMs: () => number;
  readonly close: () => void;
};

/** @throws UsageError where it is not known which cluster is meant. */
export function openClusterSource(options: ClusterOptions, env: Environment): ClusterSource {
  const cluster = openCluster(options, env);
  const { namespaces } = options.kube;
  return {
    objectsFor: async (inputs, more) => ({
      ...(await readObjects(cluster, inputs, { ...more, readNamespaces: namespaces })),
      absence: (namespace) =>
        absenceText(cluster.title, namespace, isReadFor(namespace, namespaces)),
    }),
    credentialsFor: (operatorsStore) =>
      clusterCredentials(cluster, { namespaces, operatorsSpec: operatorsStore?.spec }),
    remainingMs: cluster.remainingMs,
    close: cluster.close,
  };
}
