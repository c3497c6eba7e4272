// Runs the provider suite for AWS Secrets Manager.
import type { SecretSeed } from '../servers/aws-seed.ts';
import { startProvider, versionID } from './aws-backend.ts';
import { describeProvider, type Stored } from './provider.ts';

function seedOf({ key, versions }: Stored): SecretSeed {
  return {
    service: 'secretsmanager',
    name: key,
    versions: versions.map((value, index) => ({ id: versionID(key, index), ...field(value) })),
  };
}

/** Bytes that are no text can only be stored as binary. */
function field(value: Uint8Array): { readonly string: string } | { readonly binary: string } {
  const text = Buffer.from(value).toString();
  const isText = Buffer.from(text).equals(value);
  return isText ? { string: text } : { binary: Buffer.from(value).toString('base64') };
}

const versionsOf = ({ key, versions }: Stored): readonly string[] =>
  versions.map((_, index) => `uuid/${versionID(key, index)}`);

describeProvider(
  'AWS Secrets Manager',
  () => startProvider('SecretsManager', { seedOf, versionsOf }),
  {
    empty: 'AWS takes no empty value',
    session: 'an access key is not got by logging in',
    unicodeKey: 'AWS takes ASCII letters, digits and /_+=.@- only',
  },
);
