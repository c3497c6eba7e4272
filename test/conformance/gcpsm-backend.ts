// Makes the backend of the Google tests: the stand-in, a proxy in front of it that counts and breaks, and credentials.
import { provider } from '../../plugin/providers/gcpsm/index.ts';
import type {
  Connection,
  Credentials,
  OpenContext,
  StoreScope,
} from '../../plugin/providers/provider.ts';
import { startFaultProxy, type FaultAnswer, type FaultProxy } from '../servers/fault-proxy.ts';
import { startGoogle, type Google } from '../servers/google.ts';
import type { SecretManagerOptions } from '../servers/google-secrets.ts';
import type { Directory } from '../servers/google-tokens.ts';
import { signingKey } from '../servers/jwt.ts';
import { credentialsOf } from '../support/open-context.ts';
import { clusterOf, countsOf, type Cluster } from './asking.ts';

export const projectID = 'shop';
export const projectNumber = '1234567890';
export const reader = 'reader@shop.iam.gserviceaccount.com';
export const impersonated = 'app@shop.iam.gserviceaccount.com';
export const machine = 'node@shop.iam.gserviceaccount.com';
/** The parts of a GKE cluster, and its pool. */
export const cluster: Readonly<Record<'location' | 'name' | 'pool', string>> = {
  location: 'europe-west3',
  name: 'main',
  pool: 'shop.svc.id.goog',
};

const providerName = `//iam.googleapis.com/projects/${projectNumber}/locations/global/workloadIdentityPools/pool/providers`;
/** The audience for Google, and the audience that a token for it has. */
export const pool: Readonly<Record<'audience' | 'tokenAudience', string>> = {
  audience: `${providerName}/cluster`,
  tokenAudience: 'google',
};
export const awsPool: string = `${providerName}/aws`;
export const awsKeys: Readonly<Record<'id' | 'secret', string>> = {
  id: 'AKIAEXAMPLE',
  secret: 'aws-secret-access-key',
};
export const person: Directory['person'] = {
  client_id: 'gcloud',
  client_secret: 'gcloud-client-secret',
  refresh_token: 'refresh-token-of-a-person',
};

const readerKey = signingKey('reader-key-1');
const issuer = signingKey('cluster-key-1');
const clusterUrl = `https://container.googleapis.com/v1/projects/${projectID}/locations/${cluster.location}/clusters/${cluster.name}`;

/** The key file of `reader`. Tokens are not to be had where it says. */
export const keyFile: Readonly<Record<string, string>> = {
  type: 'service_account',
  project_id: 'another',
  private_key_id: readerKey.id,
  private_key: readerKey.pem,
  client_email: reader,
  token_uri: 'http://127.0.0.1:1/token',
};

const directory: Directory = {
  serviceAccounts: new Map([[reader, readerKey]]),
  impersonators: new Map([
    [
      impersonated,
      [
        `${cluster.pool}[system:serviceaccount:shop:impersonating]`,
        'pool:system:serviceaccount:shop:app',
        'pool:system:serviceaccount:shop:impersonating',
        `aws:${awsKeys.id}`,
        'person',
        reader,
      ],
    ],
  ]),
  issuers: new Map([[clusterUrl, issuer]]),
  cluster: { pool: cluster.pool, provider: clusterUrl },
  tokenAudiences: new Map([
    [pool.audience, pool.tokenAudience],
    [awsPool, ''],
  ]),
  awsKeys: new Map([[awsKeys.id, awsKeys.secret]]),
  person,
  metadata: new Map([
    ['project/project-id', projectID],
    ['instance/attributes/cluster-location', cluster.location],
    ['instance/attributes/cluster-name', cluster.name],
  ]),
  machine,
};

export type GoogleBackend = Omit<Google, 'url'> & {
  readonly proxy: FaultProxy;
  readonly env: OpenContext['env'];
  readonly credentials: Credentials;
};

export async function startBackend(
  options: Partial<SecretManagerOptions> = {},
): Promise<GoogleBackend> {
  const google = await startGoogle(directory, { projectID, projectNumber, ...options });
  const proxy = await startFaultProxy(google.url);
  return {
    ...google,
    proxy,
    env: endpoints(proxy.url),
    credentials: keyCredentials,
    stop: async () => {
      await proxy.stop();
      await google.stop();
    },
  };
}

/** An environment in which all of Google is at one URL, and nobody is logged in. */
export function endpoints(url: string): Readonly<Record<string, string>> {
  return {
    GOOGLE_SECRET_MANAGER_ENDPOINT: url,
    GOOGLE_STS_ENDPOINT: url,
    GOOGLE_IAM_CREDENTIALS_ENDPOINT: url,
    GOOGLE_SECURETOKEN_ENDPOINT: url,
    GOOGLE_OAUTH2_ENDPOINT: url,
    GCE_METADATA_HOST: new URL(url).host,
    HOME: '/nonexistent',
  };
}

/** The `auth` of a store whose key `keyCredentials` knows. */
export const keyAuth: Readonly<Record<string, unknown>> = {
  secretRef: { secretAccessKeySecretRef: { name: 'gcp', key: 'key.json' } },
};

export const keyCredentials: Credentials = credentialsOf({
  secrets: { 'shop/gcp/key.json': JSON.stringify(keyFile) },
});

/** A store with a key, and whatever else its spec has. */
export function connectGoogle(
  spec: Readonly<Record<string, unknown>> = {},
  scope: StoreScope = { kind: 'SecretStore', name: 'gcp', namespace: 'shop' },
): Connection {
  return provider.connect({ projectID, auth: keyAuth, ...spec }, scope);
}

/** Credentials and tokens of the cluster that the stand-in trusts. */
export const serviceAccounts: Cluster = clusterOf(clusterUrl, issuer);

/** An error in the form of Google's APIs. */
export function apiFault(status: number, name: string, message: string): FaultAnswer {
  const headers = { 'content-type': 'application/json' };
  return { status, body: { error: { code: status, message, status: name } }, headers };
}

/** How many requests of each call, by the API's names. */
export function callsOf(proxy: FaultProxy): Readonly<Record<string, number>> {
  return countsOf(proxy, calls);
}

const calls: readonly (readonly [RegExp, string])[] = [
  [/:access$/, 'AccessSecretVersion'],
  [/\/versions\?/, 'ListSecretVersions'],
  [/\/secrets\?/, 'ListSecrets'],
  [/\/secrets\/[^/?]+$/, 'GetSecret'],
  [/:generateAccessToken$/, 'GenerateAccessToken'],
  [/\/v1\/token$/, 'ExchangeToken'],
  [/\/identitybindingtoken$/, 'IdentityBindingToken'],
  [/ \/token$/, 'RefreshToken'],
  [/\/computeMetadata\//, 'Metadata'],
];
