// Makes the manifests of a run of the whole command: a store and the Secrets that it names.
type Spec = Readonly<Record<string, unknown>>;

const namespace = 'shop';

/** The store of a provider, under the name that the tests of the whole command use. */
export function storeManifest(provider: Spec): Spec {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'SecretStore',
    metadata: { name: 'store', namespace },
    spec: { provider },
  };
}

/** A Secret of the input, with the label that webhooks ask for. */
export function secretManifest(name: string, stringData: Readonly<Record<string, string>>): Spec {
  const labels = { 'external-secrets.io/type': 'webhook' };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace, labels }, stringData };
}

/** An ExternalSecret that reads each of the keys, under its place in the list. */
export function externalSecretManifest(name: string, remoteRefs: readonly Spec[]): Spec {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace },
    spec: {
      secretStoreRef: { name: 'store' },
      data: remoteRefs.map((remoteRef, index) => ({ secretKey: `k${index}`, remoteRef })),
    },
  };
}

/** A stream of them. */
export function streamOf(documents: readonly Spec[]): string {
  return documents.map((document) => JSON.stringify(document)).join('\n---\n');
}
