// Owns reading all pages of a list of Google's.
import { isRecord } from '../../k8s/object.ts';
import { ProviderError } from '../provider.ts';
import { textOf } from '../spec.ts';
import type { Session } from './session.ts';

type Json = Readonly<Record<string, unknown>>;

export type List = {
  /** The API's name of the call. */
  readonly name: string;
  readonly path: string;
  /** Google's filter syntax; '' for all. */
  readonly filter: string;
  /** The field that holds the items. */
  readonly items: string;
  /** Of an item: all of them would make pages of many MiB. */
  readonly fields: readonly string[];
};

/** The most that Google gives in a page. */
const pageSize = '25000';

/** The items of all pages. Throws ProviderError. */
export async function listAll(
  get: Session['get'],
  { name, path, filter, items, fields }: List,
): Promise<readonly Json[]> {
  const all: Json[] = [];
  let pageToken = '';
  do {
    const query = new URLSearchParams({
      pageSize,
      fields: `${items}(${fields.join(',')}),nextPageToken`,
      ...(filter !== '' && { filter }),
      ...(pageToken !== '' && { pageToken }),
    });
    const answer = await get({ name, path: `${path}?${query.toString()}`, check: () => {} });
    if (answer.status !== 'OK') throw answer.error;
    const page = answer.json[items] ?? [];
    if (!Array.isArray(page)) throw new ProviderError('failed', 'Google answered without a list');
    all.push(...page.filter(isRecord));
    pageToken = textOf(answer.json['nextPageToken']);
  } while (pageToken !== '');
  return all;
}
