// Owns `find` in AWS Secrets Manager (ESO 3.1): by name, path and tags.
import {
  BatchGetSecretValueCommand,
  ListSecretsCommand,
  type APIErrorType,
  type Filter,
  type SecretsManagerClient,
  type SecretValueEntry,
} from '@aws-sdk/client-secrets-manager';
import { SecretBytes } from '../../secret-bytes.ts';
import { nameMatcher } from '../name-matcher.ts';
import { ProviderError, type FindOutcome, type FindQuery } from '../provider.ts';
import type { Reader } from './batches.ts';
import { reportedError } from './errors.ts';
import { listAll, valuesOf } from './listing.ts';
import type { AwsSession } from './session.ts';

type Finding = {
  readonly client: SecretsManagerClient;
  readonly send: AwsSession['send'];
  readonly prefix: string;
  /** Reads current values by ID. */
  readonly readCurrent: Reader;
};

type NameMatcher = (name: string) => boolean;

/** The most that AWS gives in a page. */
const pageSize = { list: 100, batch: 20 };

/**
 * AWS filters by tags and by the path, a prefix of the name; `name` is matched here. Without a path ESO lists the names
 * and reads each, with the store's prefix before it again. Throws {@link ProviderError}.
 */
export async function findSecrets(finding: Finding, query: FindQuery): Promise<FindOutcome> {
  const tags = Object.entries(query.tags ?? {});
  if (query.name === undefined && tags.length === 0) {
    throw new ProviderError('invalid', 'unexpected find operator: find needs name or tags');
  }
  const matches = nameMatcher(query.name ?? {});
  const filters = tags.flatMap<Filter>(([key, value]) => [
    { Key: 'tag-key', Values: [key] },
    { Key: 'tag-value', Values: [value] },
  ]);
  if (query.path !== undefined) filters.push({ Key: 'name', Values: [query.path] });
  const isListed = query.name !== undefined && query.path === undefined;
  return isListed ? findByList(finding, filters, matches) : findByBatch(finding, filters, matches);
}

async function findByList(
  { client, send, prefix, readCurrent }: Finding,
  filters: readonly Filter[],
  matches: NameMatcher,
): Promise<FindOutcome> {
  const page = { Filters: [...filters], MaxResults: pageSize.list };
  const secrets = await listAll(
    (NextToken) =>
      send({
        operation: 'ListSecrets',
        send: (abortSignal) =>
          client.send(new ListSecretsCommand({ ...page, NextToken }), { abortSignal }),
      }),
    ({ SecretList }) => SecretList,
  );
  const names = secrets.flatMap(({ Name }) => (Name !== undefined && matches(Name) ? [Name] : []));
  const idOf = (name: string): string => `${prefix}${name}`;
  const outcomeOf = await readCurrent(names.map(idOf));
  return valuesOf(names, (name) => outcomeOf(idOf(name)));
}

async function findByBatch(
  { client, send }: Finding,
  filters: readonly Filter[],
  matches: NameMatcher,
): Promise<FindOutcome> {
  const page = { Filters: [...filters], MaxResults: pageSize.batch };
  const secrets = await listAll(
    (NextToken) =>
      send({
        operation: 'BatchGetSecretValue',
        send: (abortSignal) =>
          client.send(new BatchGetSecretValueCommand({ ...page, NextToken }), { abortSignal }),
      }),
    ({ SecretValues, Errors = [] }) => {
      refuseErrors(Errors);
      return SecretValues;
    },
  );
  const values = secrets.flatMap((secret) => valueIn(secret, matches));
  return { outcome: 'values', values: new Map(values) };
}

/** ESO leaves out what it may not read. For any other reason a value must not go missing silently. */
function refuseErrors(errors: readonly APIErrorType[]): void {
  for (const { SecretId = '', ErrorCode = '', Message = '' } of errors) {
    const { code, message } = reportedError(ErrorCode, Message);
    if (code !== 'denied') throw new ProviderError(code, `secret "${SecretId}": ${message}`);
  }
}

function valueIn(
  { Name, SecretString, SecretBinary }: SecretValueEntry,
  matches: NameMatcher,
): readonly (readonly [string, SecretBytes])[] {
  if (Name === undefined || !matches(Name)) return [];
  if (SecretBinary !== undefined) return [[Name, new SecretBytes(SecretBinary)]];
  return SecretString === undefined ? [] : [[Name, SecretBytes.ofText(SecretString)]];
}
