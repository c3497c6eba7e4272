// Owns the identities of Azure that stores and generators name, and how the tokens of each are got (ESO 3.7).
import type { TokenSource } from '../http/bearer.ts';
import { ProviderError, type OpenContext, type SecretKeyRef } from '../provider.ts';
import { applicationTokens, type Proof } from './application.ts';
import { certificateProof } from './client-certificate.ts';
import { isKnownEntra } from './clouds.ts';
import { managedIdentityTokens } from './managed-identity.ts';
import {
  processTokens,
  serviceAccountTokens,
  type ServiceAccountIdentity,
} from './workload-identity.ts';

export type AzureAuth =
  /** An application, by a secret of its own or a certificate. */
  | {
      readonly kind: 'servicePrincipal';
      readonly tenant: string;
      readonly clientIDRef: SecretKeyRef;
      readonly proof: { readonly by: 'secret' | 'certificate'; readonly ref: SecretKeyRef };
      /** Whether white space around what a Secret holds is none of it: so it is for ESO's generators, and not for its stores. */
      readonly isTrimmed: boolean;
    }
  /** This machine's. */
  | {
      readonly kind: 'managedIdentity';
      /** A client ID, or a resource ID; '' for the only one. */
      readonly identity: string;
    }
  | ServiceAccountIdentity
  /** The workload identity of this process. */
  | { readonly kind: 'process' };

export type TokenTarget = {
  /** Where Entra ID is, without a `/` at the end. */
  readonly entra: string;
  /** Whom the token is for. */
  readonly resource: string;
};

type Context = Pick<OpenContext, 'env' | 'credentials'>;

/** Throws {@link ProviderError} `credentials`. */
export async function azureTokens(
  auth: AzureAuth,
  target: TokenTarget,
  context: Context,
): Promise<TokenSource> {
  const asked = { ...target, entra: entraEndpoint(target.entra, context) };
  switch (auth.kind) {
    case 'servicePrincipal':
      return servicePrincipalTokens(auth, asked, context);
    case 'managedIdentity':
      return managedIdentityTokens(auth.identity, asked.resource, context);
    case 'serviceAccount':
      return serviceAccountTokens(auth, asked, context);
    default:
      return processTokens(asked, context);
  }
}

/** The operator's variable stands in the place of Microsoft's clouds, and of no other (docs/adr/0019). */
function entraEndpoint(entra: string, { env }: Context): string {
  const own = env['AZURE_ENTRA_ENDPOINT'] ?? '';
  if (own === '' || !isKnownEntra(entra)) return entra;
  if (/^https?:\/\//.test(own) && URL.canParse(own)) return own.replace(/\/+$/, '');
  throw new ProviderError('invalid', 'AZURE_ENTRA_ENDPOINT is not an http or https URL');
}

async function servicePrincipalTokens(
  {
    tenant,
    clientIDRef,
    proof,
    isTrimmed,
  }: Extract<AzureAuth, { readonly kind: 'servicePrincipal' }>,
  { entra, resource }: TokenTarget,
  { credentials }: Context,
): Promise<TokenSource> {
  const textAt = async (ref: SecretKeyRef): Promise<string> => {
    const text = new TextDecoder().decode((await credentials.secretKey(ref)).reveal());
    return isTrimmed ? text.trim() : text;
  };
  const clientID = await textAt(clientIDRef);
  const own = await textAt(proof.ref);
  const prove: Proof =
    proof.by === 'secret'
      ? async () => ({ client_secret: own })
      : certificateProof(own, clientID, placeOf(proof.ref));
  return applicationTokens({ entra, tenant, clientID }, prove, resource);
}

function placeOf({ namespace, name, key }: SecretKeyRef): string {
  return `key "${key}" of Secret "${namespace}/${name}"`;
}
