// Owns the rules for an `azurekv` store that its schema cannot say: ESO's ValidateStore, and what ESO refuses when it opens one.
import { isAzureID } from '../azure/application.ts';
import type { SpecProblem, StoreScope } from '../provider.ts';
import { fieldsOf, referenceProblems, textOf } from '../spec.ts';

type Spec = Readonly<Record<string, unknown>>;
type Store = { readonly kind: StoreScope['kind']; readonly namespace?: string };

const references = [
  ['authSecretRef', 'clientId'],
  ['authSecretRef', 'clientSecret'],
  ['serviceAccountRef'],
] as const;

export function azurekvProblems(spec: Spec, store: Store): readonly SpecProblem[] {
  return [
    ...urlProblems(['vaultUrl'], textOf(spec['vaultUrl']), 'origin only'),
    ...tenantProblems(spec),
    ...references.flatMap((path) => referenceProblems(spec, path, store)),
    ...cloudProblems(spec),
    ...authProblems(spec),
  ];
}

/** A token goes over TLS, or to this machine itself. */
function urlProblems(
  path: readonly string[],
  text: string,
  form: 'origin only' | 'with a path',
): readonly SpecProblem[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal =
    url?.protocol === 'http:' && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (url === undefined || (url.protocol !== 'https:' && !isLocal)) {
    return [{ path, message: 'must be an https URL, such as https://shop.vault.azure.net' }];
  }
  const rest = url.username + url.password + url.search + url.hash;
  if (rest !== '' || (form === 'origin only' && url.pathname !== '/')) {
    return [{ path, message: 'must be a URL of a host, with nothing beside it' }];
  }
  return [];
}

/** It becomes a part of a path. */
function tenantProblems(spec: Spec): readonly SpecProblem[] {
  const tenant = textOf(spec['tenantId']);
  return tenant === '' || isAzureID(tenant)
    ? []
    : [{ path: ['tenantId'], message: `"${tenant}" is not the ID or domain of a tenant` }];
}

function cloudProblems(spec: Spec): readonly SpecProblem[] {
  const { environmentType, customCloudConfig } = spec;
  const isNew = spec['useAzureSDK'] === true;
  const path = ['customCloudConfig'];
  if (environmentType === 'GermanCloud' && isNew) {
    const message = 'GermanCloud was closed in 2021, and useAzureSDK does not know it';
    return [{ path: ['environmentType'], message }];
  }
  if (customCloudConfig === undefined) {
    const message = 'CustomCloudConfig is required when EnvironmentType is AzureStackCloud';
    return environmentType === 'AzureStackCloud' ? [{ path, message }] : [];
  }
  const endpoint = ['customCloudConfig', 'activeDirectoryEndpoint'];
  return [
    ...(isNew ? [] : [{ path, message: 'needs useAzureSDK: true, as in the operator' }]),
    ...urlProblems(
      endpoint,
      textOf(fieldsOf(customCloudConfig)['activeDirectoryEndpoint']),
      'with a path',
    ),
  ];
}

function authProblems(spec: Spec): readonly SpecProblem[] {
  const refs = fieldsOf(spec['authSecretRef']);
  const needsClient = spec['authSecretRef'] !== undefined && spec['useAzureSDK'] !== true;
  switch (spec['authType']) {
    case 'ManagedIdentity':
      return [];
    case 'WorkloadIdentity':
      return needsClient && spec['serviceAccountRef'] !== undefined
        ? missingOf(refs, 'clientId')
        : [];
    default:
      return [
        ...missingOf(spec, 'tenantId', []),
        ...missingOf(refs, 'clientId'),
        ...secretProblems(refs),
      ];
  }
}

function missingOf(
  fields: Spec,
  name: string,
  parents: readonly string[] = ['authSecretRef'],
): readonly SpecProblem[] {
  const isThere = fields[name] !== undefined && fields[name] !== '';
  return isThere
    ? []
    : [{ path: [...parents, name], message: 'is missing, and required for this authType' }];
}

function secretProblems({ clientSecret, clientCertificate }: Spec): readonly SpecProblem[] {
  const given = [clientSecret, clientCertificate].filter((ref) => ref !== undefined);
  if (given.length === 1) return [];
  const message = 'must have exactly one of clientSecret and clientCertificate';
  return [{ path: ['authSecretRef'], message }];
}
