// Owns what of a `gcpsm` store's spec makes a difference at run time: whom it speaks to, and as whom (ESO 3.5).
import type { ObjectRef, SecretKeyRef, ServiceAccountRef, StoreScope } from '../provider.ts';
import { fieldsOf, secretKeyRef, serviceAccountRef, textOf } from '../spec.ts';

type Spec = Readonly<Record<string, unknown>>;

/** Everything that decides over a request and its identity, and nothing else: two stores with an equal one are one. */
export type GcpsmConfig = {
  /** Where the secrets are; '' where the metadata server has to say it. */
  readonly projectID: string;
  /** Of regional secrets; '' for global ones. */
  readonly location: string;
  /** secretVersionSelectionPolicy LatestOrFetch: the newest enabled version in the place of one that is not. */
  readonly latestOrFetch: boolean;
  readonly auth: GoogleAuth;
};

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

export function gcpsmConfig(spec: Spec, scope: StoreScope): GcpsmConfig {
  const auth = fieldsOf(spec['auth']);
  const { clusterProjectID } = fieldsOf(auth['workloadIdentity']);
  return {
    projectID: textOf(spec['projectID']) || textOf(clusterProjectID),
    location: textOf(spec['location']),
    latestOrFetch: spec['secretVersionSelectionPolicy'] === 'LatestOrFetch',
    auth: authOf(auth, scope),
  };
}

/** `Google Secret Manager, project shop, europe-west3`. */
export function gcpsmTitle({ projectID, location }: GcpsmConfig): string {
  const project = projectID === '' ? [] : [`project ${projectID}`];
  return ['Google Secret Manager', ...project, ...(location === '' ? [] : [location])].join(', ');
}

/** The first that is there wins. */
function authOf(auth: Spec, scope: StoreScope): GoogleAuth {
  if (auth['secretRef'] !== undefined) {
    const { secretAccessKeySecretRef } = fieldsOf(auth['secretRef']);
    return { kind: 'key', ref: secretKeyRef(secretAccessKeySecretRef, scope) };
  }
  if (auth['workloadIdentity'] !== undefined) {
    return workloadIdentity(fieldsOf(auth['workloadIdentity']), scope);
  }
  if (auth['workloadIdentityFederation'] !== undefined) {
    return federation(fieldsOf(auth['workloadIdentityFederation']), scope);
  }
  return { kind: 'ambient' };
}

function workloadIdentity(spec: Spec, scope: StoreScope): WorkloadIdentity {
  return {
    kind: 'workloadIdentity',
    ref: serviceAccountRef(spec['serviceAccountRef'], scope),
    clusterProjectID: textOf(spec['clusterProjectID']),
    clusterLocation: textOf(spec['clusterLocation']),
    clusterName: textOf(spec['clusterName']),
  };
}

function federation(spec: Spec, scope: StoreScope): WorkloadIdentityFederation {
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
