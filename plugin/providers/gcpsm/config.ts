// Owns what of a `gcpsm` store's spec makes a difference at run time: whom it speaks to, and as whom (ESO 3.5).
import { googleAuth, type GoogleAuth } from '../google/config.ts';
import type { StoreScope } from '../provider.ts';
import { fieldsOf, textOf } from '../spec.ts';

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

export function gcpsmConfig(spec: Spec, scope: StoreScope): GcpsmConfig {
  const auth = fieldsOf(spec['auth']);
  const { clusterProjectID } = fieldsOf(auth['workloadIdentity']);
  return {
    projectID: textOf(spec['projectID']) || textOf(clusterProjectID),
    location: textOf(spec['location']),
    latestOrFetch: spec['secretVersionSelectionPolicy'] === 'LatestOrFetch',
    auth: googleAuth(auth, scope),
  };
}

/** `Google Secret Manager, project shop, europe-west3`. */
export function gcpsmTitle({ projectID, location }: GcpsmConfig): string {
  const project = projectID === '' ? [] : [`project ${projectID}`];
  return ['Google Secret Manager', ...project, ...(location === '' ? [] : [location])].join(', ');
}
