// Tests the rules for a store of Kubernetes that its schema cannot say.
import { expect, test } from 'vitest';
import { provider } from '../../../../plugin/providers/kubernetes/index.ts';

type Spec = Readonly<Record<string, unknown>>;
type Store = Parameters<typeof provider.validate>[1];

const cluster = { kind: 'ClusterSecretStore' } as const;
const namespaced = { kind: 'SecretStore', namespace: 'shop' } as const;
const server = { url: 'https://10.0.0.1:6443' };
const own = 'must be absent or the SecretStore\'s own namespace, "shop"';
const required = 'is missing, and required in a ClusterSecretStore';

const token = (ref: Spec): Spec => ({ token: { bearerToken: { name: 'n', key: 'k', ...ref } } });
const cert = (clientCert: Spec, clientKey: Spec): Spec => ({
  cert: {
    clientCert: { name: 'n', key: 'c', ...clientCert },
    clientKey: { name: 'n', key: 'k', ...clientKey },
  },
});

test.each<{ reason: string; spec: Spec; store?: Store; problems: readonly string[] }>([
  { reason: 'nobody at a server', spec: { server }, problems: [] },
  { reason: 'a token', spec: { server, auth: token({}) }, problems: [] },
  {
    reason: 'its own namespace',
    spec: { server, auth: token({ namespace: 'shop' }) },
    problems: [],
  },
  { reason: 'a host and a port', spec: { server: { url: '10.0.0.1:6443' } }, problems: [] },
  { reason: 'the default host', spec: { server: { url: 'kubernetes.default' } }, problems: [] },
  { reason: 'a kubeconfig', spec: { authRef: { name: 'n', key: 'k' } }, problems: [] },
  {
    reason: 'a token of a named namespace',
    spec: { server, auth: token({ namespace: 'infra' }) },
    store: cluster,
    problems: [],
  },
  {
    reason: 'a ServiceAccount of whatever namespace',
    spec: { server, auth: { serviceAccount: { name: 'app' } } },
    store: cluster,
    problems: [],
  },
  {
    reason: 'no server at all',
    spec: { auth: token({}) },
    problems: ['server.url: must be set, or authRef in its place'],
  },
  {
    reason: 'no URL',
    spec: { server: { url: 'https://a b' } },
    problems: ['server.url: must be a URL such as https://10.0.0.1:6443, without a user'],
  },
  {
    reason: 'a password in the URL',
    spec: { server: { url: 'https://me:secret@10.0.0.1' } },
    problems: ['server.url: must be a URL such as https://10.0.0.1:6443, without a user'],
  },
  {
    reason: 'both',
    spec: { server, auth: token({}), authRef: { name: 'n', key: 'k' } },
    problems: ['authRef: authRef and inline auth cannot both be set'],
  },
  {
    reason: 'references without name and key',
    spec: { server, auth: { token: {} } },
    problems: [
      'auth.token.bearerToken.name: must not be empty',
      'auth.token.bearerToken.key: must not be empty',
    ],
  },
  {
    reason: 'a kubeconfig without a key',
    spec: { authRef: { name: 'n' } },
    problems: ['authRef.key: must not be empty'],
  },
  {
    reason: 'a ClusterSecretStore that names no namespace',
    spec: {
      server: { ...server, caProvider: { type: 'Secret', name: 'ca', key: 'k' } },
      auth: cert({}, {}),
    },
    store: cluster,
    problems: [
      `auth.cert.clientCert.namespace: ${required}`,
      `server.caProvider.namespace: ${required}`,
    ],
  },
  {
    reason: 'a SecretStore that names another namespace, everywhere',
    spec: {
      server: { ...server, caProvider: { type: 'Secret', name: 'ca', key: 'k', namespace: 'x' } },
      auth: {
        ...cert({ namespace: 'x' }, { namespace: 'x' }),
        serviceAccount: { name: 'a', namespace: 'x' },
      },
    },
    problems: [
      `auth.cert.clientCert.namespace: ${own}`,
      `auth.cert.clientKey.namespace: ${own}`,
      `auth.serviceAccount.namespace: ${own}`,
      `server.caProvider.namespace: ${own}`,
    ],
  },
])('$reason', ({ spec, store = namespaced, problems }) => {
  const found = provider.validate(spec, store);
  expect(found.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual(problems);
});
