// Owns where a store's own credentials come from: the input, the secrets directory, projected tokens.
import type { RunOptions } from './options.ts';
import type { PlainResource, Selected } from './eso/select.ts';
import { textEntries } from './eso/stores.ts';
import { isDataKey, isSubdomain } from './k8s/names.ts';
import { isRecord } from './k8s/object.ts';
import { configMapKeys, secretKeys } from './k8s/read-secret.ts';
import {
  type Credentials,
  type ObjectRef,
  ProviderError,
  type SecretKeyRef,
  type ServiceAccountRef,
} from './providers/provider.ts';
import { SecretBytes } from './secret-bytes.ts';

export type CredentialSources = {
  readonly selected: Pick<Selected, 'secrets' | 'configMaps' | 'serviceAccounts'>;
  readonly options: Pick<RunOptions, 'ambientCredentials' | 'secretsDirectory' | 'serviceAccounts'>;
  /** The bytes of a file, or undefined where it is not there. Throws where it cannot be read. */
  readonly readFile: (path: string) => Uint8Array | undefined;
  /** The names in a folder; none where it is not there. Throws where it cannot be read. */
  readonly listFolder: (path: string) => readonly string[];
};

type Secret = Awaited<ReturnType<Credentials['secret']>>;

/** The input first, then the secrets directory (laid out like mounted Secrets, `<namespace>/<name>/<key>`). */
export function credentialsFrom(sources: CredentialSources): Credentials {
  return {
    ambient: sources.options.ambientCredentials,
    secretKey: async (ref) => secretKey(sources, ref),
    secret: async (ref) => secret(sources, ref),
    configMapKey: async (ref) => configMapKey(sources, ref),
    serviceAccount: async (ref) => serviceAccount(sources, ref),
  };
}

function secretKey(sources: CredentialSources, ref: SecretKeyRef): SecretBytes {
  const { data } = secret(sources, ref);
  const value = data.get(ref.key);
  if (value !== undefined) return value;
  throw missing(`cannot find secret data for key "${ref.key}" in Secret "${titleOf(ref)}"`);
}

function secret({ selected, options, ...files }: CredentialSources, ref: ObjectRef): Secret {
  const own = find(selected.secrets, ref);
  if (own !== undefined) {
    const metadata = isRecord(own.value['metadata']) ? own.value['metadata'] : {};
    return { labels: textEntries(metadata['labels']), data: secretKeys(own.value) };
  }
  const directory = options.secretsDirectory;
  const data = directory === undefined ? new Map() : mountedKeys(directory, ref, files);
  if (data.size > 0) return { labels: undefined, data };
  const where =
    directory === undefined
      ? 'the input; --secrets-directory names another place'
      : 'the input nor in the secrets directory';
  throw missing(
    `cannot get Kubernetes secret "${ref.name}" from namespace "${ref.namespace}": it is not in ${where}`,
  );
}

/** Names of the input become a path only where they cannot lead out of the directory. */
function mountedKeys(
  directory: string,
  { namespace, name }: ObjectRef,
  { readFile, listFolder }: Pick<CredentialSources, 'readFile' | 'listFolder'>,
): ReadonlyMap<string, SecretBytes> {
  if (!isSubdomain(namespace) || !isSubdomain(name)) return new Map();
  const folder = `${directory}/${namespace}/${name}`;
  // A mounted Secret has folders of its own beside the keys: `..data`.
  const keys = listFolder(folder).filter((key) => isDataKey(key) && !key.startsWith('..'));
  return new Map(
    keys.flatMap((key): readonly (readonly [string, SecretBytes])[] => {
      const bytes = readFile(`${folder}/${key}`);
      return bytes === undefined ? [] : [[key, new SecretBytes(bytes)]];
    }),
  );
}

function configMapKey({ selected }: CredentialSources, ref: SecretKeyRef): Uint8Array {
  const own = find(selected.configMaps, ref);
  if (own === undefined) {
    throw missing(
      `cannot get ConfigMap "${ref.name}" from namespace "${ref.namespace}": it is not in the input`,
    );
  }
  const value = configMapKeys(own.value).get(ref.key);
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

/** Annotations of the configuration win over those of the input, which its author may write. */
function serviceAccount(
  { selected, options, readFile }: CredentialSources,
  ref: ServiceAccountRef,
): ServiceAccount {
  const configured = options.serviceAccounts.find((given) => isMeant(given, ref));
  const found = find(selected.serviceAccounts, ref);
  const metadata = isRecord(found?.value['metadata']) ? found.value['metadata'] : {};
  return {
    annotations: { ...textEntries(metadata['annotations']), ...configured?.annotations },
    token: async () => {
      const file = configured?.tokenFile;
      const bytes = file === undefined ? undefined : readFile(file);
      if (bytes !== undefined) return new SecretBytes(bytes);
      throw missing(
        file === undefined
          ? `there is no token of ServiceAccount "${ref.namespace}/${ref.name}": give the file of a projected token as tokenFile in RenderConfig.spec.serviceAccounts`
          : `the token file of ServiceAccount "${ref.namespace}/${ref.name}" does not exist: ${file}`,
      );
    },
  };
}

function missing(message: string): ProviderError {
  return new ProviderError('credentials', message);
}
