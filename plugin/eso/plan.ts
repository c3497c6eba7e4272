// Owns the plan: which remote values are read from which connection, each once, and what every ExternalSecret takes of them.
import type { Generator } from '../generators/generator.ts';
import { isRecord } from '../k8s/object.ts';
import type { Path } from '../place.ts';
import type { FindQuery, Provider, RemoteRead, SelectRef } from '../providers/provider.ts';
import type { Result } from '../results.ts';
import {
  type PlannedConnection,
  type Pointer,
  readCollector,
  type ReadCollector,
  type UsedStore,
} from './collect.ts';
import type { DecodingStrategy, NullBytePolicy } from './decode.ts';
import type { Task } from './expand.ts';
import type { ConversionStrategy } from './keys.ts';
import type { GenerateEntry } from './generate.ts';
import { findGenerator } from './generators.ts';
import type { Sources } from './left.ts';
import { findStore, type StoreSource } from './stores.ts';
import { type Finding, findingAbout } from './subject.ts';
import type {
  Data,
  DataFrom,
  FindRef,
  GeneratorRef,
  RemoteRef,
  Rewrite,
  SecretStore,
  StoreRef,
} from './types.ts';

type Origin = {
  /** Of the remoteRef, extract or find in the manifest. */
  readonly path: Path;
  readonly pointer: Pointer;
  readonly provider: Provider;
  /** The store as messages name it. */
  readonly store: string;
};
type Decoding = {
  readonly decodingStrategy: DecodingStrategy;
  readonly nullBytePolicy: NullBytePolicy;
};
type Rewriting = {
  readonly conversionStrategy: ConversionStrategy;
  readonly rewrite: readonly Rewrite[];
};

export type DataEntry = Origin &
  Decoding & { readonly kind: 'data'; readonly secretKey: string; readonly ref: SelectRef };
export type ExtractEntry = Origin &
  Decoding &
  Rewriting & { readonly kind: 'extract'; readonly ref: SelectRef };
export type FindEntry = Origin & Decoding & Rewriting & { readonly kind: 'find' };

/** One element of `data` or `dataFrom`, with the place of its answer. */
export type Entry = DataEntry | ExtractEntry | FindEntry | GenerateEntry;

/**
 * What one ExternalSecret takes: `dataFrom` first, then `data`, as ESO evaluates them (2.1). It is incomplete where an
 * entry could not be planned: then its other entries are still read, to report what is wrong with them, and no Secret is made.
 */
export type Recipe = {
  readonly task: Task;
  readonly entries: readonly Entry[];
  readonly complete: boolean;
};

export type Plan = {
  readonly connections: readonly PlannedConnection[];
  readonly recipes: readonly Recipe[];
  readonly results: readonly Result[];
};

export type PlanSource = Sources &
  StoreSource & {
    /** ClusterSecretStores that are the operator's own. */
    readonly operators: ReadonlySet<SecretStore>;
    /** Kinds of guarded generators that may be used. */
    readonly allowedGenerators: readonly string[];
  };

/** Plans all tasks together, so that what several of them ask for is read once. No I/O; the same input gives the same plan. */
export function planReads(tasks: readonly Task[], source: PlanSource): Plan {
  const collector = readCollector(source.operators);
  const planned = tasks.map((task) => planTask(task, { ...source, collector }));
  return {
    connections: collector.connections(),
    recipes: planned.map(({ recipe }) => recipe),
    results: planned.flatMap(({ results }) => results),
  };
}

type Context = PlanSource & { readonly collector: ReadCollector };
type Located<T> = { readonly value: T; readonly path: Path };

/** An entry; or what is wrong; or neither, where nothing is to be read or where the store itself is reported. */
type EntryOutcome =
  | { readonly ok: true; readonly entry?: Entry }
  | { readonly ok: false; readonly finding?: Finding };

