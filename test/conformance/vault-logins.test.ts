// Tests each login of a Vault store where a server checks it: OpenBao with slapd, a kube-apiserver, TLS and JWT; for AWS's and Google's a stand-in that verifies signatures.
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { provider } from '../../plugin/providers/vault/index.ts';
import { ProviderError, type Credentials } from '../../plugin/providers/provider.ts';
import { SecretBytes } from '../../plugin/secret-bytes.ts';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { startApiServer, type ApiServer } from '../servers/kube-apiserver.ts';
import { startOpenBao, type OpenBao } from '../servers/openbao.ts';
import { slapd, startSlapd, type Slapd } from '../servers/slapd.ts';
import { askVault } from '../servers/vault-seed.ts';
import { createAuthority, type Authority } from '../support/certificates.ts';
import { credentialsOf, openContext } from '../support/open-context.ts';
import { describeWith } from '../support/tools.ts';
import { serverTools } from './kubernetes-backend.ts';

type Spec = Readonly<Record<string, unknown>>;
type Read = {
  readonly credentials: Credentials;
  readonly env?: Readonly<Record<string, string>>;
  readonly spec: Spec;
};

const scope = { kind: 'SecretStore', name: 'vault', namespace: 'shop' } as const;
const creds = (key: string): Spec => ({ name: 'creds', key });
const policy = 'path "kv/*" { capabilities = ["read"] }';

/** A mount with one secret, and who may read it. */
async function seed(bao: OpenBao): Promise<void> {
  const ask = (path: string, body: unknown): Promise<unknown> =>
    askVault(bao, { method: 'POST', path, body });
  await ask('sys/mounts/kv', { type: 'kv', options: { version: '2' } });
  await ask('kv/data/app', { data: { v: 'of the server' } });
  await ask('sys/policies/acl/reader', { policy });
}

/** What the store reads, or why it cannot. */
async function readWith({ credentials, env = {}, spec }: Read): Promise<string> {
  const { end, ...context } = openContext({ credentials, env });
  const ref = { key: 'app', version: '', metadataPolicy: 'None', property: 'v' } as const;
  try {
    const client = await provider.connect({ path: 'kv', ...spec }, scope).open(context);
    const [outcome] = await client.read([ref]);
    await client.close();
    if (outcome?.outcome !== 'value') return JSON.stringify(outcome);
    const selection = provider.select(outcome.value, ref);
    return selection.outcome === 'value'
      ? Buffer.from(selection.value.reveal()).toString()
      : selection.outcome;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return `${error.code}: ${error.message}`;
  } finally {
    end();
  }
}

function jwt(claims: Spec, key: KeyObject): string {
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const iat = Math.floor(Date.now() / 1000) - 10_000;
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ iat, nbf: iat, ...claims })}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
}

const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600;

