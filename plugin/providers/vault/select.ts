// Owns which part of a secret's document is meant (ESO 3.6): a key as it stands first, a path in the document second.
import { getPath } from '../../gjson/get.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import type { MapSelection, SelectRef, Selection } from '../provider.ts';
import { entryOf, mapOf, missingKey } from '../vault-api/select.ts';

export function select(value: SecretBytes, { property, metadataPolicy }: SelectRef): Selection {
  // What has no metadata at all is empty, whatever is asked of it.
  const isNothing = metadataPolicy === 'Fetch' && value.byteLength === 0;
  if (property === '' || isNothing) return { outcome: 'value', value };
  const document = value.reveal();
  const selected = entryOf(document, property) ?? getPath(document, property);
  if (selected === undefined) return missingKey(property);
  return { outcome: 'value', value: new SecretBytes(selected) };
}

export function selectMap(value: SecretBytes, ref: SelectRef): MapSelection {
  const selection = select(value, ref);
  return selection.outcome === 'value' ? mapOf(selection.value) : selection;
}
