// Owns reading one secret, or its metadata, by its key (ESO 3.6).
import { ProviderError, type ReadOutcome, type RemoteRead } from '../provider.ts';
import { documentIn } from '../vault-api/kv.ts';
import type { Session } from '../vault-api/session.ts';
import { metadataIn, metadataValue } from './metadata.ts';
import { dataPath, metadataPath, type Mount } from './paths.ts';

export type Store = { readonly session: Session; readonly mount: Mount };

/** Throws {@link ProviderError}. */
export async function readOne(store: Store, ref: RemoteRead): Promise<ReadOutcome> {
  if (ref.metadataPolicy !== 'Fetch') return readDocument(store, ref);
  if (store.mount.version === 'v1') {
    const message =
      'cannot perform metadata fetch operations with kv version v1: leave out metadataPolicy';
    throw new ProviderError('invalid', message);
  }
  return { outcome: 'value', value: metadataValue(await readMetadata(store, ref.key)) };
}

async function readDocument(
  { session, mount }: Store,
  { key, version }: RemoteRead,
): Promise<ReadOutcome> {
  const query = version === '' ? {} : { version };
  const secret = await session.read('ReadSecret', dataPath(mount, key), query);
  const value = secret === undefined ? undefined : documentIn(secret, mount.version);
  return value === undefined ? { outcome: 'not-found' } : { outcome: 'value', value };
}

/** What has no metadata is an ordinary error, and no NoSecret of ESO's. Throws {@link ProviderError}. */
export async function readMetadata(
  { session, mount }: Store,
  key: string,
): Promise<ReadonlyMap<string, string>> {
  const path = metadataPath(mount, key);
  const secret = await session.read('ReadMetadata', path);
  if (secret !== undefined) return metadataIn(secret);
  throw new ProviderError('failed', `secret not found: there is no metadata at ${path}`);
}
