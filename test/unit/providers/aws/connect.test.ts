// Tests which AWS stores are one connection, and how it is named.
import { describe, expect, test } from 'vitest';
import { provider } from '../../../../plugin/providers/aws/index.ts';
import type { Connection, StoreScope } from '../../../../plugin/providers/provider.ts';

type Spec = Readonly<Record<string, unknown>>;
type Use = { readonly spec?: Spec; readonly scope?: Partial<StoreScope> };

const ref = (name: string, namespace?: string): Spec => ({
  name,
  key: 'k',
  ...(namespace !== undefined && { namespace }),
});
const secretRef = (namespace?: string): Spec => ({
  secretRef: {
    accessKeyIDSecretRef: ref('id', namespace),
    secretAccessKeySecretRef: ref('key', namespace),
  },
});
const base = { service: 'SecretsManager', region: 'eu-west-1', auth: secretRef() };
const cluster = { kind: 'ClusterSecretStore' } as const;

function connect({ spec = {}, scope = {} }: Use): Connection {
  const use = { kind: 'SecretStore', name: 'aws', namespace: 'shop', ...scope } as const;
  return provider.connect({ ...base, ...spec }, use);
}

describe('identity', () => {
  test.each<{ reason: string; a: Use; b: Use }>([
    { reason: 'two stores that say the same', a: {}, b: { scope: { name: 'other' } } },
    { reason: 'what is written as what is meant', a: {}, b: { spec: { auth: secretRef('shop') } } },
    {
      reason: 'a SecretStore cannot look into another namespace',
      a: {},
      b: { spec: { auth: secretRef('elsewhere') } },
    },
    {
      reason: 'references of one namespace, used from two',
      a: { spec: { auth: secretRef('infra') }, scope: cluster },
      b: { spec: { auth: secretRef('infra') }, scope: { ...cluster, namespace: 'pay' } },
    },
    {
      reason: 'session tags without a role go nowhere',
      a: { spec: { sessionTagsPolicy: 'Simple' }, scope: { name: 'a' } },
      b: { spec: { sessionTagsPolicy: 'Simple' }, scope: { name: 'b' } },
    },
    {
      reason: 'settings for PushSecret do not concern a reader',
      a: {},
      b: { spec: { secretsManager: { recoveryWindowInDays: 7 } } },
    },
    {
      reason: 'custom session tags in another order',
      a: {
        spec: { role: 'r', sessionTagsPolicy: 'Custom', customSessionTags: { a: '1', b: '2' } },
      },
      b: {
        spec: { role: 'r', sessionTagsPolicy: 'Custom', customSessionTags: { b: '2', a: '1' } },
      },
    },
  ])('one connection: $reason', ({ a, b }) => {
    expect(connect(a).identity).toBe(connect(b).identity);
  });

  test.each<{ reason: string; a?: Use; b: Use }>([
    { reason: 'service', b: { spec: { service: 'ParameterStore' } } },
    { reason: 'region', b: { spec: { region: 'eu-west-2' } } },
    { reason: 'prefix', b: { spec: { prefix: 'p' } } },
    { reason: 'credentials', b: { spec: { auth: undefined } } },
    { reason: 'role', b: { spec: { role: 'r' } } },
    {
      reason: 'order of roles',
      a: { spec: { additionalRoles: ['a', 'b'] } },
      b: { spec: { additionalRoles: ['b', 'a'] } },
    },
    {
      reason: 'external ID',
      a: { spec: { role: 'r' } },
      b: { spec: { role: 'r', externalID: 'e' } },
    },
    {
      reason: 'transitive tags',
      a: { spec: { role: 'r' } },
      b: { spec: { role: 'r', transitiveTagKeys: ['t'] } },
    },
    { reason: "a SecretStore's namespace", b: { scope: { namespace: 'pay' } } },
    {
      reason: 'namespace of references without one',
      a: { scope: cluster },
      b: { scope: { ...cluster, namespace: 'pay' } },
    },
    {
      reason: 'session tags of the store',
      a: { spec: { role: 'r', sessionTagsPolicy: 'Simple' } },
      b: { spec: { role: 'r', sessionTagsPolicy: 'Simple' }, scope: { name: 'other' } },
    },
    {
      reason: 'audiences',
      a: { spec: { auth: { jwt: { serviceAccountRef: { name: 'a' } } } } },
      b: { spec: { auth: { jwt: { serviceAccountRef: { name: 'a', audiences: ['x'] } } } } },
    },
  ])('two connections: $reason', ({ a = {}, b }) => {
    expect(connect(a).identity).not.toBe(connect(b).identity);
  });
});

test.each([
  { service: 'SecretsManager', title: 'AWS Secrets Manager, eu-west-1' },
  { service: 'ParameterStore', title: 'AWS Parameter Store, eu-west-1' },
  { service: 'CertificateManager', title: 'AWS Certificate Manager, eu-west-1' },
])('$service is named "$title"', ({ service, title }) => {
  expect(connect({ spec: { service } }).title).toBe(title);
});