describe('OpenBao', () => {
  let bao: OpenBao;
  let proxy: FaultProxy;
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

  beforeAll(async () => {
    bao = await startOpenBao();
    proxy = await startFaultProxy(bao.url);
    await seed(bao);
    const ask = (path: string, body: unknown): Promise<unknown> =>
      askVault(bao, { method: 'POST', path, body });
    await ask('sys/auth/jwt', { type: 'jwt' });
    await ask('auth/jwt/config', {
      jwt_validation_pubkeys: [keys.publicKey.export({ type: 'spki', format: 'pem' })],
    });
    await ask('auth/jwt/role/reader', {
      role_type: 'jwt',
      user_claim: 'sub',
      bound_audiences: ['vault', 'own'],
      token_policies: ['reader'],
    });
    await ask('sys/auth/approle', { type: 'approle' });
    await ask('auth/approle/role/reader', { token_policies: 'reader' });
    await ask('auth/approle/role/reader/role-id', { role_id: 'role-of-the-reader' });
    await ask('auth/approle/role/reader/custom-secret-id', { secret_id: 'secret-of-the-reader' });
  });
  afterEach(() => proxy.reset());
  afterAll(async () => {
    await proxy.stop();
    await bao.stop();
  });

  const read = (auth: Spec, credentials: Credentials, more: Spec = {}): Promise<string> =>
    readWith({ credentials, spec: { server: proxy.url, auth, ...more } });

  describe('jwt', () => {
    const secretRef = creds('jwt');
    const holding = (claims: Spec): Credentials =>
      credentialsOf({ secrets: { 'shop/creds/jwt': jwt(claims, keys.privateKey) } });

    test('a token of a Secret', async () => {
      const credentials = holding({ sub: 'app', aud: 'vault', exp: inAnHour() });

      expect(await read({ jwt: { path: 'jwt', role: ' reader ', secretRef } }, credentials)).toBe(
        'of the server',
      );
      expect(proxy.counts()).toEqual({
        'PUT /v1/auth/jwt/login': 1,
        'GET /v1/kv/data/app': 1,
        'PUT /v1/auth/token/revoke-self': 1,
      });
    });

    test.each([
      { reason: 'for another audience', claims: { aud: 'other', exp: inAnHour() } },
      { reason: 'that is over', claims: { aud: 'vault', exp: inAnHour() - 7200 } },
    ])('one $reason is refused', async ({ claims }) => {
      const said = await read(
        { jwt: { path: 'jwt', role: 'reader', secretRef } },
        holding({ sub: 'app', ...claims }),
      );

      expect(said).toMatch(/^unauthenticated: logging in by jwt at auth\/jwt: HTTP 400: /);
      expect(said).not.toContain('eyJ');
    });

    test('a token of a ServiceAccount, for the audiences of both places', async () => {
      const asked: unknown[] = [];
      const credentials: Credentials = {
        ...credentialsOf({}),
        serviceAccount: async () => ({
          annotations: {},
          token: async (audiences, expirationSeconds) => {
            asked.push([audiences, expirationSeconds]);
            const claims = { sub: 'app', aud: audiences, exp: inAnHour() };
            return SecretBytes.ofText(`${jwt(claims, keys.privateKey)}\n`);
          },
        }),
      };
      const kubernetesServiceAccountToken = {
        serviceAccountRef: { name: 'app', audiences: ['own'] },
        expirationSeconds: 900,
      };
      const auth = { jwt: { path: 'jwt', role: 'reader', kubernetesServiceAccountToken } };

      expect(await read(auth, credentials)).toBe('of the server');
      expect(asked).toEqual([[['own', 'vault'], 900]]);
    });
  });

  describe('the token of a login', () => {
    const appRole = {
      path: 'approle',
      roleId: 'role-of-the-reader',
      secretRef: creds('secret-id'),
    };
    const credentials = credentialsOf({
      secrets: { 'shop/creds/secret-id': 'secret-of-the-reader' },
    });

    test('is taken out of what a server says, also where it is none of the known forms', async () => {
      proxy.inject({
        operation: 'PUT /v1/auth/approle/login',
        answer: { status: 200, body: { auth: { client_token: 'canary-token-of-no-form' } } },
      });
      const remembered: string[] = [];
      const { end, ...context } = openContext({ credentials });
      const client = await provider
        .connect({ server: proxy.url, path: 'kv', auth: { appRole } }, scope)
        .open({ ...context, remember: (text) => void remembered.push(text) });
      await client.close().catch(() => undefined);
      end();

      expect(remembered).toEqual(['canary-token-of-no-form']);
    });

    test("the namespace of auth is the login's alone", async () => {
      const namespaces = (): unknown[] =>
        proxy.requests().map(({ operation, headers }) => [operation, headers['x-vault-namespace']]);
      await read({ appRole, namespace: 'of-login' }, credentials, { namespace: 'of-secrets' });

      expect(namespaces()[0]).toEqual(['PUT /v1/auth/approle/login', 'of-login']);
    });

    test('headers of the store go along with every request', async () => {
      expect(await read({ appRole }, credentials, { headers: { 'X-Own': 'yes' } })).toBe(
        'of the server',
      );
      expect(proxy.requests().map(({ headers }) => headers['x-own'])).toEqual([
        'yes',
        'yes',
        'yes',
      ]);
    });

    test('a standby is sent what it must have seen', async () => {
      proxy.inject({
        operation: 'PUT /v1/auth/approle/login',
        answer: {
          status: 200,
          body: { auth: { client_token: 'root' } },
          headers: { 'x-vault-index': 'seen-so-far' },
        },
      });
      await read({ appRole }, credentials, { readYourWrites: true, forwardInconsistent: true });
      const [, second] = proxy.requests();

      expect(second?.headers['x-vault-index']).toBe('seen-so-far');
      expect(second?.headers['x-vault-inconsistent']).toBe('forward-active-node');
    });
  });

  test.each([
    { kind: 'userPass', username: '../../../sys/raw' },
    { kind: 'ldap', username: 'a/../b' },
    { kind: 'userPass', username: '..' },
  ])('$kind: the name "$username" leads nowhere else', async ({ kind, username }) => {
    const auth = { [kind]: { path: 'p', username, secretRef: creds('password') } };
    const credentials = credentialsOf({ secrets: { 'shop/creds/password': 'password' } });

    expect(await read(auth, credentials)).toMatch(/^invalid: /);
    expect(proxy.requests()).toEqual([]);
  });
});

