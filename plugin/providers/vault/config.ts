// Owns what of a `vault` store's spec makes a difference at run time: whom it speaks to, and as whom (ESO 3.6).
import { caSource, type CaSource } from '../ca.ts';
import type { SecretKeyRef, ServiceAccountRef, StoreScope } from '../provider.ts';
import { fieldsOf, secretKeyRef, serviceAccountRef, textOf, textsOf } from '../spec.ts';

type Spec = Readonly<Record<string, unknown>>;

export type VaultConfig = {
  readonly server: string;
  /** Of the mount; '' where keys begin with it. */
  readonly path: string;
  readonly version: 'v1' | 'v2';
  readonly namespace: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly ca: CaSource | undefined;
  readonly clientPair: { readonly cert: SecretKeyRef; readonly key: SecretKeyRef } | undefined;
  readonly auth: VaultAuth;
  /** Where the login is; `namespace` where the store names no other. */
  readonly loginNamespace: string;
};

type Login = { readonly path: string };

export type VaultAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly ref: SecretKeyRef }
  | (Login & {
      readonly kind: 'appRole';
      readonly roleId: string | SecretKeyRef;
      readonly secretRef: SecretKeyRef;
    })
  | (Login & {
      readonly kind: 'password';
      readonly username: string;
      readonly secretRef: SecretKeyRef;
    })
  | (Login & { readonly kind: 'jwt'; readonly role: string; readonly token: JwtSource })
  | { readonly kind: 'unsupported'; readonly name: string };

/** Where a login by JWT has its token from. */
export type JwtSource =
  | { readonly from: 'secret'; readonly ref: SecretKeyRef }
  | {
      readonly from: 'serviceAccount';
      readonly ref: ServiceAccountRef;
      readonly expirationSeconds: number;
    };

export function vaultConfig(spec: Spec, scope: StoreScope): VaultConfig {
  const auth = fieldsOf(spec['auth']);
  const tls = fieldsOf(spec['tls']);
  const namespace = textOf(spec['namespace']);
  return {
    server: textOf(spec['server']).replace(/\/+$/, ''),
    path: textOf(spec['path']),
    version: spec['version'] === 'v1' ? 'v1' : 'v2',
    namespace,
    headers: [
      ...Object.entries(fieldsOf(spec['headers'])).map(
        ([name, value]) => [name, textOf(value)] as const,
      ),
      ...(spec['readYourWrites'] === true && spec['forwardInconsistent'] === true
        ? [['X-Vault-Inconsistent', 'forward-active-node'] as const]
        : []),
    ],
    ca: caSource(spec, scope),
    clientPair:
      tls['certSecretRef'] === undefined
        ? undefined
        : {
            cert: withKey(tls['certSecretRef'], 'tls.crt', scope),
            key: withKey(tls['keySecretRef'], 'tls.key', scope),
          },
    auth: authOf(auth, scope),
    loginNamespace: textOf(auth['namespace']) || namespace,
  };
}

function withKey(value: unknown, key: string, scope: StoreScope): SecretKeyRef {
  const ref = secretKeyRef(value, scope);
  return ref.key === '' ? { ...ref, key } : ref;
}

/** The first that is there, in ESO's order. */
function authOf(auth: Spec, scope: StoreScope): VaultAuth {
  const order = [
    'tokenSecretRef',
    'appRole',
    'kubernetes',
    'ldap',
    'userPass',
    'jwt',
    'cert',
    'iam',
    'gcp',
  ];
  const name = order.find((one) => auth[one] !== undefined);
  if (name === undefined) return { kind: 'none' };
  const fields = fieldsOf(auth[name]);
  const secretRef = secretKeyRef(fields['secretRef'], scope);
  switch (name) {
    case 'tokenSecretRef':
      return { kind: 'token', ref: secretKeyRef(fields, scope) };
    case 'appRole':
      return {
        kind: 'appRole',
        path: textOf(fields['path']) || 'approle',
        roleId: textOf(fields['roleId']).trim() || secretKeyRef(fields['roleRef'], scope),
        secretRef,
      };
    case 'ldap':
    case 'userPass':
      return {
        kind: 'password',
        path: textOf(fields['path']) || name.toLowerCase(),
        username: textOf(fields['username']).trim(),
        secretRef,
      };
    case 'jwt':
    case 'kubernetes':
      return jwtLogin(name, fields, scope);
    default:
      return { kind: 'unsupported', name };
  }
}

function jwtLogin(name: 'jwt' | 'kubernetes', fields: Spec, scope: StoreScope): VaultAuth {
  const role = textOf(fields['role']).trim();
  const path = textOf(fields[name === 'jwt' ? 'path' : 'mountPath']) || name;
  const account = fieldsOf(fields['kubernetesServiceAccountToken']);
  const refs = { jwt: account['serviceAccountRef'], kubernetes: fields['serviceAccountRef'] };
  if (refs[name] === undefined) {
    if (fields['secretRef'] === undefined)
      return { kind: 'unsupported', name: `${name} without a secretRef or serviceAccountRef` };
    return {
      kind: 'jwt',
      path,
      role,
      token: { from: 'secret', ref: withKey(fields['secretRef'], 'token', scope) },
    };
  }
  const ref = serviceAccountRef(refs[name], scope);
  const own = account['audiences'] === undefined ? ['vault'] : textsOf(account['audiences']);
  const seconds = account['expirationSeconds'];
  return {
    kind: 'jwt',
    path,
    role,
    token: {
      from: 'serviceAccount',
      ref: name === 'jwt' ? { ...ref, audiences: [...ref.audiences, ...own] } : ref,
      expirationSeconds: typeof seconds === 'number' ? seconds : 600,
    },
  };
}
