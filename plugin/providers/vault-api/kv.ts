// Owns the two versions of the KV engine: where in an answer the document of a secret is, and what is in a folder.
import { remarshal } from '../../gojson/remarshal.ts';
import { decodeObject, rawToBytes } from '../../gojson/decode.ts';
import { decodeValue } from '../../gojson/value.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import { ProviderError } from '../provider.ts';
import { textsOf } from '../spec.ts';
import { fieldsIn, type RawObject } from './answers.ts';
import type { Session } from './session.ts';

export type KvVersion = 'v1' | 'v2';

/** The document of a secret in what was read, or undefined where that has none (KV v2: a version that is deleted). */
export function documentIn(secret: RawObject, version: KvVersion): SecretBytes | undefined {
  const fields = version === 'v1' ? secret : fieldsIn(secret.get('data'));
  const data = fields?.get('data');
  if (data !== undefined) return documentOf(data);
  const engine = version === 'v1' ? 'version 1' : 'version 2';
  throw new ProviderError(
    'failed',
    `failed to find data field: is the mount a KV engine of ${engine}, and the path one of it?`,
  );
}

/** As ESO's json.Marshal of what HashiCorp's client has decoded. */
function documentOf(json: Uint8Array): SecretBytes | undefined {
  if (isNull(json)) return undefined;
  const document = decodeObject(json).ok ? remarshal(json) : undefined;
  if (document !== undefined) return new SecretBytes(document);
  throw new ProviderError('failed', 'the data of the secret is no JSON object');
}

function isNull(json: Uint8Array): boolean {
  return rawToBytes(json).length === 0 && json[0] !== 0x22;
}

/** The names in a folder, those of folders with `/` at their end. Undefined where there is no such folder. */
export async function namesIn(
  { read }: Session,
  folder: string,
): Promise<readonly string[] | undefined> {
  // What HashiCorp's client sends for LIST: proxies know GET.
  const secret = await read('ListSecrets', folder, { list: 'true' });
  if (secret === undefined) return undefined;
  const keys = fieldsIn(secret.get('data'))?.get('keys');
  const decoded = keys === undefined ? undefined : decodeValue(keys);
  if (decoded?.ok === true && Array.isArray(decoded.value)) return textsOf(decoded.value);
  throw new ProviderError('failed', `the answer for the folder ${folder} holds no list of names`);
}
