// Tests which stores of Google Secret Manager are one connection, and how it is named.
import { describe, expect, test } from 'vitest';
import { provider } from '../../../../plugin/providers/gcpsm/index.ts';
import type { Connection, StoreScope } from '../../../../plugin/providers/provider.ts';

type Spec = Readonly<Record<string, unknown>>;
type Use = { readonly spec?: Spec; readonly scope?: Partial<StoreScope> };

const base = { projectID: 'shop', auth: key() };
const cluster = { kind: 'ClusterSecretStore' } as const;

function key(namespace?: string): Spec {
  return { secretRef: { secretAccessKeySecretRef: { name: 'gcp', key: 'k', namespace } } };
}

function identity(more: Spec = {}): Spec {
  return { workloadIdentity: { serviceAccountRef: { name: 'app' }, ...more } };
}

function federation(more: Spec = {}): Spec {
  return { workloadIdentityFederation: { credConfig: { name: 'c', key: 'k' }, ...more } };
}

function connect({ spec = {}, scope = {} }: Use): Connection {
  const use = { kind: 'SecretStore', name: 'gcp', namespace: 'shop', ...scope } as const;
  return provider.connect({ ...base, ...spec }, use);
}

describe('identity', () => {
  test.each<{ reason: string; a: Use; b: Use }>([
    { reason: 'two stores that say the same', a: {}, b: { scope: { name: 'other' } } },
    { reason: 'what is written as what is meant', a: {}, b: { spec: { auth: key('shop') } } },
    {
      reason: 'a SecretStore cannot look into another namespace',
      a: {},
      b: { spec: { auth: key('elsewhere') } },
    },
    {
      reason: 'references of one namespace, used from two',
      a: { spec: { auth: key('infra') }, scope: cluster },
      b: { spec: { auth: key('infra') }, scope: { ...cluster, namespace: 'pay' } },
    },
    {
      reason: 'the default policy',
      a: {},
      b: { spec: { secretVersionSelectionPolicy: 'LatestOrFail' } },
    },
    {
      reason: 'auth that another one wins over',
      a: {},
      b: { spec: { auth: { ...identity(), ...key() } } },
    },
  ])('one connection: $reason', ({ a, b }) => {
    expect(connect(a).identity).toBe(connect(b).identity);
  });

  test.each<{ reason: string; a?: Use; b: Use }>([
    { reason: 'project', b: { spec: { projectID: 'pay' } } },
    { reason: 'location', b: { spec: { location: 'europe-west3' } } },
    { reason: 'policy', b: { spec: { secretVersionSelectionPolicy: 'LatestOrFetch' } } },
    { reason: 'auth', b: { spec: { auth: undefined } } },
    { reason: "a SecretStore's namespace", b: { scope: { namespace: 'pay' } } },
    {
      reason: 'namespace of references without one',
      a: { scope: cluster },
      b: { scope: { ...cluster, namespace: 'pay' } },
    },
    {
      reason: 'cluster',
      a: { spec: { auth: identity({ clusterName: 'a' }) } },
      b: { spec: { auth: identity({ clusterName: 'b' }) } },
    },
    {
      reason: 'audiences',
      a: { spec: { auth: identity() } },
      b: { spec: { auth: identity({ serviceAccountRef: { name: 'app', audiences: ['x'] } }) } },
    },
    {
      reason: 'service account to impersonate',
      a: { spec: { auth: federation() } },
      b: { spec: { auth: federation({ gcpServiceAccountEmail: 'a@b' }) } },
    },
    {
      reason: 'endpoint of tokens',
      a: { spec: { auth: federation() } },
      b: { spec: { auth: federation({ externalTokenEndpoint: 'https://x' }) } },
    },
    {
      reason: 'keys of AWS',
      a: { spec: { auth: aws('a') } },
      b: { spec: { auth: aws('b') } },
    },
  ])('two connections: $reason', ({ a = {}, b }) => {
    expect(connect(a).identity).not.toBe(connect(b).identity);
  });

  function aws(name: string): Spec {
    const awsSecurityCredentials = { region: 'eu-west-1', awsCredentialsSecretRef: { name } };
    return { workloadIdentityFederation: { audience: 'x', awsSecurityCredentials } };
  }
});

test.each<{ spec: Spec; title: string }>([
  { spec: {}, title: 'Google Secret Manager, project shop' },
  {
    spec: { location: 'europe-west3' },
    title: 'Google Secret Manager, project shop, europe-west3',
  },
  { spec: { projectID: undefined }, title: 'Google Secret Manager' },
])('"$title"', ({ spec, title }) => {
  expect(connect({ spec }).title).toBe(title);
});

test('no store leads credentials to a server of its own', () => {
  const spec = { auth: federation({ externalTokenEndpoint: 'https://tokens.example.com' }) };

  expect(connect({ spec }).server).toBeUndefined();
});
