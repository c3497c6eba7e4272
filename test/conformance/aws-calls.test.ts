// Tests what reads and finds cost in requests, counted at the wire, and what a refused batch leads to.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FindQuery } from '../../plugin/providers/provider.ts';
import type { AwsSeed } from '../servers/aws-seed.ts';
import type { SeenRequest } from '../servers/fault-proxy.ts';
import { connectAws, denied, startAws, type AwsBackend, type AwsService } from './aws-backend.ts';
import { found, refOf, revealed, withClient } from './provider.ts';

const keys = Array.from({ length: 1000 }, (_, index) => `/many/${index}`);

type Find = {
  readonly reason: string;
  readonly query: FindQuery;
  /** An operation that is. */
  readonly denied?: string;
  readonly calls: Readonly<Record<string, number>>;
};

const services = [
  {
    service: 'SecretsManager',
    batch: 'BatchGetSecretValue',
    single: 'GetSecretValue',
    batches: 50,
    batchSize: 20,
    finds: [
      {
        reason: 'by name: listed, and read in batches',
        query: { name: { regexp: '^/many/' } },
        calls: { ListSecrets: 10, BatchGetSecretValue: 50 },
      },
      {
        reason: 'by name below a path: values come with the pages',
        query: { path: '/many/', name: {} },
        calls: { BatchGetSecretValue: 50 },
      },
      {
        reason: 'by tags',
        query: { tags: { all: 'yes' } },
        calls: { BatchGetSecretValue: 50 },
      },
      {
        reason: 'by name, where batches are denied: one attempt, and each alone',
        query: { name: { regexp: '^/many/9\\d$' } },
        denied: 'BatchGetSecretValue',
        calls: { ListSecrets: 10, BatchGetSecretValue: 1, GetSecretValue: 10 },
      },
    ],
    seedOf: (name: string): AwsSeed => ({
      service: 'secretsmanager',
      name,
      versions: [{ string: name }],
      tags: { all: 'yes' },
    }),
  },
  {
    service: 'ParameterStore',
    batch: 'GetParameters',
    single: 'GetParameter',
    batches: 100,
    batchSize: 10,
    // moto ends a listing that fills its last page with an empty one, and describes ten a page whatever it is asked for.
    finds: [
      {
        reason: 'by name: values come with the pages',
        query: { name: { regexp: '^/many/' } },
        calls: { GetParametersByPath: 101 },
      },
      {
        reason: 'by tags: described, and read in batches',
        query: { tags: { all: 'yes' } },
        calls: { DescribeParameters: 101, GetParameters: 100 },
      },
      {
        reason:
          'by name, where reading by path is denied: one attempt, described, and read in batches',
        query: { name: { regexp: '^/many/' } },
        denied: 'GetParametersByPath',
        calls: { GetParametersByPath: 1, DescribeParameters: 101, GetParameters: 100 },
      },
    ],
    seedOf: (name: string): AwsSeed => ({
      service: 'ssm',
      name,
      type: 'String',
      values: [name],
      tags: { all: 'yes' },
    }),
  },
] satisfies readonly { readonly service: AwsService; readonly [more: string]: unknown }[];

describe.each(services)(
  '$service',
  ({ service, batch, single, batches, batchSize, finds, seedOf }) => {
    let aws: AwsBackend;

    beforeAll(async () => {
      aws = await startAws();
      await aws.seed(keys.map(seedOf));
    });
    beforeEach(() => aws.proxy.reset());
    afterAll(() => aws.stop());

    /** Texts of the values, or the names of the outcomes. */
    const read = (
      ...reads: readonly (readonly string[])[]
    ): Promise<readonly (readonly string[])[]> =>
      withClient({ ...aws, connect: () => connectAws(service) }, async (client) => {
        const answers: string[][] = [];
        for (const asked of reads) {
          const outcomes = await client.read(asked.map((key) => refOf({ key })));
          answers.push(outcomes.map((outcome) => textOf(revealed(outcome))));
        }
        return answers;
      });

    test(`1,000 values are ${batches} calls`, async () => {
      expect(await read(keys)).toEqual([keys]);
      expect(aws.proxy.counts()).toEqual({ [batch]: batches });
    });

    test('one value is no batch, which fewer policies allow', async () => {
      expect(await read(keys.slice(0, 1))).toEqual([['/many/0']]);
      expect(aws.proxy.counts()).toEqual({ [single]: 1 });
    });

    test.each([
      { reason: 'the policy does not allow it', answer: denied },
      {
        reason: 'the endpoint does not know it',
        answer: { status: 400, body: { __type: 'UnknownOperationException' } },
      },
    ])('a batch call that is refused for good is made once: $reason', async ({ answer }) => {
      aws.proxy.inject({ operation: batch, answer });
      const asked = keys.slice(0, 45);

      expect(await read(asked, keys.slice(45, 90))).toEqual([asked, keys.slice(45, 90)]);
      expect(aws.proxy.counts()).toEqual({ [batch]: 1, [single]: 90 });
    });

    test('a batch that is refused for one of its values fails only that one, and others stay batches', async () => {
      aws.proxy.inject({ operation: batch, body: '"/many/3"', answer: denied });
      aws.proxy.inject({ operation: single, body: '"/many/3"', answer: denied });
      const asked = keys.slice(0, 45);

      expect(await read(asked)).toEqual([asked.with(3, 'error')]);
      const later = Math.ceil((45 - batchSize) / batchSize);
      expect(aws.proxy.counts()).toEqual({ [batch]: 1 + later, [single]: batchSize });
    });

    test('a batch that no identity may make is not made up for by single reads', async () => {
      aws.proxy.inject({ answer: { status: 400, body: { __type: 'ExpiredTokenException' } } });

      expect(await read(keys.slice(0, 45))).toEqual([Array.from({ length: 45 }, () => 'error')]);
      expect(aws.proxy.counts()).toEqual({ [batch]: 1 });
    });

    test.each<Find>(finds)(
      'find takes pages as large as AWS gives them: $reason',
      async ({ query, denied: operation, calls }) => {
        if (operation !== undefined) aws.proxy.inject({ operation, answer: denied });
        const connection = { ...aws, connect: () => connectAws(service) };
        // A hundred pages come one after the other: on a busy machine that takes its time.
        const patient = { deadlineMs: 110_000 };
        const outcome = await withClient(connection, (client) => client.find(query), patient);
        const expected = keys.filter((key) => new RegExp(query.name?.regexp ?? '').test(key));

        expect(Object.keys(found(outcome)).sort()).toEqual(expected.sort());
        expect(aws.proxy.counts()).toEqual(calls);
        expect(aws.proxy.requests().filter(asksForASmallPage)).toEqual([]);
      },
    );
  },
);

/** The most that AWS gives. */
const pageSizes: ReadonlyMap<string, number> = new Map([
  ['ListSecrets', 100],
  ['BatchGetSecretValue', 20],
  ['GetParametersByPath', 10],
  ['DescribeParameters', 50],
]);

function asksForASmallPage({ operation, body }: SeenRequest): boolean {
  const { MaxResults, SecretIdList } = JSON.parse(body) as Readonly<Record<string, unknown>>;
  const size = SecretIdList === undefined ? pageSizes.get(operation) : undefined;
  return MaxResults !== size;
}

function textOf(value: Uint8Array | string): string {
  return typeof value === 'string' ? value : new TextDecoder().decode(value);
}
