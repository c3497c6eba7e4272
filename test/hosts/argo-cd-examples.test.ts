// Tests examples/argocd: that kustomize builds it onto Argo CD's own Deployment, and that a real API server takes all of it.
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { newFolder } from './folder.ts';
import { examples, installCommand } from './plugin-command.ts';
import { type ApiServer, etcd, kubeApiserver, startApiServer } from '../servers/kube-apiserver.ts';
import { type Ended, must, run } from '../support/command.ts';
import { describeWith, goEnv, installed } from '../support/tools.ts';
import { argohost, kustomize } from './tools.ts';

const tools = {
  argohost: await argohost(),
  kustomize: await kustomize(),
  kubeApiserver: await kubeApiserver(),
  etcd: await etcd(),
  kubectl: installed('kubectl'),
};
const example = join(examples, 'argocd');

type Container = Readonly<Record<string, unknown>> & { readonly name: string };
type Deployment = {
  readonly kind: string;
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly initContainers: readonly Container[];
        readonly containers: readonly Container[];
        readonly volumes: readonly Container[];
      };
    };
  };
};

describeWith('examples/argocd', tools, (path) => {
  let folder: string;
  let manifests: string;
  let server: ApiServer;
  let built: string;

  beforeAll(async () => {
    folder = await newFolder();
    // The manifests of the Argo CD that the tests run: a part of its Go module.
    const list = ['go', 'list', '-m', '-f', '{{.Dir}}', 'github.com/argoproj/argo-cd/v3'];
    const module = await must(list, { cwd: join(import.meta.dirname, 'argohost'), env: goEnv });
    manifests = join(module.trim(), 'manifests');
    built = await buildInstallation();
    server = await startApiServer({ kubeApiserver: path('kubeApiserver'), etcd: path('etcd') });
    const namespaces = ['argocd', 'shop'].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    }));
    await server.create(namespaces);
    const definitions = await kubectl([
      'apply',
      '--server-side',
      '-f',
      join(manifests, 'crds/application-crd.yaml'),
      '-f',
      join(manifests, 'crds/applicationset-crd.yaml'),
      '-f',
      join(manifests, 'crds/appproject-crd.yaml'),
    ]);
    if (definitions.code !== 0) throw new Error(definitions.stderr);
    return async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    };
  });

  async function buildInstallation(): Promise<string> {
    const names = ['argocd-repo-server-deployment.yaml', 'argocd-repo-server-sa.yaml'];
    for (const name of names)
      await writeFile(
        join(folder, name),
        await readFile(join(manifests, 'base/repo-server', name)),
      );
    await cp(join(example, 'install'), join(folder, 'install'), { recursive: true });
    const kustomization = { namespace: 'argocd', resources: names, components: ['install'] };
    await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
    return must([path('kustomize'), 'build', folder]);
  }

  /** As an administrator. */
  function kubectl(args: readonly string[], input = ''): Promise<Ended> {
    const { url, caFile, adminToken } = server;
    const connection = ['--server', url, '--certificate-authority', caFile, '--token', adminToken];
    return run([path('kubectl'), ...connection, ...args], { input });
  }

  function podOf(text: string): Deployment['spec']['template']['spec'] {
    const objects = parseAllDocuments(text).map((document) => document.toJS() as Deployment);
    const deployment = objects.find(({ kind }) => kind === 'Deployment');
    if (deployment === undefined) throw new Error('no Deployment');
    return deployment.spec.template.spec;
  }

  test('the component puts the sidecar beside the repo-server, and leaves that as it is', async () => {
    const file = join(manifests, 'base/repo-server/argocd-repo-server-deployment.yaml');
    const before = podOf(await readFile(file, 'utf8'));
    const after = podOf(built);
    const own = (item: Container): boolean => item.name.startsWith('eso-render');
    for (const field of ['initContainers', 'containers', 'volumes'] as const) {
      const kept = after[field].filter((item) => !own(item));
      expect(kept.toSorted(byName)).toEqual(before[field].toSorted(byName));
    }
    expect(after.containers.filter(own)).toMatchObject([
      {
        securityContext: {
          runAsUser: 999,
          runAsNonRoot: true,
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
        },
      },
    ]);
  });

  test('the values of the chart say the same as the component', async () => {
    const after = podOf(built);
    const values = parse(await readFile(join(example, 'helm-values.yaml'), 'utf8')) as {
      readonly repoServer: Readonly<Record<string, readonly Container[]>>;
      readonly extraObjects: readonly { readonly data: Readonly<Record<string, string>> }[];
    };
    const own = (items: readonly Container[] = []): readonly Container[] =>
      items.filter(({ name }) => name.startsWith('eso-render'));
    const { initContainers, extraContainers, volumes } = values.repoServer;
    expect(own(extraContainers)).toEqual(own(after.containers));
    expect(own(initContainers)).toEqual(own(after.initContainers));
    expect(own(volumes)?.map(({ name }) => name)).toEqual(
      own(after.volumes).map(({ name }) => name),
    );
    const text = await readFile(join(example, 'install/render-config.yaml'), 'utf8');
    const config = values.extraObjects[0]?.data['render-config.yaml'] ?? '';
    expect(parse(config)).toEqual(parse(text));
  });

  test('a real API server takes the installation', async () => {
    const { code, stdout, stderr } = await kubectl(
      ['apply', '--dry-run=server', '--validate=strict', '-o', 'name', '-f', '-'],
      built,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((name) => name.replace(/-[a-z0-9]{10}$/u, ''))
        .toSorted(),
    ).toEqual([
      'configmap/eso-render',
      'deployment.apps/argocd-repo-server',
      'networkpolicy.networking.k8s.io/argocd-repo-server-eso-render',
      'serviceaccount/argocd-repo-server',
    ]);
  });

  test.each(['.', 'apps'])("applications fit Argo CD's own definitions: %s", async (name) => {
    const files = (await readdir(join(example, name)))
      .filter((file) => file.endsWith('.yaml') && file !== 'helm-values.yaml')
      .flatMap((file) => ['-f', join(example, name, file)]);
    const { code, stderr } = await kubectl([
      'create',
      '--dry-run=server',
      '--validate=strict',
      ...files,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('eso-render takes its configuration', async () => {
    const env = await installCommand(folder);
    const config = join(example, 'install/render-config.yaml');
    const out = await must(['eso-render', '--config', config, join(example, 'app')], { env });
    expect(out).toContain('kind: Secret');
  });
});

function byName(a: Container, b: Container): number {
  return a.name.localeCompare(b.name);
}
