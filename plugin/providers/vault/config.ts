// Owns what of a `vault` store's spec makes a difference at run time: whom it speaks to, as whom, and what it reads (ESO 3.6).
import { caSource } from '../ca.ts';
import type { StoreScope } from '../provider.ts';
import { fieldsOf, secretKeyRef, textOf } from '../spec.ts';
import type { CertificateRefs, WireConfig } from '../vault-api/wire.ts';
import { vaultAuth, type VaultAuth } from './auth/config.ts';
import type { Mount } from './paths.ts';

type Spec = Readonly<Record<string, unknown>>;

/** Everything that decides over a request and its identity, and nothing else: two stores with an equal one are one. */
export type VaultConfig = {
  readonly wire: WireConfig;
  readonly mount: Mount;
  /** Vault's namespace of the secrets; '' for the root. */
  readonly namespace: string;
  readonly loginNamespace: string;
  readonly readYourWrites: boolean;
  /** Undefined: whatever token the environment gives. */
  readonly auth: VaultAuth | undefined;
};

/** ESO's Vault alone takes `retrySettings` that do not say how often for "never"; its AWS takes them for 3 times. */
export const unsaidRetries = 0;

export function vaultConfig(spec: Spec, scope: StoreScope): VaultConfig {
  const { path, version, auth, readYourWrites, forwardInconsistent } = spec;
  const namespace = textOf(spec['namespace']);
  return {
    wire: {
      server: textOf(spec['server']),
      headers: headersOf(spec),
      ca: caSource(spec, scope),
      certificate: certificateOf(spec, scope),
    },
    mount: {
      path: typeof path === 'string' ? path : undefined,
      version: version === 'v1' ? 'v1' : 'v2',
    },
    namespace,
    loginNamespace: textOf(fieldsOf(auth)['namespace']) || namespace,
    readYourWrites: readYourWrites === true || forwardInconsistent === true,
    auth: auth === undefined ? undefined : vaultAuth(fieldsOf(auth), scope),
  };
}

/** By lower-case name, so that none of them stands beside one that is set anyway. */
function headersOf({ headers, readYourWrites, forwardInconsistent }: Spec): WireConfig['headers'] {
  const own = Object.entries(fieldsOf(headers)).map(
    ([name, value]) => [name.toLowerCase(), textOf(value)] as const,
  );
  const forwards = readYourWrites === true && forwardInconsistent === true;
  return {
    ...Object.fromEntries<string>(own),
    ...(forwards && { 'x-vault-inconsistent': 'forward-active-node' }),
  };
}

/** A certificate to log in with goes before one for the connection alone. */
function certificateOf({ auth, tls }: Spec, scope: StoreScope): CertificateRefs | undefined {
  const { kind } = vaultAuth(fieldsOf(auth), scope);
  if (kind === 'cert') {
    const { clientCert, secretRef } = fieldsOf(fieldsOf(auth)['cert']);
    return { certificate: secretKeyRef(clientCert, scope), key: secretKeyRef(secretRef, scope) };
  }
  const { certSecretRef, keySecretRef } = fieldsOf(tls);
  if (certSecretRef === undefined || keySecretRef === undefined) return undefined;
  const certificate = secretKeyRef(certSecretRef, scope);
  const key = secretKeyRef(keySecretRef, scope);
  return {
    certificate: { ...certificate, key: certificate.key || 'tls.crt' },
    key: { ...key, key: key.key || 'tls.key' },
  };
}
