// Tests that applications as they are in the world are the same objects in Argo CD with the plugin as without it, Secrets aside.
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type ArgoCd, commitAll, type Source, startArgoCd } from './argo-cd.ts';
import { newFolder } from './folder.ts';
import { installCommand, pluginYaml } from './plugin-command.ts';
import { nameOf, type Rendered } from './rendered.ts';
import { must } from '../support/command.ts';
import { helm } from '../support/helm.ts';
import { describeWith } from '../support/tools.ts';
import { argohost, kustomize } from './tools.ts';

type App = {
  readonly app: string;
  readonly reason: string;
  /** The source as Argo CD itself has it; the plugin is told the same by parameters. */
  readonly source?: Source & { readonly helm?: HelmSource; readonly directory?: DirectorySource };
  /** Secrets that the plugin makes of the ExternalSecrets. */
  readonly secrets: readonly string[];
  /** Of ESO's resources, those that stay. */
  readonly left?: readonly string[];
};

type HelmSource = {
  readonly valueFiles?: readonly string[];
  readonly ignoreMissingValueFiles?: boolean;
  readonly values?: string;
  readonly releaseName?: string;
  readonly namespace?: string;
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
  readonly skipCrds?: boolean;
  readonly skipTests?: boolean;
  readonly skipSchemaValidation?: boolean;
  readonly parameters?: readonly {
    readonly name: string;
    readonly value: string;
    readonly forceString?: boolean;
  }[];
  readonly fileParameters?: readonly { readonly name: string; readonly path: string }[];
};

type DirectorySource = {
  readonly recurse?: boolean;
  readonly include?: string;
  readonly exclude?: string;
};

