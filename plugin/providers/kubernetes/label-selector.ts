// Owns a selector of labels by equality, as the API takes it in a query.
import { isLabelValue, isQualifiedName } from '../../k8s/names.ts';
import { ProviderError } from '../provider.ts';

/** Throws {@link ProviderError} `invalid` for what no label can be. '' selects everything. */
export function labelSelector(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels);
  const wrong = entries.find(([key, value]) => !isQualifiedName(key) || !isLabelValue(value));
  if (wrong !== undefined) {
    throw new ProviderError(
      'invalid',
      `unable to validate selector tags: "${wrong[0]}=${wrong[1]}" is not a label`,
    );
  }
  return entries
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
}
