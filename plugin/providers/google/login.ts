// Owns which identity of Google a spec names, and asking the metadata server for what it leaves open.
import type { OpenContext } from '../provider.ts';
import { applicationDefaultLogin } from './application-default.ts';
import type { GoogleAuth } from './config.ts';
import type { Endpoints } from './endpoints.ts';
import { federationTokens } from './federation.ts';
import { allowMetadata, readMetadata } from './metadata-server.ts';
import { keyTokensOf } from './service-account-key.ts';
import type { AuthContext, Login } from './token-source.ts';
import type { Wires } from '../http/wires.ts';
import { workloadIdentityTokens } from './workload-identity.ts';

/** Throws {@link ProviderError}. */
export async function googleLogin(auth: GoogleAuth, context: AuthContext): Promise<Login> {
  switch (auth.kind) {
    case 'key':
      return { source: await keyTokensOf(auth.ref, context), headers: {} };
    case 'workloadIdentity':
      return { source: await workloadIdentityTokens(auth, context), headers: {} };
    case 'federation':
      return { source: await federationTokens(auth, context), headers: {} };
    default:
      return applicationDefaultLogin(context);
  }
}

/** Reads a text of the metadata server, in a call of its own. Throws {@link ProviderError}. */
export function metadataReader(
  endpoints: Endpoints,
  { network }: Pick<Wires, 'network'>,
  context: Pick<OpenContext, 'env' | 'credentials' | 'call'>,
): AuthContext['metadata'] {
  return async (path) => {
    allowMetadata(context);
    return context.call('GetMetadata', (signal) => readMetadata(path, endpoints, network(signal)));
  };
}
