// Tests that a real API server takes what is rendered.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type ApiServer, etcd, kubeApiserver, startApiServer } from '../servers/kube-apiserver.ts';
import { type Ended, must, run } from '../support/command.ts';
import { newFolder } from './folder.ts';
import { examples, installCommand } from './plugin-command.ts';
import { describeWith, installed } from '../support/tools.ts';

const tools = {
  kubeApiserver: await kubeApiserver(),
  etcd: await etcd(),
  kubectl: installed('kubectl'),
};

describeWith('kube-apiserver', tools, (path) => {
  let folder: string;
  let env: { readonly PATH: string };
  let server: ApiServer;

  beforeAll(async () => {
    folder = await newFolder();
    env = await installCommand(folder);
    server = await startApiServer({ kubeApiserver: path('kubeApiserver'), etcd: path('etcd') });
    await server.create([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }]);
    return async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    };
  });

  /** As an administrator. */
  function kubectl(args: readonly string[], input = ''): Promise<Ended> {
    const { url, caFile, adminToken } = server;
    const connection = ['--server', url, '--certificate-authority', caFile, '--token', adminToken];
    return run([path('kubectl'), ...connection, ...args], { input });
  }

  test.each([
    {
      example: 'quickstart',
      created: ['configmap/shop', 'secret/database', 'secret/mail', 'secret/shop-signing-key'],
    },
    { example: 'pipe/manifests.yaml', created: ['secret/api', 'service/api'] },
    { example: 'argocd/app', created: ['configmap/shop', 'secret/database', 'service/shop'] },
  ])('it takes $example with dry-run=server', async ({ example, created }) => {
    const manifests = await must(['eso-render', join(examples, example)], { env });
    const { code, stdout, stderr } = await kubectl(
      ['apply', '--dry-run=server', '-o', 'name', '-f', '-'],
      manifests,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n').toSorted()).toEqual(created);
  });

  test('what it stores has the values, the type and the metadata of the rendered Secret', async () => {
    const manifests = await must(['eso-render', join(examples, 'quickstart')], { env });
    await kubectl(['apply', '-f', '-'], manifests);
    const secret = ['get', 'secret', 'shop-signing-key', '-o', 'json'];
    const { stdout } = await kubectl(['-n', 'shop', ...secret]);
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'Opaque',
      metadata: {
        labels: { 'app.kubernetes.io/part-of': 'shop' },
        annotations: { 'argocd.argoproj.io/sync-wave': '-1' },
      },
      data: { 'signing.key': Buffer.from('not a real key').toString('base64') },
    });
  });
});
