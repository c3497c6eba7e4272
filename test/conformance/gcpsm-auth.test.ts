// Tests as whom Google is asked: which tokens are got where, what is checked in them, and what is refused before anything leaves.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ProviderError } from '../../plugin/providers/provider.ts';
import {
  type Credentials,
  type OpenContext,
  type StoreScope,
} from '../../plugin/providers/provider.ts';
import { SecretBytes } from '../../plugin/secret-bytes.ts';
import { credentialsOf } from '../support/open-context.ts';
import {
  apiFault,
  awsKeys,
  awsPool,
  callsOf,
  cluster,
  serviceAccounts,
  connectGoogle,
  impersonated,
  keyCredentials,
  keyFile,
  pool,
  reader,
  startBackend,
  type GoogleBackend,
} from './gcpsm-backend.ts';
import { readAs, refusalOf } from './asking.ts';
import { refOf, withClient } from './provider.ts';

const namespaced: StoreScope = { kind: 'SecretStore', name: 'gcp', namespace: 'shop' };
const clusterWide: StoreScope = { kind: 'ClusterSecretStore', name: 'gcp', namespace: 'shop' };
const annotation = 'iam.gke.io/gcp-service-account';
const scope = 'https://www.googleapis.com/auth/cloud-platform';
const accounts = serviceAccounts.credentials({
  serviceAccounts: {
    'shop/app': {},
    'shop/impersonating': { [annotation]: impersonated },
    'elsewhere/app': { [annotation]: 'nobody@shop.iam.gserviceaccount.com' },
  },
});

let google: GoogleBackend;

beforeAll(async () => {
  google = await startBackend();
  google.put([{ id: 'db', versions: ['value'] }]);
});
beforeEach(() => google.proxy.reset());
afterAll(() => google.stop());

type Use = {
  readonly auth?: unknown;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly scope?: StoreScope;
  readonly credentials?: Credentials;
  readonly env?: OpenContext['env'];
};

/** Reads a secret, and answers who asked for it. */
async function asker({
  auth,
  spec = {},
  scope: use = namespaced,
  credentials = keyCredentials,
  env = {},
}: Use): Promise<string | undefined> {
  const connect = () => connectGoogle({ ...(auth !== undefined && { auth }), ...spec }, use);
  await readAs({ connect, credentials, env: { ...google.env, ...env } });
  return google.askedBy().at(-1);
}

const refusal = (use: Use): Promise<ProviderError> => refusalOf(asker(use));

/** What was sent to a token endpoint, by a part of its path. */
function sentTo(path: string): Readonly<Record<string, unknown>> {
  const request = google.proxy.requests().find(({ operation }) => operation.includes(path));
  if (request === undefined) throw new Error(`nothing was sent to ${path}`);
  return request.body.startsWith('{')
    ? (JSON.parse(request.body) as Record<string, unknown>)
    : Object.fromEntries(new URLSearchParams(request.body));
}

