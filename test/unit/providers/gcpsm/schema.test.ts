// Tests the schema of a store of Google Secret Manager: what its two versions take, refuse and fill in.
import { describe, expect, test } from 'vitest';
import { validateKind } from '../../../../plugin/schema/validate.ts';

type Json = Readonly<Record<string, unknown>>;
type Version = 'v1' | 'v1beta1';

function check(gcpsm: Json, version: Version = 'v1'): ReturnType<typeof validateKind> {
  const apiVersion = `external-secrets.io/${version}`;
  const store = { kind: 'SecretStore', apiVersion, metadata: { name: 's' } };
  return validateKind('SecretStore', apiVersion, { ...store, spec: { provider: { gcpsm } } });
}

function problems(gcpsm: Json, version?: Version): readonly string[] {
  const prefix = 'spec.provider.gcpsm';
  return check(gcpsm, version).problems.map(({ path }) => path.join('.').replace(`${prefix}.`, ''));
}

const federation = (more: Json): Json => ({ auth: { workloadIdentityFederation: more } });
const aws = { region: 'eu-west-1', awsCredentialsSecretRef: { name: 'aws' } };

describe('what is taken', () => {
  test.each<{ reason: string; gcpsm: Json; version?: Version }>([
    { reason: 'nothing at all', gcpsm: {} },
    { reason: 'nothing at all', gcpsm: {}, version: 'v1beta1' },
    {
      reason: 'a key',
      gcpsm: {
        projectID: 'p',
        location: 'l',
        auth: { secretRef: { secretAccessKeySecretRef: { name: 'n', namespace: 'm', key: 'k' } } },
      },
      version: 'v1beta1',
    },
    {
      reason: 'the identity of a cluster',
      gcpsm: {
        auth: {
          workloadIdentity: {
            serviceAccountRef: { name: 'n', audiences: ['a'] },
            clusterName: 'c',
            clusterLocation: 'l',
            clusterProjectID: 'p',
          },
        },
      },
      version: 'v1beta1',
    },
    {
      reason: 'a federated ServiceAccount',
      gcpsm: federation({
        audience: 'a',
        serviceAccountRef: { name: 'n' },
        gcpServiceAccountEmail: 'a@p.iam.gserviceaccount.com',
      }),
    },
    {
      reason: 'a credential configuration',
      gcpsm: federation({
        credConfig: { name: 'n', namespace: 'm', key: 'k' },
        externalTokenEndpoint: 'https://x',
      }),
    },
    {
      reason: 'keys of AWS',
      gcpsm: federation({ audience: 'a', awsSecurityCredentials: aws }),
    },
  ])('$reason, in $version', ({ gcpsm, version }) => {
    expect(problems(gcpsm, version)).toEqual([]);
  });
});

describe('what is refused', () => {
  test.each<{ reason: string; gcpsm: Json; version?: Version; at: string }>([
    { reason: 'a field that is misspelt', gcpsm: { projectId: 'p' }, at: 'projectId' },
    {
      reason: 'a policy that nobody knows',
      gcpsm: { secretVersionSelectionPolicy: 'Newest' },
      at: 'secretVersionSelectionPolicy',
    },
    {
      reason: 'the policy, which is younger',
      gcpsm: { secretVersionSelectionPolicy: 'LatestOrFetch' },
      version: 'v1beta1',
      at: 'secretVersionSelectionPolicy',
    },
    {
      reason: 'federation, which is younger',
      gcpsm: federation({ credConfig: { name: 'n', key: 'k' } }),
      version: 'v1beta1',
      at: 'auth.workloadIdentityFederation',
    },
    {
      reason: 'an identity of nobody',
      gcpsm: { auth: { workloadIdentity: {} } },
      at: 'auth.workloadIdentity.serviceAccountRef',
    },
    {
      reason: 'a configuration without a key',
      gcpsm: federation({ credConfig: { name: 'n' } }),
      at: 'auth.workloadIdentityFederation.credConfig.key',
    },
    {
      reason: 'a region that is a host',
      gcpsm: federation({ awsSecurityCredentials: { ...aws, region: 'a.example.com' } }),
      at: 'auth.workloadIdentityFederation.awsSecurityCredentials.region',
    },
    {
      reason: 'an email of a person',
      gcpsm: federation({ gcpServiceAccountEmail: 'ann@example.com' }),
      at: 'auth.workloadIdentityFederation.gcpServiceAccountEmail',
    },
  ])('$reason', ({ gcpsm, version, at }) => {
    expect(problems(gcpsm, version)).toEqual([at]);
  });
});

test.each([
  { version: 'v1', expected: { projectID: 'p', secretVersionSelectionPolicy: 'LatestOrFail' } },
  { version: 'v1beta1', expected: { projectID: 'p' } },
] as const)('defaults of $version', ({ version, expected }) => {
  expect(check({ projectID: 'p' }, version).value).toMatchObject({
    spec: { provider: { gcpsm: expected } },
  });
});
