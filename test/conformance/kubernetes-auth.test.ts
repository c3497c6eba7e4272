// Tests every way to ask a real API server: which identity it sees, what it refuses, and what never leaves or runs here.
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import {
  ProviderError,
  type Credentials,
  type ReadOutcome,
} from '../../plugin/providers/provider.ts';
import { SecretBytes } from '../../plugin/secret-bytes.ts';
import { credentialsOf, type CredentialTable } from '../support/open-context.ts';
import { describeWith } from '../support/tools.ts';
import {
  connectTo,
  namespace,
  readers,
  remoteNamespace,
  secret,
  serverTools,
  startBackend,
  type KubernetesBackend,
} from './kubernetes-backend.ts';
import { refOf, withClient } from './provider.ts';

type Spec = Readonly<Record<string, unknown>>;

const app = { namespace: 'shop', name: 'app' };

describeWith('kube-apiserver', await serverTools(), (path) => {
  let backend: KubernetesBackend;
  let certificates: Readonly<Record<'reader' | 'nobody', { cert: string; key: string }>>;

  beforeAll(async () => {
    backend = await startBackend({ kubeApiserver: path('kubeApiserver'), etcd: path('etcd') });
    const { server } = backend;
    await server.create([namespace('shop'), secret('database', { user: 'ann' })]);
    await server.create([
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: app },
      ...readers([{ kind: 'ServiceAccount', ...app }], { name: 'app' }),
    ]);
    certificates = {
      reader: await server.certificateOf('reader'),
      nobody: await server.certificateOf('nobody'),
    };
  });
  beforeEach(() => backend.proxy.reset());
  afterAll(() => backend.stop());

  /** Reads one Secret with a store of this spec; undefined in it takes a field away. */
  async function readWith(spec: Spec, given: CredentialTable | Credentials): Promise<string> {
    const credentials = 'secretKey' in given ? given : credentialsOf(given);
    const connection = connectTo(backend.proxy.url, spec);
    try {
      const [outcome] = await withClient(
        { connect: () => connection, env: {}, credentials },
        (client) => client.read([refOf({ key: 'database' })]),
      );
      return outcomeText(outcome);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return `${error.code}: ${error.message}`;
    }
  }

  function sentTokens(): readonly unknown[] {
    return backend.proxy.requests().map(({ headers }) => headers['authorization']);
  }

  describe('a bearer token', () => {
    const auth = { token: { bearerToken: { name: 'kube', key: 'token' } } };
    const table = (token: string): CredentialTable => ({ secrets: { 'shop/kube/token': token } });

    test('is sent as it is', async () => {
      const token = backend.server.tokenOf('reader');

      expect(await readWith({ auth }, table(token))).toBe('value');
      expect(sentTokens()).toEqual([`Bearer ${token}`]);
    });

    test('of a user without the right is denied in the words of the API', async () => {
      expect(await readWith({ auth }, table(backend.server.tokenOf('nobody')))).toBe(
        'denied: cannot get secrets "database" in namespace "remote": secrets "database" is forbidden: User "nobody" cannot get resource "secrets" in API group "" in the namespace "remote"',
      );
    });

    test('that the server does not know ends the whole store', async () => {
      const wrong = 'token-that-nobody-knows';
      const said = await readWith({ auth }, table(wrong));

      expect(said).toBe(
        'unauthenticated: cannot get secrets "database" in namespace "remote": Unauthorized',
      );
      expect(sentTokens()).toEqual([`Bearer ${wrong}`]);
    });

    test.each(['', 'token\n', 'to ken'])('%j is none, and is not sent', async (token) => {
      const said = await readWith({ auth }, table(token));

      expect(said).toBe(
        'credentials: key "token" of Secret "shop/kube" holds no bearer token: it is empty, or has a line end or other white space in it',
      );
      expect(sentTokens()).toEqual([]);
    });
  });

  describe('nobody', () => {
    test('asks without a header, and is denied', async () => {
      const said = await readWith({ auth: undefined }, {});

      expect(said).toContain('User "system:anonymous" cannot get resource "secrets"');
      expect(sentTokens()).toEqual([undefined]);
    });
  });

  describe('TLS', () => {
    const auth = { token: { bearerToken: { name: 'kube', key: 'token' } } };
    const secure = (more: Spec): Spec => ({ server: { url: backend.server.url, ...more }, auth });
    const table = (): CredentialTable => ({
      secrets: {
        'shop/kube/token': backend.server.tokenOf('reader'),
        'shop/ca/ca.crt': backend.server.ca,
      },
      configMaps: { 'shop/ca/ca.crt': backend.server.ca },
    });

    test('caBundle', async () => {
      const caBundle = Buffer.from(backend.server.ca).toString('base64');

      expect(await readWith(secure({ caBundle }), table())).toBe('value');
    });

    test.each(['Secret', 'ConfigMap'])('caProvider, a %s', async (type) => {
      const caProvider = { type, name: 'ca', key: 'ca.crt' };

      expect(await readWith(secure({ caProvider }), table())).toBe('value');
    });

    test('a URL without a scheme is one with TLS', async () => {
      const caBundle = Buffer.from(backend.server.ca).toString('base64');
      const url = backend.server.url.replace('https://', '');

      expect(await readWith(secure({ url, caBundle }), table())).toBe('value');
    });

    test.each([
      { reason: 'no CA', ca: () => ({}) },
      {
        reason: 'the CA of somebody else',
        ca: () => ({ caBundle: Buffer.from(certificates.reader.cert).toString('base64') }),
      },
    ])('a server that nobody vouches for gets nothing: $reason', async ({ ca }) => {
      expect(await readWith(secure(ca()), table())).toMatch(
        /^failed: the server's certificate is not trusted \(\w+\): give the CA in the store \(caBundle/,
      );
    });
  });

  describe('a client certificate', () => {
    const auth = {
      cert: {
        clientCert: { name: 'kube', key: 'tls.crt' },
        clientKey: { name: 'kube', key: 'tls.key' },
      },
    };
    const read = (cert: string, key: string): Promise<string> => {
      const caBundle = Buffer.from(backend.server.ca).toString('base64');
      const secrets = { 'shop/kube/tls.crt': cert, 'shop/kube/tls.key': key };
      return readWith({ server: { url: backend.server.url, caBundle }, auth }, { secrets });
    };

    test('of a user who may', async () => {
      const { cert, key } = certificates.reader;

      expect(await read(cert, key)).toBe('value');
    });

    test('of a user who may not', async () => {
      const { cert, key } = certificates.nobody;

      expect(await read(cert, key)).toMatch(/^denied: .* User "nobody" cannot get resource/);
    });

    test.each([
      {
        reason: "another one's key",
        cert: () => certificates.reader.cert,
        key: () => certificates.nobody.key,
      },
      { reason: 'no PEM', cert: () => 'certificate', key: () => 'key' },
      { reason: 'no key', cert: () => certificates.reader.cert, key: () => 'key' },
    ])('is refused before it is used: $reason', async ({ cert, key }) => {
      expect(await read(cert(), key())).toBe(
        'credentials: the client certificate and its key are not PEM that belongs together',
      );
    });
  });

  describe('a ServiceAccount', () => {
    const auth = { serviceAccount: app };

    /** Tokens of the API server; `first` stands in the place of the first one. */
    function tokens(first?: string): {
      readonly asked: unknown[];
      readonly credentials: Credentials;
    } {
      const asked: unknown[] = [];
      const credentials: Credentials = {
        ...credentialsOf({}),
        serviceAccount: async (ref) => ({
          annotations: {},
          token: async (audiences, expirationSeconds) => {
            asked.push({ ref, audiences, expirationSeconds });
            const token = await backend.server.serviceAccountToken(app, audiences);
            return SecretBytes.ofText(asked.length === 1 ? (first ?? token) : token);
          },
        }),
      };
      return { asked, credentials };
    }

    test('asks with a token of an hour', async () => {
      const { asked, credentials } = tokens();

      expect(await readWith({ auth }, credentials)).toBe('value');
      expect(asked).toEqual([
        { ref: { ...app, audiences: [] }, audiences: [], expirationSeconds: 3600 },
      ]);
    });

    test('a token for another audience is not accepted, nor is the next one', async () => {
      const { asked, credentials } = tokens();
      const audiences = ['https://elsewhere.example.com'];
      const said = await readWith({ auth: { serviceAccount: { ...app, audiences } } }, credentials);

      expect(said).toMatch(/^unauthenticated: .*Unauthorized$/);
      expect(asked).toHaveLength(2);
    });

    test('a token that has expired is replaced once, for all reads', async () => {
      const { asked, credentials } = tokens('expired-token');
      const refs = Array.from({ length: 50 }, (_, index) => refOf({ key: `k${index}` }));
      const outcomes = await withClient(
        { connect: () => connectTo(backend.proxy.url, { auth }), env: {}, credentials },
        (client) => client.read(refs),
      );

      expect(outcomes.map(outcomeText)).toEqual(refs.map(() => 'value'));
      expect(asked).toHaveLength(2);
    });
  });

  describe('a kubeconfig', () => {
    const authRef = { name: 'kube', key: 'config' };
    const mark = join(tmpdir(), `eso-render-${process.pid}-must-not-run`);

    function readWithKubeconfig(kubeconfig: string): Promise<string> {
      const secrets = { 'shop/kube/config': kubeconfig };
      return readWith({ server: undefined, auth: undefined, authRef }, { secrets });
    }

    function kubeconfig(user: Spec, cluster: Spec = {}): string {
      const data = Buffer.from(backend.server.ca).toString('base64');
      return stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'here',
        contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
        clusters: [
          {
            name: 'c',
            cluster: { server: backend.server.url, 'certificate-authority-data': data, ...cluster },
          },
        ],
        users: [{ name: 'u', user }],
      });
    }

    test('with a token', async () => {
      expect(
        await readWithKubeconfig(kubeconfig({ token: backend.server.tokenOf('reader') })),
      ).toBe('value');
    });

    test('with a client certificate', async () => {
      const { cert, key } = certificates.reader;
      const user = {
        'client-certificate-data': Buffer.from(cert).toString('base64'),
        'client-key-data': Buffer.from(key).toString('base64'),
      };

      expect(await readWithKubeconfig(kubeconfig(user))).toBe('value');
    });

    test.each<{ field: string; user?: Spec; cluster?: Spec }>([
      {
        field: 'exec',
        user: {
          exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'touch', args: [mark] },
        },
      },
      { field: 'tokenFile', user: { tokenFile: '/etc/hostname' } },
      { field: 'client-certificate', user: { 'client-certificate': '/etc/hostname' } },
      { field: 'client-key', user: { 'client-key': '/etc/hostname' } },
      {
        field: 'certificate-authority',
        cluster: { 'certificate-authority': '/etc/hostname', 'certificate-authority-data': '' },
      },
      { field: 'insecure-skip-tls-verify', cluster: { 'insecure-skip-tls-verify': true } },
      { field: 'proxy-url', cluster: { 'proxy-url': 'http://proxy.example.com' } },
      { field: 'auth-provider', user: { 'auth-provider': { name: 'oidc' } } },
      { field: 'as', user: { as: 'admin' } },
      { field: 'as-groups', user: { 'as-groups': ['system:masters'] } },
    ])('may not have $field', async ({ field, user = {}, cluster = {} }) => {
      const whole = kubeconfig({ token: backend.server.tokenOf('reader'), ...user }, cluster);

      expect(await readWithKubeconfig(whole)).toBe(
        `credentials: the kubeconfig in key "config" of Secret "shop/kube": a kubeconfig of a store may not have ${field}: put certificates and tokens into it as data`,
      );
      expect(existsSync(mark)).toBe(false);
    });

    test.each([
      { reason: 'no YAML', text: '{', message: 'it is not YAML of a kubeconfig' },
      { reason: 'a text', text: 'secret-token', message: 'it is not YAML of a kubeconfig' },
      { reason: 'empty', text: '{}', message: 'it has no current-context' },
      { reason: 'no context', text: 'current-context: a', message: 'it has no context "a"' },
    ])('$reason', async ({ text, message }) => {
      expect(await readWithKubeconfig(text)).toBe(
        `credentials: the kubeconfig in key "config" of Secret "shop/kube": ${message}`,
      );
    });
  });

  test(`the Secret is read in the remote namespace, ${remoteNamespace}`, async () => {
    await readWith({}, { secrets: { 'shop/kube/token': backend.server.tokenOf('reader') } });

    expect(backend.proxy.counts()).toEqual({
      'GET /api/v1/namespaces/remote/secrets/database': 1,
    });
  });
});

function outcomeText(outcome: ReadOutcome | undefined): string {
  if (outcome?.outcome !== 'error') return outcome?.outcome ?? 'nothing';
  return `${outcome.error.code}: ${outcome.error.message}`;
}
