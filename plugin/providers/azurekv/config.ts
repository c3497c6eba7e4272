// Owns what of an `azurekv` store's spec makes a difference at run time: which vault it reads, and as whom (ESO 3.7).
import type { AzureAuth } from '../azure/auth.ts';
import { cloudOfVault, clouds, isKnownEntra } from '../azure/clouds.ts';
import type { StoreScope } from '../provider.ts';
import { fieldsOf, secretKeyRef, serviceAccountRef, textOf } from '../spec.ts';

type Spec = Readonly<Record<string, unknown>>;

/** Everything that decides over a request and its identity, and nothing else: two stores with an equal one are one. */
export type AzurekvConfig = {
  /** The origin of its URL. */
  readonly vault: string;
  /** Where Entra ID is, without a `/` at the end. */
  readonly entra: string;
  /** Whom tokens for the vault are for; '' where the vault is asked for it. */
  readonly resource: string;
  /** Which of its two SDKs the operator would use. */
  readonly sdk: Sdk;
  readonly auth: AzureAuth;
};

/** They differ in the metadata that they give, in the order of a key's fields, and in how they name an application. */
export type Sdk = 'old' | 'new';

export function azurekvConfig(spec: Spec, scope: StoreScope): AzurekvConfig {
  const vault = originOf(textOf(spec['vaultUrl']));
  const sdk = spec['useAzureSDK'] === true ? 'new' : 'old';
  const cloud = clouds.get(textOf(spec['environmentType']));
  const { activeDirectoryEndpoint } = fieldsOf(spec['customCloudConfig']);
  const own = textOf(activeDirectoryEndpoint).replace(/\/+$/, '');
  const addressed = sdk === 'old' ? cloud : cloudOfVault(hostOf(vault));
  return {
    vault,
    entra: own || (cloud?.entra ?? ''),
    resource: addressed === undefined ? '' : `https://${addressed.vaults}`,
    sdk,
    auth: authOf(spec, scope, sdk),
  };
}

/** `Azure Key Vault, shop.vault.azure.net`. */
export function azurekvTitle({ vault }: AzurekvConfig): string {
  return `Azure Key Vault, ${vault.replace(/^https:\/\//, '')}`;
}

/**
 * The server that the manifest chooses, and that is not Microsoft's: an Entra ID of its own, which is given the credentials
 * (what that gives for a vault is good for nobody else: `challenge.ts`), or else the vault. Undefined where both are Microsoft's.
 */
export function azurekvServer({ vault, entra, auth }: AzurekvConfig): string | undefined {
  if (auth.kind !== 'managedIdentity' && !isKnownEntra(entra)) return entra;
  return cloudOfVault(hostOf(vault)) === undefined || !vault.startsWith('https:')
    ? vault
    : undefined;
}

/** Of a URL that may be none: then `validate` has said so. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

function hostOf(vault: string): string {
  return URL.canParse(vault) ? new URL(vault).hostname : '';
}

function authOf(spec: Spec, scope: StoreScope, sdk: Sdk): AzureAuth {
  switch (spec['authType']) {
    case 'ManagedIdentity':
      return { kind: 'managedIdentity', identity: textOf(spec['identityId']) };
    case 'WorkloadIdentity':
      return workloadIdentity(spec, scope, sdk);
    default:
      return servicePrincipal(spec, scope);
  }
}

function servicePrincipal(spec: Spec, scope: StoreScope): AzureAuth {
  const { clientId, clientSecret, clientCertificate } = fieldsOf(spec['authSecretRef']);
  return {
    kind: 'servicePrincipal',
    tenant: textOf(spec['tenantId']),
    clientIDRef: secretKeyRef(clientId, scope),
    proof:
      clientSecret === undefined
        ? { by: 'certificate', ref: secretKeyRef(clientCertificate, scope) }
        : { by: 'secret', ref: secretKeyRef(clientSecret, scope) },
    isTrimmed: false,
  };
}

function workloadIdentity(spec: Spec, scope: StoreScope, sdk: Sdk): AzureAuth {
  if (spec['serviceAccountRef'] === undefined) return { kind: 'process' };
  const { clientId, tenantId } = sdk === 'old' ? fieldsOf(spec['authSecretRef']) : {};
  return {
    kind: 'serviceAccount',
    ref: serviceAccountRef(spec['serviceAccountRef'], scope),
    naming: sdk === 'old' ? 'one' : 'annotations',
    tenant: textOf(spec['tenantId']),
    clientIDRef: clientId === undefined ? undefined : secretKeyRef(clientId, scope),
    tenantIDRef: tenantId === undefined ? undefined : secretKeyRef(tenantId, scope),
  };
}
