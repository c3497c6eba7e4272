// Owns what stores of Vault and OpenBao have in common in a secret's document: its keys, and its values for extract.
import { decodeObject, rawToBytes } from '../../gojson/decode.ts';
import { decodeValue, valueBytes, type GoJson } from '../../gojson/value.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import type { MapSelection, Selection } from '../provider.ts';

type Failure = Extract<Selection, { readonly outcome: 'error' }>;

/** The value of a key: text as it is, null as nothing, a number as it is spelled, the rest as JSON. */
export function entryOf(document: Uint8Array, key: string): Uint8Array | undefined {
  const decoded = decodeObject(document);
  const raw = decoded.ok ? decoded.entries.get(key) : undefined;
  return raw === undefined ? undefined : rawToBytes(raw);
}

export function missingKey(property: string): Failure {
  const message = `cannot find secret data for key: "${property}"`;
  return { outcome: 'error', code: 'PROPERTY_NOT_FOUND', message };
}

/** The keys of an object, whose numbers pass through float64 here, as in ESO. */
export function mapOf(value: SecretBytes): MapSelection {
  const decoded = decodeValue(value.reveal());
  if (!decoded.ok) return notAnObject('is not JSON');
  const entries = entriesOf(decoded.value);
  if (entries === undefined) return notAnObject('is not a JSON object');
  const values = [...entries].map(
    ([key, item]) => [key, new SecretBytes(valueBytes(item))] as const,
  );
  return { outcome: 'map', map: new Map(values) };
}

/** The document `null` is a map without keys. */
function entriesOf(value: GoJson): ReadonlyMap<string, GoJson> | undefined {
  if (value === null) return new Map();
  return value instanceof Map ? value : undefined;
}

function notAnObject(problem: string): Failure {
  return { outcome: 'error', code: 'VALUE', message: `the value ${problem}, which extract needs` };
}
