// Tests which stores of Azure Key Vault are one connection, how it is named, and which server it names itself.
import { describe, expect, test } from 'vitest';
import { provider } from '../../../../plugin/providers/azurekv/index.ts';
import type { Connection, StoreScope } from '../../../../plugin/providers/provider.ts';

type Spec = Readonly<Record<string, unknown>>;
type Use = { readonly spec?: Spec; readonly scope?: Partial<StoreScope> };

const cluster = { kind: 'ClusterSecretStore' } as const;
const ref = (namespace?: string): Spec => ({ name: 'azure', key: 'k', namespace });
const secrets = (namespace?: string): Spec => ({
  clientId: ref(namespace),
  clientSecret: ref(namespace),
});
const base: Spec = {
  authType: 'ServicePrincipal',
  environmentType: 'PublicCloud',
  useAzureSDK: false,
  vaultUrl: 'https://shop.vault.azure.net',
  tenantId: 'contoso',
  authSecretRef: secrets(),
};
const workload: Spec = { authType: 'WorkloadIdentity', serviceAccountRef: { name: 'app' } };

function connect({ spec = {}, scope = {} }: Use): Connection {
  const use = { kind: 'SecretStore', name: 'azure', namespace: 'shop', ...scope } as const;
  return provider.connect({ ...base, ...spec }, use);
}

describe('identity', () => {
  test.each<{ reason: string; a?: Use; b: Use }>([
    { reason: 'two stores that say the same', b: { scope: { name: 'other' } } },
    {
      reason: 'a URL with a `/` behind it',
      b: { spec: { vaultUrl: 'https://SHOP.vault.azure.net:443/' } },
    },
    { reason: 'what is written as what is meant', b: { spec: { authSecretRef: secrets('shop') } } },
    {
      reason: 'a SecretStore cannot look into another namespace',
      b: { spec: { authSecretRef: secrets('x') } },
    },
    {
      reason: 'references of one namespace, used from two',
      a: { spec: { authSecretRef: secrets('infra') }, scope: cluster },
      b: { spec: { authSecretRef: secrets('infra') }, scope: { ...cluster, namespace: 'pay' } },
    },
    {
      reason: 'what is for another auth',
      b: { spec: { identityId: 'i', serviceAccountRef: { name: 'a' } } },
    },
  ])('one connection: $reason', ({ a = {}, b }) => {
    expect(connect(a).identity).toBe(connect(b).identity);
  });

  test.each<{ reason: string; a?: Use; b: Use }>([
    { reason: 'vault', b: { spec: { vaultUrl: 'https://pay.vault.azure.net' } } },
    { reason: 'tenant', b: { spec: { tenantId: 'fabrikam' } } },
    { reason: 'cloud', b: { spec: { environmentType: 'ChinaCloud' } } },
    { reason: 'SDK: it decides over metadata', b: { spec: { useAzureSDK: true } } },
    { reason: 'kind of auth', b: { spec: { authType: 'ManagedIdentity' } } },
    {
      reason: 'identity of the machine',
      a: { spec: { authType: 'ManagedIdentity' } },
      b: { spec: { authType: 'ManagedIdentity', identityId: 'i' } },
    },
    {
      reason: 'namespace of the references',
      a: { scope: cluster },
      b: { scope: { ...cluster, namespace: 'pay' } },
    },
    {
      reason: 'audiences',
      a: { spec: workload },
      b: { spec: { ...workload, serviceAccountRef: { name: 'app', audiences: ['x'] } } },
    },
  ])('two connections: another $reason', ({ a = {}, b }) => {
    expect(connect(a).identity).not.toBe(connect(b).identity);
  });
});

test.each([
  { vaultUrl: 'https://shop.vault.azure.net/', title: 'Azure Key Vault, shop.vault.azure.net' },
  { vaultUrl: 'http://127.0.0.1:80/', title: 'Azure Key Vault, http://127.0.0.1' },
])('title: $title', ({ vaultUrl, title }) => {
  expect(connect({ spec: { vaultUrl } }).title).toBe(title);
});

const stack = { activeDirectoryEndpoint: 'https://login.stack.example/' };
const public_ = { activeDirectoryEndpoint: 'https://login.microsoftonline.com/' };

describe('the server that a manifest chooses', () => {
  test.each<{ reason: string; spec: Spec; server: string | undefined }>([
    { reason: 'none, with a vault of Microsoft', spec: {}, server: undefined },
    {
      reason: 'none, with a vault of another of its clouds',
      spec: { vaultUrl: 'https://shop.vault.azure.cn' },
      server: undefined,
    },
    {
      reason: 'any other host',
      spec: { vaultUrl: 'https://evil.example/' },
      server: 'https://evil.example',
    },
    {
      reason: 'a host that only looks like one',
      spec: { vaultUrl: 'https://shop.vault.azure.net.evil.example' },
      server: 'https://shop.vault.azure.net.evil.example',
    },
    {
      reason: 'the domain itself is no vault',
      spec: { vaultUrl: 'https://evilvault.azure.net' },
      server: 'https://evilvault.azure.net',
    },
    {
      reason: 'a port of its own is still the host',
      spec: { vaultUrl: 'https://shop.vault.azure.net:8443' },
      server: undefined,
    },
    {
      reason: 'a place of its own for tokens, which gets the credentials',
      spec: { useAzureSDK: true, customCloudConfig: stack },
      server: 'https://login.stack.example',
    },
    {
      reason: 'that place before the vault',
      spec: { useAzureSDK: true, customCloudConfig: stack, vaultUrl: 'https://v.stack.example' },
      server: 'https://login.stack.example',
    },
    {
      reason: 'the vault, where the place is Microsoft',
      spec: { useAzureSDK: true, customCloudConfig: public_, vaultUrl: 'https://v.stack.example' },
      server: 'https://v.stack.example',
    },
    {
      reason: "the vault, where the machine's identity needs no such place",
      spec: {
        authType: 'ManagedIdentity',
        useAzureSDK: true,
        customCloudConfig: stack,
        vaultUrl: 'https://v.stack.example',
      },
      server: 'https://v.stack.example',
    },
  ])('$reason', ({ spec, server }) => {
    expect(connect({ spec }).server).toBe(server);
  });
});
