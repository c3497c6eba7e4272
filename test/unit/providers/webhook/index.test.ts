// Tests what is known of a webhook before it is opened: its server, which uses share requests, and what is wrong with its spec.
import { describe, expect, test } from 'vitest';
import type { StoreScope } from '../../../../plugin/providers/provider.ts';
import { provider } from '../../../../plugin/providers/webhook/index.ts';

function scopeOf(kind: StoreScope['kind'], namespace: string): StoreScope {
  return { kind, name: 'hook', namespace };
}

function identity(spec: Readonly<Record<string, unknown>>, scope: StoreScope): string {
  return provider.connect(spec, scope).identity;
}

test.each([
  { url: 'https://api.example.com/v1?k={{ .remoteRef.key }}', server: 'https://api.example.com' },
  { url: 'https://ann:pass@api.example.com:8443/x', server: 'https://api.example.com:8443' },
  {
    url: 'https://{{ .remoteRef.key }}.example.com/',
    server: 'https://{{ .remoteRef.key }}.example.com/',
  },
  { url: 'https://api.example.com{{ .x.y }}/', server: 'https://api.example.com{{ .x.y }}/' },
  { url: '{{ .remoteRef.key }}', server: '{{ .remoteRef.key }}' },
  { url: 'https:///{{ .remoteRef.key }}', server: 'https:///{{ .remoteRef.key }}' },
  { url: 'https:{{ .remoteRef.key }}', server: 'https:{{ .remoteRef.key }}' },
  { url: 'https://ann:pass@{{ .x.host }}/', server: 'https://{{ .x.host }}/' },
])('$url goes to $server', ({ url, server }) => {
  const connection = provider.connect({ url, result: {} }, scopeOf('SecretStore', 'shop'));

  expect(connection.server).toBe(server);
  expect(connection.title).toBe(`Webhook, ${server}`);
});

describe('which uses of a ClusterSecretStore send the same requests', () => {
  test.each([
    {
      reason: 'nothing of the namespace is sent',
      url: 'https://x/{{ .remoteRef.key }}',
      isShared: true,
    },
    {
      reason: 'a Secret has a name there',
      url: 'https://x/{{ .creds.token | upper }}',
      isShared: true,
    },
    {
      reason: 'the namespace is sent',
      url: 'https://x/{{ .remoteRef.namespace }}',
      isShared: false,
    },
    { reason: 'by way of a map', url: 'https://x/{{ .remoteRef }}', isShared: false },
    {
      reason: 'by way of the dot',
      url: 'https://x/{{ index . "remoteRef" "namespace" }}',
      isShared: false,
    },
    {
      reason: 'by way of the root',
      url: 'https://x/{{ with .a.b }}{{ $.remoteRef.namespace }}{{ end }}',
      isShared: false,
    },
  ])('$reason', ({ url, isShared }) => {
    const spec = {
      url,
      result: {},
      secrets: [{ name: 'c', secretRef: { name: 's', namespace: 'ops' } }],
    };
    const [one, other] = ['shop', 'blog'].map((name) =>
      identity(spec, scopeOf('ClusterSecretStore', name)),
    );

    expect(one === other).toBe(isShared);
  });

  test('a SecretStore with Secrets never', () => {
    const spec = {
      url: 'https://x',
      result: {},
      secrets: [{ name: 'c', secretRef: { name: 's' } }],
    };

    expect(identity(spec, scopeOf('SecretStore', 'shop'))).not.toBe(
      identity(spec, scopeOf('SecretStore', 'blog')),
    );
  });
});

test.each([
  {
    reason: 'a good one',
    spec: { method: 'PATCH', timeout: '1m30s', result: { jsonPath: '$.a["b"]' } },
    paths: [],
  },
  {
    reason: 'a path that is a template is not looked at',
    spec: { result: { jsonPath: "$['{{ .remoteRef.key }}']" } },
    paths: [],
  },
  {
    reason: 'single quotes around more than a character',
    spec: { result: { jsonPath: "$['data']" } },
    paths: ['result.jsonPath'],
  },
  { reason: 'no duration', spec: { timeout: '10' }, paths: ['timeout'] },
  { reason: 'a time before now', spec: { timeout: '-1s' }, paths: ['timeout'] },
  { reason: 'no method', spec: { method: 'GET /' }, paths: ['method'] },
  {
    reason: 'a ClusterSecretStore names all its namespaces',
    kind: 'ClusterSecretStore' as const,
    spec: {
      secrets: [
        { name: 'a', secretRef: { name: 'a', namespace: 'x' } },
        { name: 'b', secretRef: { name: 'b' } },
      ],
      auth: {
        ntlm: { usernameSecret: { name: 'n' }, passwordSecret: { name: 'n', namespace: 'x' } },
      },
      caProvider: { type: 'Secret', name: 'ca' },
    },
    paths: [
      'caProvider.namespace',
      'secrets.1.secretRef.namespace',
      'auth.ntlm.usernameSecret.namespace',
    ],
  },
])('$reason', ({ spec, paths, kind = 'SecretStore' as const }) => {
  const problems = provider.validate(spec, { kind, namespace: 'shop' });

  expect(problems.map(({ path }) => path.join('.'))).toEqual(paths);
});
