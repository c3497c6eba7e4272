// Owns the objects of the stand-in for Azure Key Vault, and what its REST API 7.4 answers about them.
import { createHash } from 'node:crypto';
import { ok, serviceError, type AzureRequest, type Reply } from './azure-reply.ts';

type Tags = Readonly<Record<string, string>>;

/** Seconds since 1970. */
type Dates = {
  readonly created?: number;
  readonly updated?: number;
  readonly exp?: number;
  readonly nbf?: number;
};

type ObjectSeed = { readonly name: string; readonly tags?: Tags; readonly dates?: Dates };

type SecretSeed = ObjectSeed & {
  /** Oldest first. */
  readonly versions: readonly (string | { readonly value: string; readonly isDisabled?: true })[];
};

type VaultSeed = {
  readonly secrets?: readonly SecretSeed[];
  readonly keys?: readonly (ObjectSeed & { readonly jwk: Readonly<Record<string, unknown>> })[];
  readonly certificates?: readonly (ObjectSeed & { readonly cer: Uint8Array })[];
};

export type Vault = {
  readonly put: (seed: VaultSeed) => void;
  /** Under its name nothing is found any more, until it is purged. */
  readonly remove: (secret: string) => void;
  readonly answer: (request: AzureRequest) => Reply;
};

/** The name of a version, by the place of it. */
export function versionOf(name: string, index: number): string {
  return createHash('sha256').update(`${name}/${index}`).digest('hex').slice(0, 32);
}

type Version = { readonly id: string; readonly isEnabled: boolean; readonly body: unknown };
type Stored = ObjectSeed & { readonly versions: readonly Version[] };
type Collection = Map<string, Stored>;

const largestPage = 25;
const usualDates = { created: 1_700_000_000, updated: 1_700_000_060 };

export function createVault(): Vault {
  const secrets: Collection = new Map();
  const keys: Collection = new Map();
  const certificates: Collection = new Map();
  const deleted = new Set<string>();

  const collections = [
    { path: 'secrets', items: secrets, kind: 'Secret' },
    { path: 'keys', items: keys, kind: 'Key' },
    { path: 'certificates', items: certificates, kind: 'Certificate' },
  ] as const;

  function answer({ method, path, query, origin }: AzureRequest): Reply {
    if (method !== 'GET') return serviceError(405, 'MethodNotAllowed', `${method} does not read`);
    if (query.get('api-version') !== '7.4') {
      return serviceError(400, 'BadParameter', 'The specified version is not supported.');
    }
    const [collection, name, version, ...rest] = path;
    const found = collections.find((one) => one.path === collection);
    if (found === undefined || rest.length > 0)
      return serviceError(404, 'NotFound', 'No such path.');
    if (name === undefined) return page(found.items, origin, query);
    if (!/^[0-9A-Za-z-]{1,127}$/.test(name)) {
      const message = `The request URI contains an invalid name: ${name}`;
      return serviceError(400, 'BadParameter', message);
    }
    const object = deleted.has(name) ? undefined : found.items.get(name);
    const wanted = object?.versions.find(({ id }) => version === undefined || version === id);
    if (object === undefined || wanted === undefined) {
      const shown = version === undefined ? name : `${name}/${version}`;
      const message = `A ${found.kind.toLowerCase()} with (name/id) ${shown} was not found in this key vault. If you recently deleted this ${found.kind.toLowerCase()} you may be able to recover it.`;
      return serviceError(404, `${found.kind}NotFound`, message);
    }
    if (!wanted.isEnabled) {
      const message = `Operation get is not allowed on a disabled ${found.kind.toLowerCase()}.`;
      return serviceError(403, 'Forbidden', message);
    }
    const id = `${origin}/${found.path}/${name}/${wanted.id}`;
    return ok(bundle(found.path, id, object, wanted));
  }

  function page(items: Collection, origin: string, query: URLSearchParams): Reply {
    const size = Number(query.get('maxresults') ?? largestPage);
    if (!(size >= 1 && size <= largestPage)) {
      const message = `maxresults must be between 1 and ${largestPage}`;
      return serviceError(400, 'BadParameter', message);
    }
    const start = Number(query.get('$skiptoken') ?? 0);
    const all = [...items.values()].filter(({ name }) => !deleted.has(name));
    const value = all.slice(start, start + size).map((object) => ({
      id: `${origin}/secrets/${object.name}`,
      attributes: attributesOf(object, object.versions[0]?.isEnabled ?? false),
      ...(object.tags !== undefined && { tags: object.tags }),
    }));
    const next = new URLSearchParams({
      'api-version': '7.4',
      $skiptoken: String(start + size),
      maxresults: String(size),
    });
    const nextLink = start + size < all.length ? `${origin}/secrets?${next.toString()}` : null;
    return ok({ value, nextLink });
  }

  return {
    put: (seed) => {
      for (const secret of seed.secrets ?? []) secrets.set(secret.name, storedSecret(secret));
      for (const key of seed.keys ?? []) keys.set(key.name, stored(key, key.jwk));
      for (const certificate of seed.certificates ?? []) {
        const cer = Buffer.from(certificate.cer).toString('base64');
        certificates.set(certificate.name, stored(certificate, cer));
      }
    },
    remove: (name) => {
      deleted.add(name);
    },
    answer,
  };
}

function storedSecret(seed: SecretSeed): Stored {
  const versions = seed.versions.map((version, index) => {
    const { value, isDisabled } = typeof version === 'string' ? { value: version } : version;
    return { id: versionOf(seed.name, index), isEnabled: isDisabled !== true, body: value };
  });
  return { ...seed, versions: versions.reverse() };
}

function stored(seed: ObjectSeed, body: unknown): Stored {
  return { ...seed, versions: [{ id: versionOf(seed.name, 0), isEnabled: true, body }] };
}

function bundle(path: string, id: string, object: Stored, { body }: Version): unknown {
  const common = {
    attributes: attributesOf(object, true),
    ...(object.tags !== undefined && { tags: object.tags }),
  };
  switch (path) {
    case 'keys':
      return { key: { kid: id, ...(body as object) }, ...common };
    case 'certificates':
      return { id, kid: id.replace('/certificates/', '/keys/'), cer: body, ...common };
    default:
      return { value: body, id, contentType: 'text/plain', ...common };
  }
}

function attributesOf({ dates }: ObjectSeed, enabled: boolean): unknown {
  const recovery = { recoveryLevel: 'Recoverable+Purgeable', recoverableDays: 90 };
  return { enabled, ...usualDates, ...dates, ...recovery };
}
