// Owns ESO's fake provider (3.9): the store's own manifest is the backend.
import { getPath } from '../gjson/get.ts';
import { SecretBytes } from '../secret-bytes.ts';
import { selectJsonMap } from './json-value.ts';
import { nameMatcher } from './name-matcher.ts';
import {
  ProviderError,
  type FindOutcome,
  type FindQuery,
  type MapSelection,
  type Provider,
  type ReadOutcome,
  type RemoteRead,
  type SecretsClient,
  type Selection,
  type SelectRef,
  type SpecProblem,
} from './provider.ts';
import { fieldsOf, listOf, textOf } from './spec.ts';

type Spec = Readonly<Record<string, unknown>>;
type Entry = { readonly key: string; readonly version: string; readonly value: string };

/** By key and version together, written one after the other: ESO's own identity of an entry. */
type Entries = ReadonlyMap<string, Entry>;

export const provider: Provider = {
  name: 'fake',
  validate,
  connect: (spec, { kind, namespace, name }) => ({
    identity: kind === 'SecretStore' ? `fake ${namespace}/${name}` : `fake ${name}`,
    title: 'fake',
    open: async () => clientOf(entriesOf(spec)),
  }),
  select,
  selectMap,
  findConvertsKeys: true,
};

function validate(spec: Spec): readonly SpecProblem[] {
  return listOf(spec['data']).flatMap((item, index) => {
    const data = fieldsOf(item);
    return ['key', 'value']
      .filter((field) => textOf(data[field]) === '')
      .map((field) => ({ path: ['data', index, field], message: 'must not be empty' }));
  });
}

/** Of two entries with one identity the later one counts. */
function entriesOf(spec: Spec): Entries {
  return new Map(
    listOf(spec['data']).map((item) => {
      const { key, value, version } = fieldsOf(item);
      const entry = { key: textOf(key), version: textOf(version), value: textOf(value) };
      return [identityOf(entry), entry];
    }),
  );
}

function identityOf({ key, version }: Pick<Entry, 'key' | 'version'>): string {
  return `${key}${version}`;
}

function clientOf(entries: Entries): SecretsClient {
  return {
    read: async (refs) => refs.map((ref) => read(entries, ref)),
    find: async (query) => find(entries, query),
    close: async () => {},
  };
}

/** metadataPolicy means nothing here: ESO answers the value under Fetch too (providers/v1/fake). */
function read(entries: Entries, ref: RemoteRead): ReadOutcome {
  const entry = entries.get(identityOf(ref));
  if (entry === undefined || entry.version !== ref.version) return { outcome: 'not-found' };
  return { outcome: 'value', value: SecretBytes.ofText(entry.value) };
}

/** By name only; tags beside a name and a path are ignored. Of several versions the greatest counts. */
function find(entries: Entries, { name }: FindQuery): FindOutcome {
  try {
    if (name === undefined)
      throw new ProviderError('invalid', 'unsupported find operator: fake finds by name only');
    const matches = nameMatcher(name);
    const newest = new Map<string, Entry>();
    for (const entry of entries.values()) {
      if (!matches(entry.key)) continue;
      const known = newest.get(entry.key);
      if (known === undefined || known.version < entry.version) newest.set(entry.key, entry);
    }
    const values = [...newest].map(([key, { value }]) => [key, SecretBytes.ofText(value)] as const);
    return { outcome: 'values', values: new Map(values) };
  } catch (error) {
    if (error instanceof ProviderError) return { outcome: 'error', error };
    throw error;
  }
}

/** gjson only, and a property that is missing is a missing secret. */
function select(value: SecretBytes, { property }: SelectRef): Selection {
  if (property === '') return { outcome: 'value', value };
  const selected = getPath(value.reveal(), property);
  if (selected === undefined) return { outcome: 'not-found' };
  return { outcome: 'value', value: new SecretBytes(selected) };
}

function selectMap(value: SecretBytes, ref: SelectRef): MapSelection {
  const selection = select(value, ref);
  return selection.outcome === 'value' ? selectJsonMap(selection.value.reveal()) : selection;
}
