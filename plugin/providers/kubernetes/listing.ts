// Owns reading all pages of a list of the Kubernetes API.
import type { ApiResource } from '../../k8s/api.ts';
import { isRecord } from '../../k8s/object.ts';
import { ProviderError } from '../provider.ts';
import { fieldsOf, listOf, textOf } from '../spec.ts';
import type { Session } from './session.ts';

type Json = Readonly<Record<string, unknown>>;

export type List = {
  readonly resource: ApiResource;
  readonly namespace?: string;
  /** Equality of labels, as the API takes it; '' for all. */
  readonly labelSelector: string;
};

/** As kubectl's: more in one page would be more than an answer may be long. */
const pageSize = '500';

/** The items of all pages. Throws {@link ProviderError}. */
export async function listAll(
  ask: Session['ask'],
  { resource, namespace, labelSelector }: List,
): Promise<readonly Json[]> {
  const all: Json[] = [];
  let next = '';
  do {
    const answer = await ask({
      call: `List${resource.kind}s`,
      verb: 'list',
      resource,
      kind: `${resource.kind}List`,
      ...(namespace === undefined ? {} : { namespace }),
      query: {
        limit: pageSize,
        ...(labelSelector !== '' && { labelSelector }),
        ...(next !== '' && { continue: next }),
      },
    });
    if (answer.outcome !== 'object') throw notKubernetes(resource);
    all.push(...listOf(answer.object['items']).filter(isRecord));
    next = textOf(fieldsOf(answer.object['metadata'])['continue']);
  } while (next !== '');
  return all;
}

/** The error of a server that does not serve what every Kubernetes has. */
export function notKubernetes({ plural }: ApiResource): ProviderError {
  return new ProviderError(
    'failed',
    `the server knows no ${plural}: is it a Kubernetes API server?`,
  );
}
