// Owns as whom a `vault` store logs in: its field `auth` (ESO 3.6).
import {
  workloadIdentity as readWorkloadIdentity,
  type WorkloadIdentity,
} from '../../google/config.ts';
import type { SecretKeyRef, ServiceAccountRef, StoreScope } from '../../provider.ts';
import { fieldsOf, secretKeyRef, serviceAccountRef, textOf, textsOf } from '../../spec.ts';
import {
  appRoleAuth,
  mountOf,
  passwordAuth,
  type AppRole,
  type PasswordAuth,
} from '../../vault-api/login.ts';

type Spec = Readonly<Record<string, unknown>>;

export type VaultAuth =
  | { readonly kind: 'token'; readonly ref: SecretKeyRef }
  | AppRole
  | PasswordAuth
  | KubernetesAuth
  | JwtAuth
  | { readonly kind: 'cert'; readonly mount: string; readonly role: string }
  | IamAuth
  | GcpAuth
  | { readonly kind: 'none' };

export type KubernetesAuth = {
  readonly kind: 'kubernetes';
  readonly mount: string;
  readonly role: string;
  /** Whose token. */
  readonly source:
    | { readonly from: 'serviceAccount'; readonly ref: ServiceAccountRef }
    | { readonly from: 'secret'; readonly ref: SecretKeyRef }
    /** This process's own ServiceAccount. */
    | { readonly from: 'pod' };
};

export type JwtAuth = {
  readonly kind: 'jwt';
  readonly mount: string;
  readonly role: string;
  readonly source:
    | { readonly from: 'secret'; readonly ref: SecretKeyRef }
    | {
        readonly from: 'serviceAccount';
        /** With all audiences of the token. */
        readonly ref: ServiceAccountRef;
        readonly expirationSeconds: number;
      };
};

export type IamAuth = {
  readonly kind: 'iam';
  readonly mount: string;
  /** Of Vault. */
  readonly role: string;
  readonly region: string;
  /** Of AWS, to be assumed; '' for none. */
  readonly awsRole: string;
  readonly externalID: string;
  /** What Vault wants to find in `X-Vault-AWS-IAM-Server-ID`; '' for nothing. */
  readonly serverID: string;
  readonly source:
    | { readonly from: 'serviceAccount'; readonly ref: ServiceAccountRef }
    | {
        readonly from: 'secret';
        readonly accessKeyID: SecretKeyRef;
        readonly secretAccessKey: SecretKeyRef;
        readonly sessionToken: SecretKeyRef | undefined;
      }
    /** The identity of this process's pod. */
    | { readonly from: 'pod' };
};

export type GcpAuth = {
  readonly kind: 'gcp';
  readonly mount: string;
  readonly role: string;
  readonly source:
    | { readonly from: 'key'; readonly ref: SecretKeyRef }
    | { readonly from: 'workloadIdentity'; readonly identity: WorkloadIdentity }
    /** This machine's own service account. */
    | { readonly from: 'machine' };
};

type Method = readonly [name: string, read: (spec: Spec, scope: StoreScope) => VaultAuth];

/** The first that is there wins. */
const methods: readonly Method[] = [
  ['tokenSecretRef', (spec, scope) => ({ kind: 'token', ref: secretKeyRef(spec, scope) })],
  ['appRole', appRoleAuth],
  ['kubernetes', kubernetesAuth],
  ['ldap', (spec, scope) => passwordAuth('ldap', spec, scope)],
  ['userPass', (spec, scope) => passwordAuth('userPass', spec, scope)],
  ['jwt', jwtAuth],
  ['cert', certAuth],
  ['iam', iamAuth],
  ['gcp', gcpAuth],
];

/** The names of the fields, in the order in which they are looked for. */
export const methodNames: readonly string[] = methods.map(([name]) => name);

export function vaultAuth(auth: Spec, scope: StoreScope): VaultAuth {
  const method = methods.find(([name]) => auth[name] !== undefined);
  if (method === undefined) return { kind: 'none' };
  const [name, read] = method;
  return read(fieldsOf(auth[name]), scope);
}

