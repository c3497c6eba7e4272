// Owns workload identity (ESO 3.7): a token of Kubernetes, in the place of a secret of an application that trusts it.
// oxlint-disable-next-line eslint/no-restricted-imports -- Azure's workload identity webhook mounts this pod's own token as a file
import { readFile } from 'node:fs/promises';
import type { TokenSource } from '../http/bearer.ts';
import {
  ProviderError,
  type OpenContext,
  type SecretKeyRef,
  type ServiceAccountRef,
} from '../provider.ts';
import { applicationTokens, assertionProof } from './application.ts';

export type ServiceAccountIdentity = {
  readonly kind: 'serviceAccount';
  readonly ref: ServiceAccountRef;
  /**
   * Who says which application it is. `annotations`: the ServiceAccount, where `tenant` does not. `one`: it, or the Secrets,
   * or `tenant`, and never two of them; and the environment says the tenant where nobody does.
   */
  readonly naming: 'annotations' | 'one';
  /** '' where the store has none. */
  readonly tenant: string;
  readonly clientIDRef: SecretKeyRef | undefined;
  readonly tenantIDRef: SecretKeyRef | undefined;
};

type Target = { readonly entra: string; readonly resource: string };
type Context = Pick<OpenContext, 'env' | 'credentials'>;
type IDs = { readonly clientID: string; readonly tenant: string };

/** Whom a token is for that an application of Entra ID trusts. */
const exchangeAudience = 'api://AzureADTokenExchange';

const annotation = {
  clientID: 'azure.workload.identity/client-id',
  tenant: 'azure.workload.identity/tenant-id',
} as const;

/** Throws {@link ProviderError} `credentials`. */
export async function serviceAccountTokens(
  identity: ServiceAccountIdentity,
  { entra, resource }: Target,
  context: Context,
): Promise<TokenSource> {
  const { ref } = identity;
  const { annotations, token } = await context.credentials.serviceAccount(ref);
  const ids =
    identity.naming === 'one'
      ? await namedOnce(identity, annotations, context)
      : namedByAnnotations(identity, annotations);
  const own = (await token([exchangeAudience, ...ref.audiences])).reveal();
  const proof = assertionProof(new TextDecoder().decode(own).trim());
  return applicationTokens({ entra, ...ids }, async () => proof, resource);
}

type Annotations = Readonly<Record<string, string>>;

function namedByAnnotations({ tenant }: ServiceAccountIdentity, annotations: Annotations): IDs {
  return present({
    clientID: annotations[annotation.clientID] ?? '',
    tenant: tenant || (annotations[annotation.tenant] ?? ''),
  });
}

async function namedOnce(
  { tenant, clientIDRef, tenantIDRef }: ServiceAccountIdentity,
  annotations: Annotations,
  { env, credentials }: Context,
): Promise<IDs> {
  const textAt = async (ref: SecretKeyRef | undefined): Promise<string> =>
    ref === undefined ? '' : new TextDecoder().decode((await credentials.secretKey(ref)).reveal());
  const clientID = oneOf(
    await textAt(clientIDRef),
    annotations[annotation.clientID],
    'multiple clientID found. Check secretRef and serviceAccountRef',
  );
  const named = oneOf(
    (await textAt(tenantIDRef)) || tenant,
    annotations[annotation.tenant],
    "multiple tenantID found. Check secretRef, 'spec.provider.azurekv.tenantId', and serviceAccountRef",
  );
  return present({ clientID, tenant: named || (env['AZURE_TENANT_ID'] ?? '') });
}

function oneOf(own: string, annotated: string | undefined, problem: string): string {
  if (own !== '' && annotated !== undefined) throw new ProviderError('credentials', problem);
  return annotated ?? own;
}

function present(ids: IDs): IDs {
  if (ids.clientID === '') {
    const message = `missing clientID: the ServiceAccount has no annotation ${annotation.clientID}, and nothing else names the application`;
    throw new ProviderError('credentials', message);
  }
  if (ids.tenant !== '') return ids;
  const message = `missing tenantID: the ServiceAccount has no annotation ${annotation.tenant}, and nothing else names the tenant`;
  throw new ProviderError('credentials', message);
}

/** The identity that the webhook gave this process. The file is read for every token: it changes. Throws {@link ProviderError}. */
export function processTokens(
  { entra, resource }: Target,
  { env, credentials }: Context,
): TokenSource {
  if (!credentials.ambient) {
    const message =
      "the store names no ServiceAccount, and the use of the environment's own workload identity is not allowed";
    throw new ProviderError('credentials', message);
  }
  const {
    AZURE_CLIENT_ID: clientID = '',
    AZURE_TENANT_ID: tenant = '',
    AZURE_FEDERATED_TOKEN_FILE: file = '',
  } = env;
  if (clientID === '' || tenant === '' || file === '') {
    const message =
      'missing environment variables. AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE must be set';
    throw new ProviderError('credentials', message);
  }
  const proof = async (): Promise<Readonly<Record<string, string>>> =>
    assertionProof(await tokenIn(file));
  return applicationTokens({ entra, tenant, clientID }, proof, resource);
}

async function tokenIn(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ProviderError('credentials', `unable to read token file ${file} (${reason})`);
  }
}
