// Tests the schema of a store of Azure Key Vault: what its two versions take, refuse and fill in.
import { expect, test } from 'vitest';
import { validateKind } from '../../../../plugin/schema/validate.ts';

type Json = Readonly<Record<string, unknown>>;
type Version = 'v1' | 'v1beta1';

function check(azurekv: Json, version: Version = 'v1'): ReturnType<typeof validateKind> {
  const apiVersion = `external-secrets.io/${version}`;
  const store = { kind: 'SecretStore', apiVersion, metadata: { name: 's' } };
  return validateKind('SecretStore', apiVersion, { ...store, spec: { provider: { azurekv } } });
}

function problems(azurekv: Json, version?: Version): readonly string[] {
  const prefix = 'spec.provider.azurekv.';
  return check(azurekv, version).problems.map(({ path }) => path.join('.').replace(prefix, ''));
}

const vaultUrl = 'https://shop.vault.azure.net';
const ref = { name: 'n', namespace: 'm', key: 'k' };
const custom = {
  activeDirectoryEndpoint: 'https://login.stack.example',
  keyVaultEndpoint: 'https://vault.stack.example',
  keyVaultDNSSuffix: 'vault.stack.example',
  resourceManagerEndpoint: 'https://management.stack.example',
};

test.each<{ reason: string; azurekv: Json; version?: Version }>([
  { reason: 'a vault alone', azurekv: { vaultUrl } },
  { reason: 'a vault alone', azurekv: { vaultUrl }, version: 'v1beta1' },
  {
    reason: 'all of an application',
    azurekv: {
      vaultUrl,
      tenantId: 't',
      authSecretRef: { clientId: ref, tenantId: ref, clientSecret: ref, clientCertificate: ref },
    },
    version: 'v1beta1',
  },
  {
    reason: 'all of an identity',
    azurekv: {
      vaultUrl,
      authType: 'WorkloadIdentity',
      identityId: 'i',
      serviceAccountRef: { name: 'n', audiences: ['a'] },
    },
    version: 'v1beta1',
  },
  {
    reason: 'a cloud of its own',
    azurekv: {
      vaultUrl,
      environmentType: 'AzureStackCloud',
      useAzureSDK: true,
      customCloudConfig: custom,
    },
  },
])('taken: $reason ($version)', ({ azurekv, version }) => {
  expect(problems(azurekv, version)).toEqual([]);
});

test.each<{ reason: string; azurekv: Json; version?: Version; paths: readonly string[] }>([
  { reason: 'no vault', azurekv: {}, paths: ['vaultUrl'] },
  {
    reason: 'a way to log in that is none',
    azurekv: { vaultUrl, authType: 'Password' },
    paths: ['authType'],
  },
  {
    reason: 'a cloud that is none',
    azurekv: { vaultUrl, environmentType: 'Public' },
    paths: ['environmentType'],
  },
  {
    reason: 'a cloud of its own, which does not say where it is',
    azurekv: { vaultUrl, customCloudConfig: {} },
    paths: ['customCloudConfig.activeDirectoryEndpoint'],
  },
  {
    reason: 'what came later than v1beta1',
    azurekv: { vaultUrl, environmentType: 'AzureStackCloud', useAzureSDK: true },
    version: 'v1beta1',
    paths: ['environmentType', 'useAzureSDK'],
  },
])('refused: $reason', ({ azurekv, version, paths }) => {
  expect([...problems(azurekv, version)].sort()).toEqual([...paths].sort());
});

test('defaults are filled in', () => {
  expect(check({ vaultUrl }).value).toMatchObject({
    spec: {
      provider: {
        azurekv: {
          authType: 'ServicePrincipal',
          environmentType: 'PublicCloud',
          useAzureSDK: false,
        },
      },
    },
  });
});