function planTask(
  task: Task,
  context: Context,
): { readonly recipe: Recipe; readonly results: readonly Result[] } {
  const { spec } = task.externalSecret;
  const outcomes = [
    ...(spec.dataFrom ?? []).map((value, index) =>
      planDataFrom(task, context, { value, path: [...task.specPath, 'dataFrom', index] }),
    ),
    ...(spec.data ?? []).map((value, index) =>
      planData(task, context, { value, path: [...task.specPath, 'data', index] }),
    ),
  ];
  // The default store, when it cannot be used, is one problem and not one for each entry.
  const findings = new Map<string, Finding>();
  for (const outcome of outcomes) {
    if (!outcome.ok && outcome.finding !== undefined)
      findings.set(JSON.stringify(outcome.finding), outcome.finding);
  }
  return {
    recipe: {
      task,
      entries: outcomes.flatMap((outcome) =>
        outcome.ok && outcome.entry !== undefined ? [outcome.entry] : [],
      ),
      complete: outcomes.every(({ ok }) => ok),
    },
    results: [...findings.values()].map((finding) => findingAbout(task.subject, finding)),
  };
}

function planData(
  task: Task,
  context: Context,
  { value: data, path }: Located<Data>,
): EntryOutcome {
  if (data.sourceRef?.generatorRef !== undefined)
    return misplacedGenerator([...path, 'sourceRef', 'generatorRef']);
  const use = useStore(task, context, { value: data.sourceRef?.storeRef, path });
  if (!use.ok) return use;
  const { ref, origin } = planRead(context, use.used, {
    value: data.remoteRef,
    path: [...path, 'remoteRef'],
  });
  return {
    ok: true,
    entry: { kind: 'data', secretKey: data.secretKey, ref, ...origin, ...decoding(data.remoteRef) },
  };
}

/** An element that only names a store contributes nothing (ESO 1.2). */
function planDataFrom(
  task: Task,
  context: Context,
  { value: from, path }: Located<DataFrom>,
): EntryOutcome {
  const { extract, find, sourceRef } = from;
  if (sourceRef?.generatorRef !== undefined)
    return planGenerator(task, context, {
      value: { ref: sourceRef.generatorRef, rewrite: from.rewrite ?? [] },
      path: [...path, 'sourceRef', 'generatorRef'],
    });
  const source = extract ?? find;
  if (source === undefined) return { ok: true };
  const use = useStore(task, context, { value: sourceRef?.storeRef, path });
  if (!use.ok) return use;
  const shared = {
    ...decoding(source),
    conversionStrategy: source.conversionStrategy ?? ('Default' as const),
    rewrite: from.rewrite ?? [],
  };
  if (extract !== undefined) {
    const { ref, origin } = planRead(context, use.used, {
      value: extract,
      path: [...path, 'extract'],
    });
    return { ok: true, entry: { kind: 'extract', ref, ...origin, ...shared } };
  }
  const origin = planFind(context, use.used, { value: find ?? {}, path: [...path, 'find'] });
  return { ok: true, entry: { kind: 'find', ...origin, ...shared } };
}

/** The operator looks for a store here, and finds none (ESO 1.1). */
function misplacedGenerator(path: Path): EntryOutcome {
  const message = 'a generator has no place in data: use dataFrom, and rewrite for its keys';
  return { ok: false, finding: { code: 'STORE_NOT_FOUND', path, message } };
}

function planGenerator(
  task: Task,
  { generators, allowedGenerators, collector }: Context,
  {
    value: { ref, rewrite },
    path,
  }: Located<{ readonly ref: GeneratorRef; readonly rewrite: readonly Rewrite[] }>,
): EntryOutcome {
  const outcome = findGenerator(generators, ref, task.namespace.name);
  if (!outcome.ok) return { ok: false, finding: { ...outcome.finding, path } };
  if (outcome.used === undefined) return { ok: false };
  const { generator, spec, title } = outcome.used;
  if (generator.guard !== undefined && !allowedGenerators.includes(generator.kind))
    return { ok: false, finding: { ...guardFinding(title, generator, generator.guard), path } };
  const { name } = task.externalSecret.metadata;
  const scope = { kind: 'SecretStore', name: ref.name, namespace: task.namespace.name } as const;
  const place = usesBefore(task, ref, path);
  const source = generator.source?.(spec, scope, JSON.stringify([name, scope.namespace, place]));
  const pointer = source === undefined ? {} : { pointer: collector.readSource(source) };
  const use = [scope.namespace, name, place, ref.kind, ref.name, generator.kind, canonical(spec)];
  const entry = { kind: 'generate', path, generator, spec, title, use, rewrite } as const;
  return { ok: true, entry: { ...entry, ...pointer } };
}

