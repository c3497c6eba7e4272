// Owns the paths of Vault's key/value engines: ESO's rules for a key with and without a mount (ESO 3.6).
import { ProviderError } from '../provider.ts';
import type { VaultConfig } from './config.ts';

type Mount = Pick<VaultConfig, 'path' | 'version'>;

/** Where a secret's values are read. */
export function dataPath(key: string, { path, version }: Mount): string {
  if (path !== '') {
    const own = withoutPrefix(key, `${path}/`);
    return version === 'v1' ? `${path}/${own}` : `${path}/data/${withoutPrefix(own, 'data/')}`;
  }
  if (version === 'v1' || key.includes('/data/')) return key;
  const slash = key.indexOf('/');
  return slash < 0 ? `${key}/data` : `${key.slice(0, slash)}/data${key.slice(slash)}`;
}

/** Where a secret's metadata are read. Throws {@link ProviderError} `invalid`. */
export function metadataPath(key: string, mount: Mount): string {
  if (mount.version === 'v1') {
    const message = 'cannot perform metadata fetch operations with kv version v1';
    throw new ProviderError('invalid', message);
  }
  if (mount.path !== '') return `${mount.path}/metadata/${withoutPrefix(key, `${mount.path}/`)}`;
  if (!key.includes('data')) {
    throw new ProviderError('invalid', "provided Path isn't a valid kv v2 path");
  }
  return key.replace('/data/', '/metadata/');
}

/** Where the names below a folder are listed; '' or a folder with its slash. */
export function listPath(folder: string, { path, version }: Mount): string {
  return version === 'v1' ? `${path}/${folder}` : `${path}/metadata/${folder}`;
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}
