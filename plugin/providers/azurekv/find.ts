// Owns `find` in Azure Key Vault (ESO 3.7): enabled secrets by name and by tags.
import { isRecord } from '../../k8s/object.ts';
import type { SecretBytes } from '../../secret-bytes.ts';
import { nameMatcher } from '../name-matcher.ts';
import { ProviderError, type FindOutcome, type FindQuery, type ReadOutcome } from '../provider.ts';
import { fieldsOf, textOf } from '../spec.ts';
import type { Session } from './session.ts';

type Json = Readonly<Record<string, unknown>>;

type Finding = {
  readonly get: Session['get'];
  readonly vault: string;
  /** The newest version of a secret. */
  readonly readNewest: (name: string) => Promise<ReadOutcome>;
};

/** The most that Key Vault gives in a page. */
const pageSize = 25;

/** Name and tags both have to match; a path means nothing. Throws {@link ProviderError}. */
export async function findSecrets(finding: Finding, query: FindQuery): Promise<FindOutcome> {
  const matches = nameMatcher(query.name ?? {});
  const tags = Object.entries(query.tags ?? {});
  const names = (await listSecrets(finding))
    .filter(
      (secret) =>
        fieldsOf(secret['attributes'])['enabled'] === true &&
        tags.every(([name, value]) => fieldsOf(secret['tags'])[name] === value),
    )
    .map(({ id }) => textOf(id).replace(/^.*\//, ''))
    .filter((name) => name !== '' && matches(name));
  const { readNewest } = finding;
  return valuesOf(
    await Promise.all(names.map(async (name) => [name, await readNewest(name)] as const)),
  );
}

async function listSecrets({ get, vault }: Finding): Promise<readonly Json[]> {
  const all: Json[] = [];
  let path = `/secrets?maxresults=${pageSize}`;
  while (path !== '') {
    const page = await get('GetSecrets', path);
    if (!Array.isArray(page?.['value'])) {
      throw new ProviderError('failed', 'Key Vault answered without a list of secrets');
    }
    all.push(...page['value'].filter(isRecord));
    path = nextPath(textOf(page['nextLink']), vault);
  }
  return all;
}

/** '' at the end. Only the same vault is asked on: the token would go with the request. Throws {@link ProviderError}. */
function nextPath(link: string, vault: string): string {
  if (link === '') return '';
  const url = URL.canParse(link) ? new URL(link) : undefined;
  if (url?.origin === vault) return url.pathname + url.search;
  throw new ProviderError('failed', 'Key Vault says that the next page is at another server');
}

/** The first that cannot be had decides over all, as in ESO. */
function valuesOf(outcomes: readonly (readonly [string, ReadOutcome])[]): FindOutcome {
  const values = new Map<string, SecretBytes>();
  for (const [name, outcome] of outcomes) {
    if (outcome.outcome !== 'value') return outcome;
    values.set(name, outcome.value);
  }
  return { outcome: 'values', values };
}
