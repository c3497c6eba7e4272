// Owns reading from AWS Systems Manager Parameter Store (ESO 3.2): parameters and tags, singly or in batches of ten.
import {
  GetParameterCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  SSMClient,
  type GetParametersResult,
  type Parameter,
} from '@aws-sdk/client-ssm';
import { SecretBytes } from '../../secret-bytes.ts';
import { orError } from '../outcome.ts';
import {
  ProviderError,
  type OpenContext,
  type ReadOutcome,
  type RemoteRead,
  type SecretsClient,
} from '../provider.ts';
import { createReader, readRefs, type Reader } from './batches.ts';
import type { AwsConfig } from './config.ts';
import { unlessAbsent } from './errors.ts';
import { findParameters } from './parameter-store-find.ts';
import { openSession, type AwsSession } from './session.ts';
import { tagsJson } from './tags.ts';

type Service = { readonly client: SSMClient; readonly send: AwsSession['send'] };

export async function openParameterStore(
  config: AwsConfig,
  context: OpenContext,
): Promise<SecretsClient> {
  const { clientConfig, send } = await openSession(config, context);
  const service = { client: new SSMClient(clientConfig), send };
  const readParameters = createReader({
    batchSize: 10,
    readBatch: (names) => readBatch(service, names),
    readOne: (name) => readParameter(service, name),
  });
  const nameOf = ({ key, version }: RemoteRead): string =>
    `${config.prefix}${key}${version === '' ? '' : `:${version}`}`;
  const refs = {
    read: apart(readParameters),
    idOf: (ref: RemoteRead) => (isBatched(ref) ? nameOf(ref) : undefined),
    readOther: (ref: RemoteRead) =>
      ref.metadataPolicy === 'Fetch'
        ? readTags(service, nameOf(ref))
        : readParameter(service, nameOf(ref)),
  };
  return {
    read: (reads) => readRefs(refs, reads),
    find: (query) => orError(findParameters({ ...service, readParameters }, query)),
    close: async () => service.client.destroy(),
  };
}

/** An ARN is asked for alone: AWS answers with the name in it. */
function isBatched({ key, metadataPolicy }: RemoteRead): boolean {
  return metadataPolicy !== 'Fetch' && !key.startsWith('arn:');
}

/**
 * Keeps names with a version and names without one out of each other's batches. AWS tells them apart in its answer; what
 * does not (moto) can then only leave a name unanswered, and never answer it with another version.
 */
function apart(read: Reader): Reader {
  const hasVersion = (name: string): boolean => name.includes(':');
  return async (names) => {
    const [newest, versioned] = await Promise.all([
      read(names.filter((name) => !hasVersion(name))),
      read(names.filter(hasVersion)),
    ]);
    return (name) => (hasVersion(name) ? versioned : newest)(name);
  };
}

async function readParameter({ client, send }: Service, name: string): Promise<ReadOutcome> {
  const answer = await send({
    operation: 'GetParameter',
    send: (abortSignal) =>
      unlessAbsent(
        (name) => name === 'ParameterNotFound',
        client.send(new GetParameterCommand({ Name: name, WithDecryption: true }), { abortSignal }),
      ),
  });
  return answer === undefined ? { outcome: 'not-found' } : valueOutcome(answer.Parameter);
}

async function readBatch(
  { client, send }: Service,
  names: readonly string[],
): Promise<ReadonlyMap<string, ReadOutcome>> {
  const answer = await send({
    operation: 'GetParameters',
    send: (abortSignal) =>
      client.send(new GetParametersCommand({ Names: [...names], WithDecryption: true }), {
        abortSignal,
      }),
  });
  return new Map(
    names.flatMap((name) => {
      const outcome = outcomeIn(answer, name);
      return outcome === undefined ? [] : [[name, outcome] as const];
    }),
  );
}

/**
 * What a batch says about a name, maybe with `:version`, which AWS answers apart from it. Undefined for such a name when
 * it is invalid: only GetParameter tells a missing version, an ordinary error, from a missing parameter.
 */
function outcomeIn(
  { Parameters = [], InvalidParameters = [] }: GetParametersResult,
  asked: string,
): ReadOutcome | undefined {
  const parameter = Parameters.find(
    ({ Name = '', Selector = '' }) => `${Name}${Selector}` === asked,
  );
  if (parameter !== undefined) return valueOutcome(parameter);
  const isMissing = InvalidParameters.includes(asked) && !asked.includes(':');
  return isMissing ? { outcome: 'not-found' } : undefined;
}

function valueOutcome(parameter: Parameter | undefined): ReadOutcome {
  if (parameter?.Value !== undefined) {
    return { outcome: 'value', value: SecretBytes.ofText(parameter.Value) };
  }
  return { outcome: 'error', error: new ProviderError('failed', 'the parameter has no value') };
}

async function readTags({ client, send }: Service, name: string): Promise<ReadOutcome> {
  const resource = { ResourceType: 'Parameter', ResourceId: name } as const;
  const { TagList = [] } = await send({
    operation: 'ListTagsForResource',
    send: (abortSignal) => client.send(new ListTagsForResourceCommand(resource), { abortSignal }),
  });
  return { outcome: 'value', value: tagsJson(TagList) };
}
