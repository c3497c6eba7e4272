// Tests that a batch says of every key what a read of that key alone says, as the operator makes it, against moto.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReadOutcome, RemoteRead } from '../../plugin/providers/provider.ts';
import type { AwsSeed } from '../servers/aws-seed.ts';
import { recordedLines } from './recorded.ts';
import { connectAws, startAws, type AwsBackend, type AwsService } from './aws-backend.ts';
import { refOf, revealed, withClient } from './provider.ts';

let aws: AwsBackend;

beforeAll(async () => {
  aws = await startAws();
  const [first] = recordedLines('aws.jsonl') as readonly [{ readonly seed: readonly AwsSeed[] }];
  await aws.seed([
    ...first.seed,
    { service: 'secretsmanager', name: 'empty', versions: [{ string: '' }] },
    { service: 'secretsmanager', name: 'unicode/ü+=,.@-_', versions: [{ string: 'ü' }] },
    { service: 'secretsmanager', name: 'dash-abcdef', versions: [{ string: 'like an ARN’s end' }] },
    { service: 'secretsmanager', name: 'dash', versions: [{ string: 'without it' }] },
  ]);
});
afterAll(() => aws.stop());

const versions: Readonly<Record<AwsService, readonly string[]>> = {
  SecretsManager: ['', 'AWSCURRENT', 'AWSPREVIOUS', 'uuid/11111111-1111-1111-1111-111111111111'],
  ParameterStore: ['', '1', '2', '9', 'stable', 'unknown'],
};
const keys: Readonly<Record<AwsService, readonly string[]>> = {
  SecretsManager: [
    'prod/db',
    'plain',
    'bin',
    'binjson',
    'arr',
    'gone',
    'empty',
    'unicode/ü+=,.@-_',
    'dash',
    'dash-abcdef',
    'PROD/DB',
    'prod/db ',
    '/prod/db',
    'prod',
    'nope',
    ' ',
    'x'.repeat(600),
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:nope-AbCdEf',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:plain',
  ],
  ParameterStore: [
    '/prod/db/user',
    '/prod/db/pass',
    '/prod/list',
    'flat',
    '/flat',
    'prod/db/user',
    '/prod/db/pass:1',
    '/prod/db/pass:stable',
    '/prod/db/pass:nope',
    '/PROD/DB/USER',
    '/prod/db',
    '/nope',
    '/aws/reference/secretsmanager/plain',
    '/aws/reference/secretsmanager/nope',
    'arn:aws:ssm:eu-west-1:123456789012:parameter/prod/db/user',
    'arn:aws:ssm:eu-west-1:123456789012:parameter/nope',
  ],
};

test.each<AwsService>(['SecretsManager', 'ParameterStore'])('%s', async (service) => {
  const refs = keys[service].flatMap((key) =>
    versions[service].map((version) => ({ ...refOf({ key }), version })),
  );
  const read = (asked: readonly RemoteRead[]): Promise<readonly ReadOutcome[]> =>
    withClient({ ...aws, connect: () => connectAws(service) }, (client) => client.read(asked));
  const together = await read(refs);
  const alone = [];
  for (const ref of refs) alone.push(...(await read([ref])));
  const texts = (outcomes: readonly ReadOutcome[]): readonly string[] =>
    outcomes.map((outcome, index) => `${JSON.stringify(refs[index])} ${textOf(outcome)}`);

  expect(texts(together)).toEqual(texts(alone));
});

function textOf(outcome: ReadOutcome): string {
  if (outcome.outcome === 'error') return outcome.error.code;
  const value = revealed(outcome);
  return typeof value === 'string' ? value : Buffer.from(value).toString('base64');
}
