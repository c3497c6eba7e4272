// Tests the whole command with stores of Kubernetes: the example, which servers get a token, and what becomes of 200 reads when the server fails.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '../servers/fault-proxy.ts';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { freePort } from '../support/free-port.ts';
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
const many = Array.from({ length: 200 }, (_, index) => `many-${index}`);

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
      ...many.map((name) => secret(name, { value: name })),
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

  describe('200 reads', () => {
    const all = (url: string): string =>
      [store(url), ...many.map((key) => externalSecret(key))].join('---\n');

    test.each<{ reason: string; fault: Fault; args: readonly string[]; code: string }>([
      {
        reason: 'breaks off each answer',
        fault: { cut: 'in-answer' },
        args: [],
        code: 'UNAVAILABLE',
      },
      {
        reason: 'answers too late',
        fault: { delayMs: 60_000 },
        args: ['--deadline', '1s'],
        code: 'TIMEOUT',
      },
      {
        reason: 'is overloaded',
        fault: { answer: { status: 503, body: 'busy' } },
        args: [],
        code: 'UNAVAILABLE',
      },
    ])(
      'a server that $reason fails each by name, and the next run succeeds',
      async ({ fault, args, code }) => {
        const { proxy } = backend;
        const trust = ['--trusted-server', proxy.url];
        proxy.inject(fault);
        const ended = await render(all(proxy.url), [...trust, ...args]);

        expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 1, stdout: '' });
        expect(
          ended.stderr.split('\n').filter((line) => line.startsWith(`error ${code} `)),
        ).toHaveLength(200);

        proxy.reset();
        const again = await render(all(proxy.url), trust);
        expect({ code: again.code, secrets: secretsIn(again.stdout).length }).toEqual({
          code: 0,
          secrets: 200,
        });
        expect(proxy.requests()).toHaveLength(200);
      },
    );

    test('a server that is not there fails each by name', async () => {
      const url = `http://127.0.0.1:${await freePort()}`;
      const { code, stderr } = await render(all(url), ['--trusted-server', url]);

      expect(code).toBe(1);
      expect(stderr.split('\n').filter((line) => line.includes('ECONNREFUSED'))).toHaveLength(200);
    });
  });
});
