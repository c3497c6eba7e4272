// Tests AWS Secrets Manager where it differs from other providers: IDs, batches with errors, versions, tags, find.
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FindQuery, ReadOutcome, RemoteRead } from '../../plugin/providers/provider.ts';
import { connectAws, denied, startAws, versionID, type AwsBackend } from './aws-backend.ts';
import { found, refOf, revealed, withClient } from './provider.ts';

let aws: AwsBackend;

beforeAll(async () => {
  aws = await startAws();
  await aws.seed([
    {
      service: 'secretsmanager',
      name: 'prod/db',
      versions: ['old', 'new'].map((string, index) => ({
        id: versionID('prod/db', index),
        string,
      })),
      tags: { team: 'a<b', env: 'prod', 'k.dot': 'v' },
    },
    {
      service: 'secretsmanager',
      name: 'app/one',
      versions: [{ string: '1' }],
      tags: { team: 'a', tier: 'web' },
    },
    {
      service: 'secretsmanager',
      name: 'app/two',
      versions: [{ binary: 'Mg==' }],
      tags: { team: 'a' },
    },
    {
      service: 'secretsmanager',
      name: 'app/three',
      versions: [{ string: '3' }],
      tags: { team: 'b' },
    },
    { service: 'secretsmanager', name: 'pre-app/one', versions: [{ string: 'prefixed' }] },
    { service: 'secretsmanager', name: 'gone', versions: [{ string: 'bye' }], deleted: true },
  ]);
});
beforeEach(() => aws.proxy.reset());
afterAll(() => aws.stop());

function read(
  refs: readonly Partial<RemoteRead>[],
  spec: Readonly<Record<string, unknown>> = {},
): Promise<readonly ReadOutcome[]> {
  const connect = () => connectAws('SecretsManager', spec);
  const asked = refs.map((ref) => ({ ...refOf({ key: 'prod/db' }), ...ref }));
  return withClient({ ...aws, connect }, (client) => client.read(asked));
}

async function texts(
  refs: readonly Partial<RemoteRead>[],
  spec: Readonly<Record<string, unknown>> = {},
): Promise<readonly string[]> {
  return (await read(refs, spec)).map((outcome) => {
    if (outcome.outcome === 'error') return `${outcome.error.code}: ${outcome.error.message}`;
    return Buffer.from(revealed(outcome)).toString();
  });
}

