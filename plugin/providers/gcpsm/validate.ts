// Owns the rules for a `gcpsm` store that its schema cannot say: ESO's ValidateStore, and what ESO refuses when it opens one.
import type { SpecProblem, StoreScope } from '../provider.ts';
import { fieldsOf, referenceProblems, textOf } from '../spec.ts';

type Spec = Readonly<Record<string, unknown>>;
type Store = { readonly kind: StoreScope['kind']; readonly namespace?: string };

const federationPath = ['auth', 'workloadIdentityFederation'] as const;

const references = [
  ['auth', 'secretRef', 'secretAccessKeySecretRef'],
  ['auth', 'workloadIdentity', 'serviceAccountRef'],
  [...federationPath, 'serviceAccountRef'],
  [...federationPath, 'credConfig'],
  [...federationPath, 'awsSecurityCredentials', 'awsCredentialsSecretRef'],
] as const;

const subjects = ['credConfig', 'serviceAccountRef', 'awsSecurityCredentials'];

export function gcpsmProblems(spec: Spec, store: Store): readonly SpecProblem[] {
  const auth = fieldsOf(spec['auth']);
  const { workloadIdentityFederation } = auth;
  return [
    ...nameProblems(spec),
    ...projectProblems(spec, auth),
    ...references.flatMap((path) => referenceProblems(spec, path, store)),
    ...(workloadIdentityFederation === undefined
      ? []
      : federationProblems(fieldsOf(workloadIdentityFederation))),
  ];
}

/** These become a part of a path or of a host's name: nothing may stand in them that leads elsewhere. */
function nameProblems(spec: Spec): readonly SpecProblem[] {
  const names = [
    { path: ['projectID'], pattern: /^[a-z0-9][a-z0-9.:-]*$/i, what: 'ID or number of a project' },
    {
      path: ['auth', 'workloadIdentity', 'clusterProjectID'],
      pattern: /^[a-z0-9][a-z0-9.:-]*$/i,
      what: 'ID of a project',
    },
    { path: ['location'], pattern: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i, what: 'location' },
  ];
  return names.flatMap(({ path, pattern, what }) => {
    const name = textOf(path.reduce<unknown>((value, field) => fieldsOf(value)[field], spec));
    return name === '' || pattern.test(name)
      ? []
      : [{ path, message: `"${name}" is not the ${what} of Google Cloud` }];
  });
}

/** With a key nobody is asked for the project. */
function projectProblems(spec: Spec, auth: Spec): readonly SpecProblem[] {
  if (auth['secretRef'] === undefined || textOf(spec['projectID']) !== '') return [];
  if (textOf(fieldsOf(auth['workloadIdentity'])['clusterProjectID']) !== '') return [];
  return [{ path: ['projectID'], message: 'must be set beside auth.secretRef' }];
}

function federationProblems(federation: Spec): readonly SpecProblem[] {
  const given = subjects.filter((name) => federation[name] !== undefined);
  if (given.length !== 1) {
    return [{ path: federationPath, message: `must have exactly one of ${subjects.join(', ')}` }];
  }
  const needsAudience = given[0] !== 'credConfig' && textOf(federation['audience']) === '';
  return needsAudience
    ? [{ path: [...federationPath, 'audience'], message: `must be set beside ${given[0]}` }]
    : [];
}