describe('cert', () => {
  let bao: OpenBao;
  let authority: Authority;

  beforeAll(async () => {
    bao = await startOpenBao({ tls: true });
    authority = await createAuthority('people');
    const ask = async (path: string, body: unknown): Promise<void> => {
      const said = await readWithRoot(path, body);
      if (said >= 300) throw new Error(`${path}: ${said}`);
    };
    await ask('sys/mounts/kv', { type: 'kv', options: { version: '2' } });
    await ask('kv/data/app', { data: { v: 'of the server' } });
    await ask('sys/policies/acl/reader', { policy });
    await ask('sys/auth/cert', { type: 'cert' });
    await ask('auth/cert/certs/reader', {
      certificate: authority.ca,
      token_policies: 'reader',
      allowed_common_names: 'app',
    });
  });
  afterAll(async () => {
    await authority.remove();
    await bao.stop();
  });

  /** The status of a request of the root's, over TLS. */
  async function readWithRoot(path: string, body: unknown): Promise<number> {
    const { createAgents } = await import('../../plugin/providers/http/agents.ts');
    const { send } = await import('../../plugin/providers/http/send.ts');
    const agents = createAgents({ ca: bao.ca });
    const { status } = await send(agents, {
      method: 'POST',
      url: new URL(`${bao.url}/v1/${path}`),
      headers: { 'x-vault-token': bao.token },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    agents.destroy();
    return status;
  }

  const auth = {
    cert: { vaultRole: 'reader', clientCert: creds('cert'), secretRef: creds('key') },
  };

  async function readAs(name: string): Promise<string> {
    const { cert, key } = await authority.issue('client', name);
    const credentials = credentialsOf({
      secrets: { 'shop/creds/cert': cert, 'shop/creds/key': key },
    });
    const caBundle = Buffer.from(bao.ca).toString('base64');
    return readWith({ credentials, spec: { server: bao.url, caBundle, auth } });
  }

  test('a certificate is the identity', async () => {
    expect(await readAs('app')).toBe('of the server');
  });

  test("another one's certificate is refused", async () => {
    expect(await readAs('thief')).toMatch(/^unauthenticated: logging in by cert at auth\/cert: /);
  });

  test('without the CA nothing is sent', async () => {
    const { cert, key } = await authority.issue('client', 'app');
    const credentials = credentialsOf({
      secrets: { 'shop/creds/cert': cert, 'shop/creds/key': key },
    });

    expect(await readWith({ credentials, spec: { server: bao.url, auth } })).toMatch(
      /^failed: .*certificate is not trusted/,
    );
  });
});

describeWith('ldap', { slapd: await slapd() }, (path) => {
  let bao: OpenBao;
  let ldap: Slapd;

  beforeAll(async () => {
    ldap = await startSlapd(path('slapd'));
    bao = await startOpenBao();
    await seed(bao);
    const ask = (route: string, body: unknown): Promise<unknown> =>
      askVault(bao, { method: 'POST', path: route, body });
    await ask('sys/auth/people', { type: 'ldap' });
    await ask('auth/people/config', {
      url: ldap.url,
      userdn: ldap.userDN,
      userattr: 'uid',
      binddn: ldap.bindDN,
      bindpass: ldap.bindPassword,
      groupdn: ldap.userDN,
      token_policies: 'reader',
    });
  });
  afterAll(async () => {
    await bao.stop();
    await ldap.stop();
  });

  const read = (password: string): Promise<string> => {
    const auth = {
      ldap: { path: 'people', username: ` ${ldap.user.uid} `, secretRef: creds('password') },
    };
    const credentials = credentialsOf({ secrets: { 'shop/creds/password': password } });
    return readWith({ credentials, spec: { server: bao.url, auth } });
  };

  test('with the password', async () => {
    expect(await read(ldap.user.password)).toBe('of the server');
  });

  test('and not with another', async () => {
    const said = await read('a-wrong-password');
    expect(said).toMatch(/^unauthenticated: logging in by ldap at auth\/people: HTTP 400: /);
    expect(said).not.toContain('a-wrong-password');
  });
});

describeWith('kubernetes', await serverTools(), (path) => {
  let bao: OpenBao;
  let cluster: ApiServer;

  beforeAll(async () => {
    cluster = await startApiServer({ kubeApiserver: path('kubeApiserver'), etcd: path('etcd') });
    const account = { apiVersion: 'v1', kind: 'ServiceAccount' };
    await cluster.create([
      { ...account, metadata: { name: 'app', namespace: 'default' } },
      { ...account, metadata: { name: 'thief', namespace: 'default' } },
    ]);
    bao = await startOpenBao();
    await seed(bao);
    const ask = (route: string, body: unknown): Promise<unknown> =>
      askVault(bao, { method: 'POST', path: route, body });
    await ask('sys/auth/kubernetes', { type: 'kubernetes' });
    await ask('auth/kubernetes/config', {
      kubernetes_host: cluster.url,
      kubernetes_ca_cert: cluster.ca,
      token_reviewer_jwt: cluster.adminToken,
      disable_local_ca_jwt: true,
    });
    await ask('auth/kubernetes/role/reader', {
      bound_service_account_names: 'app',
      bound_service_account_namespaces: 'default',
      audience: 'vault',
      token_policies: 'reader',
    });
  });
  afterAll(async () => {
    await bao.stop();
    await cluster.stop();
  });

  const tokenOf = (name: string): Promise<string> =>
    cluster.serviceAccountToken({ namespace: 'default', name }, ['vault']);

  test('a token of a Secret, which Kubernetes reviews', async () => {
    const auth = { kubernetes: { role: 'reader', secretRef: { name: 'creds' } } };
    const credentials = credentialsOf({ secrets: { 'shop/creds/token': await tokenOf('app') } });

    expect(await readWith({ credentials, spec: { server: bao.url, auth } })).toBe('of the server');
  });

  test('a token of a ServiceAccount, for ten minutes', async () => {
    const asked: unknown[] = [];
    const credentials: Credentials = {
      ...credentialsOf({}),
      serviceAccount: async () => ({
        annotations: {},
        token: async (...wanted) => {
          asked.push(wanted);
          return SecretBytes.ofText(await tokenOf('app'));
        },
      }),
    };
    const serviceAccountRef = { name: 'app', audiences: ['vault'] };
    const auth = { kubernetes: { role: 'reader', serviceAccountRef } };

    expect(await readWith({ credentials, spec: { server: bao.url, auth } })).toBe('of the server');
    expect(asked).toEqual([[['vault'], 600]]);
  });

  test('another ServiceAccount is refused', async () => {
    const auth = { kubernetes: { role: 'reader', secretRef: { name: 'creds' } } };
    const credentials = credentialsOf({ secrets: { 'shop/creds/token': await tokenOf('thief') } });

    expect(await readWith({ credentials, spec: { server: bao.url, auth } })).toMatch(
      /^unauthenticated: logging in by kubernetes at auth\/kubernetes: HTTP 403: /,
    );
  });
});
