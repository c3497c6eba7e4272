// Owns AWS Systems Manager Parameter Store (ESO 3.2): parameters and their tags, singly or in batches of ten, and `find`.
import {
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  SSMClient,
  type GetParametersResult,
  type Parameter,
  type ParameterStringFilter,
} from '@aws-sdk/client-ssm';
import { SecretBytes } from '../../secret-bytes.ts';
import { nameMatcher } from '../name-matcher.ts';
import {
  ProviderError,
  type FindOutcome,
  type FindQuery,
  type OpenContext,
  type ReadOutcome,
  type RemoteRead,
  type SecretsClient,
} from '../provider.ts';
import { createReader, readRefs, type Reader } from './batches.ts';
import type { AwsConfig } from './config.ts';
import { unlessNamed } from './errors.ts';
import { findOutcome, listAll, valuesOf } from './listing.ts';
import { openSession, type AwsSession } from './session.ts';
import { tagsJson } from './tags.ts';

type Service = { readonly client: SSMClient; readonly send: AwsSession['send'] };
type Finding = Service & { readonly readParameters: Reader };

/** The most that AWS takes or gives at once. */
const batchSize = 10;
const pageSize = { byPath: 10, describe: 50 };

export async function openParameterStore(
  config: AwsConfig,
  context: OpenContext,
): Promise<SecretsClient> {
  const { clientConfig, send } = await openSession(config, context);
  const service = { client: new SSMClient(clientConfig), send };
  const readParameters = createReader({
    batchSize,
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
    find: (query) => findOutcome(findParameters({ ...service, readParameters }, query)),
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
      unlessNamed(
        'ParameterNotFound',
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

/** The store's prefix is not applied, and tags mean nothing beside a name. Throws {@link ProviderError}. */
async function findParameters(finding: Finding, query: FindQuery): Promise<FindOutcome> {
  const { name, path, tags } = query;
  if (name !== undefined) return findByName(finding, nameMatcher(name), path);
  if (tags === undefined) {
    throw new ProviderError('invalid', 'unexpected find operator: find needs name or tags');
  }
  const filters = Object.entries(tags).map(([key, value]) => ({
    Key: `tag:${key}`,
    Option: 'Equals',
    Values: [value],
  }));
  return findDescribed(finding, [...filters, ...pathFilter(path)], () => true);
}

async function findByName(
  finding: Finding,
  matches: (name: string) => boolean,
  path: string | undefined,
): Promise<FindOutcome> {
  try {
    const parameters = await parametersBelow(finding, path ?? '/');
    const values = parameters.flatMap(({ Name, Value }) =>
      Name !== undefined && Value !== undefined && matches(Name)
        ? [[Name, SecretBytes.ofText(Value)] as const]
        : [],
    );
    return { outcome: 'values', values: new Map(values) };
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code !== 'denied') throw error;
    return findDescribed(finding, pathFilter(path), matches);
  }
}

function parametersBelow({ client, send }: Service, path: string): Promise<readonly Parameter[]> {
  const page = { Path: path, Recursive: true, WithDecryption: true, MaxResults: pageSize.byPath };
  return listAll(
    (NextToken) =>
      send({
        operation: 'GetParametersByPath',
        send: (abortSignal) =>
          client.send(new GetParametersByPathCommand({ ...page, NextToken }), { abortSignal }),
      }),
    ({ Parameters }) => Parameters,
  );
}

/** The way for those who may list parameters and read each, but not read below a path. */
async function findDescribed(
  { client, send, readParameters }: Finding,
  filters: readonly ParameterStringFilter[],
  matches: (name: string) => boolean,
): Promise<FindOutcome> {
  const page = { ParameterFilters: [...filters], MaxResults: pageSize.describe };
  const described = await listAll(
    (NextToken) =>
      send({
        operation: 'DescribeParameters',
        send: (abortSignal) =>
          client.send(new DescribeParametersCommand({ ...page, NextToken }), { abortSignal }),
      }),
    ({ Parameters }) => Parameters,
  );
  const names = described.flatMap(({ Name }) =>
    Name !== undefined && matches(Name) ? [Name] : [],
  );
  const outcome = valuesOf(names, await readParameters(names));
  if (outcome.outcome !== 'not-found') return outcome;
  throw new ProviderError('failed', 'ParameterNotFound: a parameter went while it was listed');
}

function pathFilter(path: string | undefined): readonly ParameterStringFilter[] {
  return path === undefined ? [] : [{ Key: 'Path', Option: 'Recursive', Values: [path] }];
}
