// Owns what of an endpoint's answer is the value: ESO's GetSecret and GetSecretMap behind the request (ESO 3.10).
import { decodeValue, encodeValue, type GoJson, valueBytes } from '../../gojson/value.ts';
import { formatFloat } from '../../gotmpl/format-float.ts';
import { isList, isObject } from '../../jsonpath/convert.ts';
import { getByPath } from '../../jsonpath/get.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import type { MapSelection, Selection, SelectRef } from '../provider.ts';

type Found =
  | { readonly ok: true; readonly value: GoJson }
  | { readonly ok: false; readonly error: Extract<Selection, { readonly outcome: 'error' }> };

/** The body as it came; with a path, what that selects in it. `property` is for templates only. */
export function select(body: SecretBytes, { part }: SelectRef): Selection {
  if (part === undefined) return { outcome: 'value', value: body };
  const found = find(body.reveal(), part);
  return found.ok ? single(found.value) : found.error;
}

/** Of a list its first element, of that the same: so ESO does, to stay compatible with itself. */
function single(value: GoJson): Selection {
  let item = value;
  while (isList(item)) {
    const [first] = item;
    if (first === undefined)
      return failed(
        'VALUE',
        'result.jsonPath selects an empty list: nothing in the answer matches',
      );
    item = first;
  }
  return { outcome: 'value', value: new SecretBytes(itemBytes(item)) };
}

/** Numbers lose what stands behind the point, as in ESO; an object is JSON. */
function itemBytes(item: GoJson): Uint8Array {
  if (typeof item === 'number') return Buffer.from(formatFloat(item, 'f', 0));
  return typeof item === 'boolean'
    ? Buffer.from(String(item))
    : isObject(item)
      ? encodeValue(item, { escapeHtml: true })
      : valueBytes(item);
}

/** The answer is JSON. What the path selects, or the whole, is an object, or a text that holds one. */
export function selectMap(body: SecretBytes, { part }: SelectRef): MapSelection {
  const found = part === undefined ? parse(body.reveal(), 'the answer') : find(body.reveal(), part);
  if (!found.ok) return found.error;
  const inner =
    typeof found.value === 'string'
      ? parse(Buffer.from(found.value), 'the text that it selects')
      : found;
  if (!inner.ok) return inner.error;
  if (!isObject(inner.value))
    return failed('VALUE', 'what is selected in the answer is not a JSON object');
  const entries = [...inner.value].map(
    ([key, value]) => [key, new SecretBytes(valueBytes(value))] as const,
  );
  return { outcome: 'map', map: new Map(entries) };
}

function find(body: Uint8Array, path: SecretBytes): Found {
  const document = parse(body, 'the answer');
  if (!document.ok) return document;
  const found = getByPath(new TextDecoder().decode(path.reveal()), document.value);
  if (found.ok) return found;
  const code = found.problem === 'syntax' ? 'VALUE' : 'PROPERTY_NOT_FOUND';
  return { ok: false, error: failed(code, `result.jsonPath: ${found.message}`) };
}

function parse(json: Uint8Array, what: string): Found {
  const decoded = decodeValue(json);
  return decoded.ok
    ? decoded
    : { ok: false, error: failed('VALUE', `${what} is not JSON, which result needs`) };
}

function failed(
  code: 'PROPERTY_NOT_FOUND' | 'VALUE',
  message: string,
): Extract<Selection, { readonly outcome: 'error' }> {
  return { outcome: 'error', code, message };
}
