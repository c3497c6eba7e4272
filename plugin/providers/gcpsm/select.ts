// Owns which part of a value is meant, of a secret's payload and of its annotations and labels (ESO 3.5).
import { getPath } from '../../gjson/get.ts';
import { decodeObject, rawToBytes } from '../../gojson/decode.ts';
import { isValidJson } from '../../gojson/scan.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import { selectJsonMap } from '../json-value.ts';
import type { MapSelection, SelectRef, Selection } from '../provider.ts';

export function select(value: SecretBytes, ref: SelectRef): Selection {
  if (ref.property === '') return { outcome: 'value', value };
  return ref.metadataPolicy === 'Fetch'
    ? selectMetadata(value.reveal(), ref)
    : selectPayload(value.reveal(), ref);
}

export function selectMap(value: SecretBytes, ref: SelectRef): MapSelection {
  const selection = select(value, ref);
  return selection.outcome === 'value' ? selectJsonMap(selection.value.reveal()) : selection;
}

function selectPayload(payload: Uint8Array, { key, property }: SelectRef): Selection {
  if (!isValidJson(payload)) {
    const message = `unable to unmarshal secret ${key} from JSON, which property needs`;
    return { outcome: 'error', code: 'VALUE', message };
  }
  const selected = propertyOf(payload, property);
  return selected === undefined
    ? missing(`key ${property} does not exist in secret ${key}`)
    : found(selected);
}

/** A property with a dot in it is one literal key first, and a path second; one that starts with a dot is a path. */
function propertyOf(json: Uint8Array, property: string): Uint8Array | undefined {
  const literal =
    property.indexOf('.') > 0 ? getPath(json, property.replaceAll('.', String.raw`\.`)) : undefined;
  return literal ?? getPath(json, property);
}

/** `annotations` or `labels`, or one of them: what stands behind the first dot is one key, dots and all. */
function selectMetadata(metadata: Uint8Array, { key, property }: SelectRef): Selection {
  const [kind = '', ...rest] = property.split('.');
  const name = rest.join('.');
  const entries = kind === 'annotations' || kind === 'labels' ? member(metadata, kind) : undefined;
  if (entries === undefined || property === `${kind}.`) {
    return missing(
      `invalid property ${property}: metadata property should start with either annotations or labels`,
    );
  }
  if (name === '') return found(entries);
  const value = member(entries, name);
  return value === undefined
    ? missing(`${kind.slice(0, -1)} with key ${name} does not exist in secret ${key}`)
    : found(rawToBytes(value));
}

function member(json: Uint8Array, name: string): Uint8Array | undefined {
  const decoded = decodeObject(json);
  return decoded.ok ? decoded.entries.get(name) : undefined;
}

function found(bytes: Uint8Array): Selection {
  return { outcome: 'value', value: new SecretBytes(bytes) };
}

function missing(message: string): Selection {
  return { outcome: 'error', code: 'PROPERTY_NOT_FOUND', message };
}
