// Owns `find` in Google Secret Manager (ESO 3.5): by name below a path, and by labels.
import type { SecretBytes } from '../../secret-bytes.ts';
import { nameMatcher } from '../name-matcher.ts';
import { ProviderError, type FindOutcome, type FindQuery, type ReadOutcome } from '../provider.ts';
import { textOf } from '../spec.ts';
import { listAll } from './listing.ts';
import type { Names } from './names.ts';
import type { Session } from './session.ts';

type Finding = {
  readonly get: Session['get'];
  readonly names: Names;
  /** The newest version of a secret. */
  readonly readNewest: (key: string) => Promise<ReadOutcome>;
};

/**
 * Google filters by labels and by a part of the name; that the path is its start, and the pattern, is checked here. Labels
 * mean nothing beside a name. Throws {@link ProviderError}.
 */
export async function findSecrets(finding: Finding, query: FindQuery): Promise<FindOutcome> {
  const { name, path = '' } = query;
  const tags = Object.entries(query.tags ?? {});
  if (name === undefined && tags.length === 0) {
    throw new ProviderError('invalid', 'unexpected find operator: find needs name or tags');
  }
  const matches = nameMatcher(name ?? {});
  const { get, names, readNewest } = finding;
  const labels = name === undefined ? tags.map(([key, value]) => `labels.${key}=${value}`) : [];
  const secrets = await listAll(get, {
    name: 'ListSecrets',
    path: `/v1/${name === undefined ? names.globalParent : names.parent}/secrets`,
    filter: [...labels.sort(), ...(path === '' ? [] : [`name:${path}`])].join(' '),
    items: 'secrets',
    fields: ['name'],
  });
  const keys = secrets
    .map((secret) => names.keyOf(textOf(secret['name'])))
    .filter((key) => key.startsWith(path) && matches(key));
  return valuesOf(
    await Promise.all(keys.map(async (key) => [key, await readNewest(key)] as const)),
  );
}

/** The first that cannot be had decides over all, as in ESO. */
function valuesOf(outcomes: readonly (readonly [string, ReadOutcome])[]): FindOutcome {
  const values = new Map<string, SecretBytes>();
  for (const [key, outcome] of outcomes) {
    if (outcome.outcome !== 'value') return outcome;
    values.set(key, outcome.value);
  }
  return { outcome: 'values', values };
}
