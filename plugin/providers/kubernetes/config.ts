// Owns what of a `kubernetes` store's spec makes a difference at run time: which server, as whom, which namespace (ESO 3.8).
import { caSource, type CaSource } from '../ca.ts';
import type { SecretKeyRef, ServiceAccountRef, StoreScope } from '../provider.ts';
import { fieldsOf, secretKeyRef, serviceAccountRef, textOf } from '../spec.ts';

type Spec = Readonly<Record<string, unknown>>;

/** Everything that decides over a request and its identity, and nothing else: two stores with an equal one are one. */
export type KubernetesConfig = {
  /** Namespace of the Secrets that are read. */
  readonly remoteNamespace: string;
  readonly access: Access;
};

export type Access = ServerAccess | KubeconfigAccess;

/** The key of a Secret that holds a kubeconfig, which names the server too. */
export type KubeconfigAccess = { readonly kind: 'kubeconfig'; readonly ref: SecretKeyRef };

export type ServerAccess = {
  readonly kind: 'server';
  readonly url: string;
  readonly ca: CaSource | undefined;
  readonly auth: KubernetesAuth;
};

export type KubernetesAuth =
  | { readonly kind: 'token'; readonly ref: SecretKeyRef }
  | { readonly kind: 'serviceAccount'; readonly ref: ServiceAccountRef }
  | { readonly kind: 'certificate'; readonly certificate: SecretKeyRef; readonly key: SecretKeyRef }
  /** No `auth` at all: ESO asks as nobody then, and so does this. */
  | { readonly kind: 'anonymous' };

export function kubernetesConfig(spec: Spec, scope: StoreScope): KubernetesConfig {
  return {
    remoteNamespace: textOf(spec['remoteNamespace']) || 'default',
    access:
      spec['authRef'] === undefined
        ? serverAccess(spec, scope)
        : { kind: 'kubeconfig', ref: secretKeyRef(spec['authRef'], scope) },
  };
}

/** `Kubernetes, https://10.0.0.1:6443, namespace shop`. */
export function kubernetesTitle({ remoteNamespace, access }: KubernetesConfig): string {
  const server =
    access.kind === 'server' ? access.url : `kubeconfig of Secret ${titleOf(access.ref)}`;
  return `Kubernetes, ${server}, namespace ${remoteNamespace}`;
}

function titleOf({ namespace, name }: SecretKeyRef): string {
  return `${namespace}/${name}`;
}

/** A server without a scheme is one with TLS, whatever else the store says: a token goes there. */
export function serverUrl(url: string): string {
  const withScheme = /^https?:\/\//i.test(url) ? url : `https://${url}`;
  return withScheme.replace(/\/+$/, '');
}

function serverAccess(spec: Spec, scope: StoreScope): ServerAccess {
  const server = fieldsOf(spec['server']);
  return {
    kind: 'server',
    url: serverUrl(textOf(server['url'])),
    ca: caSource(server, scope),
    auth: authOf(fieldsOf(spec['auth']), scope),
  };
}

/** The schema lets one of them be there. */
function authOf(auth: Spec, scope: StoreScope): KubernetesAuth {
  if (auth['token'] !== undefined) {
    return { kind: 'token', ref: secretKeyRef(fieldsOf(auth['token'])['bearerToken'], scope) };
  }
  if (auth['serviceAccount'] !== undefined) {
    return { kind: 'serviceAccount', ref: serviceAccountRef(auth['serviceAccount'], scope) };
  }
  if (auth['cert'] === undefined) return { kind: 'anonymous' };
  const { clientCert, clientKey } = fieldsOf(auth['cert']);
  return {
    kind: 'certificate',
    certificate: secretKeyRef(clientCert, scope),
    key: secretKeyRef(clientKey, scope),
  };
}
