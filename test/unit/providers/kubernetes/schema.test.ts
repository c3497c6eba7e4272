// Tests the schema of a store of Kubernetes: what it takes, refuses and fills in, the same in both versions.
import { describe, expect, test } from 'vitest';
import { validateKind } from '../../../../plugin/schema/validate.ts';

type Json = Readonly<Record<string, unknown>>;

function check(version: string, kubernetes: Json): ReturnType<typeof validateKind> {
  const apiVersion = `external-secrets.io/${version}`;
  const store = { kind: 'SecretStore', apiVersion, metadata: { name: 's' } };
  return validateKind('SecretStore', apiVersion, { ...store, spec: { provider: { kubernetes } } });
}

const ref = { name: 'n', key: 'k' };

describe.each(['v1', 'v1beta1'])('%s', (version) => {
  test.each<{ reason: string; kubernetes: Json }>([
    { reason: 'nothing at all', kubernetes: {} },
    {
      reason: 'a server with its CA, and a certificate',
      kubernetes: {
        server: {
          url: 'https://x',
          caBundle: 'YQ==',
          caProvider: { type: 'ConfigMap', name: 'ca', key: 'k', namespace: 'x' },
        },
        remoteNamespace: 'shop',
        auth: { cert: { clientCert: ref, clientKey: ref } },
      },
    },
    { reason: 'a token', kubernetes: { auth: { token: { bearerToken: ref } } } },
    {
      reason: 'a ServiceAccount',
      kubernetes: { auth: { serviceAccount: { name: 'app', audiences: ['a'] } } },
    },
    { reason: 'a kubeconfig', kubernetes: { authRef: ref } },
  ])('takes $reason', ({ kubernetes }) => {
    expect(check(version, kubernetes).problems).toEqual([]);
  });

  test.each<{ reason: string; kubernetes: Json; at: string }>([
    { reason: 'no auth in auth', kubernetes: { auth: {} }, at: 'auth' },
    {
      reason: 'two of them',
      kubernetes: { auth: { token: { bearerToken: ref }, serviceAccount: { name: 'a' } } },
      at: 'auth',
    },
    {
      reason: 'a namespace that is none',
      kubernetes: { remoteNamespace: 'A' },
      at: 'remoteNamespace',
    },
    { reason: 'an empty namespace', kubernetes: { remoteNamespace: '' }, at: 'remoteNamespace' },
    { reason: 'a misspelt field', kubernetes: { server: { URL: 'x' } }, at: 'server.URL' },
    {
      reason: 'a ServiceAccount without a name',
      kubernetes: { auth: { serviceAccount: {} } },
      at: 'auth.serviceAccount.name',
    },
  ])('refuses $reason', ({ kubernetes, at }) => {
    const { problems } = check(version, kubernetes);
    expect(new Set(problems.map(({ path }) => path.join('.')))).toEqual(
      new Set([`spec.provider.kubernetes.${at}`]),
    );
  });

  test('fills in the namespace, and the URL of a server that is there', () => {
    expect(check(version, { server: {} }).value).toMatchObject({
      spec: {
        provider: {
          kubernetes: { server: { url: 'kubernetes.default' }, remoteNamespace: 'default' },
        },
      },
    });
  });
});
