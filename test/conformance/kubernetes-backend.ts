// Makes the backend of the Kubernetes tests: a real API server, a proxy in front of it that counts and breaks, and users.
import { type KubernetesConfig } from '../../plugin/providers/kubernetes/config.ts';
import { provider } from '../../plugin/providers/kubernetes/index.ts';
import type { Connection, Credentials, StoreScope } from '../../plugin/providers/provider.ts';
import { startFaultProxy, type FaultAnswer, type FaultProxy } from '../servers/fault-proxy.ts';
import {
  type ApiServer,
  etcd,
  kubeApiserver,
  type KubeObject,
  startApiServer,
} from '../servers/kube-apiserver.ts';
import { credentialsOf } from '../support/open-context.ts';
import type { Tool } from '../support/tools.ts';

type Spec = Readonly<Record<string, unknown>>;

/** Where the Secrets are that are read. */
export const remoteNamespace: KubernetesConfig['remoteNamespace'] = 'remote';
/** Who may read them; `nobody` has a token too, and may do nothing. */
export const users = ['reader', 'nobody'] as const;

export type KubernetesBackend = {
  readonly server: ApiServer;
  /** Without TLS, so that it can see and break what passes. */
  readonly proxy: FaultProxy;
  readonly stop: () => Promise<void>;
};

export async function serverTools(): Promise<Readonly<Record<'kubeApiserver' | 'etcd', Tool>>> {
  return { kubeApiserver: await kubeApiserver(), etcd: await etcd() };
}

export async function startBackend(
  programs: Readonly<Record<'kubeApiserver' | 'etcd', string>>,
): Promise<KubernetesBackend> {
  const server = await startApiServer({ ...programs, users });
  await server.create([namespace(remoteNamespace)]);
  await server.create(readers([userNamed('reader')]));
  const proxy = await startFaultProxy(server.url, server.ca);
  return {
    server,
    proxy,
    stop: async () => {
      await proxy.stop();
      await server.stop();
    },
  };
}

/** Lets the subjects read the Secrets of a namespace. */
export function readers(
  subjects: readonly Spec[],
  {
    name = 'readers',
    namespace = remoteNamespace,
  }: { readonly name?: string; readonly namespace?: string } = {},
): readonly KubeObject[] {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] }];
  const roleRef = { apiGroup: rbacGroup, kind: 'Role', name };
  return [
    { apiVersion, kind: 'Role', metadata: { name, namespace }, rules },
    { apiVersion, kind: 'RoleBinding', metadata: { name, namespace }, roleRef, subjects },
  ];
}

const rbacGroup = 'rbac.authorization.k8s.io';

export function userNamed(name: (typeof users)[number]): Spec {
  return { kind: 'User', name, apiGroup: rbacGroup };
}

export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** A Secret in the remote namespace. */
export function secret(
  name: string,
  data: Readonly<Record<string, string | Uint8Array>>,
  metadata: Spec = {},
): KubeObject {
  const encoded = Object.entries(data).map(([key, value]) => [
    key,
    Buffer.from(value).toString('base64'),
  ]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: remoteNamespace, ...metadata },
    data: Object.fromEntries(encoded) as unknown,
  };
}

/** A store that asks with a token of the Secret `shop/kube`, and whatever else its spec has. */
export function connectTo(
  url: string,
  spec: Spec = {},
  scope: StoreScope = { kind: 'SecretStore', name: 'kube', namespace: 'shop' },
): Connection {
  const auth = { token: { bearerToken: { name: 'kube', key: 'token' } } };
  return provider.connect({ server: { url }, remoteNamespace, auth, ...spec }, scope);
}

/** The token of a user as the Secret that `connectTo` names. */
export function tokenCredentials(
  { tokenOf }: ApiServer,
  user: (typeof users)[number],
): Credentials {
  return credentialsOf({ secrets: { 'shop/kube/token': tokenOf(user) } });
}

/** An error in the API's form. */
export function statusFault(code: number, reason: string, message: string): FaultAnswer {
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code };
  return { status: code, body, headers: { 'content-type': 'application/json' } };
}
