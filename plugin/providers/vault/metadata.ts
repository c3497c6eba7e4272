// Owns the metadata of a secret in KV v2, as ESO gives it: its custom metadata, and three fields of the engine's (ESO 3.6).
import { rawToBytes } from '../../gojson/decode.ts';
import { encodeValue } from '../../gojson/value.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import { fieldsIn, textIn, type RawObject } from '../vault-api/answers.ts';

const systemFields = ['created_time', 'current_version', 'delete_version_after'];

/** Custom metadata wins. */
export function metadataIn(secret: RawObject): ReadonlyMap<string, string> {
  const data = fieldsIn(secret.get('data'));
  const system = systemFields
    .map((name) => [name, textIn(data, name)] as const)
    .filter(([, text]) => text !== '');
  const custom = [...(fieldsIn(data?.get('custom_metadata')) ?? [])].map(
    ([name, raw]) => [name, Buffer.from(rawToBytes(raw)).toString()] as const,
  );
  return new Map([...system, ...custom]);
}

/** As JSON; nothing at all where there is no metadata. */
export function metadataValue(metadata: ReadonlyMap<string, string>): SecretBytes {
  const isEmpty = metadata.size === 0;
  return new SecretBytes(isEmpty ? new Uint8Array() : encodeValue(metadata, { escapeHtml: true }));
}
