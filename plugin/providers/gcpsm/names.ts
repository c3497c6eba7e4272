// Owns the names of Google's resources as paths: of secrets and their versions, global and regional (ESO 3.5).
import { ProviderError } from '../provider.ts';

export type Names = {
  /** What secrets are listed below. */
  readonly parent: string;
  /** ESO looks for labels among the global secrets, in a regional store too. */
  readonly globalParent: string;
  /** Throws {@link ProviderError} `invalid` for a key that no secret can have. */
  readonly secret: (key: string) => string;
  /** As `secret`, of a version: a number, an alias or `latest`. */
  readonly version: (key: string, version: string) => string;
  /** The key of a secret, of its whole name, where the project's number stands in the place of its ID. */
  readonly keyOf: (name: string) => string;
};

export function createNames(projectID: string, location: string): Names {
  const globalParent = `projects/${segment(projectID)}`;
  const below = location === '' ? '' : `/locations/${segment(location)}`;
  const parent = `${globalParent}${below}`;
  const secret = (key: string): string => `${parent}/secrets/${segment(key)}`;
  return {
    parent,
    globalParent,
    secret,
    version: (key, version) => `${secret(key)}/versions/${segment(version)}`,
    keyOf: (name) => {
      const start = `${below}/secrets/`;
      const rest = name.replace(/^projects\/[^/]+/, '');
      return rest.startsWith(start) ? rest.slice(start.length) : name;
    },
  };
}

/** One step of a path: nothing in it can lead to another resource. */
function segment(text: string): string {
  if (!/^\.{0,2}$/.test(text)) return encodeURIComponent(text);
  throw new ProviderError('invalid', `"${text}" is no name that Google Secret Manager knows`);
}
