// Owns the collecting of reads: one connection per identity, and one read per remote value, whatever asks for it.
import type { GeneratorSource } from '../generators/generator.ts';
import type {
  Connection,
  FindQuery,
  Provider,
  RemoteRead,
  StoreScope,
} from '../providers/provider.ts';
import { providerNamed } from '../providers/registry.ts';
import { parseDuration } from './duration.ts';
import type { SecretStore } from './types.ts';

/** A store's retrySettings, as `fetch/` takes them. */
type Retry = { readonly maxRetries?: number; readonly retryIntervalMs?: number };

/** What a store, or a generator, says of it. */
type Said = Pick<SecretStore['spec'], 'retrySettings'>;

/** One connection and all that is read over it, each once. */
export type PlannedConnection = {
  readonly connection: Connection;
  /** The store, where it is a ClusterSecretStore that is the operator's own. */
  readonly operatorsStore: SecretStore | undefined;
  /** Absent where the store says nothing of it. */
  readonly retry?: Retry;
  readonly reads: readonly RemoteRead[];
  readonly finds: readonly FindQuery[];
};

/** Where an answer will be: which connection, and which of its reads or finds. */
export type Pointer = { readonly connection: number; readonly index: number };

/** A store in use from one namespace. */
export type UsedStore = {
  readonly provider: Provider;
  readonly connection: number;
  /** `SecretStore "aws" (AWS Secrets Manager, eu-west-1)`, for messages. */
  readonly title: string;
};

/** Grows while entries are planned. */
export type ReadCollector = {
  /** Undefined where the store's provider is not one of ours. */
  readonly use: (store: SecretStore, scope: StoreScope) => UsedStore | undefined;
  readonly read: (used: Pick<UsedStore, 'connection'>, read: RemoteRead) => Pointer;
  /** What a generator has to read first. */
  readonly readSource: (source: GeneratorSource) => Pointer;
  readonly find: (used: UsedStore, query: FindQuery) => Pointer;
  readonly connections: () => readonly PlannedConnection[];
};

/** Values without repetition, each with the position at which it was first added. */
type IndexedSet<T> = {
  readonly add: (key: string, make: () => T) => number;
  readonly at: (index: number) => T | undefined;
  readonly values: () => readonly T[];
};

function indexedSet<T>(): IndexedSet<T> {
  const positions = new Map<string, number>();
  const values: T[] = [];
  return {
    add: (key, make) => {
      const known = positions.get(key);
      if (known !== undefined) return known;
      positions.set(key, values.length);
      return values.push(make()) - 1;
    },
    at: (index) => values[index],
    values: () => values,
  };
}

type Collected = Pick<PlannedConnection, 'connection' | 'operatorsStore'> & {
  readonly retry: Retry | undefined;
  readonly reads: IndexedSet<RemoteRead>;
  readonly finds: IndexedSet<FindQuery>;
};

/** A connection of one of `operators` is of that store alone: what it may look up hangs on its spec. */
export function readCollector(operators: ReadonlySet<SecretStore>): ReadCollector {
  const connections = indexedSet<Collected>();
  const uses = new Map<SecretStore, Map<string, UsedStore | undefined>>();

  const add = (connection: Connection, said: Said, operatorsStore?: SecretStore): number => {
    const retry = retryOf(said, connection);
    const key = [connection.identity, retry ?? null, operatorsStore?.metadata.name ?? ''];
    return connections.add(JSON.stringify(key), () => ({
      connection,
      operatorsStore,
      retry,
      reads: indexedSet(),
      finds: indexedSet(),
    }));
  };

  const connect = (store: SecretStore, scope: StoreScope): UsedStore | undefined => {
    const [name = '', spec = {}] = Object.entries(store.spec.provider)[0] ?? [];
    const provider = providerNamed(name);
    if (provider === undefined) return undefined;
    const connection = provider.connect(spec, scope);
    return {
      provider: { ...provider, ...connection.selection },
      connection: add(connection, store.spec, operators.has(store) ? store : undefined),
      title: `${scope.kind} "${scope.name}" (${connection.title})`,
    };
  };

  const read: ReadCollector['read'] = ({ connection }, asked) => ({
    connection,
    index:
      connections
        .at(connection)
        ?.reads.add(
          JSON.stringify([asked.key, asked.version, asked.metadataPolicy, asked.property]),
          () => asked,
        ) ?? -1,
  });

  return {
    use: (store, scope) => {
      const known = uses.get(store) ?? new Map<string, UsedStore | undefined>();
      uses.set(store, known);
      if (!known.has(scope.namespace)) known.set(scope.namespace, connect(store, scope));
      return known.get(scope.namespace);
    },
    read,
    readSource: (source) => read({ connection: add(source.connection, source) }, source.read),
    find: ({ connection }, query) => ({
      connection,
      index: connections.at(connection)?.finds.add(JSON.stringify(query), () => query) ?? -1,
    }),
    connections: () =>
      connections.values().map(({ retry, reads, finds, ...collected }) => ({
        ...collected,
        ...(retry === undefined ? {} : { retry }),
        reads: reads.values(),
        finds: finds.values(),
      })),
  };
}

/** The server that a store names; none where it names none, cannot be used, or has a provider that is not ours. */
export function serversOf(store: SecretStore | undefined): readonly string[] {
  if (store === undefined) return [];
  const [name = '', spec = {}] = Object.entries(store.spec.provider)[0] ?? [];
  const scope = { kind: 'ClusterSecretStore', name: store.metadata.name, namespace: '' } as const;
  const server = providerNamed(name)?.connect(spec, scope).server;
  return server === undefined ? [] : [server];
}

function retryOf({ retrySettings }: Said, { unsaidRetries }: Connection): Retry | undefined {
  if (retrySettings === undefined) return undefined;
  const { maxRetries = unsaidRetries, retryInterval } = retrySettings;
  const retryIntervalMs = retryInterval === undefined ? undefined : parseDuration(retryInterval);
  return {
    ...(maxRetries === undefined ? {} : { maxRetries }),
    ...(retryIntervalMs === undefined ? {} : { retryIntervalMs }),
  };
}
