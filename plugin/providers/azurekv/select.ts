// Owns which part of a value is meant, of an object of a vault and of its tags (ESO 3.7).
import { getPath } from '../../gjson/get.ts';
import { decodeObject, rawToBytes } from '../../gojson/decode.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import { selectJsonMap } from '../json-value.ts';
import type { MapSelection, SelectRef, Selection } from '../provider.ts';
import { objectName } from './names.ts';

type Tags = ReadonlyMap<string, Uint8Array>;

export function select(value: SecretBytes, ref: SelectRef): Selection {
  const { key, property, metadataPolicy } = ref;
  if (property === '') return { outcome: 'value', value };
  if (metadataPolicy === 'Fetch') return selectTag(tagsIn(value.reveal()), property);
  if (objectName(key).type === 'cert') return { outcome: 'value', value };
  return selectProperty(value.reveal(), property, key);
}

/** A path first, and one literal key second. */
function selectProperty(json: Uint8Array, property: string, key: string): Selection {
  const selected =
    getPath(json, property) ??
    (property.includes('.') ? getPath(json, property.replaceAll('.', String.raw`\.`)) : undefined);
  return selected === undefined
    ? missing(`property ${property} does not exist in key ${key}`)
    : found(selected);
}

/** A tag, or a path in the JSON of the tag that is named in front of the first dot. */
function selectTag(tags: Tags, property: string): Selection {
  const exact = tags.get(property);
  if (exact !== undefined) return found(exact);
  const [name = '', ...rest] = property.split('.');
  const tag = rest.length === 0 || name === '' ? undefined : tags.get(name);
  return tag === undefined
    ? missing(`tag ${property} does not exist`)
    : selectProperty(tag, rest.join('.'), property);
}

/** Only secrets have a map; that of one's tags has other keys than the tags. */
export function selectMap(value: SecretBytes, ref: SelectRef): MapSelection {
  const { type, name } = objectName(ref.key);
  if (type === 'cert') return wrong('cannot get use dataFrom to get certificate secret');
  if (type === 'key') return wrong('cannot get use dataFrom to get key secret');
  const selection = select(value, ref);
  if (selection.outcome !== 'value') return selection;
  return ref.metadataPolicy === 'Fetch'
    ? { outcome: 'map', map: tagMap(flattened(tagsIn(value.reveal()), name), ref) }
    : selectJsonMap(selection.value.reveal());
}

/** With a property it is the one key, whose value is empty where no tag has just that name. */
function tagMap(tags: Tags, { key, property }: SelectRef): ReadonlyMap<string, SecretBytes> {
  if (property === '') {
    return new Map([...tags].map(([name, value]) => [name, new SecretBytes(value)]));
  }
  const name = `${key}_${property}`;
  const selection = selectTag(tags, name);
  const value = selection.outcome === 'value' ? selection.value : SecretBytes.ofText('');
  return new Map([[name, value]]);
}

/** `<secret>_<tag>`, and `<secret>_<tag>_<key>` for each key of a tag that is a JSON object of texts. */
function flattened(tags: Tags, secret: string): Tags {
  return new Map(
    [...tags].flatMap(([tag, value]): readonly (readonly [string, Uint8Array])[] => {
      const name = `${secret}_${tag}`;
      const texts = textsIn(value);
      return texts === undefined
        ? [[name, value]]
        : [...texts].map(([key, text]) => [`${name}_${key}`, text]);
    }),
  );
}

/** Undefined for what Go does not read into a map[string]string. */
function textsIn(json: Uint8Array): Tags | undefined {
  const decoded = decodeObject(json);
  if (!decoded.ok) return undefined;
  const raw = [...decoded.entries];
  const isText = raw.every(([, [first]]) => first === 0x22 || first === 0x6e);
  return isText ? new Map(raw.map(([key, text]) => [key, rawToBytes(text)])) : undefined;
}

/** Of what {@link ../objects.ts} wrote. */
function tagsIn(metadata: Uint8Array): Tags {
  const decoded = decodeObject(metadata);
  const entries = decoded.ok ? [...decoded.entries] : [];
  return new Map(entries.map(([name, raw]) => [name, rawToBytes(raw)]));
}

function found(bytes: Uint8Array): Selection {
  return { outcome: 'value', value: new SecretBytes(bytes) };
}

function missing(message: string): Selection & MapSelection {
  return { outcome: 'error', code: 'PROPERTY_NOT_FOUND', message };
}

function wrong(message: string): MapSelection {
  return { outcome: 'error', code: 'VALUE', message };
}
