// Owns which path of Vault's a key means (ESO 3.6): with and without a mount in the store, in both versions of KV.
import { ProviderError } from '../provider.ts';
import type { KvVersion } from '../vault-api/kv.ts';

export type Mount = {
  /** `path` of the store; undefined where the keys hold the mount. */
  readonly path: string | undefined;
  readonly version: KvVersion;
};

/** A key may repeat the mount, and in version 2 the `data` behind it. */
export function dataPath({ path, version }: Mount, key: string): string {
  if (path === undefined) return version === 'v1' ? key : withData(key);
  const isRepeated = key.startsWith(`${path}/`);
  const rest = isRepeated ? key.slice(path.length + 1) : key;
  if (version === 'v1') return `${path}/${rest}`;
  return `${path}/data/${isRepeated ? rest.replace(/^data\//, '') : rest}`;
}

/** Behind the first step, where it is in no other place. */
function withData(key: string): string {
  if (key.includes('/data/')) return key;
  const [mount = '', ...rest] = key.split('/');
  return [mount, 'data', ...rest].join('/');
}

/** Of the metadata of a secret, or of a folder. ESO does not take a repeated mount away here. Throws {@link ProviderError} `invalid`. */
export function metadataPath({ path, version }: Mount, key: string): string {
  if (path !== undefined) return version === 'v1' ? `${path}/${key}` : `${path}/metadata/${key}`;
  if (version === 'v2' && key.includes('data')) return key.replace('/data/', '/metadata/');
  throw new ProviderError(
    'invalid',
    version === 'v1'
      ? 'find needs the field path in the store'
      : `"${key}" is no path of a KV engine of version 2: give the field path in the store, or keys such as mount/data/name`,
  );
}
