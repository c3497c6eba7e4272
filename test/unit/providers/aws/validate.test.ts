// Tests the rules of an AWS store that its schema cannot say.
import { expect, test } from 'vitest';
import { provider } from '../../../../plugin/providers/aws/index.ts';

type Spec = Readonly<Record<string, unknown>>;

const own = { kind: 'SecretStore', namespace: 'shop' } as const;
const cluster = { kind: 'ClusterSecretStore' } as const;
const auth = (namespace: string): Spec => ({
  secretRef: {
    accessKeyIDSecretRef: { name: 'a', key: 'k', namespace },
    secretAccessKeySecretRef: { name: 'a', key: 'k' },
    sessionTokenSecretRef: { name: 'a', key: 'k', namespace },
  },
});

test.each([
  { reason: 'no auth', spec: {}, store: own },
  { reason: "the store's own namespace", spec: { auth: auth('shop') }, store: own },
  {
    reason: 'a ClusterSecretStore says any namespace',
    spec: { auth: auth('infra') },
    store: cluster,
  },
  { reason: 'a region of another partition', spec: { region: 'cn-north-1' }, store: own },
  {
    reason: 'certificates',
    spec: { service: 'CertificateManager' },
    store: own,
  },
  {
    reason: 'the bounds of the recovery window',
    spec: { secretsManager: { recoveryWindowInDays: 30 } },
    store: own,
  },
  {
    reason: 'no recovery window',
    spec: { secretsManager: { recoveryWindowInDays: 0, forceDeleteWithoutRecovery: true } },
    store: own,
  },
])('accepted: $reason', ({ spec, store }) => {
  expect(
    provider.validate({ service: 'SecretsManager', region: 'eu-west-1', ...spec }, store),
  ).toEqual([]);
});

const references = 'must be absent or the SecretStore\'s own namespace, "shop"';
test.each([
  {
    reason: "a SecretStore's references stay in its namespace",
    spec: { auth: auth('infra') },
    expected: [
      { path: ['auth', 'secretRef', 'accessKeyIDSecretRef', 'namespace'], message: references },
      { path: ['auth', 'secretRef', 'sessionTokenSecretRef', 'namespace'], message: references },
    ],
  },
  {
    reason: 'the ServiceAccount too',
    spec: { auth: { jwt: { serviceAccountRef: { name: 'a', namespace: 'infra' } } } },
    expected: [{ path: ['auth', 'jwt', 'serviceAccountRef', 'namespace'], message: references }],
  },
  {
    reason: 'jwt needs its ServiceAccount',
    spec: { auth: { jwt: {} } },
    expected: [{ path: ['auth', 'jwt', 'serviceAccountRef'], message: 'must be set' }],
  },
  {
    reason: 'no region',
    spec: { region: '' },
    expected: [{ path: ['region'], message: '"" is not the name of an AWS region' }],
  },
  {
    reason: 'a region that would lead to another host',
    spec: { region: 'x.example.com/?' },
    expected: [{ path: ['region'], message: '"x.example.com/?" is not the name of an AWS region' }],
  },
  {
    reason: "ESO's own session tags",
    spec: { customSessionTags: { esoStoreName: 'x', mine: 'y' } },
    expected: [
      {
        path: ['customSessionTags', 'esoStoreName'],
        message: 'is set by sessionTagsPolicy and cannot be given',
      },
    ],
  },
  {
    reason: 'a recovery window out of range, and forced deletion',
    spec: { secretsManager: { recoveryWindowInDays: 6, forceDeleteWithoutRecovery: true } },
    expected: [
      { path: ['secretsManager', 'recoveryWindowInDays'], message: 'must be between 7 and 30' },
      {
        path: ['secretsManager', 'recoveryWindowInDays'],
        message: 'conflicts with forceDeleteWithoutRecovery',
      },
    ],
  },
])('refused: $reason', ({ spec, expected }) => {
  expect(
    provider.validate({ service: 'SecretsManager', region: 'eu-west-1', ...spec }, own),
  ).toEqual(expected);
});
