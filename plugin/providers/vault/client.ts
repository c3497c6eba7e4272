// Owns an open Vault store: reading values and metadata, and finding names.
import { getPath } from '../../gjson/get.ts';
import { decodeObject, rawToBytes } from '../../gojson/decode.ts';
import { remarshal } from '../../gojson/remarshal.ts';
import { encodeValue } from '../../gojson/value.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import { nameMatcher } from '../name-matcher.ts';
import {
  ProviderError,
  type FindOutcome,
  type FindQuery,
  type OpenContext,
  type ReadOutcome,
  type RemoteRead,
  type SecretsClient,
} from '../provider.ts';
import type { VaultConfig } from './config.ts';
import { dataPath, listPath, metadataPath } from './paths.ts';
import { openSession, type Session } from './session.ts';

type Open = { readonly config: VaultConfig; readonly session: Session };

/** Throws {@link ProviderError}. */
export async function openVault(config: VaultConfig, context: OpenContext): Promise<SecretsClient> {
  const open = { config, session: await openSession(config, context) };
  return {
    read: (refs) => Promise.all(refs.map((ref) => outcomeOf(() => read(open, ref)))),
    find: (query) => outcomeOf(() => find(open, query)),
    close: open.session.close,
  };
}

async function outcomeOf<T>(
  work: () => Promise<T>,
): Promise<T | { readonly outcome: 'error'; readonly error: ProviderError }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProviderError) return { outcome: 'error', error };
    throw error;
  }
}

async function read(open: Open, ref: RemoteRead): Promise<ReadOutcome> {
  if (ref.metadataPolicy === 'Fetch') {
    const metadata = await readMetadata(open, ref.key);
    if (metadata === undefined) throw new ProviderError('failed', 'secret not found');
    const json = encodeValue(metadata, { escapeHtml: true });
    return {
      outcome: 'value',
      value: new SecretBytes(metadata.size === 0 ? new Uint8Array() : json),
    };
  }
  const value = await readValue(open, ref.key, ref.version);
  return value === undefined ? { outcome: 'not-found' } : { outcome: 'value', value };
}

/** The whole data as JSON: keys sorted, HTML escaped, numbers as Vault spells them. Undefined where there is none. */
async function readValue(
  { config, session }: Open,
  key: string,
  version: string,
): Promise<SecretBytes | undefined> {
  const body = await session.ask({
    name: 'read',
    method: 'GET',
    path: dataPath(key, config),
    ...(version === '' ? {} : { query: `?version=${encodeURIComponent(version)}` }),
  });
  const outer = body === undefined ? undefined : rawField(body, 'data');
  if (outer === undefined || isNull(outer)) return undefined;
  const data = config.version === 'v1' ? outer : rawField(outer, 'data');
  if (data === undefined) throw new ProviderError('failed', 'failed to find data field');
  if (isNull(data)) return undefined;
  const json = remarshal(data);
  if (json === undefined) throw new ProviderError('failed', 'the answer is not JSON');
  return new SecretBytes(json);
}

function rawField(json: Uint8Array, name: string): Uint8Array | undefined {
  const decoded = decodeObject(json);
  return decoded.ok ? decoded.entries.get(name) : undefined;
}

function isNull(raw: Uint8Array): boolean {
  return raw[0] === 0x6e;
}

const systemMetadata = ['created_time', 'current_version', 'delete_version_after'];

/** Custom metadata with Vault's own; undefined where there is no such secret. */
async function readMetadata(
  { config, session }: Open,
  key: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const path = metadataPath(key, config);
  const body = await session.ask({ name: 'read metadata', method: 'GET', path });
  const data = body === undefined ? undefined : rawField(body, 'data');
  if (data === undefined) return undefined;
  const custom = decodeObject(rawField(data, 'custom_metadata') ?? Buffer.from('{}'));
  const metadata = new Map<string, string>();
  for (const name of systemMetadata) {
    const value = rawField(data, name);
    if (value !== undefined) metadata.set(name, textOf(value));
  }
  for (const [name, value] of custom.ok ? custom.entries : []) metadata.set(name, textOf(value));
  return metadata;
}

function textOf(raw: Uint8Array): string {
  return Buffer.from(rawToBytes(raw)).toString();
}

async function find(open: Open, query: FindQuery): Promise<FindOutcome> {
  const { config } = open;
  if (config.version === 'v1' && query.tags !== undefined) {
    throw new ProviderError('invalid', 'cannot find by tags with kv version v1');
  }
  const folder = query.path === undefined || query.path === '' ? '' : `${query.path}/`;
  const names = await listNames(open, folder);
  if (names === undefined) return { outcome: 'not-found' };
  const wanted = await matching(open, names, query);
  const values = await Promise.all(
    wanted.map(async (name) => [name, await readValue(open, name, '')] as const),
  );
  const found = values.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { outcome: 'values', values: new Map(found) };
}

/** All names below a folder, with it in front; undefined where there is no such folder. */
async function listNames(open: Open, folder: string): Promise<readonly string[] | undefined> {
  const path = listPath(folder, open.config);
  const body = await open.session.ask({ name: 'list', method: 'LIST', path });
  const keys = body === undefined ? undefined : getPath(body, 'data.keys');
  if (keys === undefined) return undefined;
  const names = stringsOf(keys).map((name) => folder + name);
  const below = await Promise.all(
    names.map(async (name) =>
      name.endsWith('/') ? ((await listNames(open, name)) ?? []) : [name],
    ),
  );
  return below.flat();
}

function stringsOf(json: Uint8Array): readonly string[] {
  const parsed: unknown = JSON.parse(Buffer.from(json).toString());
  return Array.isArray(parsed) ? parsed.filter((item) => typeof item === 'string') : [];
}

/** By name, else by tags, else all. */
async function matching(
  open: Open,
  names: readonly string[],
  { name, tags }: FindQuery,
): Promise<readonly string[]> {
  if (name !== undefined) return names.filter(nameMatcher(name));
  if (tags === undefined) return names;
  const metadata = await Promise.all(names.map((one) => readMetadata(open, one)));
  return names.filter((_, i) =>
    Object.entries(tags).every(([key, value]) => metadata[i]?.get(key) === value),
  );
}
