// Owns reading from Azure Key Vault (ESO 3.7): secrets, keys, certificates, and the tags of each.
import { SecretBytes } from '../../secret-bytes.ts';
import { orError } from '../outcome.ts';
import {
  ProviderError,
  type OpenContext,
  type ReadOutcome,
  type RemoteRead,
  type SecretsClient,
} from '../provider.ts';
import type { AzurekvConfig, Sdk } from './config.ts';
import { findSecrets } from './find.ts';
import { objectName, objectPath, type ObjectType } from './names.ts';
import { certificateBytes, keyBytes, metadataBytes, secretBytes } from './objects.ts';
import { openSession, type Session } from './session.ts';

export async function openClient(
  config: AzurekvConfig,
  context: OpenContext,
): Promise<SecretsClient> {
  const { get, close } = await openSession(config, context);
  const readOne = (ref: RemoteRead): Promise<ReadOutcome> => orError(read(get, config.sdk, ref));
  const readNewest = (name: string): Promise<ReadOutcome> =>
    readOne({ key: `secret/${name}`, version: '', metadataPolicy: 'None' });
  return {
    read: (refs) => Promise.all(refs.map(readOne)),
    find: (query) => orError(findSecrets({ get, readNewest, vault: config.vault }, query)),
    close: async () => close(),
  };
}

type Json = Readonly<Record<string, unknown>>;
type Kind = { readonly call: string; readonly bytes: (json: Json, sdk: Sdk) => Uint8Array };

const kinds: Readonly<Record<ObjectType, Kind>> = {
  secret: { call: 'GetSecret', bytes: secretBytes },
  key: { call: 'GetKey', bytes: keyBytes },
  cert: { call: 'GetCertificate', bytes: certificateBytes },
};

async function read(get: Session['get'], sdk: Sdk, ref: RemoteRead): Promise<ReadOutcome> {
  const { type, name } = objectName(ref.key);
  if (!isObjectType(type)) {
    throw new ProviderError('invalid', `unknown Azure Keyvault object Type for ${name}`);
  }
  const { call, bytes } = kinds[type];
  const json = await get(call, objectPath(type, name, ref.version));
  if (json === undefined) return { outcome: 'not-found' };
  const value = ref.metadataPolicy === 'Fetch' ? metadataBytes(json, sdk) : bytes(json, sdk);
  return { outcome: 'value', value: new SecretBytes(value) };
}

function isObjectType(type: string): type is ObjectType {
  return Object.hasOwn(kinds, type);
}
