// Owns what metadataPolicy Fetch reads from AWS: the tags as a JSON object.
import { encodeValue } from '../../gojson/value.ts';
import { SecretBytes } from '../../secret-bytes.ts';

type Tag = { readonly Key?: string | undefined; readonly Value?: string | undefined };

/** As Go writes a map: sorted keys, and `<`, `>`, `&` escaped (ESO 3.1). */
export function tagsJson(tags: readonly Tag[]): SecretBytes {
  const values = new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  return new SecretBytes(encodeValue(values, { escapeHtml: true }));
}
