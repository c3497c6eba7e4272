// Makes the backend of the Azure tests: the stand-in, a proxy in front of it that counts and breaks, and credentials.
import { provider } from '../../plugin/providers/azurekv/index.ts';
import type {
  Connection,
  Credentials,
  OpenContext,
  StoreScope,
} from '../../plugin/providers/provider.ts';
import type { Directory } from '../servers/azure-entra.ts';
import { startAzure, type Azure, type AzureOptions } from '../servers/azure.ts';
import { startFaultProxy, type FaultAnswer, type FaultProxy } from '../servers/fault-proxy.ts';
import { signingKey } from '../servers/jwt.ts';
import { credentialsOf } from '../support/open-context.ts';
import { clusterOf, countsOf, type Cluster } from './asking.ts';

type Spec = Readonly<Record<string, unknown>>;

export const tenant = '11111111-2222-3333-4444-555555555555';
const reader = 'aaaaaaaa-0000-0000-0000-000000000001';
const stranger = 'aaaaaaaa-0000-0000-0000-000000000002';
const system = 'bbbbbbbb-0000-0000-0000-000000000001';
const assigned = 'bbbbbbbb-0000-0000-0000-000000000002';

/** Client IDs. `stranger` may log in, and read nothing; `system` and `assigned` are identities of the machine. */
export const applications: Readonly<Record<'reader' | 'stranger' | 'system' | 'assigned', string>> =
  { reader, stranger, system, assigned };
export const clientSecret = 'p4ss~word.of-the+application';
export const identityHeader = 'header-of-the-app-service';
const assignedID =
  '/subscriptions/1/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shop';

const issuer = signingKey('cluster-key-1');
const clusterUrl = 'https://oidc.prod-aks.azure.com/1/';

/** `certificate` is the reader's. */
export function directoryOf(
  certificate = '',
  machine: Directory['machine'] = { [system]: '/system' },
): Directory {
  const federated = { [clusterUrl]: 'system:serviceaccount:shop:reader' };
  return {
    tenant,
    applications: [
      {
        clientID: reader,
        secret: clientSecret,
        federated,
        ...(certificate !== '' && { certificate }),
      },
      { clientID: stranger, secret: clientSecret },
    ],
    issuers: new Map([[clusterUrl, issuer]]),
    resources:
      /^https:\/\/(?:vault\.azure\.net|vault\.azure\.cn|management\.azure\.com)$|^http:\/\/127\.0\.0\.1:\d+$/,
    machine,
    identityHeader,
  };
}

/** A machine with an identity that was assigned to it beside its own. */
export const twoIdentities: Readonly<Record<string, string>> = {
  [system]: '/system',
  [assigned]: assignedID,
};

export type AzureBackend = Azure & {
  readonly proxy: FaultProxy;
  readonly env: OpenContext['env'];
};

export async function startBackend({
  directory = directoryOf(),
  ...options
}: Partial<AzureOptions> & { readonly directory?: Directory } = {}): Promise<AzureBackend> {
  const readers = [reader, system, assigned];
  const resource = 'https://vault.azure.net';
  const azure = await startAzure(directory, { readers, resource, ...options });
  const proxy = await startFaultProxy(azure.url);
  return {
    ...azure,
    proxy,
    env: endpoints(proxy.url),
    stop: async () => {
      await proxy.stop();
      await azure.stop();
    },
  };
}

/** An environment in which Entra ID and the machine's identity are at one URL, and the vault of {@link connectMovable} maybe at another. */
export function endpoints(url: string, vault: string = url): OpenContext['env'] {
  return {
    AZURE_ENTRA_ENDPOINT: url,
    AZURE_POD_IDENTITY_AUTHORITY_HOST: url,
    [movedVault]: vault,
  };
}

const movedVault = 'VAULT_OF_THE_TEST';

/** The Secret `azure` that {@link secretAuth} names. */
export const secretData: Readonly<Record<string, string>> = { clientId: reader, clientSecret };

export const secretCredentials: Credentials = credentialsOf({
  secrets: Object.fromEntries(
    Object.entries(secretData).map(([key, value]) => [`shop/azure/${key}`, value]),
  ),
});

/** Of a service principal with a secret. */
export const secretAuth: Spec = {
  authType: 'ServicePrincipal',
  tenantId: tenant,
  authSecretRef: {
    clientId: { name: 'azure', key: 'clientId' },
    clientSecret: { name: 'azure', key: 'clientSecret' },
  },
};

/** A store, with the defaults of its schema. */
export function connectAzure(
  spec: Spec,
  scope: StoreScope = { kind: 'SecretStore', name: 'azure', namespace: 'shop' },
): Connection {
  return provider.connect({ environmentType: 'PublicCloud', useAzureSDK: false, ...spec }, scope);
}

/** A store whose vault is where the environment says ({@link endpoints}): one that can be moved, killed or replaced. */
export function connectMovable(spec: Spec = secretAuth): Connection {
  return {
    identity: 'azurekv',
    title: 'Azure Key Vault',
    open: (context) => connectAzure({ ...spec, vaultUrl: context.env[movedVault] }).open(context),
  };
}

/** Credentials and tokens of the cluster that the stand-in trusts. */
export const serviceAccounts: Cluster = clusterOf(clusterUrl, issuer);

/** An error in the form of Azure's services. */
export function serviceFault(status: number, code: string, message: string): FaultAnswer {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status, body: { error: { code, message } }, headers };
}

/** How many requests of each call, by the API's names. */
export function callsOf(proxy: FaultProxy): Readonly<Record<string, number>> {
  return countsOf(proxy, calls);
}

const calls: readonly (readonly [RegExp, string])[] = [
  [/ \/secrets\?/, 'GetSecrets'],
  [/ \/secrets\//, 'GetSecret'],
  [/ \/keys\//, 'GetKey'],
  [/ \/certificates\//, 'GetCertificate'],
  [/\/oauth2\/v2\.0\/token$/, 'Token'],
  [/ \/metadata\/identity\//, 'Metadata'],
];