describe('read', () => {
  test('a batch is matched to names, ARNs and ARNs without their random end, also of one secret', async () => {
    const arn = await arnOf('prod/db');
    const refs = [{ key: 'app/one' }, { key: arn }, { key: 'prod/db' }, { key: arn.slice(0, -7) }];

    expect(await texts(refs)).toEqual(['1', 'new', 'new', 'new']);
    expect(aws.proxy.counts()['BatchGetSecretValue']).toBe(1);
  });

  test.each([
    { version: '', reason: 'the newest', expected: 'new' },
    { version: 'AWSCURRENT', reason: 'a stage', expected: 'new' },
    { version: 'AWSPREVIOUS', reason: 'a stage', expected: 'old' },
    { version: `uuid/${versionID('prod/db', 0)}`, reason: 'an ID', expected: 'old' },
    { version: 'nothing', reason: 'no such stage', expected: 'not-found' },
    { version: `uuid/${versionID('absent', 0)}`, reason: 'no such ID', expected: 'not-found' },
  ])('version "$version" is $reason', async ({ version, expected }) => {
    expect(await texts([{ version }])).toEqual([expected]);
  });

  test('metadataPolicy Fetch reads the tags, sorted and escaped as Go does it', async () => {
    expect(await texts([{ metadataPolicy: 'Fetch' }, {}])).toEqual([
      String.raw`{"env":"prod","k.dot":"v","team":"a\u003cb"}`,
      'new',
    ]);
    expect(aws.proxy.counts()).toEqual({ DescribeSecret: 1, GetSecretValue: 1 });
  });

  test('tags of a secret that does not exist are an error, and not a missing secret', async () => {
    expect(await texts([{ key: 'absent', metadataPolicy: 'Fetch' }])).toEqual([
      expect.stringMatching(/^failed: ResourceNotFoundException: /),
    ]);
  });

  test.each([
    { reason: 'alone', refs: [{ key: 'gone' }] },
    { reason: 'in a batch', refs: [{ key: 'gone' }, { key: 'app/one' }] },
  ])('a secret marked for deletion is an ordinary error, $reason', async ({ refs }) => {
    const [outcome] = await texts(refs);

    expect(outcome).toMatch(/^invalid: InvalidRequestException: .*marked/);
  });

  test.each([
    {
      reason: 'InvalidParameterException of a deletion is no secret, as in ESO',
      error: { __type: 'InvalidParameterException', Message: 'it was marked for deletion.' },
      expected: 'not-found',
    },
    {
      reason: 'another one is an ordinary error',
      error: { __type: 'InvalidParameterException', Message: 'another' },
      expected: 'invalid: InvalidParameterException: another',
    },
  ])('$reason, alone and in a batch', async ({ error: { __type, Message }, expected }) => {
    aws.proxy.inject({
      operation: 'GetSecretValue',
      answer: { status: 400, body: { __type, Message } },
    });
    injectBatch(
      [{ Name: 'app/one', SecretString: '1' }],
      [{ SecretId: 'prod/db', ErrorCode: __type, Message }],
    );

    expect(await texts([{}])).toEqual([expected]);
    expect(await texts([{}, { key: 'app/one' }])).toEqual([expected, '1']);
  });

  test('the prefix stands before every key', async () => {
    expect(await texts([{ key: 'app/one' }, { key: 'app/two' }], { prefix: 'pre-' })).toEqual([
      'prefixed',
      'not-found',
    ]);
  });

  test.each([
    {
      reason: 'a key that may not be used says so, for its own secret only',
      error: { ErrorCode: 'DecryptionFailure', Message: 'KMS says no' },
      expected: 'failed: DecryptionFailure: KMS says no',
      calls: { BatchGetSecretValue: 1 },
    },
    {
      reason: 'one that is not there is not found',
      error: { ErrorCode: 'ResourceNotFoundException', Message: 'no' },
      expected: 'not-found',
      calls: { BatchGetSecretValue: 1 },
    },
    {
      reason: 'what passes is asked for again, alone',
      error: { ErrorCode: 'InternalServiceError', Message: 'sorry' },
      expected: 'new',
      calls: { BatchGetSecretValue: 1, GetSecretValue: 1 },
    },
  ])('an error within a batch: $reason', async ({ error, expected, calls }) => {
    injectBatch(
      [{ Name: 'app/one', ARN: 'arn:one', SecretString: '1' }],
      [{ SecretId: 'prod/db', ...error }],
    );

    expect(await texts([{}, { key: 'app/one' }])).toEqual([expected, '1']);
    expect(aws.proxy.counts()).toEqual(calls);
  });

  test('an ARN that a batch refuses is read alone, since a batch stays in its account', async () => {
    const key = await arnOf('prod/db');
    injectBatch(
      [{ Name: 'app/one', ARN: 'arn:one', SecretString: '1' }],
      [{ SecretId: key, ErrorCode: 'AccessDeniedException' }],
    );

    expect(await texts([{ key }, { key: 'app/one' }])).toEqual(['new', '1']);
  });

  test('a secret without any value is an error', async () => {
    aws.proxy.inject({ answer: { status: 200, body: { Name: 'prod/db' } } });

    expect(await texts([{}])).toEqual([
      'failed: the secret has neither a string nor a binary value',
    ]);
  });
});

