// Owns what is wrong with a webhook's spec that its schema cannot say, and that would fail in every read.
import { getByPath } from '../../jsonpath/get.ts';
import { caProblems } from '../ca.ts';
import type { SpecProblem, StoreScope } from '../provider.ts';
import { fieldsOf, listOf, textOf } from '../spec.ts';
import { durationMs } from './config.ts';

type Spec = Readonly<Record<string, unknown>>;
type Store = { readonly kind: StoreScope['kind']; readonly namespace?: string };

export function webhookProblems(spec: Spec, store: Store): readonly SpecProblem[] {
  return [
    ...methodProblems(textOf(spec['method'])),
    ...timeoutProblems(textOf(spec['timeout'])),
    ...pathProblems(textOf(fieldsOf(spec['result'])['jsonPath'])),
    ...caProblems(spec, store),
    ...(store.kind === 'ClusterSecretStore' ? namespaceProblems(spec) : []),
  ];
}

/** RFC 9110 9.1: a token. */
function methodProblems(method: string): readonly SpecProblem[] {
  if (/^[-!#$%&'*+.^_`|~0-9A-Za-z]*$/.test(method)) return [];
  return [{ path: ['method'], message: `"${method}" is no HTTP method` }];
}

function timeoutProblems(timeout: string): readonly SpecProblem[] {
  if (timeout === '' || (durationMs(timeout) ?? -1) >= 0) return [];
  return [{ path: ['timeout'], message: 'must be a Go duration such as 10s or 1m30s' }];
}

/** Of a path that is no template. */
function pathProblems(path: string): readonly SpecProblem[] {
  const readable = path === '' || path.includes('{{') ? undefined : getByPath(path, null);
  if (readable === undefined || readable.ok || readable.problem !== 'syntax') return [];
  return [
    {
      path: ['result', 'jsonPath'],
      message: `${readable.message} (keys stand in double quotes; of operators there are == and !=)`,
    },
  ];
}

/** A ClusterSecretStore's Secrets are looked up where it says, and nowhere else. */
function namespaceProblems(spec: Spec): readonly SpecProblem[] {
  const { ntlm } = fieldsOf(spec['auth']);
  const references = [
    ...listOf(spec['secrets']).map((item, index) => ({
      ref: fieldsOf(item)['secretRef'],
      path: ['secrets', index, 'secretRef', 'namespace'],
    })),
    ...['usernameSecret', 'passwordSecret'].map((field) => ({
      ref: fieldsOf(ntlm)[field],
      path: ['auth', 'ntlm', field, 'namespace'],
    })),
  ];
  return references
    .filter(({ ref }) => ref !== undefined && textOf(fieldsOf(ref)['namespace']) === '')
    .map(({ path }) => ({ path, message: 'is missing, and required in a ClusterSecretStore' }));
}