function guardFinding(
  title: string,
  { kind }: Generator,
  guard: string,
): Pick<Finding, 'code' | 'message'> {
  const message = `${title} ${guard}: where that is meant, allow it with --allow-generator ${kind} or in RenderConfig.spec.generators.allow`;
  return { code: 'GENERATOR_DENIED', message };
}

/** How often `dataFrom` uses the same generator before: what stands beside it does not change its values. */
function usesBefore({ externalSecret }: Task, { kind, name }: GeneratorRef, path: Path): number {
  const index = path.findLast((part) => typeof part === 'number');
  return (externalSecret.spec.dataFrom ?? []).slice(0, index).filter(({ sourceRef }) => {
    const other = sourceRef?.generatorRef;
    return other?.kind === kind && other.name === name;
  }).length;
}

/** The same for the same settings, in whatever order they are written. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, canonical(item)] as const);
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

type StoreUse =
  | { readonly ok: true; readonly used: UsedStore }
  | { readonly ok: false; readonly finding?: Finding };

/** `sourceRef.storeRef` replaces the default store as a whole: its empty kind does not inherit the default's (ESO 2.2). */
function useStore(
  task: Task,
  context: Context,
  { value: own, path }: Located<StoreRef | undefined>,
): StoreUse {
  const refPath =
    own === undefined ? [...task.specPath, 'secretStoreRef'] : [...path, 'sourceRef', 'storeRef'];
  const outcome = findStore(
    context,
    own ?? task.externalSecret.spec.secretStoreRef,
    task.namespace,
  );
  if (!outcome.ok) return { ok: false, finding: { ...outcome.finding, path: refPath } };
  const { store, kind } = outcome;
  if (store === undefined) return { ok: false };
  const used = context.collector.use(store, {
    kind,
    name: store.metadata.name,
    namespace: task.namespace.name,
  });
  if (used !== undefined) return { ok: true, used };
  const provider = Object.keys(store.spec.provider).join();
  const message = `${kind} "${store.metadata.name}" is of provider "${provider}", which is not supported yet`;
  return { ok: false, finding: { code: 'UNSUPPORTED', path: refPath, message } };
}

function planRead(
  { collector }: Context,
  used: UsedStore,
  { value, path }: Located<RemoteRef>,
): { readonly ref: SelectRef; readonly origin: Origin } {
  const property = value.property ?? '';
  const read: RemoteRead = {
    key: value.key,
    version: value.version ?? '',
    metadataPolicy: value.metadataPolicy ?? 'None',
    ...(used.provider.readsProperty === true ? { property } : {}),
  };
  return {
    ref: { ...read, property },
    origin: {
      path,
      pointer: collector.read(used, read),
      provider: used.provider,
      store: used.title,
    },
  };
}

function planFind(
  { collector }: Context,
  used: UsedStore,
  { value, path }: Located<FindRef>,
): Origin {
  const query: FindQuery = {
    ...(value.path === undefined ? {} : { path: value.path }),
    ...(value.name === undefined ? {} : { name: value.name }),
    ...(value.tags === undefined ? {} : { tags: value.tags }),
  };
  return { path, pointer: collector.find(used, query), provider: used.provider, store: used.title };
}

function decoding(ref: {
  readonly decodingStrategy?: DecodingStrategy;
  readonly nullBytePolicy?: NullBytePolicy;
}): Decoding {
  return {
    decodingStrategy: ref.decodingStrategy ?? 'None',
    nullBytePolicy: ref.nullBytePolicy ?? 'Ignore',
  };
}
