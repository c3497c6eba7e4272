// Owns the contract between a session and the ways to log in, and those that stores of Vault and of OpenBao share.
import {
  ProviderError,
  type Credentials,
  type SecretKeyRef,
  type StoreScope,
} from '../provider.ts';
import { fieldsOf, secretKeyRef, textOf } from '../spec.ts';

type Spec = Readonly<Record<string, unknown>>;

/** A way to log in, with the credentials at hand that it needs. */
export type Login = {
  /** For messages: `appRole at auth/approle`. */
  readonly title: string;
  /** What is sent; it may take requests elsewhere. Throws ProviderError. */
  readonly request: (signal: AbortSignal) => Promise<LoginRequest>;
};

export type LoginRequest = {
  /** Below `/v1/`. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
};

/** Where a method is mounted. */
export function mountOf({ path }: Spec, usual: string): string {
  return textOf(path) || usual;
}

/** A login that takes one request. */
export function loginAt(method: string, mount: string, request: LoginRequest): Login {
  return { title: `${method} at auth/${mount}`, request: async () => request };
}

export type AppRole = {
  readonly kind: 'appRole';
  readonly mount: string;
  readonly roleID: string | SecretKeyRef;
  readonly secretID: SecretKeyRef;
};

/** Of the field `appRole`. */
export function appRoleAuth(value: unknown, scope: StoreScope): AppRole {
  const spec = fieldsOf(value);
  const roleID = textOf(spec['roleId']).trim();
  return {
    kind: 'appRole',
    mount: mountOf(spec, 'approle'),
    roleID: roleID === '' ? secretKeyRef(spec['roleRef'], scope) : roleID,
    secretID: secretKeyRef(spec['secretRef'], scope),
  };
}

/** Throws {@link ProviderError} `credentials`. */
export async function appRoleLogin(
  { mount, roleID, secretID }: AppRole,
  credentials: Credentials,
): Promise<Login> {
  const role_id = typeof roleID === 'string' ? roleID : await secretText(roleID, credentials);
  const secret_id = await secretText(secretID, credentials);
  return loginAt('appRole', mount, { path: `auth/${mount}/login`, body: { role_id, secret_id } });
}

export type PasswordAuth = {
  readonly kind: 'userPass' | 'ldap';
  readonly mount: string;
  readonly username: string;
  readonly password: SecretKeyRef;
};

/** Of the field of that name. */
export function passwordAuth(
  kind: PasswordAuth['kind'],
  value: unknown,
  scope: StoreScope,
): PasswordAuth {
  const spec = fieldsOf(value);
  return {
    kind,
    mount: mountOf(spec, kind.toLowerCase()),
    username: textOf(spec['username']).trim(),
    password: secretKeyRef(spec['secretRef'], scope),
  };
}

/** Throws {@link ProviderError} `credentials`, and `invalid` for a name that would be several steps of the path. */
export async function passwordLogin(
  { kind, mount, username, password }: PasswordAuth,
  credentials: Credentials,
): Promise<Login> {
  if (username === '' || username.includes('/')) {
    throw new ProviderError('invalid', `auth.${kind}.username "${username}" is no name of a user`);
  }
  return loginAt(kind, mount, {
    path: `auth/${mount}/login/${username}`,
    body: { password: await secretText(password, credentials) },
  });
}

/** As it is: a password may begin or end with white space. Throws {@link ProviderError} `credentials`. */
export async function secretText(ref: SecretKeyRef, credentials: Credentials): Promise<string> {
  return Buffer.from((await credentials.secretKey(ref)).reveal()).toString();
}

/** Of a header. Throws {@link ProviderError} `credentials` where there is none, or one that no header can hold. */
export async function tokenText(ref: SecretKeyRef, credentials: Credentials): Promise<string> {
  const token = await secretText(ref, credentials);
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  const problem = token === '' ? 'is empty' : 'holds white space, maybe a line end, or no ASCII';
  throw new ProviderError(
    'credentials',
    `key "${ref.key}" of Secret "${ref.namespace}/${ref.name}" ${problem}, so it is no token`,
  );
}