describe('secretRef', () => {
  test('the key signs a token by itself: nobody is asked for one, wherever the file says', async () => {
    expect(await asker({})).toBe(reader);
    expect(callsOf(google.proxy)).toEqual({ AccessSecretVersion: 1 });
    const [, token = ''] = String(google.proxy.requests()[0]?.headers['authorization']).split(' ');
    const [header, claims] = token
      .split('.', 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown);
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: keyFile['private_key_id'] });
    const { iat, exp, ...rest } = claims as { iat: number; exp: number };
    expect(rest).toEqual({ iss: reader, sub: reader, scope });
    expect(exp - iat).toBe(3600);
  });

  test.each([
    { reason: 'a SecretStore looks into its own namespace only', use: namespaced, place: 'shop' },
    {
      reason: 'a ClusterSecretStore where the reference says',
      use: clusterWide,
      place: 'elsewhere',
    },
  ])('$reason', async ({ use, place }) => {
    const ref = { name: 'gcp', key: 'k', namespace: 'elsewhere' };
    const auth = { secretRef: { secretAccessKeySecretRef: ref } };
    const secrets = { [`${place}/gcp/k`]: JSON.stringify(keyFile) };

    expect(await asker({ auth, scope: use, credentials: credentialsOf({ secrets }) })).toBe(reader);
  });

  const pem = String(keyFile['private_key']);
  test.each([
    { reason: 'no JSON', file: `{"private_key":"${pem}`, problem: 'it is no JSON object' },
    {
      reason: 'another type',
      file: { ...keyFile, type: 'authorized_user' },
      problem: 'its type is not service_account',
    },
    {
      reason: 'no key',
      file: { ...keyFile, private_key: undefined },
      problem: 'private_key is no RSA key in PEM form',
    },
    {
      reason: 'a broken key',
      file: { ...keyFile, private_key: pem.slice(0, 200) },
      problem: 'private_key is no RSA key in PEM form',
    },
    {
      reason: 'no email',
      file: { ...keyFile, client_email: '' },
      problem: 'client_email is missing',
    },
    {
      reason: 'another universe',
      file: { ...keyFile, universe_domain: 'example.goog' },
      problem: 'its universe_domain is not googleapis.com, the only one that is supported',
    },
  ])(
    'a file that is no key is told before anything is asked: $reason',
    async ({ file, problem }) => {
      const text = typeof file === 'string' ? file : JSON.stringify(file);
      const credentials = credentialsOf({ secrets: { 'shop/gcp/key.json': text } });

      expect(await refusal({ credentials })).toMatchObject({
        code: 'credentials',
        message: `key "key.json" of Secret "shop/gcp" holds no usable key of a service account: ${problem}`,
      });
      expect(google.proxy.requests()).toEqual([]);
    },
  );

  test('a signature that Google does not know is refused for the whole store', async () => {
    const file = { ...keyFile, private_key_id: 'another' };
    const credentials = credentialsOf({ secrets: { 'shop/gcp/key.json': JSON.stringify(file) } });

    expect(await refusal({ credentials })).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringMatching(/^UNAUTHENTICATED: Request had invalid/) as unknown,
    });
  });
});

describe('workloadIdentity', () => {
  const parts = {
    clusterProjectID: 'shop',
    clusterLocation: cluster.location,
    clusterName: cluster.name,
  };
  const auth = (name: string, more: object = parts): unknown => ({
    workloadIdentity: { serviceAccountRef: { name, audiences: ['more'] }, ...more },
  });

  test('the token of the ServiceAccount is exchanged', async () => {
    expect(await asker({ auth: auth('app'), credentials: accounts })).toBe(
      `${cluster.pool}[system:serviceaccount:shop:app]`,
    );
    expect(callsOf(google.proxy)).toEqual({ IdentityBindingToken: 1, AccessSecretVersion: 1 });
    const { subject_token, ...rest } = sentTo('identitybindingtoken');
    expect(rest).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      audience: `identitynamespace:shop.svc.id.goog:https://container.googleapis.com/v1/projects/shop/locations/europe-west3/clusters/main`,
      scope,
    });
    const claims = Buffer.from(String(subject_token).split('.')[1] ?? '', 'base64url').toString();
    expect(JSON.parse(claims)).toMatchObject({ aud: [cluster.pool, 'more'] });
  });

  test('the service account of its annotation is impersonated', async () => {
    expect(await asker({ auth: auth('impersonating'), credentials: accounts })).toBe(impersonated);
    expect(callsOf(google.proxy)).toEqual({
      IdentityBindingToken: 1,
      GenerateAccessToken: 1,
      AccessSecretVersion: 1,
    });
    expect(sentTo('generateAccessToken')).toEqual({ scope: [scope] });
  });

  test('what is not said of the cluster is asked of the metadata server', async () => {
    const credentials = { ...accounts, ambient: true };

    expect(await asker({ auth: auth('app', {}), credentials })).toContain('system:serviceaccount');
    expect(callsOf(google.proxy)).toMatchObject({ Metadata: 3, IdentityBindingToken: 1 });
    expect(google.proxy.requests()[0]?.headers['metadata-flavor']).toBe('Google');
  });

  test.each([
    { reason: 'may not be used', ambient: false, env: {}, message: 'its use is not allowed' },
    {
      reason: 'is said not to be there',
      ambient: true,
      env: { METADATA_SERVER_DETECTION: 'none' },
      message: 'METADATA_SERVER_DETECTION=none',
    },
    {
      reason: 'is not there',
      ambient: true,
      env: { GCE_METADATA_HOST: '127.0.0.1:1' },
      message: 'there is no metadata server at 127.0.0.1:1',
    },
  ])('the metadata server $reason', async ({ ambient, env, message }) => {
    const credentials = { ...accounts, ambient };
    const error = await refusal({ auth: auth('app', {}), credentials, env });

    expect(error.code).toBe('credentials');
    expect(error.message).toContain(message);
    expect(google.proxy.requests()).toEqual([]);
  });

  test('somebody else at the address of the metadata server is not believed', async () => {
    google.proxy.inject({ answer: { status: 200, body: 'shop' } });
    const error = await refusal({
      auth: auth('app', {}),
      credentials: { ...accounts, ambient: true },
    });

    expect(error).toMatchObject({ code: 'credentials' });
    expect(error.message).toContain("its answer is another service's");
  });

  test.each([
    {
      reason: 'expired',
      token: () => serviceAccounts.tokenFor('s', [cluster.pool], -10),
      message: 'expired',
    },
    {
      reason: 'for another audience',
      token: () => serviceAccounts.tokenFor('s', ['other']),
      message: 'The audience in ID Token [other]',
    },
    { reason: 'signed by nobody', token: () => 'a.b.c', message: 'unknown algorithm or key' },
  ])('a token that is refused is not shown: $reason', async ({ token, message }) => {
    const error = await refusal({ auth: auth('app'), credentials: withToken(token()) });

    expect(error.code).toBe('unauthenticated');
    expect(error.message).toContain('the token of ServiceAccount "shop/app": INVALID_ARGUMENT');
    expect(error.message).toContain(message);
    expect(error.message).not.toContain(token().slice(0, 40).padEnd(40, '-'));
  });

  test('a service account that may not be impersonated is named', async () => {
    const use = { auth: withNamespace(auth('app')), scope: clusterWide, credentials: accounts };

    expect(await refusal(use)).toMatchObject({
      code: 'denied',
      message:
        "impersonating nobody@shop.iam.gserviceaccount.com: PERMISSION_DENIED: Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
    });
  });

  function withNamespace(value: unknown): unknown {
    const { workloadIdentity } = value as { workloadIdentity: Record<string, unknown> };
    const serviceAccountRef = { name: 'app', namespace: 'elsewhere' };
    return { workloadIdentity: { ...workloadIdentity, serviceAccountRef } };
  }
});

