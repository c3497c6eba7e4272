// Owns what of an `openBao` store's spec makes a difference at run time: whom it speaks to, and as whom (ESO 3.11).
import { caSource } from '../ca.ts';
import type { SecretKeyRef, StoreScope } from '../provider.ts';
import { fieldsOf, secretKeyRef, textOf } from '../spec.ts';
import type { KvVersion } from '../vault-api/kv.ts';
import { appRoleAuth, passwordAuth, type AppRole, type PasswordAuth } from '../vault-api/login.ts';
import type { WireConfig } from '../vault-api/wire.ts';

type Spec = Readonly<Record<string, unknown>>;

/** Everything that decides over a request and its identity, and nothing else: two stores with an equal one are one. */
export type OpenBaoConfig = {
  readonly wire: WireConfig;
  readonly path: string;
  readonly version: KvVersion;
  /** OpenBao's namespace of the secrets; '' for the root. */
  readonly namespace: string;
  readonly loginNamespace: string;
  /** Undefined: whatever token the environment gives. */
  readonly auth: OpenBaoAuth | undefined;
};

export type OpenBaoAuth =
  | { readonly kind: 'token'; readonly ref: SecretKeyRef }
  | AppRole
  | PasswordAuth;

export function openBaoConfig(spec: Spec, scope: StoreScope): OpenBaoConfig {
  const { path, version } = spec;
  const namespace = textOf(spec['namespace']);
  return {
    wire: {
      server: textOf(spec['server']),
      headers: {},
      ca: caSource(spec, scope),
      certificate: undefined,
    },
    path: typeof path === 'string' ? path : 'kv',
    version: version === 'v1' ? 'v1' : 'v2',
    namespace,
    loginNamespace: textOf(fieldsOf(spec['auth'])['namespace']) || namespace,
    auth: authOf(fieldsOf(spec['auth']), scope),
  };
}

function authOf(
  { tokenSecretRef, appRole, userPass }: Spec,
  scope: StoreScope,
): OpenBaoConfig['auth'] {
  if (tokenSecretRef !== undefined)
    return { kind: 'token', ref: secretKeyRef(tokenSecretRef, scope) };
  if (appRole !== undefined) return appRoleAuth(appRole, scope);
  return userPass === undefined ? undefined : passwordAuth('userPass', userPass, scope);
}
