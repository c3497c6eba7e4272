// Owns which part of a secret's document is meant (ESO 3.11): a key as it stands, and no path.
import { SecretBytes } from '../../secret-bytes.ts';
import type { MapSelection, SelectRef, Selection } from '../provider.ts';
import { entryOf, mapOf, missingKey } from '../vault-api/select.ts';

export function select(value: SecretBytes, { property }: SelectRef): Selection {
  if (property === '') return { outcome: 'value', value };
  const selected = entryOf(value.reveal(), property);
  if (selected === undefined) return missingKey(property);
  return { outcome: 'value', value: new SecretBytes(selected) };
}

export function selectMap(value: SecretBytes, ref: SelectRef): MapSelection {
  const selection = select(value, ref);
  return selection.outcome === 'value' ? mapOf(selection.value) : selection;
}
