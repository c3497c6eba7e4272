// Tests the AWS manifests of examples/mission against moto: on the command line, and in every host.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { seedAws } from '../servers/aws-seed.ts';
import { startMoto } from '../servers/moto.ts';
import { must, run } from '../support/command.ts';
import { commitAll, startArgoCd } from './argo-cd.ts';
import { folderOf, newFolder } from './folder.ts';
import { examples, installCommand, pluginYaml } from './plugin-command.ts';
import { namesOf, objectsOf, type Rendered, secretOf } from './rendered.ts';
import { describeWith, installed } from '../support/tools.ts';
import { argohost, kustomize } from './tools.ts';

const mission = join(examples, 'mission');

type Aws = {
  readonly folder: string;
  /** The command on the PATH, and moto's address. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
};

/** An account with what the manifests name. */
async function startAws(): Promise<Aws> {
  const folder = await newFolder();
  const moto = await startMoto();
  const { url } = moto;
  const endpoints = {
    AWS_SECRETSMANAGER_ENDPOINT: url,
    AWS_SSM_ENDPOINT: url,
    AWS_STS_ENDPOINT: url,
  };
  const text = (username: string): string => JSON.stringify({ username, password: 'canary' });
  const name = 'prod/db-credentials';
  await seedAws({ url, region: 'us-east-1' }, [
    { service: 'secretsmanager', name, versions: [{ string: text('by-key') }] },
  ]);
  await seedAws({ url, region: 'ap-northeast-2' }, [
    { service: 'secretsmanager', name, versions: [{ string: text('by-role') }] },
    { service: 'ssm', name: `/${name}`, type: 'SecureString', values: [text('by-parameter')] },
  ]);
  return {
    folder,
    env: { ...(await installCommand(folder)), ...endpoints },
    stop: async () => {
      await moto.stop();
      await rm(folder, { recursive: true });
    },
  };
}

const storeSecret = `apiVersion: v1
kind: Secret
metadata: {name: aws-creds}
stringData: {accessKey: AKIAEXAMPLE, secretAccessKey: secret}
`;

/** The manifests as they stand, in files of their own, with the store's Secret beside them. */
async function missionFiles(): Promise<Readonly<Record<string, string>>> {
  const names = ['external-secret.yaml', 'secret-store.yaml', 'cluster-secret-store.yaml'];
  const texts = names.map(async (name) => [name, await readFile(join(mission, name), 'utf8')]);
  return {
    'aws-creds.yaml': storeSecret,
    ...Object.fromEntries(await Promise.all(texts)),
  } as Record<string, string>;
}

describeWith('the AWS example', { kustomize: await kustomize() }, (path) => {
  let folder: string;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const aws = await startAws();
    ({ folder, env } = aws);
    return aws.stop;
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

describeWith('the AWS example in kpt', { kpt: installed('kpt') }, (path) => {
  let aws: Aws;

  beforeAll(async () => {
    aws = await startAws();
    return aws.stop;
  });

  test('the Secret, and no store', async () => {
    const target = await folderOf(await missionFiles());
    const evaluate = [path('kpt'), 'fn', 'eval', target, '--exec', 'eso-render', '-o', 'unwrap'];
    const objects = objectsOf(await must(evaluate, { env: aws.env }));
    expect(namesOf(objects)).toEqual(['Secret aws-creds', 'Secret example-kubernetes-secret']);
    expect(secretOf(objects, 'example-kubernetes-secret')).toEqual({ username: 'by-key' });
  });
});

describeWith('the AWS example in Argo CD', { argohost: await argohost() }, (path) => {
  let aws: Aws;

  beforeAll(async () => {
    aws = await startAws();
    return aws.stop;
  });

  test('the Secret, and no store, as the application controller gets them', async () => {
    const repo = await folderOf(await missionFiles());
    await commitAll(repo);
    const folder = join(aws.folder, 'servers');
    await mkdir(folder);
    const argoCd = await startArgoCd({
      argohost: path('argohost'),
      pluginYaml,
      folder,
      env: aws.env,
    });
    try {
      const { manifests = [], error } = await argoCd.manifests(repo, '.', 'eso-render');
      const objects = manifests.map((text) => JSON.parse(text) as Rendered);
      expect(error).toBeUndefined();
      expect(namesOf(objects)).toEqual(['Secret aws-creds', 'Secret example-kubernetes-secret']);
      expect(secretOf(objects, 'example-kubernetes-secret')).toEqual({ username: 'by-key' });
    } finally {
      await argoCd.stop();
    }
  });
});
