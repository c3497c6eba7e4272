// Owns the rules for a `vault` store that its schema cannot say: ESO's ValidateStore, and what ESO refuses when it opens one.
import { caProblems } from '../ca.ts';
import type { SpecProblem, StoreScope } from '../provider.ts';
import { fieldsOf, referenceProblems, textOf } from '../spec.ts';
import { serverProblems } from '../vault-api/server.ts';
import { methodNames } from './auth/config.ts';

type Spec = Readonly<Record<string, unknown>>;
type Store = { readonly kind: StoreScope['kind']; readonly namespace?: string };

const references = [
  ['auth', 'tokenSecretRef'],
  ['auth', 'appRole', 'roleRef'],
  ['auth', 'appRole', 'secretRef'],
  ['auth', 'kubernetes', 'serviceAccountRef'],
  ['auth', 'kubernetes', 'secretRef'],
  ['auth', 'ldap', 'secretRef'],
  ['auth', 'userPass', 'secretRef'],
  ['auth', 'jwt', 'secretRef'],
  ['auth', 'jwt', 'kubernetesServiceAccountToken', 'serviceAccountRef'],
  ['auth', 'cert', 'clientCert'],
  ['auth', 'cert', 'secretRef'],
  ['auth', 'iam', 'jwt', 'serviceAccountRef'],
  ['auth', 'iam', 'secretRef', 'accessKeyIDSecretRef'],
  ['auth', 'iam', 'secretRef', 'secretAccessKeySecretRef'],
  ['auth', 'iam', 'secretRef', 'sessionTokenSecretRef'],
  ['tls', 'certSecretRef'],
  ['tls', 'keySecretRef'],
] as const;

export function vaultProblems(spec: Spec, store: Store): readonly SpecProblem[] {
  return [
    ...serverProblems(textOf(spec['server'])),
    ...authProblems(spec['auth']),
    ...certificateProblems(fieldsOf(spec['tls'])),
    ...headerProblems(fieldsOf(spec['headers'])),
    ...checkAndSetProblems(spec),
    ...references.flatMap((path) => referenceProblems(spec, path, store)),
    ...caProblems(spec, store),
  ];
}

function authProblems(auth: unknown): readonly SpecProblem[] {
  if (auth === undefined) return [];
  const { appRole, jwt, ...methods } = fieldsOf(auth);
  const path = ['auth'];
  if (methodNames.every((name) => fieldsOf(auth)[name] === undefined)) {
    return [{ path, message: `names no way to log in: one of ${methodNames.join(', ')}` }];
  }
  return [
    ...appRoleProblems(appRole),
    ...jwtProblems(jwt),
    ...iamProblems(fieldsOf(methods['iam'])),
  ];
}

function appRoleProblems(appRole: unknown): readonly SpecProblem[] {
  const { roleId, roleRef } = fieldsOf(appRole);
  if (appRole === undefined || textOf(roleId) !== '' || roleRef !== undefined) return [];
  return [{ path: ['auth', 'appRole'], message: 'must have one of roleId, roleRef' }];
}

function jwtProblems(jwt: unknown): readonly SpecProblem[] {
  const { secretRef, kubernetesServiceAccountToken } = fieldsOf(jwt);
  if (jwt === undefined || secretRef !== undefined) return [];
  if (kubernetesServiceAccountToken !== undefined) return [];
  const message = 'must have one of secretRef, kubernetesServiceAccountToken';
  return [{ path: ['auth', 'jwt'], message }];
}

/** The region becomes a part of a host name: nothing may stand in it that leads to another host. */
function iamProblems({ region, jwt }: Spec): readonly SpecProblem[] {
  const name = textOf(region);
  const path = ['auth', 'iam'];
  return [
    ...(name === '' || /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(name)
      ? []
      : [{ path: [...path, 'region'], message: `"${name}" is not the name of an AWS region` }]),
    ...(jwt === undefined || fieldsOf(jwt)['serviceAccountRef'] !== undefined
      ? []
      : [{ path: [...path, 'jwt', 'serviceAccountRef'], message: 'must be set' }]),
  ];
}

function certificateProblems({ certSecretRef, keySecretRef }: Spec): readonly SpecProblem[] {
  if ((certSecretRef === undefined) === (keySecretRef === undefined)) return [];
  return [{ path: ['tls'], message: 'must have both certSecretRef and keySecretRef, or neither' }];
}

/** RFC 9110 5.1 and 5.5. */
function headerProblems(headers: Spec): readonly SpecProblem[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const isName = /^[\w!#$%&'*+.^`|~-]+$/.test(name);
    if (isName && /^[\t\x20-\x7e\x80-\xff]*$/.test(textOf(value))) return [];
    const problem = isName ? 'a value that no header can have' : 'no name of a header';
    return [{ path: ['headers', name], message: `is ${problem}` }];
  });
}

/** Meant for PushSecret alone, and checked all the same: the operator would refuse the store. */
function checkAndSetProblems({ checkAndSet, version }: Spec): readonly SpecProblem[] {
  if (fieldsOf(checkAndSet)['required'] !== true || version !== 'v1') return [];
  return [{ path: ['checkAndSet'], message: 'is for KV of version v2 only' }];
}
