// Owns which part of a Secret of another cluster is meant, of its data and of its labels and annotations (ESO 3.8).
import { isUtf8 } from 'node:buffer';
import { getPath } from '../../gjson/get.ts';
import { decodeUtf8 } from '../../gojson/text.ts';
import { decodeValue, encodeValue, type GoJson } from '../../gojson/value.ts';
import { fromBase64, secretKeys } from '../../k8s/read-secret.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import type { MapSelection, RemoteRead, SelectRef, Selection } from '../provider.ts';
import { fieldsOf, textOf } from '../spec.ts';

type Json = Readonly<Record<string, unknown>>;
type Keys = ReadonlyMap<string, SecretBytes>;

/**
 * What is read of a Secret: its data as it came, in base64, or its labels and annotations; JSON in both cases. `null` is a
 * Secret that does not exist: to ESO that is an error of `data`, whatever the deletionPolicy says, and NoSecret for `extract`.
 */
export function remoteValue(secret: Json | undefined, { metadataPolicy }: RemoteRead): SecretBytes {
  if (secret === undefined) return new SecretBytes(json(null));
  if (metadataPolicy !== 'Fetch')
    return new SecretBytes(json(textMap(secret['data']) ?? new Map()));
  const { labels, annotations } = fieldsOf(secret['metadata']);
  const metadata = new Map([
    ['annotations', textMap(annotations)],
    ['labels', textMap(labels)],
  ]);
  return new SecretBytes(json(metadata));
}

/** ESO's JSON of a Secret's data as texts: keys sorted, and `\ufffd` for each byte that is not UTF-8. */
export function dataJson(data: Keys): SecretBytes {
  const entries = [...data]
    .toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([key, value]) => `${quoted(Buffer.from(key))}:${quoted(value.reveal())}`);
  return SecretBytes.ofText(`{${entries.join(',')}}`);
}

function quoted(bytes: Uint8Array): string {
  const text = Buffer.from(json(decodeUtf8(bytes))).toString();
  return isUtf8(bytes) ? text : text.replaceAll('\uFFFD', String.raw`\ufffd`);
}

export function select(value: SecretBytes, ref: SelectRef): Selection {
  const remote = parsed(value);
  if (remote === undefined) return missing(`secrets "${ref.key}" not found`);
  if (ref.metadataPolicy === 'Fetch') return selectMetadata(value, remote, ref);
  const data = secretKeys({ data: remote });
  if (ref.property === '') return { outcome: 'value', value: dataJson(data) };
  const selected = propertyOf(data, ref.property);
  return selected === undefined
    ? missing(`property ${ref.property} does not exist in data of secret "${ref.key}"`)
    : { outcome: 'value', value: selected };
}

/** A key of that name; else the key in front of the first dot, and a path in its value. */
function propertyOf(data: Keys, property: string): SecretBytes | undefined {
  const whole = data.get(property);
  if (whole !== undefined) return whole;
  const dot = property.indexOf('.');
  if (dot <= 0 || dot === property.length - 1) return undefined;
  const value = data.get(property.slice(0, dot));
  const found = value === undefined ? undefined : getPath(value.reveal(), property.slice(dot + 1));
  return found === undefined ? undefined : new SecretBytes(found);
}

function selectMetadata(value: SecretBytes, metadata: Json, ref: SelectRef): Selection {
  if (ref.property === '') return { outcome: 'value', value };
  const found = metadataPart(metadata, ref.property.split('.'));
  return found === undefined
    ? missing(`property ${ref.property} does not exist in metadata of secret "${ref.key}"`)
    : { outcome: 'value', value: new SecretBytes(found) };
}

/** `labels`, `labels.<name>`, and behind a second dot a path in that label: its parts without the dots between them, as in ESO. */
function metadataPart(
  metadata: Json,
  [kind = '', name, ...path]: readonly string[],
): Uint8Array | undefined {
  if (kind !== 'labels' && kind !== 'annotations') return undefined;
  if (name === undefined) return json(textMap(metadata[kind]));
  const text = fieldsOf(metadata[kind])[name];
  if (typeof text !== 'string') return undefined;
  return path.length === 0 ? Buffer.from(text) : getPath(Buffer.from(text), path.join(''));
}

export function selectMap(value: SecretBytes, ref: SelectRef): MapSelection {
  const remote = parsed(value);
  if (remote === undefined) return { outcome: 'not-found' };
  const keys = ref.metadataPolicy === 'Fetch' ? metadataKeys(remote) : secretKeys({ data: remote });
  return ref.property === '' ? { outcome: 'map', map: keys } : selectEntries(keys, ref);
}

function metadataKeys(metadata: Json): Keys {
  const kinds = ['annotations', 'labels'] as const;
  return new Map(kinds.map((kind) => [kind, new SecretBytes(json(textMap(metadata[kind])))]));
}

/** The entries of a key's JSON object, each as JSON: a text keeps its quotes, as in ESO. */
function selectEntries(keys: Keys, { key, property }: SelectRef): MapSelection {
  const encoded = json(
    new Map(
      [...keys].map(([name, bytes]) => [name, Buffer.from(bytes.reveal()).toString('base64')]),
    ),
  );
  const literal = property.includes('.')
    ? getPath(encoded, property.replaceAll('.', String.raw`\.`))
    : undefined;
  const found = literal ?? getPath(encoded, property);
  if (found === undefined) return missing(`property ${property} does not exist in key ${key}`);
  const object = fromBase64(Buffer.from(found).toString());
  const decoded = decodeValue(object?.reveal() ?? new Uint8Array());
  const entries = decoded.ok ? entriesOf(decoded.value) : undefined;
  if (entries === undefined) {
    const message = `property ${property} of secret "${key}" is not a JSON object, which extract needs`;
    return { outcome: 'error', code: 'VALUE', message };
  }
  return {
    outcome: 'map',
    map: new Map([...entries].map(([name, entry]) => [name, new SecretBytes(json(entry))])),
  };
}

/** Of an object; `null` is one without any to Go. */
function entriesOf(value: GoJson): ReadonlyMap<string, GoJson> | undefined {
  if (value === null) return new Map();
  return value instanceof Map ? value : undefined;
}

function missing(message: string): Exclude<Selection, { readonly outcome: 'value' }> {
  return { outcome: 'error', code: 'PROPERTY_NOT_FOUND', message };
}

/** What {@link remoteValue} wrote; undefined for its `null`. */
function parsed(value: SecretBytes): Json | undefined {
  const remote: unknown = JSON.parse(Buffer.from(value.reveal()).toString());
  return remote === null ? undefined : fieldsOf(remote);
}

/** A map of texts; null where there is none, as Go writes a nil map. */
function textMap(value: unknown): GoJson {
  if (value === undefined || value === null) return null;
  return new Map(Object.entries(fieldsOf(value)).map(([key, text]) => [key, textOf(text)]));
}

function json(value: GoJson): Uint8Array {
  return encodeValue(value, { escapeHtml: false });
}
