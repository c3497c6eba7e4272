// Owns where a store's own credentials come from: the input, the secrets directory, projected tokens.
import type { RunOptions } from './options.ts';
import type { Selected } from './eso/select.ts';
import { textEntries } from './eso/stores.ts';
import { isDataKey, isSubdomain } from './k8s/names.ts';
import { isRecord } from './k8s/object.ts';
import { secretKeys } from './k8s/read-secret.ts';
import {
  type Credentials,
  ProviderError,
  type SecretKeyRef,
  type ServiceAccountRef,
} from './providers/provider.ts';
import { SecretBytes } from './secret-bytes.ts';

export type CredentialSources = {
  readonly selected: Pick<Selected, 'secrets' | 'serviceAccounts'>;
  readonly options: Pick<RunOptions, 'ambientCredentials' | 'secretsDirectory' | 'serviceAccounts'>;
  /** The bytes of a file, or undefined where it is not there. Throws where it cannot be read. */
  readonly readFile: (path: string) => Uint8Array | undefined;
};

/** The input first, then the secrets directory (laid out like mounted Secrets, `<namespace>/<name>/<key>`). */
export function credentialsFrom(sources: CredentialSources): Credentials {
  return {
    ambient: sources.options.ambientCredentials,
    secretKey: async (ref) => secretKey(sources, ref),
    serviceAccount: async (ref) => serviceAccount(sources, ref),
  };
}

function secretKey(
  { selected, options, readFile }: CredentialSources,
  ref: SecretKeyRef,
): SecretBytes {
  const secret = selected.secrets.find(
    ({ subject }) => subject.object.namespace === ref.namespace && subject.object.name === ref.name,
  );
  if (secret !== undefined) {
    const value = secretKeys(secret.value).get(ref.key);
    if (value === undefined)
      throw missing(
        `cannot find secret data for key "${ref.key}" in Secret "${ref.namespace}/${ref.name}"`,
      );
    return value;
  }
  const bytes = fileOf(options.secretsDirectory, ref, readFile);
  if (bytes !== undefined) return new SecretBytes(bytes);
  const where =
    options.secretsDirectory === undefined
      ? 'the input; --secrets-directory names another place'
      : 'the input nor in the secrets directory';
  throw missing(
    `cannot get Kubernetes secret "${ref.name}" (key "${ref.key}") from namespace "${ref.namespace}": it is not in ${where}`,
  );
}

/** Names of the input become a path only where they cannot lead out of the directory. */
function fileOf(
  directory: string | undefined,
  { namespace, name, key }: SecretKeyRef,
  readFile: CredentialSources['readFile'],
): Uint8Array | undefined {
  if (directory === undefined || !isSubdomain(namespace) || !isSubdomain(name) || !isDataKey(key))
    return undefined;
  return readFile(`${directory}/${namespace}/${name}/${key}`);
}

type ServiceAccount = Awaited<ReturnType<Credentials['serviceAccount']>>;

/** Annotations of the configuration win over those of the input, which its author may write. */
function serviceAccount(
  { selected, options, readFile }: CredentialSources,
  ref: ServiceAccountRef,
): ServiceAccount {
  const isMeant = (given: { readonly namespace?: string; readonly name: string }): boolean =>
    given.namespace === ref.namespace && given.name === ref.name;
  const configured = options.serviceAccounts.find(isMeant);
  const found = selected.serviceAccounts.find(({ subject }) => isMeant(subject.object));
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
