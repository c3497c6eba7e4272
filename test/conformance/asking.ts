// Owns what the tests of identities share: reading a secret as somebody, why that is refused, and tokens of a stand-in's cluster.
import { ProviderError, type Credentials } from '../../plugin/providers/provider.ts';
import { SecretBytes } from '../../plugin/secret-bytes.ts';
import type { FaultProxy } from '../servers/fault-proxy.ts';
import { signJwt, type SigningKey } from '../servers/jwt.ts';
import { credentialsOf, type CredentialTable } from '../support/open-context.ts';
import { refOf, revealed, withClient } from './provider.ts';

/** Reads the secret `db`, which holds `value`. Throws why it cannot. */
export async function readAs(backend: Parameters<typeof withClient>[0]): Promise<void> {
  const [outcome] = await withClient(backend, (client) => client.read([refOf({ key: 'db' })]));
  if (outcome?.outcome === 'error') throw outcome.error;
  if (outcome === undefined || Buffer.from(revealed(outcome)).toString() !== 'value') {
    throw new Error('not the value');
  }
}

export async function refusalOf(asking: Promise<unknown>): Promise<ProviderError> {
  try {
    await asking;
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

export type Cluster = {
  /** A token for `seconds` from now. */
  readonly tokenFor: (subject: string, audiences: readonly string[], seconds?: number) => string;
  /** As `credentialsOf`, with tokens of this cluster. */
  readonly credentials: (table?: CredentialTable) => Credentials;
};

export function clusterOf(url: string, key: SigningKey): Cluster {
  const tokenFor: Cluster['tokenFor'] = (subject, audiences, seconds = 600) => {
    const iat = Math.floor(Date.now() / 1000) - 1;
    return signJwt({ iss: url, sub: subject, aud: audiences, iat, exp: iat + seconds }, key);
  };
  return {
    tokenFor,
    credentials: (table = {}) => {
      const credentials = credentialsOf(table);
      return {
        ...credentials,
        serviceAccount: async (ref) => ({
          ...(await credentials.serviceAccount(ref)),
          token: async (audiences) => {
            const subject = `system:serviceaccount:${ref.namespace}:${ref.name}`;
            return SecretBytes.ofText(tokenFor(subject, audiences));
          },
        }),
      };
    },
  };
}

/** How many requests of each call, by the first name whose pattern fits. */
export function countsOf(
  proxy: FaultProxy,
  names: readonly (readonly [RegExp, string])[],
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { operation } of proxy.requests()) {
    const name = names.find(([pattern]) => pattern.test(operation))?.[1] ?? operation;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
