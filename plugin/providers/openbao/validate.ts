// Owns the rules for an `openBao` store that its schema cannot say: those of its CRD, and ESO's ValidateStore.
import { caProblems } from '../ca.ts';
import type { SpecProblem, StoreScope } from '../provider.ts';
import { fieldsOf, referenceProblems, textOf } from '../spec.ts';
import { serverProblems } from '../vault-api/server.ts';

type Spec = Readonly<Record<string, unknown>>;
type Store = { readonly kind: StoreScope['kind']; readonly namespace?: string };

const references = [
  ['auth', 'tokenSecretRef'],
  ['auth', 'appRole', 'roleRef'],
  ['auth', 'appRole', 'secretRef'],
  ['auth', 'userPass', 'secretRef'],
] as const;

export function openBaoProblems(spec: Spec, store: Store): readonly SpecProblem[] {
  const { appRole } = fieldsOf(spec['auth']);
  return [
    ...serverProblems(textOf(spec['server'])),
    ...onlyOne(spec['auth'], ['auth'], ['tokenSecretRef', 'appRole', 'userPass']),
    ...onlyOne(appRole, ['auth', 'appRole'], ['roleId', 'roleRef']),
    ...(spec['caBundle'] !== undefined && spec['caProvider'] !== undefined
      ? [{ path: ['caProvider'], message: 'cannot be given beside caBundle' }]
      : []),
    ...references.flatMap((path) => referenceProblems(spec, path, store)),
    ...caProblems(spec, store),
  ];
}

function onlyOne(
  value: unknown,
  path: readonly string[],
  names: readonly string[],
): readonly SpecProblem[] {
  const given = names.filter((name) => fieldsOf(value)[name] !== undefined);
  if (value === undefined || given.length === 1) return [];
  return [{ path, message: `must have exactly one of ${names.join(', ')}` }];
}
