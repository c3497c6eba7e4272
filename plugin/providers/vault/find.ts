// Owns `find` in a KV engine (ESO 3.6): all secrets below a path, by a pattern in their names or by their metadata.
import type { SecretBytes } from '../../secret-bytes.ts';
import { nameMatcher } from '../name-matcher.ts';
import { ProviderError, type FindOutcome, type FindQuery } from '../provider.ts';
import { namesIn } from '../vault-api/kv.ts';
import { metadataPath } from './paths.ts';
import { readMetadata, readOne, type Store } from './reader.ts';

/** Tags mean nothing beside a name; without both everything is found. Throws {@link ProviderError}. */
export async function findSecrets(store: Store, query: FindQuery): Promise<FindOutcome> {
  const { path, name, tags } = query;
  if (store.mount.version === 'v1' && tags !== undefined) {
    const message =
      'cannot perform find by tag operations with kv version v1: it keeps no metadata';
    throw new ProviderError('invalid', message);
  }
  const names = await namesBelow(store, path === undefined ? '' : `${path}/`);
  if (names === undefined) return { outcome: 'not-found' };
  const matches = nameMatcher(name ?? {});
  const wanted = Object.entries(name === undefined ? (tags ?? {}) : {});
  const found = await Promise.all(
    names.filter(matches).map(async (key) => [key, await valueOf(store, key, wanted)] as const),
  );
  return {
    outcome: 'values',
    values: new Map(found.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
  };
}

/** With the path before them. Undefined where there is no such folder. */
async function namesBelow(store: Store, path: string): Promise<readonly string[] | undefined> {
  const names = await namesIn(store.session, metadataPath(store.mount, path));
  const below = await Promise.all(
    (names ?? []).map(async (name) =>
      name.endsWith('/') ? namesBelow(store, path + name) : [path + name],
    ),
  );
  const isGone = names === undefined || below.includes(undefined);
  return isGone ? undefined : below.flatMap((some) => some ?? []);
}

type Tag = readonly [name: string, value: string];

/** Undefined where the tags are others, or the secret is deleted. */
async function valueOf(
  store: Store,
  key: string,
  tags: readonly Tag[],
): Promise<SecretBytes | undefined> {
  if (tags.length > 0) {
    const metadata = await readMetadata(store, key);
    if (tags.some(([name, value]) => metadata.get(name) !== value)) return undefined;
  }
  const outcome = await readOne(store, { key, version: '', metadataPolicy: 'None' });
  return outcome.outcome === 'value' ? outcome.value : undefined;
}
