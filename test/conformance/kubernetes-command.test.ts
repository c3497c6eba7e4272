// Tests the whole command with stores of Kubernetes: the example, and which servers get a token.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';
import { describeWith } from '../support/tools.ts';
import {
  namespace,
  readers,
  secret,
  serverTools,
  startBackend,
  userNamed,
  type KubernetesBackend,
} from './kubernetes-backend.ts';

const example = resolve(import.meta.dirname, '../../examples/kubernetes/manifests.yaml');

function store(url: string, version = 'v1'): string {
  return `apiVersion: external-secrets.io/${version}
kind: SecretStore
metadata: {name: kube, namespace: shop}
spec:
  provider:
    kubernetes:
      server: {url: "${url}"}
      remoteNamespace: remote
      auth: {token: {bearerToken: {name: platform-token, key: token}}}
`;
}

function externalSecret(key: string, spec = '', version = 'v1'): string {
  return `apiVersion: external-secrets.io/${version}
kind: ExternalSecret
metadata: {name: ${key}, namespace: shop}
spec:
  secretStoreRef: {name: kube}
  data: [{secretKey: a, remoteRef: {key: ${key}}}]
  ${spec}
`;
}

describeWith('kube-apiserver', await serverTools(), (path) => {
  let backend: KubernetesBackend;
  let folder: string;

  beforeAll(async () => {
    backend = await startBackend({ kubeApiserver: path('kubeApiserver'), etcd: path('etcd') });
    const elsewhere = { namespace: 'platform' };
    await backend.server.create([namespace('platform')]);
    await backend.server.create([
      ...readers([userNamed('reader')], elsewhere),
      secret('many-1', { value: 'many-1' }),
      secret('database', { username: 'ann', settings: '{"host":"db.example.com"}' }, elsewhere),
      secret('mail', { MAIL_USER: 'shop' }, elsewhere),
    ]);
    folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
    await mkdir(join(folder, 'shop', 'platform-token'), { recursive: true });
    const token = backend.server.tokenOf('reader');
    await writeFile(join(folder, 'shop', 'platform-token', 'token'), token);
  });
  beforeEach(() => backend.proxy.reset());
  afterAll(async () => {
    await backend.stop();
    await rm(folder, { recursive: true });
  });

  function render(input: string, args: readonly string[]): Promise<Ended> {
    return esoRender('bundle', ['--secrets-directory', folder, ...args, '-'], { input });
  }

  function dataOf({ code, stdout, stderr }: Ended): Readonly<Record<string, string>> {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const entries = Object.entries(secretsIn(stdout)[0]?.data ?? {});
    return Object.fromEntries(
      entries.map(([key, base64]) => [key, Buffer.from(base64, 'base64').toString()]),
    );
  }

  test('the example', async () => {
    const { server } = backend;
    const ca = `apiVersion: v1
kind: ConfigMap
metadata: {name: platform-ca, namespace: shop}
data: {ca.crt: ${JSON.stringify(server.ca)}}
`;
    const manifests = await readFile(example, 'utf8');
    const input = `${ca}---\n${manifests.replace('https://10.0.0.1:6443', server.url)}`;

    expect(dataOf(await render(input, ['--trusted-server', server.url]))).toEqual({
      username: 'ann',
      host: 'db.example.com',
      MAIL_USER: 'shop',
    });
  });

  test('v1beta1', async () => {
    const { url } = backend.proxy;
    const input = [store(url, 'v1beta1'), externalSecret('many-1', '', 'v1beta1')].join('---\n');

    expect(dataOf(await render(input, ['--trusted-server', url]))).toEqual({
      a: '{"value":"many-1"}',
    });
  });

  test('the token of the operator goes to no server that only a manifest names', async () => {
    const { url } = backend.proxy;
    const ended = await render([store(url), externalSecret('many-1')].join('---\n'), []);

    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /^error CREDENTIALS ExternalSecret shop\/many-1 .*--trusted-server/,
    );
    expect(backend.proxy.requests()).toEqual([]);
  });

  test('a Secret that is not there is an error, also under deletionPolicy Delete', async () => {
    const { url } = backend.proxy;
    const input = [store(url), externalSecret('absent', 'target: {deletionPolicy: Delete}')];
    const ended = await render(input.join('---\n'), ['--trusted-server', url]);

    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 1, stdout: '' });
    expect(ended.stderr).toContain('secrets "absent" not found');
  });
});
