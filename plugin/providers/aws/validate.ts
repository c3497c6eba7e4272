// Owns the rules of ESO's ValidateStore for an `aws` store (ESO 1.4, 3.4), and those for AWS's generators.
import type { SpecProblem, StoreScope } from '../provider.ts';
import { fieldsOf, referenceProblems, textOf } from '../spec.ts';
import { ownSessionTags } from './config.ts';

type Spec = Readonly<Record<string, unknown>>;
type Store = { readonly kind: StoreScope['kind']; readonly namespace?: string };

const references = [
  ['auth', 'secretRef', 'accessKeyIDSecretRef'],
  ['auth', 'secretRef', 'secretAccessKeySecretRef'],
  ['auth', 'secretRef', 'sessionTokenSecretRef'],
  ['auth', 'jwt', 'serviceAccountRef'],
] as const;

export function awsProblems(spec: Spec, store: Store): readonly SpecProblem[] {
  return [
    ...regionProblems(spec),
    ...serviceAccountProblems(spec),
    ...references.flatMap((path) => referenceProblems(spec, path, store)),
    ...sessionTagProblems(spec),
    ...secretsManagerProblems(fieldsOf(spec['secretsManager'])),
  ];
}

/** Of a generator. Its references are looked up in the ExternalSecret's namespace, whatever they say. */
export function awsGeneratorProblems(spec: Spec): readonly SpecProblem[] {
  return [...regionProblems(spec), ...serviceAccountProblems(spec)];
}

/** A region becomes a part of a host name: nothing may stand in it that leads to another host. */
function regionProblems(spec: Spec): readonly SpecProblem[] {
  const region = textOf(spec['region']);
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(region)) return [];
  return [{ path: ['region'], message: `"${region}" is not the name of an AWS region` }];
}

function serviceAccountProblems(spec: Spec): readonly SpecProblem[] {
  const { jwt } = fieldsOf(spec['auth']);
  if (jwt === undefined || fieldsOf(jwt)['serviceAccountRef'] !== undefined) return [];
  return [{ path: ['auth', 'jwt', 'serviceAccountRef'], message: 'must be set' }];
}

function sessionTagProblems(spec: Spec): readonly SpecProblem[] {
  const tags = fieldsOf(spec['customSessionTags']);
  return ownSessionTags
    .filter((key) => tags[key] !== undefined)
    .map((key) => ({
      path: ['customSessionTags', key],
      message: 'is set by sessionTagsPolicy and cannot be given',
    }));
}

/** Meant for PushSecret alone, and checked all the same: the operator would refuse the store. */
function secretsManagerProblems(settings: Spec): readonly SpecProblem[] {
  const { recoveryWindowInDays: days, forceDeleteWithoutRecovery: force } = settings;
  if (typeof days !== 'number' || days === 0) return [];
  const path = ['secretsManager', 'recoveryWindowInDays'];
  const inRange = days >= 7 && days <= 30;
  return [
    ...(inRange ? [] : [{ path, message: 'must be between 7 and 30' }]),
    ...(force === true ? [{ path, message: 'conflicts with forceDeleteWithoutRecovery' }] : []),
  ];
}