describe('find', () => {
  const find = async (
    query: FindQuery,
    spec: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> => {
    const connect = () => connectAws('SecretsManager', spec);
    const outcome = await withClient({ ...aws, connect }, (client) => client.find(query));
    return outcome.outcome === 'values' ? found(outcome) : outcome;
  };

  test.each<{
    reason: string;
    query: FindQuery;
    expected: Readonly<Record<string, string>>;
    calls: readonly string[];
  }>([
    {
      reason: 'by name, listed and read',
      query: { name: { regexp: '^app/' } },
      expected: { 'app/one': '1', 'app/two': '2', 'app/three': '3' },
      calls: ['BatchGetSecretValue', 'ListSecrets'],
    },
    {
      reason: 'by name below a path, filtered by AWS and the pattern',
      query: { path: 'app/', name: { regexp: 't' } },
      expected: { 'app/two': '2', 'app/three': '3' },
      calls: ['BatchGetSecretValue'],
    },
    {
      reason: 'by all tags',
      query: { tags: { team: 'a', tier: 'web' } },
      expected: { 'app/one': '1' },
      calls: ['BatchGetSecretValue'],
    },
    {
      reason: 'by tags below a path',
      query: { path: 'prod/', tags: { env: 'prod' } },
      expected: { 'prod/db': 'new' },
      calls: ['BatchGetSecretValue'],
    },
    {
      reason: 'by name and tags',
      query: { name: { regexp: 'two' }, tags: { team: 'a' } },
      expected: { 'app/two': '2' },
      calls: ['GetSecretValue', 'ListSecrets'],
    },
    {
      reason: 'no pattern matches every name',
      query: { name: {}, path: 'pre' },
      expected: { 'pre-app/one': 'prefixed' },
      calls: ['BatchGetSecretValue'],
    },
  ])('$reason', async ({ query, expected, calls }) => {
    expect(await find(query)).toEqual(expected);
    expect(Object.keys(aws.proxy.counts()).sort()).toEqual(calls);
  });

  test('a name that is listed is read with the prefix before it, and missing then', async () => {
    expect(await find({ name: { regexp: '^app/' } }, { prefix: 'pre-' })).toEqual({
      outcome: 'not-found',
    });
    expect(await find({ name: { regexp: '^app/one$' } }, { prefix: 'pre-' })).toEqual({
      'app/one': 'prefixed',
    });
  });

  test('below a path, what may not be read is left out as ESO does it', async () => {
    injectBatch(
      [{ Name: 'app/one', SecretString: '1' }],
      [{ SecretId: 'app/two', ErrorCode: 'AccessDeniedException' }],
    );

    expect(await find({ path: 'app/', name: {} })).toEqual({ 'app/one': '1' });
  });

  test('below a path, what fails otherwise does not go missing', async () => {
    injectBatch(
      [{ Name: 'app/one', SecretString: '1' }],
      [{ SecretId: 'app/two', ErrorCode: 'DecryptionFailure' }],
    );

    expect(await find({ path: 'app/', name: {} })).toMatchObject({
      outcome: 'error',
      error: { code: 'failed', message: 'secret "app/two": DecryptionFailure' },
    });
  });

  test.each([
    { reason: 'listing is refused', operation: 'ListSecrets', answer: denied, code: 'denied' },
    {
      reason: 'an answer without a list is not an empty one',
      operation: 'ListSecrets',
      answer: { status: 200, body: {} },
      code: 'failed',
    },
  ])('an error: $reason', async ({ operation, answer, code }) => {
    aws.proxy.inject({ operation, answer });

    expect(await find({ name: {} })).toMatchObject({ outcome: 'error', error: { code } });
  });
});

function injectBatch(SecretValues: readonly unknown[], Errors: readonly unknown[]): void {
  aws.proxy.inject({
    operation: 'BatchGetSecretValue',
    answer: { status: 200, body: { SecretValues, Errors } },
  });
}

async function arnOf(name: string): Promise<string> {
  const client = new SecretsManagerClient({
    endpoint: aws.proxy.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
  });
  const { ARN = '' } = await client.send(new DescribeSecretCommand({ SecretId: name }));
  client.destroy();
  return ARN;
}
