// Tests the AWS manifests of examples/mission against moto: on the command line, and in kustomize.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { seedAws } from '../servers/aws-seed.ts';
import { type Moto, startMoto } from '../servers/moto.ts';
import { must, run } from '../support/command.ts';
import { folderOf, newFolder } from './folder.ts';
import { examples, installCommand } from './plugin-command.ts';
import { namesOf, objectsOf, secretOf } from './rendered.ts';
import { describeWith, kustomize } from './tools.ts';

const mission = join(examples, 'mission');

describeWith('the AWS example', { kustomize: await kustomize() }, (path) => {
  let folder: string;
  let moto: Moto;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    folder = await newFolder();
    moto = await startMoto();
    env = {
      ...(await installCommand(folder)),
      AWS_SECRETSMANAGER_ENDPOINT: moto.url,
      AWS_SSM_ENDPOINT: moto.url,
      AWS_STS_ENDPOINT: moto.url,
    };
    const text = (username: string): string => JSON.stringify({ username, password: 'canary' });
    await seedAws({ url: moto.url, region: 'us-east-1' }, [
      {
        service: 'secretsmanager',
        name: 'prod/db-credentials',
        versions: [{ string: text('by-key') }],
      },
    ]);
    await seedAws({ url: moto.url, region: 'ap-northeast-2' }, [
      {
        service: 'secretsmanager',
        name: 'prod/db-credentials',
        versions: [{ string: text('by-role') }],
      },
      {
        service: 'ssm',
        name: '/prod/db-credentials',
        type: 'SecureString',
        values: [text('by-parameter')],
      },
    ]);
    return async () => {
      await moto.stop();
      await rm(folder, { recursive: true });
    };
  });

  test('as they stand: the Secret, and no store', async () => {
    const secrets = join(mission, 'secrets');
    const objects = objectsOf(
      await must(['eso-render', '--secrets-directory', secrets, mission], { env }),
    );
    expect(namesOf(objects)).toEqual(['Secret example-kubernetes-secret']);
    expect(secretOf(objects, 'example-kubernetes-secret')).toEqual({ username: 'by-key' });
  });

  test('a ClusterSecretStore with the role of a ServiceAccount, in both of its forms', async () => {
    const token = join(folder, 'token');
    const config = join(folder, 'render-config.yaml');
    const example = await readFile(join(mission, 'cluster/render-config.yaml'), 'utf8');
    await writeFile(token, 'header.claims.signature');
    await writeFile(config, example.replace(/tokenFile: .*/u, `tokenFile: ${token}`));
    const stores = ['cluster-secret-store.yaml', 'cluster/parameter-store.yaml'];
    const flags = stores.flatMap((name) => ['--store-file', join(mission, name)]);
    const input = join(mission, 'cluster/external-secrets.yaml');
    const objects = objectsOf(
      await must(['eso-render', '--config', config, ...flags, input], { env }),
    );
    expect(namesOf(objects)).toEqual([
      'Secret from-secrets-manager',
      'Secret from-parameter-store',
    ]);
    expect(secretOf(objects, 'from-secrets-manager')).toEqual({ username: 'by-role' });
    expect(secretOf(objects, 'from-parameter-store')).toEqual({ username: 'by-parameter' });
  });

  test("in kustomize, with the store's Secret among the resources", async () => {
    const manifest = async (name: string): Promise<string> => readFile(join(mission, name), 'utf8');
    const target = await folderOf({
      'external-secret.yaml': await manifest('external-secret.yaml'),
      'secret-store.yaml': await manifest('secret-store.yaml'),
      'cluster-secret-store.yaml': await manifest('cluster-secret-store.yaml'),
      'render.yaml': await readFile(join(examples, 'kustomize/transformer/render.yaml'), 'utf8'),
      'kustomization.yaml': `resources: [external-secret.yaml, secret-store.yaml, cluster-secret-store.yaml]
secretGenerator: [{name: aws-creds, literals: [accessKey=a, secretAccessKey=b]}]
transformers: [render.yaml]
`,
    });
    const build = [path('kustomize'), 'build', '--enable-alpha-plugins', '--enable-exec', target];
    const objects = objectsOf(await must(build, { env }));
    expect(namesOf(objects)).toEqual([
      expect.stringMatching(/^Secret aws-creds-/u),
      'Secret example-kubernetes-secret',
    ]);
    expect(secretOf(objects, 'example-kubernetes-secret')).toEqual({ username: 'by-key' });
  });

  test("without the store's Secret: what is missing, and where it could be", async () => {
    const { code, stdout, stderr } = await run(['eso-render', mission], { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/CREDENTIALS .*ExternalSecret \S*example-secret .*aws-creds/u);
    expect(stderr).not.toContain('canary');
  });
});
