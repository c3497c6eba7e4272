// Tests the rules for a store of Google Secret Manager that its schema cannot say.
import { expect, test } from 'vitest';
import { provider } from '../../../../plugin/providers/gcpsm/index.ts';

type Spec = Readonly<Record<string, unknown>>;

const cluster = { kind: 'ClusterSecretStore' } as const;
const namespaced = { kind: 'SecretStore', namespace: 'shop' } as const;
const key = (namespace?: string): Spec => ({
  secretRef: { secretAccessKeySecretRef: { name: 'gcp', key: 'k', namespace } },
});
const federation = (more: Spec): Spec => ({ auth: { workloadIdentityFederation: more } });
const account = { name: 'app' };
const own = 'must be absent or the SecretStore\'s own namespace, "shop"';

test.each<{ reason: string; spec: Spec; problems: readonly string[] }>([
  { reason: 'nothing at all', spec: {}, problems: [] },
  { reason: 'a key and a project', spec: { projectID: 'shop', auth: key() }, problems: [] },
  { reason: 'a domain in a project', spec: { projectID: 'example.com:shop' }, problems: [] },
  { reason: 'a number of a project', spec: { projectID: '1234567890' }, problems: [] },
  { reason: 'its own namespace', spec: { projectID: 'shop', auth: key('shop') }, problems: [] },
  {
    reason: 'a key, and the project of the cluster',
    spec: {
      auth: {
        ...key(),
        workloadIdentity: { serviceAccountRef: account, clusterProjectID: 'shop' },
      },
    },
    problems: [],
  },
  {
    reason: 'a key without a project',
    spec: { auth: key() },
    problems: ['projectID: must be set beside auth.secretRef'],
  },
  {
    reason: 'a project that leads to another path',
    spec: { projectID: 'shop/../pay' },
    problems: ['projectID: "shop/../pay" is not the ID or number of a project of Google Cloud'],
  },
  {
    reason: 'a cluster of such a project',
    spec: { auth: { workloadIdentity: { serviceAccountRef: account, clusterProjectID: 'a b' } } },
    problems: [
      'auth.workloadIdentity.clusterProjectID: "a b" is not the ID of a project of Google Cloud',
    ],
  },
  {
    reason: 'a location that leads to another host',
    spec: { location: 'x.example.com/' },
    problems: ['location: "x.example.com/" is not the location of Google Cloud'],
  },
  {
    reason: 'another namespace, everywhere',
    spec: {
      projectID: 'shop',
      auth: {
        ...key('x'),
        workloadIdentity: { serviceAccountRef: { name: 'app', namespace: 'x' } },
        workloadIdentityFederation: {
          audience: 'a',
          awsSecurityCredentials: {
            region: 'r',
            awsCredentialsSecretRef: { name: 'a', namespace: 'x' },
          },
        },
      },
    },
    problems: [
      `auth.secretRef.secretAccessKeySecretRef.namespace: ${own}`,
      `auth.workloadIdentity.serviceAccountRef.namespace: ${own}`,
      `auth.workloadIdentityFederation.awsSecurityCredentials.awsCredentialsSecretRef.namespace: ${own}`,
    ],
  },
  {
    reason: 'federation of nothing',
    spec: federation({ audience: 'a' }),
    problems: [
      'auth.workloadIdentityFederation: must have exactly one of credConfig, serviceAccountRef, awsSecurityCredentials',
    ],
  },
  {
    reason: 'federation of two',
    spec: federation({ serviceAccountRef: account, credConfig: { name: 'c', key: 'k' } }),
    problems: [
      'auth.workloadIdentityFederation: must have exactly one of credConfig, serviceAccountRef, awsSecurityCredentials',
    ],
  },
  {
    reason: 'a ServiceAccount without an audience',
    spec: federation({ serviceAccountRef: account }),
    problems: ['auth.workloadIdentityFederation.audience: must be set beside serviceAccountRef'],
  },
  {
    reason: 'a configuration has its own audience',
    spec: federation({ credConfig: { name: 'c', key: 'k' } }),
    problems: [],
  },
])('$reason', ({ spec, problems }) => {
  const found = provider.validate(spec, namespaced);

  expect(found.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual(problems);
});

test('a ClusterSecretStore may look into any namespace', () => {
  expect(provider.validate({ projectID: 'shop', auth: key('x') }, cluster)).toEqual([]);
});
