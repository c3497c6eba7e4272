// Owns what one store may look up in the cluster for its credentials, and how it is told that it may not, or that nothing is there.
import { configMaps, secrets, serviceAccounts, type ApiResource } from '../k8s/api.ts';
import { mayLookUp } from '../policy/cluster-objects.ts';
import { type ObjectRef, ProviderError } from '../providers/provider.ts';
import type { SecretBytes } from '../secret-bytes.ts';
import { absenceText } from './absence.ts';
import type { Cluster, TokenRequest } from './client.ts';

type Json = Readonly<Record<string, unknown>>;
type LookUp = (ref: ObjectRef) => Promise<Json | undefined>;

/** The cluster to one store. Undefined is what is not there, or not for that store. Throws {@link ProviderError} `credentials`. */
export type ClusterCredentials = {
  readonly secret: LookUp;
  readonly configMap: LookUp;
  readonly serviceAccount: LookUp;
  readonly token: (request: TokenRequest) => Promise<SecretBytes | undefined>;
  /** What is to be said where it gave nothing: `; …`. */
  readonly absence: (ref: ObjectRef) => string;
};

export function clusterCredentials(
  cluster: Cluster,
  bounds: Parameters<typeof mayLookUp>[1],
): ClusterCredentials {
  async function within<T>(ref: ObjectRef, read: () => Promise<T>): Promise<T | undefined> {
    if (!mayLookUp(ref, bounds)) return undefined;
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      throw new ProviderError('credentials', `${cluster.title}: ${error.message}`);
    }
  }
  const lookUp =
    (resource: ApiResource): LookUp =>
    ({ namespace, name }) =>
      within({ namespace, name }, () => cluster.read([resource], { namespace, name }));
  return {
    secret: lookUp(secrets),
    configMap: lookUp(configMaps),
    serviceAccount: lookUp(serviceAccounts),
    token: (request) => within(request, () => cluster.token(request)),
    absence: (ref) => absenceText(cluster.title, ref.namespace, mayLookUp(ref, bounds)),
  };
}
