// Tests the rules for a store of Azure Key Vault that its schema cannot say.
import { expect, test } from 'vitest';
import { provider } from '../../../../plugin/providers/azurekv/index.ts';

type Spec = Readonly<Record<string, unknown>>;

const cluster = { kind: 'ClusterSecretStore' } as const;
const namespaced = { kind: 'SecretStore', namespace: 'shop' } as const;
const ref = (namespace?: string): Spec => ({ name: 'azure', key: 'k', namespace });
const vaultUrl = 'https://shop.vault.azure.net';
const principal: Spec = {
  vaultUrl,
  tenantId: 'contoso.onmicrosoft.com',
  authSecretRef: { clientId: ref(), clientSecret: ref() },
};
const identity: Spec = { vaultUrl, authType: 'ManagedIdentity' };
const workload: Spec = { vaultUrl, authType: 'WorkloadIdentity' };
const custom = { activeDirectoryEndpoint: 'https://login.stack.example/adfs' };
const own = 'must be absent or the SecretStore\'s own namespace, "shop"';
const noUrl = 'must be an https URL, such as https://shop.vault.azure.net';
const required = 'is missing, and required for this authType';
const oneOf = 'authSecretRef: must have exactly one of clientSecret and clientCertificate';

test.each<{ reason: string; spec: Spec; problems: readonly string[] }>([
  { reason: 'an application and its secret', spec: principal, problems: [] },
  {
    reason: 'an application and its certificate',
    spec: { ...principal, authSecretRef: { clientId: ref(), clientCertificate: ref('shop') } },
    problems: [],
  },
  { reason: 'the identity of the machine', spec: identity, problems: [] },
  { reason: 'that of the process', spec: workload, problems: [] },
  {
    reason: 'that of a ServiceAccount, which a Secret names',
    spec: { ...workload, serviceAccountRef: { name: 'a' }, authSecretRef: { clientId: ref() } },
    problems: [],
  },
  {
    reason: 'a tenant of such a Secret, without the application',
    spec: { ...workload, serviceAccountRef: { name: 'a' }, authSecretRef: { tenantId: ref() } },
    problems: [`authSecretRef.clientId: ${required}`],
  },
  {
    reason: 'the same with the newer SDK, which does not look into it',
    spec: {
      ...workload,
      useAzureSDK: true,
      serviceAccountRef: { name: 'a' },
      authSecretRef: { tenantId: ref() },
    },
    problems: [],
  },
  {
    reason: 'nothing of an application',
    spec: { vaultUrl },
    problems: [`tenantId: ${required}`, `authSecretRef.clientId: ${required}`, oneOf],
  },
  {
    reason: 'a secret and a certificate',
    spec: {
      ...principal,
      authSecretRef: { clientId: ref(), clientSecret: ref(), clientCertificate: ref() },
    },
    problems: [oneOf],
  },
  {
    reason: 'no URL',
    spec: { ...identity, vaultUrl: 'shop' },
    problems: [`vaultUrl: ${noUrl}`],
  },
  {
    reason: 'a token in clear text',
    spec: { ...identity, vaultUrl: 'http://shop.vault.azure.net' },
    problems: [`vaultUrl: ${noUrl}`],
  },
  {
    reason: 'this machine, where nobody listens in',
    spec: { ...identity, vaultUrl: 'http://127.0.0.1:8080/' },
    problems: [],
  },
  {
    reason: 'a URL of an object',
    spec: { ...identity, vaultUrl: `${vaultUrl}/secrets` },
    problems: ['vaultUrl: must be a URL of a host, with nothing beside it'],
  },
  {
    reason: 'a password in a URL',
    spec: { ...identity, vaultUrl: 'https://me:p4ss@shop.vault.azure.net' },
    problems: ['vaultUrl: must be a URL of a host, with nothing beside it'],
  },
  {
    reason: 'a tenant that leads to another path',
    spec: { ...principal, tenantId: '../common' },
    problems: ['tenantId: "../common" is not the ID or domain of a tenant'],
  },
  {
    reason: 'another namespace, everywhere that the operator looks at',
    spec: {
      ...principal,
      authSecretRef: { clientId: ref('x'), clientSecret: ref('x'), tenantId: ref('x') },
      serviceAccountRef: { name: 'a', namespace: 'x' },
    },
    problems: [
      `authSecretRef.clientId.namespace: ${own}`,
      `authSecretRef.clientSecret.namespace: ${own}`,
      `serviceAccountRef.namespace: ${own}`,
    ],
  },
  {
    reason: 'a cloud of its own',
    spec: {
      ...identity,
      environmentType: 'AzureStackCloud',
      useAzureSDK: true,
      customCloudConfig: custom,
    },
    problems: [],
  },
  {
    reason: 'a cloud of its own, which does not say where it is',
    spec: { ...identity, environmentType: 'AzureStackCloud', useAzureSDK: true },
    problems: [
      'customCloudConfig: CustomCloudConfig is required when EnvironmentType is AzureStackCloud',
    ],
  },
  {
    reason: 'a cloud of its own with the older SDK',
    spec: { ...identity, customCloudConfig: custom },
    problems: ['customCloudConfig: needs useAzureSDK: true, as in the operator'],
  },
  {
    reason: 'a cloud of its own where everybody listens in',
    spec: {
      ...identity,
      useAzureSDK: true,
      customCloudConfig: { activeDirectoryEndpoint: 'http://login.stack.example' },
    },
    problems: [`customCloudConfig.activeDirectoryEndpoint: ${noUrl}`],
  },
  {
    reason: 'a cloud that was closed',
    spec: { ...identity, environmentType: 'GermanCloud', useAzureSDK: true },
    problems: ['environmentType: GermanCloud was closed in 2021, and useAzureSDK does not know it'],
  },
])('$reason', ({ spec, problems }) => {
  const found = provider.validate({ authType: 'ServicePrincipal', ...spec }, namespaced);

  expect(found.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual(problems);
});

test('a ClusterSecretStore may look into any namespace', () => {
  const spec = { ...principal, authSecretRef: { clientId: ref('x'), clientSecret: ref('y') } };

  expect(provider.validate({ authType: 'ServicePrincipal', ...spec }, cluster)).toEqual([]);
});
