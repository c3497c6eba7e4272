// Tests AWS Parameter Store where it differs from other providers: versions and labels, tags, find and its other way.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FindQuery, RemoteRead } from '../../plugin/providers/provider.ts';
import { connectAws, denied, startAws, type AwsBackend } from './aws-backend.ts';
import { found, refOf, revealed, withClient } from './provider.ts';

let aws: AwsBackend;

beforeAll(async () => {
  aws = await startAws();
  await aws.seed([
    {
      service: 'ssm',
      name: '/prod/db/pass',
      type: 'SecureString',
      values: ['one', 'two', 'three'],
      labels: { '2': ['stable'] },
      tags: { env: 'prod', k: 'v&w' },
    },
    {
      service: 'ssm',
      name: '/prod/db/user',
      type: 'String',
      values: ['admin'],
      tags: { env: 'prod' },
    },
    { service: 'ssm', name: '/prod/list', type: 'StringList', values: ['a,b'] },
    { service: 'ssm', name: '/dev/db/user', type: 'String', values: ['dev'], tags: { env: 'dev' } },
    { service: 'ssm', name: 'flat', type: 'String', values: ['flat value'] },
    { service: 'ssm', name: 'pre-flat', type: 'String', values: ['prefixed'] },
  ]);
});
beforeEach(() => aws.proxy.reset());
afterAll(() => aws.stop());

async function texts(
  refs: readonly Partial<RemoteRead>[],
  spec: Readonly<Record<string, unknown>> = {},
): Promise<readonly string[]> {
  const connect = () => connectAws('ParameterStore', spec);
  const asked = refs.map((ref) => ({ ...refOf({ key: '/prod/db/pass' }), ...ref }));
  const outcomes = await withClient({ ...aws, connect }, (client) => client.read(asked));
  return outcomes.map((outcome) => {
    if (outcome.outcome === 'error') return `${outcome.error.code}: ${outcome.error.message}`;
    return Buffer.from(revealed(outcome)).toString();
  });
}

describe('read', () => {
  test('versions and labels of one parameter are told apart, also where the answer does not name them', async () => {
    const versions = ['1', '', 'stable', '3', '2'];

    expect(await texts(versions.map((version) => ({ version })))).toEqual([
      'one',
      'three',
      'two',
      'three',
      'two',
    ]);
  });

  test('versions come in one call where the answer names them, as that of AWS does', async () => {
    const answerOf = (Selector: string): unknown => ({ Name: '/p', Selector, Value: Selector });
    const body = { Parameters: [':2', ':stable', ':1'].map(answerOf), InvalidParameters: [] };
    aws.proxy.inject({ answer: { status: 200, body } });
    const refs = ['1', 'stable', '2'].map((version) => ({ key: '/p', version }));

    expect(await texts(refs)).toEqual([':1', ':stable', ':2']);
    expect(aws.proxy.counts()).toEqual({ GetParameters: 1 });
  });

  test('an ARN is read alone', async () => {
    const key = 'arn:aws:ssm:eu-west-1:123456789012:parameter/prod/db/user';

    expect(await texts([{ key }, { key: `${key}:1` }, {}])).toEqual(['admin', 'admin', 'three']);
    expect(aws.proxy.counts()).toEqual({ GetParameter: 3 });
  });

  test.each([
    {
      reason: 'a missing parameter is not found',
      ref: { key: '/absent' },
      expected: /^not-found$/,
    },
    {
      reason: 'a missing parameter with a version is not found',
      ref: { key: '/absent', version: '1' },
      expected: /^not-found$/,
    },
    {
      reason: 'a missing version is an ordinary error',
      ref: { version: '9' },
      expected: /^failed: ParameterVersionNotFound/,
    },
  ])('$reason, alone and beside others', async ({ ref, expected }) => {
    const [alone] = await texts([ref]);
    const [inBatch, other] = await texts([ref, {}]);

    expect(alone).toMatch(expected);
    expect(inBatch).toMatch(expected);
    expect(other).toBe('three');
  });

  test('metadataPolicy Fetch reads the tags, sorted and escaped as Go does it', async () => {
    expect(await texts([{ metadataPolicy: 'Fetch' }])).toEqual([
      String.raw`{"env":"prod","k":"v\u0026w"}`,
    ]);
    expect(aws.proxy.counts()).toEqual({ ListTagsForResource: 1 });
  });

  test('the prefix stands before every key', async () => {
    expect(await texts([{ key: 'flat' }], { prefix: 'pre-' })).toEqual(['prefixed']);
  });
});

describe('find', () => {
  const find = async (
    query: FindQuery,
    spec: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> => {
    const connect = () => connectAws('ParameterStore', spec);
    const outcome = await withClient({ ...aws, connect }, (client) => client.find(query));
    return outcome.outcome === 'values' ? found(outcome) : outcome;
  };

  const byName: readonly {
    reason: string;
    query: FindQuery;
    expected: Readonly<Record<string, string>>;
  }[] = [
    {
      reason: 'the pattern meets the full name, and tags mean nothing',
      query: { name: { regexp: 'db/user$' }, tags: { env: 'prod' } },
      expected: { '/prod/db/user': 'admin', '/dev/db/user': 'dev' },
    },
    {
      reason: 'below a path, at any depth',
      query: { name: { regexp: 'pass' }, path: '/prod' },
      expected: { '/prod/db/pass': 'three' },
    },
  ];

  test.each(byName)('by name: $reason', async ({ query, expected }) => {
    expect(await find(query)).toEqual(expected);
    expect(aws.proxy.counts()).toEqual({ GetParametersByPath: 1 });
  });

  test.each(byName)(
    'by name, where reading by path is refused: $reason',
    async ({ query, expected }) => {
      aws.proxy.inject({ operation: 'GetParametersByPath', answer: denied });

      expect(await find(query)).toEqual(expected);
      expect(aws.proxy.counts()).toMatchObject({ GetParametersByPath: 1, DescribeParameters: 1 });
    },
  );

  test('by all tags, below a path', async () => {
    expect(await find({ tags: { env: 'prod', k: 'v&w' } })).toEqual({ '/prod/db/pass': 'three' });
    expect(await find({ tags: { env: 'prod' }, path: '/prod/db' })).toEqual({
      '/prod/db/user': 'admin',
      '/prod/db/pass': 'three',
    });
  });

  test('the prefix is not applied', async () => {
    expect(await find({ name: { regexp: '^/dev' } }, { prefix: 'pre-' })).toEqual({
      '/dev/db/user': 'dev',
    });
  });

  test('any other error of reading by path is no reason for the other way', async () => {
    aws.proxy.inject({
      answer: { status: 400, body: { __type: 'ValidationException', message: 'no' } },
    });

    expect(await find({ name: {} })).toMatchObject({
      outcome: 'error',
      error: { code: 'invalid', message: 'ValidationException: no' },
    });
  });
});
