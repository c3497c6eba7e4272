// Owns `find` in AWS Systems Manager Parameter Store (ESO 3.2): by name below a path, and by tags.
import {
  DescribeParametersCommand,
  GetParametersByPathCommand,
  type Parameter,
  type ParameterStringFilter,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { SecretBytes } from '../../secret-bytes.ts';
import { nameMatcher } from '../name-matcher.ts';
import { ProviderError, type FindOutcome, type FindQuery } from '../provider.ts';
import type { Reader } from './batches.ts';
import { listAll, valuesOf } from './listing.ts';
import type { AwsSession } from './session.ts';

type Finding = {
  readonly client: SSMClient;
  readonly send: AwsSession['send'];
  /** Reads parameters by name. */
  readonly readParameters: Reader;
};

type NameMatcher = (name: string) => boolean;

/** The most that AWS gives in a page. */
const pageSize = { byPath: 10, describe: 50 };

/** The store's prefix is not applied, and tags mean nothing beside a name. Throws {@link ProviderError}. */
export async function findParameters(finding: Finding, query: FindQuery): Promise<FindOutcome> {
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
  matches: NameMatcher,
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

function parametersBelow({ client, send }: Finding, path: string): Promise<readonly Parameter[]> {
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
  matches: NameMatcher,
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