function kubernetesAuth(spec: Spec, scope: StoreScope): KubernetesAuth {
  const mount = textOf(spec['mountPath']) || 'kubernetes';
  const shared = { kind: 'kubernetes', mount, role: textOf(spec['role']) } as const;
  const { serviceAccountRef: account, secretRef } = spec;
  if (account !== undefined) {
    return {
      ...shared,
      source: { from: 'serviceAccount', ref: serviceAccountRef(account, scope) },
    };
  }
  if (secretRef === undefined) return { ...shared, source: { from: 'pod' } };
  const ref = secretKeyRef(secretRef, scope);
  return { ...shared, source: { from: 'secret', ref: { ...ref, key: ref.key || 'token' } } };
}

function jwtAuth(spec: Spec, scope: StoreScope): JwtAuth {
  const mount = mountOf(spec, 'jwt');
  const shared = { kind: 'jwt', mount, role: textOf(spec['role']).trim() } as const;
  if (spec['secretRef'] !== undefined) {
    return { ...shared, source: { from: 'secret', ref: secretKeyRef(spec['secretRef'], scope) } };
  }
  const account = fieldsOf(spec['kubernetesServiceAccountToken']);
  const ref = serviceAccountRef(account['serviceAccountRef'], scope);
  const more = account['audiences'] === undefined ? ['vault'] : textsOf(account['audiences']);
  const { expirationSeconds } = account;
  return {
    ...shared,
    source: {
      from: 'serviceAccount',
      ref: { ...ref, audiences: [...ref.audiences, ...more] },
      expirationSeconds: typeof expirationSeconds === 'number' ? expirationSeconds : 600,
    },
  };
}

function certAuth(spec: Spec): VaultAuth {
  return { kind: 'cert', mount: mountOf(spec, 'cert'), role: textOf(spec['vaultRole']) };
}

function iamAuth(spec: Spec, scope: StoreScope): IamAuth {
  return {
    kind: 'iam',
    mount: mountOf(spec, 'aws'),
    role: textOf(spec['vaultRole']),
    region: textOf(spec['region']) || 'us-east-1',
    awsRole: textOf(spec['role']),
    externalID: textOf(spec['externalID']),
    serverID: textOf(spec['vaultAwsIamServerID']),
    source: iamSource(spec, scope),
  };
}

function iamSource({ jwt, secretRef }: Spec, scope: StoreScope): IamAuth['source'] {
  if (jwt !== undefined) {
    const ref = serviceAccountRef(fieldsOf(jwt)['serviceAccountRef'], scope);
    return { from: 'serviceAccount', ref };
  }
  if (secretRef === undefined) return { from: 'pod' };
  const refs = fieldsOf(secretRef);
  const sessionToken = refs['sessionTokenSecretRef'];
  return {
    from: 'secret',
    accessKeyID: secretKeyRef(refs['accessKeyIDSecretRef'], scope),
    secretAccessKey: secretKeyRef(refs['secretAccessKeySecretRef'], scope),
    sessionToken: sessionToken === undefined ? undefined : secretKeyRef(sessionToken, scope),
  };
}

function gcpAuth(spec: Spec, scope: StoreScope): GcpAuth {
  const shared = { kind: 'gcp', mount: mountOf(spec, 'gcp'), role: textOf(spec['role']) } as const;
  const { secretRef, workloadIdentity, projectID } = spec;
  if (secretRef !== undefined) {
    const { secretAccessKeySecretRef } = fieldsOf(secretRef);
    return {
      ...shared,
      source: { from: 'key', ref: secretKeyRef(secretAccessKeySecretRef, scope) },
    };
  }
  if (workloadIdentity === undefined) return { ...shared, source: { from: 'machine' } };
  const identity = readWorkloadIdentity(fieldsOf(workloadIdentity), scope);
  const clusterProjectID = identity.clusterProjectID || textOf(projectID);
  return {
    ...shared,
    source: { from: 'workloadIdentity', identity: { ...identity, clusterProjectID } },
  };
}