const apps: readonly App[] = [
  {
    app: 'kustomize-overlay/overlays/production',
    reason: 'base and overlay: prefix, namespace, images, replicas',
    secrets: ['shop-production/storefront-database'],
  },
  {
    app: 'kustomize-components/live',
    reason: 'components, one with the ExternalSecret, one of a foreign kind',
    secrets: ['ledger-tls-eu'],
  },
  {
    app: 'kustomize-generators',
    reason: 'generated ConfigMaps and Secrets with hashes, and references to them',
    secrets: ['reports/reports-warehouse'],
  },
  {
    app: 'kustomize-generators-merge/live',
    reason: 'a generator that merges into that of the base',
    secrets: ['agent-token'],
  },
  {
    app: 'kustomize-patches/live',
    reason: 'strategic and JSON patches, one of them of the ExternalSecret',
    secrets: ['edge/gateway'],
  },
  {
    app: 'kustomize-replacements',
    reason: 'replacements from an object that is local',
    secrets: ['basic-auth'],
  },
  {
    app: 'kustomize-crds',
    reason: 'custom resources with references of their own, in the order of the files',
    secrets: ['orders-credentials'],
  },
  {
    app: 'kustomize-hooks',
    reason: 'hooks, a Rollout, origin annotations',
    secrets: ['billing/billing'],
  },
  {
    app: 'kustomize-tenants',
    reason: 'one ClusterExternalSecret over Namespaces',
    secrets: ['tenant-a/registry', 'tenant-b/registry'],
  },
  { app: 'monorepo/teams/checkout', reason: 'bases in a shared folder', secrets: ['checkout/web'] },
  {
    app: 'monorepo/teams/search',
    reason: 'the same bases in another team',
    secrets: ['search/web'],
  },
  { app: 'helm-web', reason: 'helpers, tpl, checksums, capabilities', secrets: ['demo-env'] },
  {
    app: 'helm-web',
    reason: 'the same chart with parameters that name the build environment',
    source: {
      helm: {
        releaseName: 'blue',
        parameters: [
          { name: 'image.tag', value: '$ARGOCD_APP_NAME-${ARGOCD_APP_NAMESPACE}-$$' },
          { name: 'ingress.hosts', value: '{a.example.com,b.example.com}' },
          { name: 'autoscaling.enabled', value: 'false' },
          { name: 'config', value: 'a,b', forceString: true },
        ],
      },
    },
    secrets: ['blue-env'],
  },
  {
    app: 'helm-subcharts',
    reason: 'a vendored dependency twice, once under an alias',
    secrets: ['demo-cache', 'demo-sessions'],
  },
  {
    app: 'helm-file-dependency/chart',
    reason: 'a library beside the chart, which Argo CD builds in',
    secrets: ['api'],
  },
  {
    app: 'helm-archive',
    reason: 'a dependency as an archive, which puts the kind together',
    secrets: ['demo'],
  },
  { app: 'helm-crds', reason: 'CRDs, a webhook, a test', secrets: ['s3'] },
  {
    app: 'helm-crds',
    reason: 'the same chart without CRDs and tests',
    source: { helm: { skipCrds: true, skipTests: true } },
    secrets: ['s3'],
  },
  {
    app: 'helm-values/charts/payments',
    reason:
      'values files beside the chart, of the repository, missing ones, and values of the application',
    source: {
      helm: {
        valueFiles: ['values-live.yaml', '/helm-values/values/common.yaml', 'none.yaml'],
        ignoreMissingValueFiles: true,
        values: 'motd: "one: two"\nannotations: {a: b}\n',
        namespace: 'payments',
      },
    },
    secrets: ['demo'],
  },
  {
    app: 'helm-values/charts/payments',
    reason: 'values that do not fit the schema',
    source: {
      helm: {
        skipSchemaValidation: true,
        parameters: [{ name: 'replicas', value: '0' }],
        valueFiles: ['../../values/common.yaml'],
      },
    },
    secrets: ['demo'],
  },
  {
    app: 'helm-files',
    reason: 'files of the chart, and a value from a file',
    source: { helm: { fileParameters: [{ name: 'banner', path: 'extra/banner.txt' }] } },
    secrets: ['grafana'],
  },
  { app: 'helm-hooks', reason: 'hooks with weights, an ExternalSecret as one', secrets: ['seed'] },
  { app: 'helm-capabilities', reason: "the cluster's version and APIs", secrets: ['pager'] },
  {
    app: 'helm-capabilities',
    reason: 'a version and APIs of the application',
    source: { helm: { kubeVersion: '1.24.0', apiVersions: ['example.com/v2'] } },
    secrets: ['pager'],
  },
  {
    app: 'helm-umbrella',
    reason: 'subcharts by tags, values from one of them',
    secrets: ['alpha', 'beta'],
  },
  {
    app: 'plain-service',
    reason: 'documents with comments, anchors, empty ones',
    secrets: ['smtp'],
  },
  {
    app: 'plain-recursive',
    reason: 'folders below, one of them excluded',
    source: { directory: { recurse: true, exclude: 'old/*' } },
    secrets: ['search/indexer'],
  },
  { app: 'plain-json', reason: 'JSON, and JSON in YAML files', secrets: ['web/json'] },
  { app: 'plain-lists', reason: 'Lists', secrets: ['pull'] },
  {
    app: 'plain-mixed',
    reason: 'files that are no manifests, a hidden one, a link, a mark to skip',
    secrets: ['app'],
  },
  {
    app: 'plain-glob',
    reason: 'a glob whose star stops at nothing',
    source: { directory: { recurse: true, include: '{app-*.yaml,*.yml,secrets*one.y?ml}' } },
    secrets: ['one'],
  },
  {
    app: 'plain-operator',
    reason: 'custom resources with numbers of all kinds',
    secrets: ['orders-user'],
  },
  { app: 'plain-merge', reason: 'plain Secrets, one of them merged into', secrets: ['mixed'] },
  {
    app: 'plain-left',
    reason: 'an ExternalSecret for the operator, a PushSecret',
    secrets: ['now'],
    left: ['ExternalSecret later'],
  },
  { app: 'plain-windows', reason: 'byte order mark and CRLF', secrets: ['windows'] },
];

const sourceKinds = new Set([
  'ExternalSecret',
  'ClusterExternalSecret',
  'SecretStore',
  'ClusterSecretStore',
]);

