// Owns what of a `gcpsm` store's spec makes a difference at run time: whom it speaks to, and as whom (ESO 3.5).
import {
  workloadIdentity,
  workloadIdentityFederation,
  type WorkloadIdentity,
  type WorkloadIdentityFederation,
} from '../google/config.ts';
import type { SecretKeyRef, StoreScope } from '../provider.ts';
import { fieldsOf, secretKeyRef, textOf } from '../spec.ts';

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
    return workloadIdentityFederation(fieldsOf(auth['workloadIdentityFederation']), scope);
  }
  return { kind: 'ambient' };
}
