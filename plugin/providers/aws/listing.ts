// Owns what a find makes of AWS's listings: all pages of one, and the values of the names in it.
import type { SecretBytes } from '../../secret-bytes.ts';
import { ProviderError, type FindOutcome } from '../provider.ts';
import type { OutcomeOf } from './batches.ts';

/** The items of all pages. A page without a list is no empty page: that answer was not AWS's. */
export async function listAll<Page extends { readonly NextToken?: string | undefined }, Item>(
  fetchPage: (nextToken: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let nextToken: string | undefined;
  do {
    const page = await fetchPage(nextToken);
    const more = itemsOf(page);
    if (more === undefined) throw new ProviderError('failed', 'AWS answered without a list');
    items.push(...more);
    nextToken = page.NextToken;
  } while (nextToken !== undefined);
  return items;
}

/** The value of each name. The first that cannot be had decides over all, as in ESO. */
export function valuesOf(names: readonly string[], outcomeOf: OutcomeOf): FindOutcome {
  const values = new Map<string, SecretBytes>();
  for (const name of names) {
    const outcome = outcomeOf(name);
    if (outcome.outcome !== 'value') return outcome;
    values.set(name, outcome.value);
  }
  return { outcome: 'values', values };
}
