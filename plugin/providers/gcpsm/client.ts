// Owns reading from Google Secret Manager (ESO 3.5): versions of secrets, and their annotations and labels.
import { encodeValue, type GoJson } from '../../gojson/value.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import { orError } from '../outcome.ts';
import type { OpenContext, ReadOutcome, RemoteRead, SecretsClient } from '../provider.ts';
import { fieldsOf, textOf } from '../spec.ts';
import { checkResource, type ApiAnswer } from '../google/answers.ts';
import type { GcpsmConfig } from './config.ts';
import { findSecrets } from './find.ts';
import { listAll } from './listing.ts';
import { createNames, type Names } from './names.ts';
import { checkPayload, payloadOf } from './payload.ts';
import { openSession, type Session } from './session.ts';

type Service = {
  readonly get: Session['get'];
  readonly names: Names;
  readonly latestOrFetch: boolean;
};

export async function openClient(
  config: GcpsmConfig,
  context: OpenContext,
): Promise<SecretsClient> {
  const { projectID, get, close } = await openSession(config, context);
  const names = createNames(projectID, config.location);
  const service = { get, names, latestOrFetch: config.latestOrFetch };
  const readOne = (ref: RemoteRead): Promise<ReadOutcome> =>
    orError(ref.metadataPolicy === 'Fetch' ? readMetadata(service, ref) : readValue(service, ref));
  const readNewest = (key: string): Promise<ReadOutcome> =>
    readOne({ key, version: '', metadataPolicy: 'None' });
  return {
    read: (refs) => Promise.all(refs.map(readOne)),
    find: (query) => orError(findSecrets({ get, names, readNewest }, query)),
    close: async () => close(),
  };
}

async function readValue(service: Service, { key, version }: RemoteRead): Promise<ReadOutcome> {
  const named = service.names.version(key, version || 'latest');
  const answer = await access(service, named);
  const isReplaced = service.latestOrFetch && version === '' && isOutOfUse(answer);
  const used = isReplaced ? await access(service, await newestEnabled(service, key)) : answer;
  if (used.status === 'OK') return { outcome: 'value', value: payloadOf(used.json) };
  if (used.status === 'NOT_FOUND') return { outcome: 'not-found' };
  return { outcome: 'error', error: used.error };
}

function access({ get }: Service, version: string): Promise<ApiAnswer> {
  return get({ name: 'AccessSecretVersion', path: `/v1/${version}:access`, check: checkPayload });
}

/** Google says it in the message only. */
function isOutOfUse(answer: ApiAnswer): boolean {
  return (
    answer.status === 'FAILED_PRECONDITION' &&
    /(?:DESTROYED|DISABLED) state/.test(answer.error.message)
  );
}

/** The enabled version that was made last; `latest` again where there is none, for the error of that. */
async function newestEnabled({ get, names }: Service, key: string): Promise<string> {
  const versions = await listAll(get, {
    name: 'ListSecretVersions',
    path: `/v1/${names.secret(key)}/versions`,
    filter: 'state:ENABLED',
    items: 'versions',
    fields: ['name', 'createTime'],
  });
  let newest = { name: names.version(key, 'latest'), made: 0 };
  for (const version of versions) {
    const made = Date.parse(textOf(version['createTime']));
    if (made > newest.made) newest = { name: textOf(version['name']), made };
  }
  return newest.name;
}

/** Both maps as Go writes them: keys sorted, and null for one that is not there. */
async function readMetadata({ get, names }: Service, { key }: RemoteRead): Promise<ReadOutcome> {
  const answer = await get({
    name: 'GetSecret',
    path: `/v1/${names.secret(key)}`,
    check: checkResource,
  });
  if (answer.status === 'NOT_FOUND') return { outcome: 'not-found' };
  if (answer.status !== 'OK') return { outcome: 'error', error: answer.error };
  const { annotations, labels } = answer.json;
  const metadata = new Map([
    ['annotations', textMap(annotations)],
    ['labels', textMap(labels)],
  ]);
  const json = encodeValue(metadata, { escapeHtml: true });
  return { outcome: 'value', value: new SecretBytes(json) };
}

function textMap(value: unknown): GoJson {
  if (value === undefined) return null;
  return new Map(Object.entries(fieldsOf(value)).map(([key, text]) => [key, textOf(text)]));
}
