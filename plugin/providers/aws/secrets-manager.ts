// Owns reading from AWS Secrets Manager (ESO 3.1): values, versions and tags, singly or in batches of twenty.
import {
  BatchGetSecretValueCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
  type APIErrorType,
  type BatchGetSecretValueResponse,
} from '@aws-sdk/client-secrets-manager';
import { SecretBytes } from '../../secret-bytes.ts';
import { orError } from '../outcome.ts';
import {
  ProviderError,
  type OpenContext,
  type ReadOutcome,
  type RemoteRead,
  type SecretsClient,
} from '../provider.ts';
import { createReader, readRefs } from './batches.ts';
import type { AwsConfig } from './config.ts';
import { reportedError, unlessAbsent } from './errors.ts';
import { findSecrets } from './secrets-manager-find.ts';
import { openSession, type AwsSession } from './session.ts';
import { tagsJson } from './tags.ts';

type Service = { readonly client: SecretsManagerClient; readonly send: AwsSession['send'] };

const currentStage = 'AWSCURRENT';
const versionIDPrefix = 'uuid/';

/** ESO's NoSecret. AWS says of a secret marked for deletion InvalidRequestException, which is an ordinary error. */
function saysAbsent(name: string, message: string): boolean {
  return (
    name === 'ResourceNotFoundException' ||
    (name === 'InvalidParameterException' && message.includes('was marked for deletion'))
  );
}

export async function openSecretsManager(
  config: AwsConfig,
  context: OpenContext,
): Promise<SecretsClient> {
  const { clientConfig, send } = await openSession(config, context);
  const service = { client: new SecretsManagerClient(clientConfig), send };
  const nameOf = ({ key }: RemoteRead): string => `${config.prefix}${key}`;
  const readCurrent = createReader({
    batchSize: 20,
    readBatch: (ids) => readBatch(service, ids),
    readOne: (id) => readValue(service, id, currentStage),
  });
  const refs = {
    read: readCurrent,
    idOf: (ref: RemoteRead) => (isCurrent(ref) ? nameOf(ref) : undefined),
    readOther: (ref: RemoteRead) =>
      ref.metadataPolicy === 'Fetch'
        ? readTags(service, nameOf(ref))
        : readValue(service, nameOf(ref), ref.version),
  };
  const finding = { ...service, prefix: config.prefix, readCurrent };
  return {
    read: (reads) => readRefs(refs, reads),
    find: (query) => orError(findSecrets(finding, query)),
    close: async () => service.client.destroy(),
  };
}

/** A batch reads no other version. */
function isCurrent({ version, metadataPolicy }: RemoteRead): boolean {
  return metadataPolicy !== 'Fetch' && (version === '' || version === currentStage);
}

async function readValue(
  { client, send }: Service,
  id: string,
  version: string,
): Promise<ReadOutcome> {
  const which = version.startsWith(versionIDPrefix)
    ? { VersionId: version.slice(versionIDPrefix.length) }
    : { VersionStage: version };
  const answer = await send({
    operation: 'GetSecretValue',
    send: (abortSignal) =>
      unlessAbsent(
        saysAbsent,
        client.send(new GetSecretValueCommand({ SecretId: id, ...which }), { abortSignal }),
      ),
  });
  return answer === undefined ? { outcome: 'not-found' } : valueOutcome(answer);
}

/** A secret that does not exist has no tags: an ordinary error, unlike with values. */
async function readTags({ client, send }: Service, id: string): Promise<ReadOutcome> {
  const { Tags = [] } = await send({
    operation: 'DescribeSecret',
    send: (abortSignal) =>
      client.send(new DescribeSecretCommand({ SecretId: id }), { abortSignal }),
  });
  return { outcome: 'value', value: tagsJson(Tags) };
}

async function readBatch(
  { client, send }: Service,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ReadOutcome>> {
  const answer = await send({
    operation: 'BatchGetSecretValue',
    send: (abortSignal) =>
      client.send(new BatchGetSecretValueCommand({ SecretIdList: [...ids] }), { abortSignal }),
  });
  return new Map(
    ids.flatMap((id) => {
      const outcome = outcomeIn(answer, id);
      return outcome === undefined ? [] : [[id, outcome] as const];
    }),
  );
}

/** What a batch says about the ID that was asked for: a name, an ARN, or an ARN without the random end. */
function outcomeIn(
  { SecretValues = [], Errors = [] }: BatchGetSecretValueResponse,
  id: string,
): ReadOutcome | undefined {
  const value =
    SecretValues.find(({ Name, ARN }) => Name === id || ARN === id) ??
    SecretValues.find(({ ARN }) => ARN?.replace(/-[^-]{6}$/, '') === id);
  if (value !== undefined) return valueOutcome(value);
  const error = Errors.find(({ SecretId }) => SecretId === id);
  return error === undefined ? undefined : errorOutcome(error, id);
}

/**
 * Undefined where GetSecretValue may answer otherwise: for what passes, and for ARNs, since a batch does not
 * reach into another account.
 */
function errorOutcome(
  { ErrorCode = '', Message = '' }: APIErrorType,
  id: string,
): ReadOutcome | undefined {
  if (id.startsWith('arn:')) return undefined;
  if (saysAbsent(ErrorCode, Message)) return { outcome: 'not-found' };
  const error = reportedError(ErrorCode, Message);
  const passes = error.code === 'throttled' || error.code === 'unavailable';
  return passes ? undefined : { outcome: 'error', error };
}

type SecretValue = {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
};

function valueOutcome({ SecretString, SecretBinary }: SecretValue): ReadOutcome {
  if (SecretString !== undefined)
    return { outcome: 'value', value: SecretBytes.ofText(SecretString) };
  if (SecretBinary !== undefined) return { outcome: 'value', value: new SecretBytes(SecretBinary) };
  const error = new ProviderError('failed', 'the secret has neither a string nor a binary value');
  return { outcome: 'error', error };
}
