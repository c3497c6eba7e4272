// Tests which stores of Kubernetes are one connection, how it is named, and which server gets credentials.
import { describe, expect, test } from 'vitest';
import { provider } from '../../../../plugin/providers/kubernetes/index.ts';
import type { Connection, StoreScope } from '../../../../plugin/providers/provider.ts';

type Spec = Readonly<Record<string, unknown>>;
type Use = { readonly spec?: Spec; readonly scope?: Partial<StoreScope> };

const base = { server: { url: 'https://10.0.0.1:6443' }, auth: token() };
const cluster = { kind: 'ClusterSecretStore' } as const;

function token(namespace?: string): Spec {
  return { token: { bearerToken: { name: 'kube', key: 'token', namespace } } };
}

function account(more: Spec = {}): Spec {
  return { serviceAccount: { name: 'app', ...more } };
}

function server(more: Spec): Use {
  return { spec: { server: { ...base.server, ...more } } };
}

function connect({ spec = {}, scope = {} }: Use): Connection {
  const use = { kind: 'SecretStore', name: 'kube', namespace: 'shop', ...scope } as const;
  return provider.connect({ ...base, ...spec }, use);
}

describe('identity', () => {
  test.each<{ reason: string; a?: Use; b: Use }>([
    { reason: 'two stores that say the same', b: { scope: { name: 'other' } } },
    { reason: 'the default namespace', b: { spec: { remoteNamespace: 'default' } } },
    { reason: 'what is written as what is meant', b: { spec: { auth: token('shop') } } },
    {
      reason: 'a SecretStore cannot look into another namespace',
      b: { spec: { auth: token('elsewhere') } },
    },
    {
      reason: 'references of one namespace, used from two',
      a: { spec: { auth: token('infra') }, scope: cluster },
      b: { spec: { auth: token('infra') }, scope: { ...cluster, namespace: 'pay' } },
    },
    { reason: 'a slash at the end of the URL', b: server({ url: 'https://10.0.0.1:6443/' }) },
    { reason: 'a URL without a scheme', b: server({ url: '10.0.0.1:6443' }) },
    {
      reason: 'a server that a kubeconfig stands in for',
      a: { spec: { auth: undefined, authRef: { name: 'k', key: 'c' } } },
      b: { spec: { auth: undefined, authRef: { name: 'k', key: 'c' }, server: {} } },
    },
  ])('one connection: $reason', ({ a = {}, b }) => {
    expect(connect(a).identity).toBe(connect(b).identity);
  });

  test.each<{ reason: string; a?: Use; b: Use }>([
    { reason: 'server', b: server({ url: 'https://10.0.0.2:6443' }) },
    { reason: 'path of the server', b: server({ url: 'https://10.0.0.1:6443/k8s/clusters/c-1' }) },
    { reason: 'remote namespace', b: { spec: { remoteNamespace: 'pay' } } },
    { reason: 'no auth', b: { spec: { auth: undefined } } },
    { reason: 'auth', b: { spec: { auth: account() } } },
    {
      reason: 'audiences',
      a: { spec: { auth: account() } },
      b: { spec: { auth: account({ audiences: ['a'] }) } },
    },
    { reason: "a SecretStore's namespace", b: { scope: { namespace: 'pay' } } },
    {
      reason: 'namespace of references without one',
      a: { scope: cluster },
      b: { scope: { ...cluster, namespace: 'pay' } },
    },
    { reason: 'CA', b: server({ caBundle: 'YQ==' }) },
    {
      reason: 'key of the CA',
      a: server({ caProvider: { type: 'Secret', name: 'ca', key: 'a' } }),
      b: server({ caProvider: { type: 'Secret', name: 'ca', key: 'b' } }),
    },
    {
      reason: 'kubeconfig',
      a: { spec: { auth: undefined, authRef: { name: 'k', key: 'a' } } },
      b: { spec: { auth: undefined, authRef: { name: 'k', key: 'b' } } },
    },
  ])('two connections: $reason', ({ a = {}, b }) => {
    expect(connect(a).identity).not.toBe(connect(b).identity);
  });
});

test.each<{ spec: Spec; title: string; server: string | undefined }>([
  {
    spec: {},
    title: 'Kubernetes, https://10.0.0.1:6443, namespace default',
    server: 'https://10.0.0.1:6443',
  },
  {
    spec: { server: { url: 'kubernetes.default' }, remoteNamespace: 'shop' },
    title: 'Kubernetes, https://kubernetes.default, namespace shop',
    server: 'https://kubernetes.default',
  },
  {
    spec: { auth: undefined, authRef: { name: 'k', key: 'c' } },
    title: 'Kubernetes, kubeconfig of Secret shop/k, namespace default',
    server: undefined,
  },
])('$title', ({ spec, title, server: expected }) => {
  const connection = connect({ spec });
  expect({ title: connection.title, server: connection.server }).toEqual({
    title,
    server: expected,
  });
});
