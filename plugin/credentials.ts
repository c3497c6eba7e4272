// Owns where a store's own credentials come from: the input, the secrets directory, projected tokens, the cluster.
import type { ClusterCredentials } from './cluster/credentials.ts';
import type { RunOptions } from './options.ts';
import type { PlainResource, Selected } from './eso/select.ts';
import { textEntries } from './eso/stores.ts';
import type { Labels } from './k8s/labels.ts';
import { isRecord } from './k8s/object.ts';
import { configMapKeys, secretKeys } from './k8s/read-secret.ts';
import { type FolderReader, mountedKeys } from './mounted-keys.ts';
import {
  type Credentials,
  type ObjectRef,
  ProviderError,
  type SecretKeyRef,
  type ServiceAccountRef,
} from './providers/provider.ts';
import { SecretBytes } from './secret-bytes.ts';

export type CredentialSources = FolderReader & {
  readonly selected: Pick<Selected, 'secrets' | 'configMaps' | 'serviceAccounts'>;
  readonly options: Pick<RunOptions, 'ambientCredentials' | 'secretsDirectory' | 'serviceAccounts'>;
  /** Absent where it is off, or not for this store. */
  readonly cluster?: ClusterCredentials | undefined;
};

type Plain = Readonly<Record<string, unknown>>;
type Secret = Awaited<ReturnType<Credentials['secret']>>;

/** The input first, then the secrets directory (laid out like mounted Secrets, `<namespace>/<name>/<key>`), then the cluster. */
export function credentialsFrom(sources: CredentialSources): Credentials {
  return {
    ambient: sources.options.ambientCredentials,
    secretKey: (ref) => secretKey(sources, ref),
    secret: (ref) => secret(sources, ref),
    configMapKey: (ref) => configMapKey(sources, ref),
    serviceAccount: (ref) => serviceAccount(sources, ref),
  };
}

async function secretKey(sources: CredentialSources, ref: SecretKeyRef): Promise<SecretBytes> {
  const { data } = await secret(sources, ref);
  const value = data.get(ref.key);
  if (value !== undefined) return value;
  throw missing(`cannot find secret data for key "${ref.key}" in Secret "${titleOf(ref)}"`);
}

async function secret(
  { selected, options, cluster, ...files }: CredentialSources,
  ref: ObjectRef,
): Promise<Secret> {
  const own = find(selected.secrets, ref);
  if (own !== undefined) return secretOf(own.value);
  const directory = options.secretsDirectory;
  const data = directory === undefined ? new Map() : mountedKeys(directory, ref, files);
  if (data.size > 0) return { labels: undefined, data };
  const found = await cluster?.secret(ref);
  if (found !== undefined) return secretOf(found);
  const where =
    directory === undefined
      ? 'the input, and no secrets directory is set (--secrets-directory)'
      : 'the input nor in the secrets directory';
  throw missing(
    `cannot get Kubernetes secret "${ref.name}" from namespace "${ref.namespace}": it is not in ${where}${cluster?.absence(ref) ?? ''}`,
  );
}

function secretOf(value: Plain): Secret {
  return { labels: metadataOf(value, 'labels'), data: secretKeys(value) };
}

function metadataOf(value: Plain | undefined, field: 'labels' | 'annotations'): Labels {
  const metadata = value?.['metadata'];
  return isRecord(metadata) ? textEntries(metadata[field]) : {};
}

async function configMapKey(
  { selected, cluster }: CredentialSources,
  ref: SecretKeyRef,
): Promise<Uint8Array> {
  const found = find(selected.configMaps, ref)?.value ?? (await cluster?.configMap(ref));
  if (found === undefined) {
    throw missing(
      `cannot get ConfigMap "${ref.name}" from namespace "${ref.namespace}": it is not in the input${cluster?.absence(ref) ?? ''}`,
    );
  }
  const value = configMapKeys(found).get(ref.key);
  if (value !== undefined) return value.reveal();
  throw missing(`there is no key "${ref.key}" in ConfigMap "${titleOf(ref)}"`);
}

function find(resources: readonly PlainResource[], ref: ObjectRef): PlainResource | undefined {
  return resources.find(({ subject }) => isMeant(subject.object, ref));
}

function isMeant(given: Partial<ObjectRef>, ref: ObjectRef): boolean {
  return given.namespace === ref.namespace && given.name === ref.name;
}

function titleOf({ namespace, name }: ObjectRef): string {
  return `${namespace}/${name}`;
}

type ServiceAccount = Awaited<ReturnType<Credentials['serviceAccount']>>;

/** Annotations of the configuration win over those of the input, which its author may write, or else of the cluster. */
async function serviceAccount(
  sources: CredentialSources,
  ref: ServiceAccountRef,
): Promise<ServiceAccount> {
  const { selected, options, cluster } = sources;
  const configured = options.serviceAccounts.find((given) => isMeant(given, ref));
  const found = find(selected.serviceAccounts, ref)?.value ?? (await cluster?.serviceAccount(ref));
  return {
    annotations: { ...metadataOf(found, 'annotations'), ...configured?.annotations },
    token: async (audiences, expirationSeconds) => {
      const file = configured?.tokenFile;
      if (file !== undefined) return tokenIn(file, ref, sources);
      const { namespace, name } = ref;
      const token = await cluster?.token({ namespace, name, audiences, expirationSeconds });
      if (token !== undefined) return token;
      throw missing(
        `there is no token of ServiceAccount "${titleOf(ref)}": give the file of a projected token as tokenFile in RenderConfig.spec.serviceAccounts${cluster?.absence(ref) ?? ''}`,
      );
    },
  };
}

function tokenIn(
  file: string,
  ref: ServiceAccountRef,
  { readFile }: Pick<CredentialSources, 'readFile'>,
): SecretBytes {
  const bytes = readFile(file);
  if (bytes !== undefined) return new SecretBytes(bytes);
  throw missing(`the token file of ServiceAccount "${titleOf(ref)}" does not exist: ${file}`);
}

function missing(message: string): ProviderError {
  return new ProviderError('credentials', message);
}
