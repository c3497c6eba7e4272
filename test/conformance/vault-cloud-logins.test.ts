// Tests the logins of a Vault store by an identity of AWS or of Google, which no server here can check: a stand-in verifies what is signed.
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AwsRequestSigner } from 'google-auth-library';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { provider } from '../../plugin/providers/vault/index.ts';
import { ProviderError, type Credentials } from '../../plugin/providers/provider.ts';
import { SecretBytes } from '../../plugin/secret-bytes.ts';
import { type Moto, startMoto } from '../servers/moto.ts';
import { credentialsOf, openContext } from '../support/open-context.ts';

type Spec = Readonly<Record<string, unknown>>;
type Asked = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};
type Answer = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

const scope = { kind: 'SecretStore', name: 'vault', namespace: 'shop' } as const;
const creds = (key: string): Spec => ({ name: 'creds', key });

let server: Server;
let url: string;
let asked: Asked[] = [];
/** What is there beside Vault, by path. */
let others: Readonly<Record<string, (request: Asked) => Answer>> = {};

beforeAll(async () => {
  server = createServer((incoming, response) => {
    void text(incoming).then((body) => {
      const request = { path: incoming.url ?? '', headers: incoming.headers, body };
      asked.push(request);
      const { status, body: said, headers } = answerTo(request);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof said === 'string' ? said : JSON.stringify(said));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
  others = {};
});
afterEach(() => vi.useRealTimers());

function answerTo(request: Asked): Answer {
  const other = Object.entries(others).find(([path]) => request.path.startsWith(path));
  if (other !== undefined) return other[1](request);
  if (request.path.endsWith('/login')) {
    return { status: 200, body: { auth: { client_token: 'token-of-the-login' } } };
  }
  if (request.headers['x-vault-token'] !== 'token-of-the-login') {
    return { status: 403, body: { errors: ['permission denied'] } };
  }
  return { status: 200, body: { data: { data: { v: 'of the server' }, metadata: {} } } };
}

type Login = {
  readonly auth: Spec;
  readonly credentials: Credentials;
  readonly env?: Readonly<Record<string, string>>;
};

/** The body of the login; or why there is none. The secret behind it is read too. */
async function loginOf({ auth, credentials, env = {} }: Login): Promise<Spec | string> {
  const { end, ...context } = openContext({ credentials, env });
  try {
    const client = await provider.connect({ server: url, path: 'kv', auth }, scope).open(context);
    const [outcome] = await client.read([{ key: 'app', version: '', metadataPolicy: 'None' }]);
    await client.close();
    expect(outcome).toMatchObject({ outcome: 'value' });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return `${error.code}: ${error.message}`;
  } finally {
    end();
  }
  const login = asked.find(({ path }) => path.endsWith('/login'));
  return { path: login?.path, ...(JSON.parse(login?.body ?? '{}') as Spec) };
}

function serviceAccount(annotations: Readonly<Record<string, string>>): {
  readonly credentials: Credentials;
  readonly audiences: () => readonly unknown[];
} {
  const audiences: unknown[] = [];
  return {
    audiences: () => audiences,
    credentials: {
      ...credentialsOf({}),
      serviceAccount: async () => ({
        annotations,
        token: async (wanted) => {
          audiences.push(wanted);
          return SecretBytes.ofText('token-of-the-service-account');
        },
      }),
    },
  };
}

describe('iam', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.stop());

  const decoded = (field: unknown): string => Buffer.from(String(field), 'base64').toString();
  const headersIn = (login: Spec | string): Readonly<Record<string, readonly string[]>> =>
    JSON.parse(
      decoded(typeof login === 'string' ? login : login['iam_request_headers']),
    ) as Readonly<Record<string, readonly string[]>>;

  const keys = credentialsOf({
    secrets: {
      'shop/creds/id': 'AKIAEXAMPLE',
      'shop/creds/key': 'secret-of-the-key',
      'shop/creds/session': 'session/of+the=key',
    },
  });
  const secretRef = { accessKeyIDSecretRef: creds('id'), secretAccessKeySecretRef: creds('key') };

  test.each([
    {
      reason: 'keys that last, in the usual region',
      iam: { vaultRole: 'reader', secretRef },
      host: 'sts.amazonaws.com',
      region: 'us-east-1',
      token: undefined,
      more: {},
    },
    {
      reason: 'a session, in another region, for one server',
      iam: {
        vaultRole: 'reader',
        region: 'eu-west-1',
        vaultAwsIamServerID: 'vault.example.com',
        secretRef: { ...secretRef, sessionTokenSecretRef: creds('session') },
      },
      host: 'sts.eu-west-1.amazonaws.com',
      region: 'eu-west-1',
      token: 'session/of+the=key',
      more: { 'x-vault-aws-iam-server-id': 'vault.example.com' },
    },
  ])('$reason: what Vault sends to AWS is signed', async ({ iam, host, region, token, more }) => {
    vi.useFakeTimers({ now: new Date('2026-01-02T03:04:05Z'), toFake: ['Date'] });
    const login = await loginOf({ auth: { iam }, credentials: keys });
    const signer = new AwsRequestSigner(
      async () => ({
        accessKeyId: 'AKIAEXAMPLE',
        secretAccessKey: 'secret-of-the-key',
        ...(token !== undefined && { token }),
      }),
      region,
    );
    const expected = await signer.getRequestOptions({
      url: `https://${host}/`,
      method: 'POST',
      data: 'Action=GetCallerIdentity&Version=2011-06-15',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        ...more,
      },
    });

    expect(login).toMatchObject({
      path: '/v1/auth/aws/login',
      role: 'reader',
      iam_http_request_method: 'POST',
    });
    if (typeof login === 'string') throw new Error(login);
    expect(decoded(login['iam_request_url'])).toBe(`https://${host}/`);
    expect(decoded(login['iam_request_body'])).toBe('Action=GetCallerIdentity&Version=2011-06-15');
    expect(headersIn(login)['authorization']).toEqual([
      new Headers(expected.headers as Record<string, string>).get('authorization'),
    ]);
    expect(headersIn(login)['x-amz-security-token']).toEqual(token === undefined ? token : [token]);
  });

  test.each([
    {
      reason: 'a role is assumed with the keys',
      iam: { vaultRole: 'reader', role: 'arn:aws:iam::123456789012:role/hop', secretRef },
      credentials: keys,
      env: {},
    },
    {
      reason: 'the role of a ServiceAccount',
      iam: { vaultRole: 'reader', jwt: { serviceAccountRef: { name: 'app' } } },
      credentials: serviceAccount({
        'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/app',
      }).credentials,
      env: {},
    },
  ])('$reason', async ({ iam, credentials, env }) => {
    const login = await loginOf({
      auth: { iam },
      credentials,
      env: { AWS_STS_ENDPOINT: moto.url, ...env },
    });

    expect(headersIn(login)['x-amz-security-token']?.[0]).toMatch(/^.{50,}$/);
    expect(headersIn(login)['authorization']?.[0]).toContain('Credential=ASIA');
  });

  test("the pod's own identity", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vault-iam-'));
    const file = join(folder, 'token');
    await writeFile(file, 'token-of-the-pod');
    const login = await loginOf({
      auth: { iam: { vaultRole: 'reader' } },
      credentials: credentialsOf({ ambient: true }),
      env: {
        AWS_STS_ENDPOINT: moto.url,
        AWS_WEB_IDENTITY_TOKEN_FILE: file,
        AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pod',
      },
    });
    await rm(folder, { recursive: true });

    expect(headersIn(login)['authorization']?.[0]).toContain('Credential=ASIA');
  });

  test('Pod Identity, by its agent', async () => {
    others = {
      '/agent': () => ({
        status: 200,
        body: {
          AccessKeyId: 'ASIAOFTHEAGENT',
          SecretAccessKey: 'key-of-the-agent',
          Token: 'session-of-the-agent',
          Expiration: '2099-01-01T00:00:00Z',
        },
      }),
    };
    const login = await loginOf({
      auth: { iam: { vaultRole: 'reader' } },
      credentials: credentialsOf({ ambient: true }),
      env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/agent` },
    });

    expect(headersIn(login)['x-amz-security-token']).toEqual(['session-of-the-agent']);
  });

  test.each([
    {
      reason: 'a pod that may not be used',
      credentials: credentialsOf({}),
      says: /^credentials: .*the environment's own identity is not allowed$/,
    },
    {
      reason: 'no identity at all',
      credentials: credentialsOf({ ambient: true }),
      says: /^credentials: no AWS authentication method found/,
    },
  ])('$reason: nothing is sent', async ({ credentials, says }) => {
    expect(await loginOf({ auth: { iam: { vaultRole: 'reader' } }, credentials })).toMatch(says);
    expect(asked).toEqual([]);
  });
});

describe('a login that Vault refuses ends the store, and shows nothing of the proof', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const credentials = credentialsOf({
    secrets: {
      'shop/creds/id': 'AKIAEXAMPLE',
      'shop/creds/key': 'canary-of-the-key',
      'shop/creds/file': JSON.stringify({
        type: 'service_account',
        client_email: 'reader@shop.iam.gserviceaccount.com',
        private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      }),
    },
  });
  const keyRefs = { accessKeyIDSecretRef: creds('id'), secretAccessKeySecretRef: creds('key') };

  test.each([
    { kind: 'iam', mount: 'aws', auth: { vaultRole: 'reader', secretRef: keyRefs } },
    {
      kind: 'gcp',
      mount: 'gcp',
      auth: { role: 'reader', secretRef: { secretAccessKeySecretRef: creds('file') } },
    },
  ])('$kind', async ({ kind, mount, auth }) => {
    // As a server that repeats what it was sent.
    others = { '/v1/auth/': ({ body }) => ({ status: 403, body: { errors: [`denied ${body}`] } }) };

    const said = await loginOf({ auth: { [kind]: auth }, credentials });

    expect(said).toMatch(
      new RegExp(`^unauthenticated: logging in by ${kind} at auth/${mount}: HTTP 403: denied`),
    );
    expect(said).not.toMatch(/canary|eyJ/);
    expect(asked.map(({ path }) => path)).toEqual([`/v1/auth/${mount}/login`]);
  });
});

describe('gcp', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const email = 'reader@shop.iam.gserviceaccount.com';

  test('a service account key signs its JWT itself, and it says for which role of Vault', async () => {
    const file = JSON.stringify({
      type: 'service_account',
      client_email: email,
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      private_key_id: 'key-1',
      token_uri: 'https://oauth2.googleapis.com/token',
    });
    const login = await loginOf({
      auth: {
        gcp: { role: 'reader', secretRef: { secretAccessKeySecretRef: creds('file') } },
      },
      credentials: credentialsOf({ secrets: { 'shop/creds/file': file } }),
    });
    if (typeof login === 'string') throw new Error(login);
    const [header = '', claims = '', signature = ''] = String(login['jwt']).split('.');
    const part = (encoded: string): Spec =>
      JSON.parse(Buffer.from(encoded, 'base64url').toString()) as Spec;

    expect(login).toMatchObject({ path: '/v1/auth/gcp/login', role: 'reader' });
    expect(
      createVerify('RSA-SHA256')
        .update(`${header}.${claims}`)
        .verify(publicKey, Buffer.from(signature, 'base64url')),
    ).toBe(true);
    expect(part(header)).toMatchObject({ alg: 'RS256', kid: 'key-1' });
    expect(part(claims)).toMatchObject({ sub: email, aud: 'vault/reader' });
    const seconds = Number(part(claims)['exp']) - Date.now() / 1000;
    expect(seconds).toBeGreaterThan(500);
    expect(seconds).toBeLessThanOrEqual(900);
  });

  test("a machine's own token is made out to the server and the role", async () => {
    others = {
      '/computeMetadata/v1/instance/service-accounts/default/identity': ({ path, headers }) => {
        const query = new URL(path, url).searchParams;
        const isAsked =
          headers['metadata-flavor'] === 'Google' &&
          query.get('audience') === `${url}/vault/reader` &&
          query.get('format') === 'full';
        return isAsked
          ? {
              status: 200,
              body: 'jwt.of.the-machine',
              headers: { 'metadata-flavor': 'Google' },
            }
          : { status: 404, body: 'not so' };
      },
    };
    const login = await loginOf({
      auth: { gcp: { role: 'reader', path: 'google' } },
      credentials: credentialsOf({ ambient: true }),
      env: { GCE_METADATA_HOST: new URL(url).host },
    });

    expect(login).toEqual({
      path: '/v1/auth/google/login',
      role: 'reader',
      jwt: 'jwt.of.the-machine',
    });
  });

  test('a ServiceAccount of GKE has its JWT signed by IAM', async () => {
    others = {
      '/v1/identitybindingtoken': ({ body }) =>
        body.includes('token-of-the-service-account')
          ? { status: 200, body: { access_token: 'federated' } }
          : { status: 400, body: {} },
      [`/v1/projects/-/serviceAccounts/${email}:generateAccessToken`]: ({ headers }) =>
        headers.authorization === 'Bearer federated'
          ? {
              status: 200,
              body: { accessToken: 'impersonated', expireTime: '2099-01-01T00:00:00Z' },
            }
          : { status: 403, body: {} },
      [`/v1/projects/-/serviceAccounts/${email}:signJwt`]: ({ headers, body }) => {
        const { payload } = JSON.parse(body) as { readonly payload: string };
        const { sub, aud } = JSON.parse(payload) as Spec;
        return headers.authorization === 'Bearer impersonated' &&
          sub === email &&
          aud === 'vault/reader'
          ? { status: 200, body: { signedJwt: 'jwt.signed.by-iam' } }
          : { status: 403, body: {} };
      },
    };
    const { credentials, audiences } = serviceAccount({
      'iam.gke.io/gcp-service-account': email,
    });
    const login = await loginOf({
      auth: {
        gcp: {
          role: 'reader',
          workloadIdentity: {
            serviceAccountRef: { name: 'app' },
            clusterLocation: 'europe-west1',
            clusterName: 'shop',
            clusterProjectID: 'project',
          },
        },
      },
      credentials,
      env: { GOOGLE_SECURETOKEN_ENDPOINT: url, GOOGLE_IAM_CREDENTIALS_ENDPOINT: url },
    });

    expect(login).toMatchObject({ role: 'reader', jwt: 'jwt.signed.by-iam' });
    expect(audiences()).toEqual([['project.svc.id.goog']]);
  });
});

describe('an answer that is not of Vault is an error, and never "there is none"', () => {
  const credentials = credentialsOf({ secrets: { 'shop/creds/token': 'token-of-the-login' } });

  async function readOutcome(version: 'v1' | 'v2', answer: Answer): Promise<string> {
    others = { '/v1/kv/': () => answer };
    const { end, ...context } = openContext({ credentials });
    const auth = { tokenSecretRef: creds('token') };
    const spec = { server: url, path: 'kv', version, auth };
    const client = await provider.connect(spec, scope).open(context);
    const [outcome] = await client.read([{ key: 'app', version: '', metadataPolicy: 'None' }]);
    end();
    return outcome?.outcome === 'error' ? `error ${outcome.error.message}` : `${outcome?.outcome}`;
  }

  test.each([
    { reason: 'no JSON', version: 'v2' as const, status: 200, body: '<html>', is: /^error / },
    { reason: 'nothing', version: 'v1' as const, status: 200, body: '', is: /^error / },
    { reason: 'no data', version: 'v1' as const, status: 200, body: { ok: true }, is: /^error / },
    { reason: 'no data', version: 'v2' as const, status: 200, body: { ok: true }, is: /^error / },
    {
      reason: 'data that is no object',
      version: 'v1' as const,
      status: 200,
      body: { data: 'canary-value' },
      is: /^error (?!.*canary)/,
    },
    {
      reason: "a gateway's 404",
      version: 'v2' as const,
      status: 404,
      body: { message: 'no Route matched with those values' },
      is: /^error .*HTTP 404/,
    },
    {
      reason: "another gateway's 404",
      version: 'v2' as const,
      status: 404,
      body: { errors: [{ code: 'not_found' }] },
      is: /^error .*HTTP 404/,
    },
    { reason: 'an empty 404', version: 'v1' as const, status: 404, body: {}, is: /^error / },
    {
      reason: 'a 404 with a warning',
      version: 'v1' as const,
      status: 404,
      body: { warnings: ['Invalid path for a versioned K/V secrets engine'] },
      is: /^error /,
    },
    {
      reason: "Vault's 404",
      version: 'v1' as const,
      status: 404,
      body: { errors: [] },
      is: /^not-found$/,
    },
    {
      reason: "Vault's 404 for a path that no engine has",
      version: 'v2' as const,
      status: 404,
      body: { errors: ['no handler for route "kv/data/app"'] },
      is: /^not-found$/,
    },
    {
      reason: 'a version that is deleted',
      version: 'v2' as const,
      status: 404,
      body: { data: { data: null, metadata: { deletion_time: 'x' } } },
      is: /^not-found$/,
    },
  ])('$version, $status with $reason', async ({ version, status, body, is }) => {
    expect(await readOutcome(version, { status, body })).toMatch(is);
  });
});
