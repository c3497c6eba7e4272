// Tests the whole command with --kube, at a real API server: what it looks up there, in which order, for whom, and at which cost.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { type KubeObject, startApiServer, type ApiServer } from '../servers/kube-apiserver.ts';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { freePort } from '../support/free-port.ts';
import { secretsIn } from '../support/secrets.ts';
import { describeWith } from '../support/tools.ts';
import { startAws, type AwsBackend } from './aws-backend.ts';
import { namespace, serverTools, statusFault } from './kubernetes-backend.ts';

type Spec = Readonly<Record<string, unknown>>;

const eso = 'external-secrets.io/v1';
const rbac = 'rbac.authorization.k8s.io/v1';

/** What docs/adr/0017 says that it takes. */
const rules = [
  {
    apiGroups: ['external-secrets.io'],
    resources: ['secretstores', 'clustersecretstores'],
    verbs: ['get'],
  },
  {
    apiGroups: [''],
    resources: ['secrets', 'configmaps', 'serviceaccounts'],
    verbs: ['get'],
  },
  { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list'] },
];

function crd(kind: string, scope: 'Namespaced' | 'Cluster'): KubeObject {
  const plural = `${kind.toLowerCase()}s`;
  const schema = {
    openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.external-secrets.io` },
    spec: {
      group: 'external-secrets.io',
      scope,
      names: { plural, singular: kind.toLowerCase(), kind },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

function objectOf(kind: string, name: string, rest: Spec, place?: string): KubeObject {
  const apiVersion = kind.endsWith('Store') ? eso : 'v1';
  const metadata = { name, ...(place === undefined ? {} : { namespace: place }) };
  return { apiVersion, kind, metadata, ...rest };
}

function fake(value: string, more: Spec = {}): Spec {
  return { spec: { provider: { fake: { data: [{ key: 'db', value }] } }, ...more } };
}

function externalSecret(
  store: string,
  { kind = 'SecretStore', place = 'shop', name = 'app', target = {}, key = 'db' } = {},
): KubeObject {
  return {
    apiVersion: eso,
    kind: 'ExternalSecret',
    metadata: { name, namespace: place },
    spec: {
      secretStoreRef: { name: store, kind },
      target,
      data: [{ secretKey: 'a', remoteRef: { key } }],
    },
  };
}

describeWith('kube-apiserver', await serverTools(), (path) => {
  let server: ApiServer;
  let proxy: FaultProxy;
  let aws: AwsBackend;
  let folder: string;

  beforeAll(async () => {
    server = await startApiServer({
      kubeApiserver: path('kubeApiserver'),
      etcd: path('etcd'),
      users: ['renderer', 'stranger', 'reader'],
    });
    proxy = await startFaultProxy(server.url, server.ca);
    aws = await startAws();
    folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
    await seed();
  });
  beforeEach(() => {
    proxy.reset();
    aws.proxy.reset();
  });
  afterAll(async () => {
    await aws.stop();
    await proxy.stop();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  async function seed(): Promise<void> {
    const subjects = (name: string): readonly Spec[] => [
      { kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' },
    ];
    await server.create([
      crd('SecretStore', 'Namespaced'),
      crd('ClusterSecretStore', 'Cluster'),
      namespace('shop', { team: 'shop' }),
      namespace('pay', { team: 'pay' }),
      namespace('infra'),
      namespace('leaving', { team: 'shop' }),
      {
        apiVersion: rbac,
        kind: 'ClusterRole',
        metadata: { name: 'renderer' },
        rules,
      },
      {
        apiVersion: rbac,
        kind: 'ClusterRoleBinding',
        metadata: { name: 'renderer' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'renderer' },
        subjects: [...subjects('renderer')],
      },
    ]);
    await server.established('/apis/external-secrets.io/v1/clustersecretstores');
    await server.remove('/api/v1/namespaces/leaving');
    const role = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/shop' };
    await server.create([
      objectOf('SecretStore', 'own', fake('of the cluster'), 'shop'),
      objectOf('SecretStore', 'own', fake('of pay'), 'pay'),
      objectOf('ClusterSecretStore', 'everyone', fake('for everyone')),
      objectOf(
        'ClusterSecretStore',
        'shops',
        fake('for shops', {
          conditions: [{ namespaceSelector: { matchLabels: { team: 'shop' } } }],
        }),
      ),
      objectOf(
        'ClusterSecretStore',
        'pays',
        fake('for pays', { conditions: [{ namespaceSelector: { matchLabels: { team: 'pay' } } }] }),
      ),
      objectOf('ClusterSecretStore', 'foreign', fake('x', { controller: 'another' })),
      objectOf('SecretStore', 'broken', { spec: { provider: { fake: { date: [] } } } }, 'shop'),
      objectOf('Secret', 'database', { stringData: { user: 'ann' } }, 'infra'),
      objectOf('Secret', 'token', { stringData: { token: server.tokenOf('reader') } }, 'infra'),
      objectOf('Secret', 'token', { stringData: { token: server.tokenOf('reader') } }, 'shop'),
      objectOf('Secret', 'frame', { stringData: { text: 'secret {{ .a }}' } }, 'shop'),
      objectOf('ConfigMap', 'frame', { data: { text: 'public {{ .a }}' } }, 'shop'),
      objectOf('ConfigMap', 'ca', { data: { 'ca.crt': server.ca } }, 'infra'),
      objectOf('ServiceAccount', 'reader', {}, 'infra'),
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'app', namespace: 'shop', annotations: role },
      },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'bare', namespace: 'shop' } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'app', namespace: 'pay' } },
      {
        apiVersion: rbac,
        kind: 'Role',
        metadata: { name: 'reader', namespace: 'infra' },
        rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
      },
      {
        apiVersion: rbac,
        kind: 'RoleBinding',
        metadata: { name: 'reader', namespace: 'infra' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
        subjects: [
          ...subjects('reader'),
          { kind: 'ServiceAccount', name: 'reader', namespace: 'infra' },
        ],
      },
      objectOf('ClusterSecretStore', 'kube-token', kubernetes({ token: bearer('infra') })),
      objectOf(
        'ClusterSecretStore',
        'kube-account',
        kubernetes({ serviceAccount: { name: 'reader', namespace: 'infra' } }),
      ),
      objectOf('SecretStore', 'kube-token', kubernetes({ token: bearer() }), 'shop'),
      objectOf('SecretStore', 'aws', awsStore('app'), 'shop'),
      objectOf('SecretStore', 'aws-bare', awsStore('bare'), 'shop'),
    ]);
    await aws.seed([{ service: 'secretsmanager', name: 'db', versions: [{ string: 'of AWS' }] }]);
  }

  function bearer(place?: string): Spec {
    return {
      bearerToken: {
        name: 'token',
        key: 'token',
        ...(place !== undefined && { namespace: place }),
      },
    };
  }

  function kubernetes(auth: Spec): Spec {
    const caProvider = { type: 'ConfigMap', name: 'ca', key: 'ca.crt', namespace: 'infra' };
    const caBundle = Buffer.from(server.ca).toString('base64');
    const tls =
      'token' in auth && JSON.stringify(auth).includes('infra') ? { caProvider } : { caBundle };
    return {
      spec: {
        provider: {
          kubernetes: { server: { url: server.url, ...tls }, remoteNamespace: 'infra', auth },
        },
      },
    };
  }

  function awsStore(name: string): Spec {
    const auth = { jwt: { serviceAccountRef: { name } } };
    return {
      spec: { provider: { aws: { service: 'SecretsManager', region: 'eu-west-1', auth } } },
    };
  }

  async function kubeconfig(user: Spec, url = proxy.url): Promise<string> {
    const file = join(folder, `${Math.random()}.yaml`);
    await writeFile(
      file,
      stringify({
        'current-context': 'test',
        contexts: [{ name: 'test', context: { cluster: 'c', user: 'u' } }],
        clusters: [{ name: 'c', cluster: { server: url, 'certificate-authority': server.caFile } }],
        users: [{ name: 'u', user }],
      }),
    );
    return file;
  }

  type Use = {
    readonly user?: Spec;
    readonly url?: string;
    readonly args?: readonly string[];
    readonly config?: Spec;
    readonly env?: Readonly<Record<string, string>>;
  };

  /** Renders as the user `renderer`, for the namespace `shop`. */
  async function render(objects: readonly unknown[], use: Use = {}): Promise<Ended> {
    const { user = { token: server.tokenOf('renderer') }, url, args = [], config, env = {} } = use;
    const configFile = join(folder, `${Math.random()}.yaml`);
    if (config !== undefined) {
      const kind = { apiVersion: 'eso-render.dev/v1alpha1', kind: 'RenderConfig' };
      await writeFile(configFile, stringify({ ...kind, spec: config }));
    }
    const defined = Object.entries(aws.env).filter(
      (one): one is [string, string] => one[1] !== undefined,
    );
    return esoRender(
      'bundle',
      [
        '--kubeconfig',
        await kubeconfig(user, url),
        '-n',
        'shop',
        ...(config === undefined ? [] : ['--config', configFile]),
        ...args,
      ],
      {
        input: objects.map((object) => stringify(object)).join('---\n'),
        env: { ...Object.fromEntries(defined), ...env },
      },
    );
  }

  /** The value `a` of each Secret, by namespace and name. */
  function values({ code, stdout, stderr }: Ended): Readonly<Record<string, string>> {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return Object.fromEntries(
      secretsIn(stdout).map((secret) => [
        `${secret.namespace}/${secret.name}`,
        Buffer.from(secret.data['a'] ?? '', 'base64').toString(),
      ]),
    );
  }

  function errors({ code, stdout, stderr }: Ended): readonly string[] {
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    return stderr.trim().split('\n');
  }

  describe('stores', () => {
    test.each([
      { store: 'own', kind: 'SecretStore', value: 'of the cluster' },
      { store: 'everyone', kind: 'ClusterSecretStore', value: 'for everyone' },
      { store: 'shops', kind: 'ClusterSecretStore', value: 'for shops' },
    ])('$kind $store', async ({ store, kind, value }) => {
      expect(values(await render([externalSecret(store, { kind })]))).toEqual({
        'shop/app': value,
      });
    });

    test('by TLS, with the CA of the kubeconfig', async () => {
      expect(values(await render([externalSecret('own')], { url: server.url }))).toEqual({
        'shop/app': 'of the cluster',
      });
    });

    test('the input comes first, then the configuration, and then nothing is asked', async () => {
      const input = objectOf('SecretStore', 'own', fake('of the input'), 'shop');
      const configured = objectOf('ClusterSecretStore', 'everyone', fake('configured'));
      const objects = [
        input,
        externalSecret('own'),
        externalSecret('everyone', { kind: 'ClusterSecretStore', name: 'other' }),
      ];

      expect(values(await render(objects, { config: { stores: [configured] } }))).toEqual({
        'shop/app': 'of the input',
        'shop/other': 'configured',
      });
      expect(proxy.requests()).toEqual([]);
    });

    test('labels of the namespace decide over conditions', async () => {
      const [error] = errors(
        await render([externalSecret('pays', { kind: 'ClusterSecretStore' })]),
      );

      expect(error).toMatch(
        /^error STORE_DENIED ExternalSecret shop\/app .* denied by spec.conditions$/,
      );
    });

    test("another controller's store leaves its ExternalSecret as it is", async () => {
      const { code, stdout } = await render([
        externalSecret('foreign', { kind: 'ClusterSecretStore' }),
      ]);

      expect(code).toBe(0);
      expect(stdout).toContain('kind: ExternalSecret');
    });

    test('one that is broken is told at itself', async () => {
      const [error] = errors(await render([externalSecret('broken')]));

      expect(error).toMatch(
        /^error SCHEMA SecretStore shop\/broken \(cluster:1:1\) spec.provider.fake.da/,
      );
    });

    test('one that is nowhere', async () => {
      const [error] = errors(await render([externalSecret('nowhere')]));

      expect(error).toContain(
        `it is neither in the input nor in the configuration; add it to the input or to the configuration; cluster "test" (${proxy.url}) does not have it either`,
      );
    });

    test('50 ExternalSecrets ask once', async () => {
      const names = Array.from({ length: 50 }, (_, index) => `es-${index}`);
      const objects = names.map((name) => externalSecret('own', { name }));

      expect(Object.keys(values(await render(objects)))).toHaveLength(50);
      expect(proxy.counts()).toEqual({
        'GET /apis/external-secrets.io/v1/namespaces/shop/secretstores/own': 1,
      });
    });

    test.each([
      { verb: 'plan', output: 'db' },
      { verb: 'validate', output: '' },
    ])('$verb looks at stores, and at no Secret', async ({ verb, output }) => {
      const target = {
        template: { templateFrom: [{ secret: { name: 'frame', items: [{ key: 'text' }] } }] },
      };
      const { code, stdout } = await render([externalSecret('kube-token', { target })], {
        args: [verb],
      });

      expect(code).toBe(0);
      expect(stdout).toContain(output);
      expect(Object.keys(proxy.counts())).toEqual([
        'GET /apis/external-secrets.io/v1/namespaces/shop/secretstores/kube-token',
      ]);
    });
  });

  describe('texts of templates', () => {
    const items = [{ key: 'text' }];

    test.each([
      { from: { secret: { name: 'frame', items } }, text: 'secret of the cluster' },
      { from: { configMap: { name: 'frame', items } }, text: 'public of the cluster' },
    ])('$text', async ({ from, text }) => {
      const target = { template: { templateFrom: [from] } };
      const { code, stdout, stderr } = await render([externalSecret('own', { target })]);

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(Buffer.from(secretsIn(stdout)[0]?.data['text'] ?? '', 'base64').toString()).toBe(text);
    });

    test('one that is nowhere', async () => {
      const target = { template: { templateFrom: [{ secret: { name: 'nowhere', items } }] } };
      const [error] = errors(await render([externalSecret('own', { target })]));

      expect(error).toMatch(
        /^error NOT_FOUND ExternalSecret shop\/app .*"nowhere" not found: .*; cluster "test" \(.*\) does not have it either$/,
      );
    });
  });

  describe('credentials of stores', () => {
    test.each([
      { store: 'kube-token', reason: 'a token and a CA of another namespace' },
      { store: 'kube-account', reason: 'the token of a ServiceAccount' },
    ])('of a ClusterSecretStore: $reason', async ({ store }) => {
      const object = externalSecret(store, { kind: 'ClusterSecretStore', key: 'database' });

      expect(values(await render([object]))).toEqual({ 'shop/app': '{"user":"ann"}' });
    });

    test("a SecretStore's token goes to its server where that is trusted", async () => {
      const object = externalSecret('kube-token', { key: 'database' });
      const [refused] = errors(await render([object]));
      const trusted = await render([object], { args: ['--trusted-server', server.url] });

      expect(refused).toMatch(/^error CREDENTIALS .*--trusted-server/);
      expect(values(trusted)).toEqual({ 'shop/app': '{"user":"ann"}' });
    });

    test('the input and the secrets directory come first', async () => {
      const given = objectOf('Secret', 'token', { stringData: { token: 'wrong' } }, 'shop');
      const [error] = errors(
        await render([given, externalSecret('kube-token')], {
          args: ['--trusted-server', server.url],
        }),
      );

      expect(error).toContain('Unauthorized');
      expect(Object.keys(proxy.counts())).not.toContain(
        'GET /api/v1/namespaces/shop/secrets/token',
      );
    });

    test('a role of AWS by the annotation of a ServiceAccount and a token of it', async () => {
      expect(values(await render([externalSecret('aws')]))).toEqual({ 'shop/app': 'of AWS' });
      const login = aws.proxy
        .requests()
        .find(({ operation }) => operation === 'AssumeRoleWithWebIdentity');
      const form = new URLSearchParams(login?.body);
      const [, payload = ''] = (form.get('WebIdentityToken') ?? '').split('.');

      expect(form.get('RoleArn')).toBe('arn:aws:iam::123456789012:role/shop');
      expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
        iss: 'https://kubernetes.default.svc',
        sub: 'system:serviceaccount:shop:app',
        aud: ['sts.amazonaws.com'],
      });
    });

    test('annotations of the configuration win', async () => {
      const role = 'arn:aws:iam::123456789012:role/configured';
      const account = {
        namespace: 'shop',
        name: 'app',
        annotations: { 'eks.amazonaws.com/role-arn': role },
      };
      await render([externalSecret('aws')], { config: { serviceAccounts: [account] } });
      const login = aws.proxy
        .requests()
        .find(({ operation }) => operation === 'AssumeRoleWithWebIdentity');

      expect(new URLSearchParams(login?.body).get('RoleArn')).toBe(role);
    });

    test('a ServiceAccount without a role', async () => {
      const [error] = errors(await render([externalSecret('aws-bare')]));

      expect(error).toContain(
        'ServiceAccount "shop/bare" has no annotation eks.amazonaws.com/role-arn',
      );
    });
  });

  describe('ClusterExternalSecrets', () => {
    const of = (spec: Spec): Spec => ({
      apiVersion: eso,
      kind: 'ClusterExternalSecret',
      metadata: { name: 'app' },
      spec: {
        externalSecretSpec: externalSecret('everyone', { kind: 'ClusterSecretStore' })['spec'],
        ...spec,
      },
    });
    const everywhere = { kube: { namespaces: ['*'] } };

    test('over the namespaces of the cluster, less those that are being deleted', async () => {
      const object = of({
        namespaceSelectors: [{ matchLabels: { team: 'shop' } }, { matchLabels: { team: 'pay' } }],
      });

      expect(Object.keys(values(await render([object], { config: everywhere }))).sort()).toEqual([
        'pay/app',
        'shop/app',
      ]);
    });

    test('a namespace by its name is asked for by its name', async () => {
      expect(values(await render([of({ namespaces: ['shop'] })]))).toEqual({
        'shop/app': 'for everyone',
      });
      expect(Object.keys(proxy.counts())).toContain('GET /api/v1/namespaces/shop');
    });

    test('namespaces that are not allowed are not left out in silence', async () => {
      const object = of({ namespaceSelectors: [{}] });

      expect(errors(await render([object]))).toContainEqual(
        expect.stringMatching(
          /^error DENIED ClusterExternalSecret app .* for the namespaces .*"infra".*"pay".* too, and the cluster is not read for them: add them to spec\.kube\.namespaces/,
        ),
      );
    });
  });

  describe('for whom', () => {
    const infraStore = (kind: string): KubeObject =>
      objectOf(
        kind,
        'theirs',
        kubernetes({ token: bearer('infra') }),
        kind === 'SecretStore' ? 'infra' : undefined,
      );
    const trust = (): readonly string[] => ['--trusted-server', server.url];

    test('nothing is read for an ExternalSecret of another namespace', async () => {
      const [error] = errors(await render([externalSecret('own', { place: 'pay' })]));

      expect(error).toMatch(
        /^error STORE_NOT_FOUND ExternalSecret pay\/app .* is not read for namespace "pay", which is not in spec\.kube\.namespaces/,
      );
      expect(proxy.requests()).toEqual([]);
    });

    test('unless the configuration names it', async () => {
      const config = { kube: { namespaces: ['shop', 'pay'] } };

      expect(values(await render([externalSecret('own', { place: 'pay' })], { config }))).toEqual({
        'pay/app': 'of pay',
      });
    });

    test.each(['SecretStore', 'ClusterSecretStore'])(
      "a %s of the input reaches no other namespace's Secrets, whatever it says",
      async (kind) => {
        const place = kind === 'SecretStore' ? 'infra' : 'shop';
        const { spec } =
          kind === 'SecretStore'
            ? objectOf(kind, '', kubernetes({ token: bearer() }))
            : infraStore(kind);
        const store = objectOf(
          kind,
          'theirs',
          { spec },
          kind === 'SecretStore' ? place : undefined,
        );
        const object = externalSecret('theirs', { kind, place, key: 'database' });
        const [error] = errors(await render([store, object], { args: trust() }));

        expect(error).toMatch(/^error CREDENTIALS .* is not read for namespace "infra"/);
        expect(proxy.requests()).toEqual([]);
      },
    );

    test('the same ClusterSecretStore in the configuration does', async () => {
      const object = externalSecret('theirs', { kind: 'ClusterSecretStore', key: 'database' });
      const config = { stores: [infraStore('ClusterSecretStore')] };

      expect(values(await render([object], { config }))).toEqual({ 'shop/app': '{"user":"ann"}' });
    });

    test("a store of the input does not come by a connection of the operator's", async () => {
      const same = infraStore('ClusterSecretStore');
      const mine = { ...same, metadata: { name: 'mine' } };
      const objects = [
        mine,
        externalSecret('theirs', { kind: 'ClusterSecretStore', key: 'database', name: 'one' }),
        externalSecret('mine', { kind: 'ClusterSecretStore', key: 'database', name: 'two' }),
      ];
      const found = errors(await render(objects, { config: { stores: [same] } }));

      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(/^error CREDENTIALS ExternalSecret shop\/two /);
    });

    test('no token of a ServiceAccount of another namespace', async () => {
      const store = objectOf('ClusterSecretStore', 'mine', {
        spec: {
          provider: {
            aws: {
              service: 'SecretsManager',
              region: 'eu-west-1',
              auth: { jwt: { serviceAccountRef: { name: 'app', namespace: 'pay' } } },
            },
          },
        },
      });
      const object = externalSecret('mine', { kind: 'ClusterSecretStore' });
      errors(await render([store, object]));

      expect(proxy.requests()).toEqual([]);
      expect(aws.proxy.requests()).toEqual([]);
    });
  });

  describe('what goes wrong', () => {
    const stranger = (): Spec => ({ token: server.tokenOf('stranger') });

    test('RBAC that lacks a verb on a store', async () => {
      const found = errors(await render([externalSecret('own')], { user: stranger() }));

      expect(found).toEqual([
        expect.stringMatching(
          /^error DENIED ExternalSecret shop\/app \(document 1, line 1\): cluster "test" \(.*\): cannot get secretstores\.external-secrets\.io "own" in namespace "shop": .*User "stranger" cannot get resource "secretstores" in API group "external-secrets\.io" in the namespace "shop"$/,
        ),
      ]);
    });

    test.each([
      {
        reason: 'a Secret',
        operation: 'GET /api/v1/namespaces/infra/secrets/token',
        store: 'kube-token',
        said: 'cannot get secrets "token" in namespace "infra": secrets is not for you',
      },
      {
        reason: 'a token',
        operation: 'POST /api/v1/namespaces/infra/serviceaccounts/reader/token',
        store: 'kube-account',
        said: 'cannot create serviceaccounts/token "reader" in namespace "infra": secrets is not for you',
      },
    ])('RBAC that lacks a verb on $reason', async ({ operation, store, said }) => {
      proxy.inject({ operation, answer: statusFault(403, 'Forbidden', 'secrets is not for you') });
      const [error] = errors(await render([externalSecret(store, { kind: 'ClusterSecretStore' })]));

      expect(error).toMatch(/^error CREDENTIALS ExternalSecret shop\/app /);
      expect(error).toContain(said);
    });

    test('a token that the server does not know, told once', async () => {
      const objects = ['own', 'other'].map((name) => externalSecret(name, { name }));
      const found = errors(await render(objects, { user: { token: 'nobody-knows-it' } }));

      expect(found).toEqual([
        expect.stringMatching(/^error DENIED: cluster "test" \(.*\): .*Unauthorized$/),
      ]);
      expect(found[0]).not.toContain('nobody-knows-it');
    });

    test('a server that is not there, told once', async () => {
      const url = `http://127.0.0.1:${await freePort()}`;
      const objects = ['own', 'other'].map((name) => externalSecret(name, { name }));

      expect(errors(await render(objects, { url }))).toEqual([
        expect.stringMatching(
          /^error UNAVAILABLE: cluster "test" \(.*\): cannot reach .* \(ECONNREFUSED\) \(after 5 attempts\)$/,
        ),
      ]);
    });

    test('a server that does not answer, within the deadline of the run', async () => {
      proxy.inject({ delayMs: 60_000 });
      const startedAt = performance.now();
      const found = errors(await render([externalSecret('own')], { args: ['--deadline', '1s'] }));

      expect(found).toEqual([
        expect.stringMatching(
          /^error TIMEOUT: cluster "test" .* no answer within 1 s \(GetSecretStore was pending\)$/,
        ),
      ]);
      expect(performance.now() - startedAt).toBeLessThan(10_000);
    });

    test('a cluster without the CRDs has no stores', async () => {
      proxy.inject({ answer: { status: 404, body: '404 page not found\n' } });
      const [error] = errors(await render([externalSecret('own')]));

      expect(error).toMatch(/^error STORE_NOT_FOUND .* does not have it either$/);
      expect(Object.keys(proxy.counts())).toEqual([
        'GET /apis/external-secrets.io/v1/namespaces/shop/secretstores/own',
        'GET /apis/external-secrets.io/v1beta1/namespaces/shop/secretstores/own',
      ]);
    });

    test.each([
      {
        reason: 'a file that is not there',
        args: ['--kubeconfig', '/nonexistent'],
        message: 'cannot read the kubeconfig',
      },
      {
        reason: 'a context that is not there',
        args: ['--kube-context', 'no'],
        message: 'it has no context "no"',
      },
    ])('$reason is wrong usage', async ({ args, message }) => {
      const { code, stdout, stderr } = await render([externalSecret('own')], { args });

      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(message);
    });
  });

  describe('a program of the kubeconfig', () => {
    const exec = (script: string): Spec => ({
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: 'sh',
        args: ['-c', script],
        env: [{ name: 'WHO', value: 'renderer' }],
      },
    });
    const printing = (status: string): string =>
      `printf '{"kind":"ExecCredential","status":{%s}}' '${status}'`;

    test('gives the token', async () => {
      const user = exec(
        `test "$WHO" = renderer && ${printing(`"token":"${server.tokenOf('renderer')}"`)}`,
      );

      expect(values(await render([externalSecret('own')], { user }))).toEqual({
        'shop/app': 'of the cluster',
      });
    });

    test('is not run where nothing is asked of the cluster', async () => {
      const mark = join(folder, 'ran');
      const store = objectOf('SecretStore', 'own', fake('of the input'), 'shop');
      const { code } = await render([store, externalSecret('own')], {
        user: exec(`touch ${mark}`),
      });

      expect(code).toBe(0);
      await expect(rm(mark)).rejects.toThrow('ENOENT');
    });

    test.each([
      { reason: 'fails', script: 'echo canary >&2; exit 3', said: 'it ended with exit code 3' },
      {
        reason: 'prints something else',
        script: 'echo canary',
        said: 'it printed no ExecCredential',
      },
    ])('that $reason', async ({ script, said }) => {
      const [error] = errors(await render([externalSecret('own')], { user: exec(script) }));

      expect(error).toContain(said);
      expect(error).not.toContain('canary');
    });

    test('that does not end is ended at the deadline', async () => {
      const [error] = errors(
        await render([externalSecret('own')], {
          user: exec('sleep 60'),
          args: ['--deadline', '1s'],
        }),
      );

      expect(error).toContain('no answer within 1 s (ExecCredential was pending)');
    });
  });

  describe('off', () => {
    test.each([
      { reason: 'by default', env: {}, objects: [] },
      {
        reason: "whatever Argo CD's user sets",
        env: {
          ARGOCD_ENV_KUBE: 'true',
          ARGOCD_ENV_KUBECONFIG: '/tmp/x',
          ARGOCD_APP_PARAMETERS: '[]',
        },
        objects: [],
      },
      {
        reason: 'whatever lies among the manifests',
        env: {},
        objects: [
          {
            apiVersion: 'eso-render.dev/v1alpha1',
            kind: 'RenderConfig',
            spec: { kube: { enabled: true } },
          },
        ],
      },
    ])('$reason', async ({ env, objects }) => {
      const KUBECONFIG = await kubeconfig({ token: server.tokenOf('renderer') });
      const input = [...objects, externalSecret('own')].map((one) => stringify(one)).join('---\n');
      const { code, stderr } = await esoRender('bundle', ['-n', 'shop'], {
        input,
        env: { KUBECONFIG, ...env },
      });

      expect(code).toBe(1);
      expect(stderr).toContain('it is neither in the input nor in the configuration; add it');
      expect(proxy.requests()).toEqual([]);
    });

    test('for a functionConfig, which lies among the manifests too', async () => {
      const KUBECONFIG = await kubeconfig({ token: server.tokenOf('renderer') });
      const list = {
        apiVersion: 'config.kubernetes.io/v1',
        kind: 'ResourceList',
        functionConfig: {
          apiVersion: 'eso-render.dev/v1alpha1',
          kind: 'RenderConfig',
          spec: { kube: { enabled: true } },
        },
        items: [externalSecret('own')],
      };
      const { code, stderr } = await esoRender('bundle', [], {
        input: stringify(list),
        env: { KUBECONFIG },
      });

      expect(code).toBe(2);
      expect(stderr).toContain('spec.kube cannot stand in a functionConfig');
      expect(proxy.requests()).toEqual([]);
    });
  });

  test('a ResourceList is answered with what the cluster has', async () => {
    const list = {
      apiVersion: 'config.kubernetes.io/v1',
      kind: 'ResourceList',
      items: [externalSecret('own')],
    };
    const { code, stdout } = await render([list]);

    expect(code).toBe(0);
    expect(stdout).toContain(Buffer.from('of the cluster').toString('base64'));
  });
});
