// Owns logging in as a service account of Google: by a JWT that it has signed, or by this machine's own identity (ESO 3.6).
import type { WorkloadIdentity } from '../../google/config.ts';
import { googleEndpoints, type Endpoints } from '../../google/endpoints.ts';
import { signJwt } from '../../google/exchange.ts';
import { allowMetadata, readMetadata } from '../../google/metadata-server.ts';
import { keySignerOf } from '../../google/service-account-key.ts';
import { createWires, type Network } from '../../http/wires.ts';
import {
  serviceAccountAnnotation,
  workloadIdentityTokens,
} from '../../google/workload-identity.ts';
import { ProviderError, type OpenContext, type SecretKeyRef } from '../../provider.ts';
import type { Login } from '../../vault-api/login.ts';
import type { GcpAuth } from './config.ts';

/** Vault takes no JWT that lives longer than 15 minutes, unless it is told to. */
const lifetimeSeconds = 600;

/** Gets the JWT of one login, with requests of the one call that it runs in. Throws ProviderError. */
type JwtSource = (network: Network) => Promise<string>;

/** `server` is Vault's URL, which a machine's token is made out to. Throws {@link ProviderError}. */
export async function gcpLogin(
  { mount, role, source }: GcpAuth,
  server: string,
  context: OpenContext,
): Promise<Login> {
  const endpoints = googleEndpoints(context.env, '');
  const jwtOf = await jwtSource(source, { ...context, endpoints, role, server });
  return {
    title: `gcp at auth/${mount}`,
    request: async (signal) => ({
      path: `auth/${mount}/login`,
      body: { role, jwt: await withNetwork(signal, jwtOf) },
    }),
  };
}

type JwtContext = OpenContext & {
  readonly endpoints: Endpoints;
  readonly role: string;
  readonly server: string;
};

function jwtSource(source: GcpAuth['source'], context: JwtContext): Promise<JwtSource> {
  switch (source.from) {
    case 'key':
      return keyJwt(source.ref, context);
    case 'workloadIdentity':
      return workloadIdentityJwt(source.identity, context);
    default:
      return machineJwt(context);
  }
}

/** What is at hand needs not be asked for: Vault checks the signature of a key as it checks IAM's. */
async function keyJwt(ref: SecretKeyRef, { credentials, role }: JwtContext): Promise<JwtSource> {
  const { email, sign } = await keySignerOf(ref, credentials);
  return async () => sign(claimsOf(email, role));
}

async function workloadIdentityJwt(
  identity: WorkloadIdentity,
  context: JwtContext,
): Promise<JwtSource> {
  const { endpoints, role, credentials, call } = context;
  const { ref } = identity;
  const email = (await credentials.serviceAccount(ref)).annotations[serviceAccountAnnotation] ?? '';
  if (email === '') {
    const message = `ServiceAccount "${ref.namespace}/${ref.name}" has no annotation ${serviceAccountAnnotation}, which names the service account that Vault knows`;
    throw new ProviderError('credentials', message);
  }
  const metadata = async (path: string): Promise<string> => {
    allowMetadata(context);
    return call('GetMetadata', (signal) =>
      withNetwork(signal, (network) => readMetadata(path, endpoints, network)),
    );
  };
  const tokens = await workloadIdentityTokens(identity, { ...context, metadata });
  return async (network) => {
    const token = await tokens(network);
    const { send } = network;
    return signJwt({ email, claims: claimsOf(email, role) }, token, { endpoints, send });
  };
}

function claimsOf(email: string, role: string): Readonly<Record<string, unknown>> {
  const exp = Math.floor(Date.now() / 1000) + lifetimeSeconds;
  return { sub: email, aud: `vault/${role}`, exp };
}

/** That of a machine of Google Cloud, with what Vault's role may ask of the machine itself. */
async function machineJwt(context: JwtContext): Promise<JwtSource> {
  allowMetadata(context);
  const { endpoints, role, server } = context;
  const query = new URLSearchParams({ audience: `${server}/vault/${role}`, format: 'full' });
  const path = `instance/service-accounts/default/identity?${query.toString()}`;
  return (network) => readMetadata(path, endpoints, network);
}

/** Over connections of its own: the CA of the store is Vault's, and not Google's. */
async function withNetwork<T>(
  signal: AbortSignal,
  use: (network: Network) => Promise<T>,
): Promise<T> {
  const wires = createWires();
  try {
    return await use(wires.network(signal));
  } finally {
    wires.close();
  }
}
