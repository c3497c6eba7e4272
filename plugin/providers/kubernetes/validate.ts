// Owns the rules for a `kubernetes` store that its schema cannot say: ESO's ValidateStore, and what ESO refuses when it opens one.
import { caProblems } from '../ca.ts';
import type { SpecProblem, StoreScope } from '../provider.ts';
import { fieldsOf, referenceProblems, textOf } from '../spec.ts';
import { serverUrl } from './config.ts';

type Spec = Readonly<Record<string, unknown>>;
type Store = { readonly kind: StoreScope['kind']; readonly namespace?: string };

/** References to a key of a Secret, and whether ESO wants a ClusterSecretStore to name their namespace. */
const keys = [
  { path: ['auth', 'cert', 'clientCert'], namesNamespace: true },
  { path: ['auth', 'cert', 'clientKey'], namesNamespace: false },
  { path: ['auth', 'token', 'bearerToken'], namesNamespace: true },
  { path: ['authRef'], namesNamespace: false },
] as const;

export function kubernetesProblems(spec: Spec, store: Store): readonly SpecProblem[] {
  return [
    ...(spec['authRef'] === undefined ? serverProblems(spec) : authRefProblems(spec)),
    ...keys.flatMap((key) => keyProblems(spec, key, store)),
    ...referenceProblems(spec, ['auth', 'serviceAccount'], store),
    ...caProblems(fieldsOf(spec['server']), store).map(({ path, message }) => ({
      path: ['server', ...path],
      message,
    })),
  ];
}

/** The API server fills in a default only where `server` is there, and ESO goes no further without a URL. */
function serverProblems(spec: Spec): readonly SpecProblem[] {
  const path = ['server', 'url'];
  const url = textOf(fieldsOf(spec['server'])['url']);
  if (url === '') return [{ path, message: 'must be set, or authRef in its place' }];
  if (isServerUrl(serverUrl(url))) return [];
  return [{ path, message: 'must be a URL such as https://10.0.0.1:6443, without a user' }];
}

function isServerUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password, search, hash } = new URL(url);
  return [username, password, search, hash].every((part) => part === '');
}

function authRefProblems(spec: Spec): readonly SpecProblem[] {
  if (spec['auth'] === undefined) return [];
  return [{ path: ['authRef'], message: 'authRef and inline auth cannot both be set' }];
}

function keyProblems(
  spec: Spec,
  { path, namesNamespace }: (typeof keys)[number],
  store: Store,
): readonly SpecProblem[] {
  const parent = path.slice(0, -1).reduce<unknown>((value, name) => fieldsOf(value)[name], spec);
  const own = path.at(-1) ?? '';
  if (parent === undefined || (parent === spec && spec[own] === undefined)) return [];
  const ref = fieldsOf(fieldsOf(parent)[own]);
  const missing = [
    'name',
    'key',
    ...(namesNamespace && store.kind === 'ClusterSecretStore' ? ['namespace'] : []),
  ].filter((field) => textOf(ref[field]) === '');
  return [
    ...missing.map((field) => ({
      path: [...path, field],
      message:
        field === 'namespace'
          ? 'is missing, and required in a ClusterSecretStore'
          : 'must not be empty',
    })),
    ...referenceProblems(spec, path, store),
  ];
}
