// Owns which ExternalSecrets an input holds: its own, and those that its ClusterExternalSecrets stand for.
import { isRecord } from '../k8s/object.ts';
import type { Result } from '../results.ts';
import { expandClusterExternalSecret, type Task } from './expand.ts';
import { isSkipped } from './left.ts';
import type { PlainResource, Selected } from './select.ts';
import { indexNamespaces, namespaceOf } from './stores.ts';

/** `namespaces` are those that are known; of two of one name the later counts. */
export function tasksOf(
  { externalSecrets, clusterExternalSecrets }: Selected,
  namespaces: readonly PlainResource[],
): { readonly tasks: readonly Task[]; readonly results: readonly Result[] } {
  const namespaceNamed = indexNamespaces(namespaces);
  const tasks: Task[] = externalSecrets.map(({ subject, value }) => ({
    subject,
    externalSecret: value,
    specPath: ['spec'],
    namespace: namespaceNamed(subject.object.namespace ?? ''),
  }));
  const names = new Set(namespaces.filter(isStaying).map((resource) => namespaceOf(resource).name));
  const expansions = clusterExternalSecrets
    .filter(({ value }) => !isSkipped(value))
    .map((resource) => expandClusterExternalSecret(resource, [...names].map(namespaceNamed)));
  return {
    tasks: [...tasks, ...expansions.flatMap((expansion) => expansion.tasks)],
    results: expansions.flatMap(({ results }) => results),
  };
}

/** What is being deleted is nothing to a ClusterExternalSecret (ESO 1.3). */
function isStaying({ value }: PlainResource): boolean {
  const { metadata } = value;
  return !isRecord(metadata) || (metadata['deletionTimestamp'] ?? undefined) === undefined;
}
