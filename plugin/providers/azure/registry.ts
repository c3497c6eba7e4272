// Owns the connection of ACRAccessToken: which registry of containers, and as whom; the rest loads when it is opened (ESO 4.2).
import type { Connection, SpecProblem, StoreScope } from '../provider.ts';
import { fieldsOf, secretKeyRef, serviceAccountRef, textOf } from '../spec.ts';
import { isAzureID } from './application.ts';
import type { AzureAuth } from './auth.ts';
import { clouds } from './clouds.ts';

type Spec = Readonly<Record<string, unknown>>;

/** Everything that decides over the token. */
export type RegistryConfig = {
  /** Its host, maybe with a port. */
  readonly registry: string;
  /** '' where nothing names it. */
  readonly tenant: string;
  /** Of an access token, such as `repository:shop:pull`; '' for a refresh token, with all that the identity may do. */
  readonly scope: string;
  /** Where Entra ID is, and whom its tokens are for. */
  readonly entra: string;
  readonly resource: string;
  readonly auth: AzureAuth;
};

/** The hosts that only Microsoft can have. */
const registries = /\.azurecr\.(?:io|us|cn|de)$/;

export function azureRegistryConnection(spec: Spec, scope: StoreScope): Connection {
  const config = registryConfig(spec, scope);
  const { registry } = config;
  return {
    identity: `azure registry ${JSON.stringify(config)}`,
    title: `Azure Container Registry, ${registry}`,
    // A token for all of Azure goes there.
    ...(!registries.test(registry) && { server: `https://${registry}` }),
    open: async (context) => (await import('./registry-token.ts')).openRegistry(config, context),
  };
}

function registryConfig(spec: Spec, scope: StoreScope): RegistryConfig {
  const cloud = clouds.get(textOf(spec['environmentType']));
  return {
    registry: textOf(spec['registry']),
    tenant: textOf(spec['tenantId']),
    scope: textOf(spec['scope']),
    entra: cloud?.entra ?? '',
    resource: cloud?.management ?? '',
    auth: authOf(fieldsOf(spec['auth']), textOf(spec['tenantId']), scope),
  };
}

/** The first that is there wins. */
function authOf(auth: Spec, tenant: string, scope: StoreScope): AzureAuth {
  if (auth['servicePrincipal'] !== undefined) {
    const { clientId, clientSecret } = fieldsOf(fieldsOf(auth['servicePrincipal'])['secretRef']);
    return {
      kind: 'servicePrincipal',
      tenant,
      clientIDRef: secretKeyRef(clientId, scope),
      proof: { by: 'secret', ref: secretKeyRef(clientSecret, scope) },
      isTrimmed: true,
    };
  }
  if (auth['managedIdentity'] !== undefined) {
    const { identityId } = fieldsOf(auth['managedIdentity']);
    return { kind: 'managedIdentity', identity: textOf(identityId) };
  }
  const { serviceAccountRef: ref } = fieldsOf(auth['workloadIdentity']);
  if (ref === undefined) return { kind: 'process' };
  return {
    kind: 'serviceAccount',
    ref: serviceAccountRef(ref, scope),
    naming: 'annotations',
    tenant: '',
    clientIDRef: undefined,
    tenantIDRef: undefined,
  };
}

const kinds = ['servicePrincipal', 'managedIdentity', 'workloadIdentity'];

/** What is wrong with an ACRAccessToken that its schema cannot say. */
export function azureRegistryProblems(spec: Spec): readonly SpecProblem[] {
  const registry = textOf(spec['registry']);
  const tenant = textOf(spec['tenantId']);
  const auth = fieldsOf(spec['auth']);
  const needsTenant = auth['servicePrincipal'] !== undefined;
  const problem = (path: readonly string[], message: string): SpecProblem => ({ path, message });
  return [
    ...(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i.test(registry)
      ? []
      : [problem(['registry'], 'must be the host of a registry, such as shop.azurecr.io')]),
    ...((tenant === '' && !needsTenant) || isAzureID(tenant)
      ? []
      : [problem(['tenantId'], 'must be the ID or domain of a tenant')]),
    ...(kinds.some((kind) => auth[kind] !== undefined)
      ? []
      : [problem(['auth'], `must have one of ${kinds.join(', ')}`)]),
    ...(spec['environmentType'] === 'AzureStackCloud'
      ? [problem(['environmentType'], 'AzureStackCloud has no registries that tokens are got for')]
      : []),
  ];
}