describe('workloadIdentityFederation', () => {
  const byAccount = (name: string, more: object = {}): unknown => ({
    workloadIdentityFederation: {
      audience: pool.audience,
      serviceAccountRef: { name, audiences: [pool.tokenAudience] },
      ...more,
    },
  });

  test('the token of a ServiceAccount is exchanged', async () => {
    expect(await asker({ auth: byAccount('app'), credentials: accounts })).toBe(
      'pool:system:serviceaccount:shop:app',
    );
    expect(callsOf(google.proxy)).toEqual({ ExchangeToken: 1, AccessSecretVersion: 1 });
    const { subject_token, ...rest } = sentTo('/v1/token');
    expect(rest).toEqual({
      audience: pool.audience,
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      scope,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    });
    expect(subject_token).toMatch(/^ey/);
  });

  test.each([
    { reason: 'of the annotation', name: 'impersonating', more: {} },
    {
      reason: 'of gcpServiceAccountEmail',
      name: 'app',
      more: { gcpServiceAccountEmail: impersonated },
    },
  ])('the service account $reason is impersonated', async ({ name, more }) => {
    expect(await asker({ auth: byAccount(name, more), credentials: accounts })).toBe(impersonated);
    expect(sentTo('generateAccessToken')).toEqual({ scope: [scope], lifetime: '3600s' });
  });

  test('gcpServiceAccountEmail wins over the annotation', async () => {
    const email = 'other@shop.iam.gserviceaccount.com';
    const auth = byAccount('impersonating', { gcpServiceAccountEmail: email });

    expect(await refusal({ auth, credentials: accounts })).toMatchObject({
      code: 'denied',
      message: expect.stringMatching(/^impersonating other@shop/) as unknown,
    });
  });

  test.each([
    {
      reason: 'for another audience',
      token: () => serviceAccounts.tokenFor('s', ['other']),
      code: 'unauthenticated',
      message: `the exchange for ${pool.audience}: invalid_grant: The audience in ID Token [other] does not match the expected audience.`,
    },
    {
      reason: 'expired',
      token: () => serviceAccounts.tokenFor('s', [pool.tokenAudience], -10),
      code: 'unauthenticated',
      message: `the exchange for ${pool.audience}: invalid_grant: expired`,
    },
  ])('a token that is refused: $reason', async ({ token, code, message }) => {
    const use = { auth: byAccount('app'), credentials: withToken(token()) };

    expect(await refusal(use)).toMatchObject({ code, message });
  });

  test('the exchange is tried again while Google throttles it', async () => {
    google.proxy.inject({
      operation: 'POST /v1/token',
      times: 2,
      answer: apiFault(429, 'RESOURCE_EXHAUSTED', 'slow down'),
    });

    expect(await asker({ auth: byAccount('app'), credentials: accounts })).toContain('pool:');
    expect(callsOf(google.proxy)).toEqual({ ExchangeToken: 3, AccessSecretVersion: 1 });
  });

  describe('awsSecurityCredentials', () => {
    const auth = (more: object = {}): unknown => ({
      workloadIdentityFederation: {
        audience: awsPool,
        awsSecurityCredentials: {
          region: 'eu-west-1',
          awsCredentialsSecretRef: { name: 'aws', namespace: 'elsewhere' },
        },
        ...more,
      },
    });
    const secrets = {
      'shop/aws/aws_access_key_id': awsKeys['id'],
      'shop/aws/aws_secret_access_key': awsKeys['secret'],
    };

    test.each([
      { reason: 'keys that last', more: {} },
      { reason: 'a session', more: { 'shop/aws/aws_session_token': 'session' } },
    ])('a signed GetCallerIdentity stands for the token: $reason', async ({ more }) => {
      const credentials = credentialsOf({ secrets: { ...secrets, ...more } });

      expect(await asker({ auth: auth(), credentials })).toBe(`aws:${awsKeys['id']}`);
      expect(sentTo('/v1/token')).toMatchObject({
        subject_token_type: 'urn:ietf:params:aws:token-type:aws4_request',
      });
    });

    test('and a service account is impersonated with it', async () => {
      const use = {
        auth: auth({ gcpServiceAccountEmail: impersonated }),
        credentials: credentialsOf({ secrets }),
      };

      expect(await asker(use)).toBe(impersonated);
    });

    test.each([
      {
        reason: 'a key that is missing',
        more: { 'shop/aws/aws_secret_access_key': '' },
        code: 'credentials',
        message: 'aws_access_key_id and aws_secret_access_key must be in Secret "shop/aws"',
      },
      {
        reason: 'a key that AWS does not know',
        more: { 'shop/aws/aws_secret_access_key': 'wrong' },
        code: 'unauthenticated',
        message: `the exchange for ${awsPool}: invalid_grant: The request signature we calculated does not match`,
      },
    ])('$reason', async ({ more, code, message }) => {
      const credentials = credentialsOf({ secrets: { ...secrets, ...more } });

      expect(await refusal({ auth: auth(), credentials })).toMatchObject({ code, message });
    });
  });
});

