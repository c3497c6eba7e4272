// Owns the secrets of the stand-in for Google Secret Manager, and what its REST API v1 answers about them.
import { apiError, ok, type GoogleRequest, type Reply } from './google-reply.ts';

type SecretSeed = {
  readonly id: string;
  /** Of a regional secret. */
  readonly location?: string;
  /** Oldest first: versions 1, 2, … */
  readonly versions: readonly (VersionSeed | Uint8Array | string)[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Version numbers by alias. */
  readonly aliases?: Readonly<Record<string, number>>;
};

type VersionSeed = {
  readonly value: Uint8Array | string;
  readonly state?: State;
  /** RFC 3339. Default: a minute after the one before. */
  readonly createTime?: string;
  /** In the place of the right checksum; null for none at all. */
  readonly dataCrc32c?: string | null;
};

type State = 'ENABLED' | 'DISABLED' | 'DESTROYED';
type Secret = Omit<SecretSeed, 'versions'> & { readonly versions: readonly VersionSeed[] };

export type SecretManager = {
  readonly put: (seeds: readonly SecretSeed[]) => void;
  readonly answer: (request: GoogleRequest) => Reply;
};

export type SecretManagerOptions = {
  readonly projectID: string;
  /** Stands in the names that Google answers with. */
  readonly projectNumber: string;
  /** The most that a page holds, whatever is asked for. */
  readonly pageLimit?: number;
  /** Lets a secret have any ID. Google takes letters, digits, `_` and `-`, at most 255. */
  readonly anyID?: boolean;
};

const largestPage = 25_000;

export function createSecretManager(options: SecretManagerOptions): SecretManager {
  const secrets = new Map<string, Secret>();
  const { projectID, projectNumber, anyID = false } = options;

  function answer({ method, path, query }: GoogleRequest): Reply {
    if (method !== 'GET') return apiError('INVALID_ARGUMENT', `${method} is not for reading`);
    const { parent, project, rest } = parentOf(path);
    if (project !== projectID && project !== projectNumber) {
      return apiError('PERMISSION_DENIED', `Permission denied on resource project ${project}.`);
    }
    const [collection, id, versions, version] = rest;
    if (collection !== 'secrets') return apiError('NOT_FOUND', 'no such collection');
    if (id === undefined) return listSecrets(parent, query);
    if (!anyID && !/^[\w-]{1,255}$/.test(id)) {
      return apiError(
        'INVALID_ARGUMENT',
        `The provided Secret ID [${id}] does not match the expected format [[a-zA-Z_0-9]+]`,
      );
    }
    const secret = secrets.get(`${parent}/${id}`);
    const name = `${parent}/secrets/${id}`;
    if (secret === undefined) {
      return apiError('NOT_FOUND', `Secret [${name}] not found or has no versions.`);
    }
    if (versions === undefined) return ok(resource(name, secret));
    if (versions !== 'versions') return apiError('NOT_FOUND', 'no such collection');
    if (version === undefined) return listVersions(name, secret, query);
    if (!version.endsWith(':access')) return apiError('NOT_FOUND', 'only access is known');
    return access(name, secret, version.slice(0, -':access'.length));
  }

  function listSecrets(parent: string, query: URLSearchParams): Reply {
    const filter = filterOf(query.get('filter') ?? '');
    if (filter === undefined) return apiError('INVALID_ARGUMENT', 'Invalid filter.');
    const found = [...secrets]
      .filter(([path, secret]) => path === `${parent}/${secret.id}` && filter(secret))
      .map(([, secret]) => resource(`${parent}/secrets/${secret.id}`, secret));
    return page(found, 'secrets', query);
  }

  function listVersions(name: string, { versions }: Secret, query: URLSearchParams): Reply {
    const filter = query.get('filter') ?? '';
    const state = /^state:([A-Z]+)$/.exec(filter)?.[1];
    if (filter !== '' && state === undefined) {
      return apiError('INVALID_ARGUMENT', 'Invalid filter.');
    }
    const found = versions
      .map((version, index) => ({
        name: `${name}/versions/${index + 1}`,
        state: stateOf(version),
        createTime: timeOf(version, index),
        etag: `"${index + 1}"`,
      }))
      .filter((version) => state === undefined || version.state === state);
    return page(found.reverse(), 'versions', query);
  }

  function page(items: readonly Resource[], field: string, query: URLSearchParams): Reply {
    const unknown = [...query.keys()].find(
      (key) => !['fields', 'filter', 'pageSize', 'pageToken'].includes(key),
    );
    if (unknown !== undefined) {
      return apiError(
        'INVALID_ARGUMENT',
        `Invalid JSON payload received. Unknown name "${unknown}"`,
      );
    }
    const asked = Number(query.get('pageSize') ?? largestPage);
    if (!(asked >= 0)) return apiError('INVALID_ARGUMENT', 'Invalid value for page_size');
    const size = Math.min(asked, largestPage, options.pageLimit ?? largestPage);
    const start = Number(query.get('pageToken') ?? 0);
    const end = start + size;
    const wanted = fieldsOf(query.get('fields'), field);
    if (wanted === undefined) return apiError('INVALID_ARGUMENT', 'Invalid field selection');
    return ok({
      // As in all of Google's JSON, what is empty is left out.
      ...(items.length > 0 && { [field]: items.slice(start, end).map((item) => wanted(item)) }),
      ...(end < items.length && { nextPageToken: String(end) }),
    });
  }

  function parentOf([, project = '', ...rest]: readonly string[]): {
    readonly parent: string;
    readonly project: string;
    readonly rest: readonly string[];
  } {
    const [locations, location, ...below] = rest;
    const own = `projects/${projectNumber}`;
    return locations === 'locations'
      ? { parent: `${own}/locations/${location}`, project, rest: below }
      : { parent: own, project, rest };
  }

  return {
    put: (seeds) => {
      for (const seed of seeds) {
        const place = seed.location === undefined ? '' : `/locations/${seed.location}`;
        const versions = seed.versions.map(versionSeed);
        secrets.set(`projects/${projectNumber}${place}/${seed.id}`, { ...seed, versions });
      }
    },
    answer,
  };
}

function versionSeed(seed: VersionSeed | Uint8Array | string): VersionSeed {
  return typeof seed === 'string' || seed instanceof Uint8Array ? { value: seed } : seed;
}

type Resource = Readonly<Record<string, unknown>>;

/** A partial response: `items(a,b),nextPageToken`, of which nothing else is understood here; undefined then. */
function fieldsOf(
  selection: string | null,
  field: string,
): ((item: Resource) => Resource) | undefined {
  if (selection === null) return (item) => item;
  const [, items, names = ''] = /^(\w+)\(([\w,]+)\),nextPageToken$/.exec(selection) ?? [];
  if (items !== field) return undefined;
  return (item) =>
    Object.fromEntries(Object.entries(item).filter(([name]) => names.split(',').includes(name)));
}

function resource(name: string, { labels, annotations, aliases }: Secret): Resource {
  return {
    name,
    replication: { automatic: {} },
    createTime: '2024-01-01T00:00:00.000001Z',
    etag: '"1"',
    ...(labels !== undefined && { labels }),
    ...(annotations !== undefined && { annotations }),
    ...(aliases !== undefined && { versionAliases: aliases }),
  };
}

/** `latest` is the newest that is not destroyed: it may well be disabled. */
function access(name: string, { versions, aliases = {} }: Secret, asked: string): Reply {
  const number = /^\d+$/.test(asked)
    ? Number(asked)
    : asked === 'latest'
      ? versions.findLastIndex((version) => stateOf(version) !== 'DESTROYED') + 1
      : (aliases[asked] ?? 0);
  const version = versions[number - 1];
  if (version === undefined) {
    return asked === 'latest'
      ? apiError('NOT_FOUND', `Secret [${name}] not found or has no versions.`)
      : apiError('NOT_FOUND', `Secret Version [${name}/versions/${asked}] not found.`);
  }
  const title = `${name}/versions/${number}`;
  if (stateOf(version) !== 'ENABLED') {
    const message = `Secret Version [${title}] is in ${stateOf(version)} state.`;
    return apiError('FAILED_PRECONDITION', message);
  }
  const data = Buffer.from(version.value);
  const { dataCrc32c = String(checksum(data)) } = version;
  return ok({
    name: title,
    payload: {
      ...(data.length > 0 && { data: data.toString('base64') }),
      ...(dataCrc32c !== null && { dataCrc32c }),
    },
  });
}

function stateOf({ state = 'ENABLED' }: VersionSeed): State {
  return state;
}

function timeOf({ createTime }: VersionSeed, index: number): string {
  return createTime ?? new Date(Date.UTC(2024, 0, 1, 0, index)).toISOString();
}

/** Clauses are joined by blanks or `AND`; undefined where one is not understood. */
function filterOf(filter: string): ((secret: Secret) => boolean) | undefined {
  const clauses = filter.split(/\s+(?:AND\s+)?/).filter(Boolean);
  const tests = clauses.map((clause) => {
    const [, label, value] = /^labels\.([\w-]+)=([\w-]*)$/.exec(clause) ?? [];
    const [, part] = /^name:(\S+)$/.exec(clause) ?? [];
    if (label !== undefined) return ({ labels = {} }: Secret) => labels[label] === value;
    return part === undefined ? undefined : ({ id }: Secret) => id.includes(part);
  });
  if (tests.includes(undefined)) return undefined;
  return (secret) => tests.every((test) => test?.(secret) === true);
}

/** CRC-32C bit by bit, so that a mistake in a table would show. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ ((crc & 1) * 0x82f63b78);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
