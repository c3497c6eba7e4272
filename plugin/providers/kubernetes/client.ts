// Owns reading Secrets of another namespace or cluster (ESO 3.8): by name, by labels, by a pattern.
import { secrets } from '../../k8s/api.ts';
import { secretKeys } from '../../k8s/read-secret.ts';
import { nameMatcher } from '../name-matcher.ts';
import { orError } from '../outcome.ts';
import {
  ProviderError,
  type FindOutcome,
  type FindQuery,
  type OpenContext,
  type ReadOutcome,
  type SecretsClient,
} from '../provider.ts';
import { fieldsOf, textOf } from '../spec.ts';
import type { KubernetesConfig } from './config.ts';
import { labelSelector } from './label-selector.ts';
import { listAll, notKubernetes } from './listing.ts';
import { identityOf } from './login.ts';
import { dataJson, remoteValue } from './select.ts';
import { createSession, type Session } from './session.ts';

type Json = Readonly<Record<string, unknown>>;

export async function openClient(
  { access, remoteNamespace }: KubernetesConfig,
  { call, credentials }: OpenContext,
): Promise<SecretsClient> {
  const session = createSession(await identityOf(access, credentials), call);
  const store = { session, namespace: remoteNamespace };
  return {
    read: async (refs) => {
      // Versions and metadataPolicy do not make another request.
      const known = new Map<string, Promise<Json | undefined>>();
      return Promise.all(
        refs.map((ref) => {
          const secret = known.get(ref.key) ?? getSecret(store, ref.key);
          known.set(ref.key, secret);
          return orError(
            secret.then((found): ReadOutcome => ({
              outcome: 'value',
              value: remoteValue(found, ref),
            })),
          );
        }),
      );
    },
    find: (query) => orError(find(store, query)),
    close: async () => session.close(),
  };
}

type Store = { readonly session: Session; readonly namespace: string };

async function getSecret({ session, namespace }: Store, name: string): Promise<Json | undefined> {
  const answer = await session.ask({
    call: 'GetSecret',
    verb: 'get',
    resource: secrets,
    kind: 'Secret',
    namespace,
    name,
  });
  if (answer.outcome === 'unserved') throw notKubernetes(secrets);
  return answer.outcome === 'object' ? answer.object : undefined;
}

/** Labels win over a name, and a path means nothing. Throws {@link ProviderError}. */
async function find(
  { session, namespace }: Store,
  { name, tags }: FindQuery,
): Promise<FindOutcome> {
  if (tags === undefined && name === undefined) {
    throw new ProviderError('invalid', 'unexpected find operator: find needs name or tags');
  }
  const matches = tags === undefined ? nameMatcher(name ?? {}) : () => true;
  const found = await listAll(session.ask, {
    resource: secrets,
    namespace,
    labelSelector: tags === undefined ? '' : labelSelector(tags),
  });
  const values = found
    .map((secret) => ({ name: textOf(fieldsOf(secret['metadata'])['name']), secret }))
    .filter((one) => matches(one.name))
    .map((one) => [one.name, dataJson(secretKeys({ data: one.secret['data'] }))] as const);
  return { outcome: 'values', values: new Map(values) };
}
