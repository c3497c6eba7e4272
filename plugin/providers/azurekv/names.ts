// Owns the keys of Azure Key Vault: which kind of object one names, and its path (ESO 3.7).
import { ProviderError } from '../provider.ts';

export type ObjectType = 'secret' | 'key' | 'cert';

export type ObjectName = {
  /** Any text in front of the first `/`. */
  readonly type: string;
  readonly name: string;
};

/** What stands behind a second `/` means nothing. */
export function objectName(key: string): ObjectName {
  const [first = '', second] = key.split('/');
  return second === undefined ? { type: 'secret', name: first } : { type: first, name: second };
}

const collections: Readonly<Record<ObjectType, string>> = {
  secret: 'secrets',
  key: 'keys',
  cert: 'certificates',
};

/** The newest version for ''. Throws {@link ProviderError} `invalid` for what can be no name. */
export function objectPath(type: ObjectType, name: string, version: string): string {
  const steps = [name, ...(version === '' ? [] : [version])].map(segment);
  return `/${[collections[type], ...steps].join('/')}`;
}

/** One step of a path: nothing in it can lead to another object. */
function segment(text: string): string {
  if (!/^\.{0,2}$/.test(text)) return encodeURIComponent(text);
  throw new ProviderError('invalid', `"${text}" is no name that Azure Key Vault knows`);
}
