// Tests the reading of kubeconfigs: against Kubernetes' own client for JavaScript, and what it does not do.
import { KubeConfig } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import {
  type KubeContext,
  type KubeconfigFile,
  type Material,
  readKubeconfig,
} from '../../../plugin/k8s/kubeconfig.ts';

type Spec = Readonly<Record<string, unknown>>;

function config(user: Spec, cluster: Spec = {}, name = 'one'): Spec {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'shop' } }],
    clusters: [{ name, cluster: { server: `https://${name}.example.com`, ...cluster } }],
    users: [{ name, user }],
  };
}

function file(value: unknown, folder = '/home/me/.kube'): KubeconfigFile {
  return { bytes: Buffer.from(stringify(value)), folder };
}

function contextOf(files: readonly KubeconfigFile[], name?: string): KubeContext {
  const outcome = readKubeconfig(files, name);
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.context;
}

function dataOf(material: Material | undefined): string | undefined {
  return material !== undefined && 'data' in material
    ? Buffer.from(material.data.reveal()).toString()
    : undefined;
}

function fileOf(material: Material | undefined): string | undefined {
  return material !== undefined && 'file' in material ? material.file : undefined;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe("as Kubernetes' own client", () => {
  test.each<{ reason: string; user: Spec; cluster?: Spec }>([
    { reason: 'a token', user: { token: 't' } },
    { reason: 'user and password', user: { username: 'u', password: 'p' } },
    {
      reason: 'a certificate as data',
      user: { 'client-certificate-data': base64('cert'), 'client-key-data': base64('key') },
      cluster: { 'certificate-authority-data': base64('ca') },
    },
    {
      reason: 'files',
      user: { 'client-certificate': '/c.crt', 'client-key': '/c.key' },
      cluster: { 'certificate-authority': '/ca.crt' },
    },
    {
      reason: 'a server by another name, or by none',
      user: {},
      cluster: { 'tls-server-name': 'kubernetes', 'insecure-skip-tls-verify': true },
    },
  ])('$reason', ({ user, cluster }) => {
    const library = new KubeConfig();
    library.loadFromString(stringify(config(user, cluster)));
    const theirs = { user: library.getCurrentUser(), cluster: library.getCurrentCluster() };
    const ours = contextOf([file(config(user, cluster))]);

    expect({
      server: ours.server,
      ca: dataOf(ours.ca),
      caFile: fileOf(ours.ca),
      skip: ours.skipsTlsVerify,
      name: ours.tlsServerName,
      token: dataOf(ours.user.token),
      username: ours.user.basic?.username,
      password: ours.user.basic && Buffer.from(ours.user.basic.password.reveal()).toString(),
      cert: dataOf(ours.user.certificate),
      certFile: fileOf(ours.user.certificate),
      key: dataOf(ours.user.key),
      keyFile: fileOf(ours.user.key),
    }).toEqual({
      server: theirs.cluster?.server,
      ca: decoded(theirs.cluster?.caData),
      caFile: theirs.cluster?.caFile,
      skip: theirs.cluster?.skipTLSVerify ?? false,
      name: theirs.cluster?.tlsServerName ?? '',
      token: theirs.user?.token,
      username: theirs.user?.username,
      password: theirs.user?.password,
      cert: decoded(theirs.user?.certData),
      certFile: theirs.user?.certFile,
      key: decoded(theirs.user?.keyData),
      keyFile: theirs.user?.keyFile,
    });
  });

  function decoded(data: string | undefined): string | undefined {
    return data === undefined ? undefined : Buffer.from(data, 'base64').toString();
  }
});

describe('what wins', () => {
  test('data before a file, and a token file before a token', () => {
    const { ca, user } = contextOf([
      file(
        config(
          { token: 't', tokenFile: 'token' },
          { 'certificate-authority': 'ca.crt', 'certificate-authority-data': base64('ca') },
        ),
      ),
    ]);

    expect([dataOf(ca), fileOf(user.token)]).toEqual(['ca', '/home/me/.kube/token']);
  });

  test('of several files, the first that has a name, and the first current context', () => {
    const files = [
      file({ clusters: [{ name: 'two', cluster: { server: 'https://first.example.com' } }] }, '/a'),
      file(config({ 'client-key': 'k' }, {}, 'one'), '/b'),
      file(config({ 'client-key': 'k' }, {}, 'two'), '/c'),
    ];

    expect(contextOf(files)).toMatchObject({ name: 'one', server: 'https://one.example.com' });
    const two = contextOf(files, 'two');
    expect([two.server, fileOf(two.user.key)]).toEqual(['https://first.example.com', '/c/k']);
  });
});

test('a program, with what it is given', () => {
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: './login',
    args: ['a', 'b'],
    env: [{ name: 'PROFILE', value: 'x' }],
    provideClusterInfo: true,
    interactiveMode: 'IfAvailable',
  };

  expect(contextOf([file(config({ exec }))]).user.exec).toEqual({
    ...exec,
    command: '/home/me/.kube/login',
    env: { PROFILE: 'x' },
  });
});

test('what is not supported is named', () => {
  const user = { 'auth-provider': { name: 'gcp' }, as: 'x', 'as-groups': ['y'], 'as-uid': '' };

  expect(contextOf([file(config(user, { 'proxy-url': 'http://p' }))]).unsupported).toEqual([
    'proxy-url',
    'auth-provider',
    'as',
    'as-groups',
  ]);
});

test.each<{ reason: string; value: unknown; context?: string; message: string }>([
  { reason: 'no YAML', value: undefined, message: 'it is not YAML of a kubeconfig' },
  { reason: 'no current context', value: {}, message: 'it has no current-context' },
  {
    reason: 'a context that is not there',
    value: config({}),
    context: 'two',
    message: 'it has no context "two"',
  },
  {
    reason: 'a cluster that is not there',
    value: { ...config({}), clusters: [] },
    message: 'it has no cluster "one"',
  },
  {
    reason: 'a user that is not there',
    value: { ...config({}), users: null },
    message: 'it has no user "one"',
  },
  {
    reason: 'a server that is none',
    value: config({}, { server: 'one.example.com' }),
    message: 'the server of context "one" is not an http or https URL',
  },
])('$reason', ({ value, context, message }) => {
  const given = value === undefined ? { bytes: Buffer.from('{'), folder: '/' } : file(value);

  expect(readKubeconfig([given], context)).toEqual({ ok: false, message });
});

test('no value of it can be printed by accident', () => {
  const { user } = contextOf([
    file(config({ token: 'canary', username: 'u', password: 'canary' })),
  ]);

  expect(JSON.stringify(user)).not.toContain('canary');
});
