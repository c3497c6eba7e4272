// Tests that reading in batches says of each value what reading it alone says, with whatever a batch answers.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createReader, readRefs, type BatchApi } from '../../../../plugin/providers/aws/batches.ts';
import {
  ProviderError,
  type ReadOutcome,
  type RemoteRead,
} from '../../../../plugin/providers/provider.ts';
import { SecretBytes } from '../../../../plugin/secret-bytes.ts';

const batchSize = 3;
const denied = new ProviderError('denied', 'no');

/** What reading an ID alone says: by its first letter a value, nothing, or an error. */
async function readOne(id: string): Promise<ReadOutcome> {
  if (id.startsWith('n')) return { outcome: 'not-found' };
  if (id.startsWith('d')) throw denied;
  return { outcome: 'value', value: SecretBytes.ofText(id) };
}

async function outcomeAlone(id: string): Promise<ReadOutcome> {
  return id.startsWith('d') ? { outcome: 'error', error: denied } : readOne(id);
}

/** Batches that refuse everything because of a denied ID, or say nothing of some IDs. */
function apiOf(sizes: number[], { silent = false } = {}): BatchApi {
  return {
    batchSize,
    readOne,
    readBatch: async (ids) => {
      sizes.push(ids.length);
      if (ids.some((id) => id.startsWith('d'))) throw denied;
      const answered = ids.filter((_, index) => !silent || index > 0);
      return new Map(
        await Promise.all(answered.map(async (id) => [id, await readOne(id)] as const)),
      );
    },
  };
}

const ids = fc.array(
  fc.tuple(fc.constantFrom('v', 'n', 'd'), fc.nat(30)).map(([kind, n]) => `${kind}${n}`),
);

test('every ID has the outcome that it has alone', async () => {
  await fc.assert(
    fc.asyncProperty(ids, fc.boolean(), async (asked, silent) => {
      const sizes: number[] = [];
      const outcomeOf = await createReader(apiOf(sizes, { silent }))(asked);
      const alone = await Promise.all(asked.map(outcomeAlone));

      expect(asked.map((id) => describeOutcome(outcomeOf(id)))).toEqual(alone.map(describeOutcome));
      expect(sizes.every((size) => size > 1 && size <= batchSize)).toBe(true);
    }),
  );
});

test('an ID that was asked for twice is read once', async () => {
  const sizes: number[] = [];
  await createReader(apiOf(sizes))(['v1', 'v2', 'v1', 'v2']);

  expect(sizes).toEqual([2]);
});

test.each(['throttled', 'unavailable', 'timeout', 'unauthenticated', 'credentials'] as const)(
  'a batch that ends as %s is the answer for all of it',
  async (code) => {
    const error = new ProviderError(code, 'no');
    const failing = { ...apiOf([]), readBatch: () => Promise.reject(error) };
    const outcomeOf = await createReader(failing)(['v1', 'v2']);

    expect([outcomeOf('v1'), outcomeOf('v2')]).toEqual([
      { outcome: 'error', error },
      { outcome: 'error', error },
    ]);
  },
);

test('a bug is no outcome', async () => {
  const bug = new TypeError('undefined is not a function');
  const broken = { ...apiOf([]), readBatch: () => Promise.reject(bug) };

  await expect(createReader(broken)(['v1', 'v2'])).rejects.toBe(bug);
});

test('refs keep their order, whichever way each is read', async () => {
  const refOf = (key: string): RemoteRead => ({ key, version: '', metadataPolicy: 'None' });
  const api = {
    read: createReader(apiOf([])),
    idOf: ({ key }: RemoteRead) => (key.startsWith('other') ? undefined : key),
    readOther: ({ key }: RemoteRead) => readOne(key.slice('other-'.length)),
  };
  const asked = ['v1', 'other-d1', 'n1', 'other-v2', 'v3', 'v4', 'v5'];
  const outcomes = await readRefs(api, asked.map(refOf));

  expect(outcomes.map(describeOutcome)).toEqual([
    'v1',
    'denied',
    'not-found',
    'v2',
    'v3',
    'v4',
    'v5',
  ]);
});

function describeOutcome(outcome: ReadOutcome): string {
  if (outcome.outcome === 'error') return outcome.error.code;
  if (outcome.outcome === 'not-found') return outcome.outcome;
  return new TextDecoder().decode(outcome.value.reveal());
}
