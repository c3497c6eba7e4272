// Owns reading many values with few calls: chunks, and what a batch cannot say read alone.
import { ProviderError, type ReadOutcome, type RemoteRead } from '../provider.ts';

/** How a service reads a value by its own ID: alone, and in batches. Both throw {@link ProviderError}. */
export type BatchApi = {
  /** Most IDs in a batch. */
  readonly batchSize: number;
  /** Outcomes by ID; an ID without one is read alone. */
  readonly readBatch: (ids: readonly string[]) => Promise<ReadonlyMap<string, ReadOutcome>>;
  readonly readOne: (id: string) => Promise<ReadOutcome>;
};

/** Reads IDs, each once, and answers the outcome of each of them. */
export type Reader = (ids: readonly string[]) => Promise<OutcomeOf>;
export type OutcomeOf = (id: string) => ReadOutcome;

/** These concern everything that the store is asked, so asking again in another way is of no use. */
const concernsAll = ['credentials', 'throttled', 'timeout', 'unauthenticated', 'unavailable'];

/**
 * A batch that is refused is read alone, ID by ID: the refusal may be about one of them (AWS refuses all
 * parameters with the one that may not be decrypted), or about the batch call itself, which many a policy
 * does not allow. It is about the call when each of the IDs can be read; from then on the store's reads
 * are all made alone. The first batch goes ahead of the others to find that out.
 */
export function createReader(api: BatchApi): Reader {
  let canBatch = true;

  async function readChunk(ids: readonly string[]): Promise<ReadonlyMap<string, ReadOutcome>> {
    if (!canBatch || ids.length === 1) return readAlone(api, ids);
    const batch = await tried(api.readBatch(ids));
    if (!(batch instanceof ProviderError)) {
      const unsaid = ids.filter((id) => !batch.has(id));
      return new Map([...batch, ...(await readAlone(api, unsaid))]);
    }
    if (concernsAll.includes(batch.code)) {
      return new Map(ids.map((id) => [id, { outcome: 'error', error: batch }]));
    }
    const alone = await readAlone(api, ids);
    if ([...alone.values()].every(({ outcome }) => outcome !== 'error')) canBatch = false;
    return alone;
  }

  return async (ids) => {
    const [first, ...others] = chunksOf([...new Set(ids)], api.batchSize);
    const head = first === undefined ? [] : [await readChunk(first)];
    const tail = await Promise.all(others.map(readChunk));
    const outcomes = new Map([...head, ...tail].flatMap((chunk) => [...chunk]));
    return (id) => outcomes.get(id) ?? unread(id);
  };
}

/** How a service reads what a RemoteRead names. */
export type RefApi = {
  readonly read: Reader;
  /** The ID by which `read` reads it; undefined where it takes a call of its own. */
  readonly idOf: (ref: RemoteRead) => string | undefined;
  /** The call of its own. Throws {@link ProviderError}. */
  readonly readOther: (ref: RemoteRead) => Promise<ReadOutcome>;
};

/** One outcome per ref, in their order. */
export async function readRefs(
  api: RefApi,
  refs: readonly RemoteRead[],
): Promise<readonly ReadOutcome[]> {
  const reading = api.read(refs.flatMap((ref) => api.idOf(ref) ?? []));
  return Promise.all(
    refs.map(async (ref) => {
      const id = api.idOf(ref);
      return id === undefined ? outcomeOf(api.readOther(ref)) : (await reading)(id);
    }),
  );
}

async function readAlone(
  api: BatchApi,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ReadOutcome>> {
  const read = async (id: string) => [id, await outcomeOf(api.readOne(id))] as const;
  return new Map(await Promise.all(ids.map(read)));
}

async function outcomeOf(read: Promise<ReadOutcome>): Promise<ReadOutcome> {
  const outcome = await tried(read);
  return outcome instanceof ProviderError ? { outcome: 'error', error: outcome } : outcome;
}

async function tried<T>(work: Promise<T>): Promise<T | ProviderError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}

function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

function unread(id: string): never {
  throw new Error(`"${id}" was not among what was read`);
}
