// Owns the identities of Google that stores name in the same fields, whatever they are for (ESO 3.5).
import type { ObjectRef, SecretKeyRef, ServiceAccountRef, StoreScope } from '../provider.ts';
import { fieldsOf, secretKeyRef, serviceAccountRef, textOf } from '../spec.ts';

type Spec = Readonly<Record<string, unknown>>;

/** How to authenticate, of a store or a generator. */
export type GoogleAuth =
  /** A service account's key, as JSON. */
  | { readonly kind: 'key'; readonly ref: SecretKeyRef }
  | WorkloadIdentity
  | WorkloadIdentityFederation
  /** Application default credentials. */
  | { readonly kind: 'ambient' };

/** GKE's own; a part that is '' is asked of the metadata server. */
export type WorkloadIdentity = {
  readonly kind: 'workloadIdentity';
  readonly ref: ServiceAccountRef;
  readonly clusterProjectID: string;
  readonly clusterLocation: string;
  readonly clusterName: string;
};

export type WorkloadIdentityFederation = {
  readonly kind: 'federation';
  /** '' where the credential configuration has it. */
  readonly audience: string;
  /** Of the service account that is impersonated, whatever else names one; '' for none. */
  readonly gcpServiceAccountEmail: string;
  readonly subject: FederationSubject;
};

/** Whose token is exchanged. */
export type FederationSubject =
  /** A credential configuration of type `external_account`. */
  | {
      readonly from: 'credConfig';
      readonly ref: SecretKeyRef;
      readonly externalTokenEndpoint: string;
    }
  | { readonly from: 'serviceAccount'; readonly ref: ServiceAccountRef }
  | { readonly from: 'aws'; readonly ref: ObjectRef; readonly region: string };

/** Of the field `auth`. The first that is there wins. */
export function googleAuth(auth: Spec, scope: StoreScope): GoogleAuth {
  if (auth['secretRef'] !== undefined) {
    const { secretAccessKeySecretRef } = fieldsOf(auth['secretRef']);
    return { kind: 'key', ref: secretKeyRef(secretAccessKeySecretRef, scope) };
  }
  if (auth['workloadIdentity'] !== undefined) {
    return workloadIdentity(fieldsOf(auth['workloadIdentity']), scope);
  }
  if (auth['workloadIdentityFederation'] !== undefined) {
    return workloadIdentityFederation(fieldsOf(auth['workloadIdentityFederation']), scope);
  }
  return { kind: 'ambient' };
}

/** Of the field `workloadIdentity`. */
export function workloadIdentity(spec: Spec, scope: StoreScope): WorkloadIdentity {
  return {
    kind: 'workloadIdentity',
    ref: serviceAccountRef(spec['serviceAccountRef'], scope),
    clusterProjectID: textOf(spec['clusterProjectID']),
    clusterLocation: textOf(spec['clusterLocation']),
    clusterName: textOf(spec['clusterName']),
  };
}

/** Of the field `workloadIdentityFederation`. */
function workloadIdentityFederation(spec: Spec, scope: StoreScope): WorkloadIdentityFederation {
  return {
    kind: 'federation',
    audience: textOf(spec['audience']),
    gcpServiceAccountEmail: textOf(spec['gcpServiceAccountEmail']),
    subject: subjectOf(spec, scope),
  };
}

function subjectOf(spec: Spec, scope: StoreScope): FederationSubject {
  if (spec['serviceAccountRef'] !== undefined) {
    return { from: 'serviceAccount', ref: serviceAccountRef(spec['serviceAccountRef'], scope) };
  }
  if (spec['awsSecurityCredentials'] !== undefined) {
    const { region, awsCredentialsSecretRef } = fieldsOf(spec['awsSecurityCredentials']);
    const { namespace, name } = secretKeyRef(awsCredentialsSecretRef, scope);
    return { from: 'aws', ref: { namespace, name }, region: textOf(region) };
  }
  return {
    from: 'credConfig',
    ref: secretKeyRef(spec['credConfig'], scope),
    externalTokenEndpoint: textOf(spec['externalTokenEndpoint']),
  };
}