describe('a token that Google does not know any more', () => {
  const auth = {
    workloadIdentityFederation: {
      audience: pool.audience,
      serviceAccountRef: { name: 'app', audiences: [pool.tokenAudience] },
    },
  };

  test('is renewed once, for all the requests that it was refused for', async () => {
    google.put(Array.from({ length: 20 }, (_, index) => ({ id: `s${index}`, versions: ['v'] })));
    const refs = Array.from({ length: 20 }, (_, index) => refOf({ key: `s${index}` }));
    const connect = () => connectGoogle({ auth });
    const outcomes = await withClient({ ...google, credentials: accounts, connect }, (client) => {
      google.revokeAll();
      return client.read(refs);
    });

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(refs.map(() => 'value'));
    expect(callsOf(google.proxy)['ExchangeToken']).toBe(2);
  });

  test('and is no longer asked for when the new one is refused too', async () => {
    const message = 'Request had invalid authentication credentials.';
    google.proxy.inject({
      operation: 'GET /v1/projects/shop/secrets/db/versions/latest:access',
      answer: apiFault(401, 'UNAUTHENTICATED', message),
    });

    expect(await refusal({ auth, credentials: accounts })).toMatchObject({
      code: 'unauthenticated',
      message: `UNAUTHENTICATED: ${message}`,
    });
    expect(callsOf(google.proxy)).toEqual({ ExchangeToken: 2, AccessSecretVersion: 2 });
  });
});

/** A ServiceAccount shop/app with that token. */
function withToken(token: string): Credentials {
  return {
    ...accounts,
    serviceAccount: async () => ({
      annotations: {},
      token: async () => SecretBytes.ofText(token),
    }),
  };
}