/** What Argo CD is told in its own words, as parameters of the plugin. */
function pluginSource({ helm = {}, directory = {} }: NonNullable<App['source']>): Source {
  const { parameters = [], fileParameters = [] } = helm;
  const isOn = (value: boolean | undefined): string | undefined => value?.toString();
  const texts = {
    recurse: isOn(directory.recurse),
    include: directory.include,
    exclude: directory.exclude,
    'ignore-missing-values-files': isOn(helm.ignoreMissingValueFiles),
    values: helm.values,
    'release-name': helm.releaseName,
    namespace: helm.namespace,
    'kube-version': helm.kubeVersion,
    'skip-crds': isOn(helm.skipCrds),
    'skip-tests': isOn(helm.skipTests),
    'skip-schema-validation': isOn(helm.skipSchemaValidation),
  };
  const arrays = { 'values-files': helm.valueFiles, 'api-versions': helm.apiVersions };
  const entries = (isText: boolean): readonly (readonly [string, string])[] =>
    parameters
      .filter(({ forceString = false }) => forceString === isText)
      .map(({ name, value }) => [name, value]);
  const maps = {
    'helm-parameters': entries(false),
    'helm-string-parameters': entries(true),
    'helm-file-parameters': fileParameters.map(({ name, path }) => [name, path] as const),
  };
  return {
    plugin: {
      name: 'eso-render',
      parameters: [
        ...Object.entries(texts).flatMap(([name, string]) =>
          string === undefined ? [] : [{ name, string }],
        ),
        ...Object.entries(arrays).flatMap(([name, array]) =>
          array === undefined ? [] : [{ name, array }],
        ),
        ...Object.entries(maps).flatMap(([name, pairs]) =>
          pairs.length === 0 ? [] : [{ name, map: Object.fromEntries(pairs) }],
        ),
      ],
    },
  };
}

/** Secrets of the plugin and what they are made of left out. */
function foreign(objects: readonly Rendered[], { secrets, left = [] }: App): readonly Rendered[] {
  return objects.filter((object) => {
    const name = nameOf(object);
    if (left.includes(name)) return true;
    return !sourceKinds.has(object.kind) && !secrets.some((secret) => name === `Secret ${secret}`);
  });
}

const tools = { argohost: await argohost(), kustomize: await kustomize(), helm: await helm(3) };

describeWith('Applications in Argo CD', tools, (path) => {
  let folder: string;
  let repo: string;
  let withPlugin: ArgoCd;
  let without: ArgoCd;

  beforeAll(async () => {
    folder = await newFolder();
    repo = join(folder, 'repo');
    await cp(join(import.meta.dirname, 'apps'), repo, { recursive: true, verbatimSymlinks: true });
    await packLibrary(join(repo, 'helm-archive'));
    await commitAll(repo);
    const { PATH } = await installCommand(folder, [path('kustomize'), path('helm')]);
    const start = async (name: string, plugin: { readonly pluginYaml?: string }) => {
      await mkdir(join(folder, name));
      const env = { PATH };
      return startArgoCd({
        argohost: path('argohost'),
        folder: join(folder, name),
        env,
        ...plugin,
      });
    };
    withPlugin = await start('with', { pluginYaml });
    without = await start('without', {});
    return async () => {
      await withPlugin.stop();
      await without.stop();
      await rm(folder, { recursive: true });
    };
  });

  test.each(apps)('$app: $reason', async (app) => {
    const { source = {} } = app;
    const [native, rendered] = await Promise.all([
      without.manifests(repo, app.app, source),
      withPlugin.manifests(repo, app.app, pluginSource(source)),
    ]);
    expect(native.error).toBeUndefined();
    expect(rendered.error).toBeUndefined();
    const before = parseAll(native.manifests);
    const after = parseAll(rendered.manifests);
    expect(foreign(before, app).length).toBeGreaterThan(0);
    expect(foreign(after, app)).toEqual(foreign(before, app));
    const secrets = after.filter((object) =>
      app.secrets.includes(nameOf(object).slice('Secret '.length)),
    );
    expect(secrets.map(nameOf).toSorted()).toEqual(app.secrets.map((name) => `Secret ${name}`));
    for (const { data } of secrets) expect(Object.keys(data ?? {})).not.toEqual([]);
  });

  test.each(apps.filter(({ source }) => source === undefined))(
    '$app is found by its ExternalSecret, and is no plugin of its own without one',
    async ({ app }) => {
      const { sourceType, manifests } = await withPlugin.manifests(repo, app, {});
      expect(sourceType).toBe('Plugin');
      expect(manifests?.some((text) => text.includes('"kind":"Secret"'))).toBe(true);
    },
  );
});

/** The archive that `helm package` would make of the library. */
async function packLibrary(chart: string): Promise<void> {
  await mkdir(join(chart, 'charts'));
  const archive = join(chart, 'charts', 'library-2.1.0.tgz');
  await must(['tar', '-czf', archive, '-C', join(chart, 'packed'), 'library']);
}

function parseAll(manifests: readonly string[] = []): readonly Rendered[] {
  return manifests.map((text) => JSON.parse(text) as Rendered);
}
