// Tests that a real API server takes what is rendered.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type ApiServer, startApiServer } from './api-server.ts';
import { must } from '../support/command.ts';
import { newFolder } from './folder.ts';
import { examples, installCommand } from './plugin-command.ts';
import { describeWith, etcd, installed, kubeApiserver } from './tools.ts';

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
    await mkdir(join(folder, 'servers'));
    server = await startApiServer({
      kubeApiserver: path('kubeApiserver'),
      etcd: path('etcd'),
      kubectl: path('kubectl'),
      folder: join(folder, 'servers'),
    });
    await server.kubectl(['create', 'namespace', 'shop']);
    return async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    };
  });

  test.each([
    {
      example: 'quickstart',
      created: ['configmap/shop', 'secret/database', 'secret/mail', 'secret/shop-signing-key'],
    },
    { example: 'pipe/manifests.yaml', created: ['secret/api', 'service/api'] },
    { example: 'argocd/app', created: ['configmap/shop', 'secret/database', 'service/shop'] },
  ])('it takes $example with dry-run=server', async ({ example, created }) => {
    const manifests = await must(['eso-render', join(examples, example)], { env });
    const { code, stdout, stderr } = await server.kubectl(
      ['apply', '--dry-run=server', '-o', 'name', '-f', '-'],
      manifests,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n').toSorted()).toEqual(created);
  });

  test('what it stores has the values, the type and the metadata of the rendered Secret', async () => {
    const manifests = await must(['eso-render', join(examples, 'quickstart')], { env });
    await server.kubectl(['apply', '-f', '-'], manifests);
    const secret = ['get', 'secret', 'shop-signing-key', '-o', 'json'];
    const { stdout } = await server.kubectl(['-n', 'shop', ...secret]);
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
