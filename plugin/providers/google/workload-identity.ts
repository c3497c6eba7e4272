// Owns GKE's workload identity (ESO 3.5): a ServiceAccount's token, exchanged by its cluster, and maybe impersonation.
import type { WorkloadIdentity } from './config.ts';
import { accessTokenIn, exchangeParameters, impersonate, jwtType } from './exchange.ts';
import type { AuthContext, TokenSource } from './token-source.ts';

/** Names the service account of Google that a ServiceAccount acts as. */
export const serviceAccountAnnotation = 'iam.gke.io/gcp-service-account';

/** Throws {@link ProviderError}. */
export async function workloadIdentityTokens(
  { ref, ...cluster }: WorkloadIdentity,
  { credentials, endpoints, metadata }: Omit<AuthContext, 'env' | 'takesJwt'>,
): Promise<TokenSource> {
  const project = cluster.clusterProjectID || (await metadata('project/project-id'));
  const location =
    cluster.clusterLocation || (await metadata('instance/attributes/cluster-location'));
  const name = cluster.clusterName || (await metadata('instance/attributes/cluster-name'));
  const pool = `${project}.svc.id.goog`;
  const provider = `https://container.googleapis.com/v1/projects/${project}/locations/${location}/clusters/${name}`;
  const { annotations, token } = await credentials.serviceAccount(ref);
  const subjectToken = (await token([pool, ...ref.audiences])).reveal();
  const parameters = exchangeParameters({
    audience: `identitynamespace:${pool}:${provider}`,
    subjectToken: new TextDecoder().decode(subjectToken).trim(),
    subjectTokenType: jwtType,
  });
  const email = annotations[serviceAccountAnnotation] ?? '';
  return async ({ send }) => {
    const answer = await send({
      method: 'POST',
      url: new URL(`${endpoints.secureToken}/v1/identitybindingtoken`),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
    });
    const attempt = `the token of ServiceAccount "${ref.namespace}/${ref.name}"`;
    const own = accessTokenIn(answer, attempt);
    return email === '' ? own : impersonate({ email }, own, { endpoints, send });
  };
}
