// Tests every way to authenticate at AWS where it is checked: signatures, trust between roles, external IDs, tags, tokens (ESO 3.4).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  ProviderError,
  type Credentials,
  type StoreScope,
} from '../../plugin/providers/provider.ts';
import { SecretBytes } from '../../plugin/secret-bytes.ts';
import { startAwsStandIn, type AwsOperation, type AwsStandIn } from '../servers/aws.ts';
import { signingKey, signJwt, type Claims, type SigningKey } from '../servers/jwt.ts';
import { credentialsOf, openContext } from '../support/open-context.ts';
import { connectAws, endpoints } from './aws-backend.ts';
import { refOf, revealed } from './provider.ts';

const arn = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;
const issuer = signingKey('cluster-key-1');
const stranger = signingKey('cluster-key-1');
const user = { id: 'AKIAUSER', key: 'user-secret-access-key' };
const scope: StoreScope = { kind: 'ClusterSecretStore', name: 'main', namespace: 'shop' };

const ownTags = { esoNamespace: 'shop', esoStoreName: 'main', esoStoreKind: 'ClusterSecretStore' };
const webIdentity = {
  issuer,
  audience: 'sts.amazonaws.com',
  subject: 'system:serviceaccount:shop:app',
};

let aws: AwsStandIn;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
});
beforeEach(async () => {
  aws = await startAwsStandIn({
    keys: new Map([[user.id, user.key]]),
    roles: new Map([
      [arn('plain'), { trusts: user.id }],
      [arn('second'), { trusts: arn('plain') }],
      [arn('external'), { trusts: user.id, externalID: 'partner-7' }],
      [arn('after'), { trusts: arn('plain'), externalID: 'partner-7' }],
      [arn('tagged'), { trusts: user.id, tags: { team: 'a', env: 'prod' } }],
      [arn('simple'), { trusts: user.id, tags: ownTags }],
      [arn('custom'), { trusts: user.id, tags: { ...ownTags, team: 'a' } }],
      [arn('pod'), { webIdentity }],
      [arn('audience'), { webIdentity: { ...webIdentity, audience: 'vault' } }],
      [arn('of-pod'), { trusts: arn('pod') }],
    ]),
    operations: new Map<string, AwsOperation>([
      [
        'secretsmanager.GetSecretValue',
        ({ principal, service, region }) => ({
          body: { Name: 'who', SecretString: `${principal} at ${service} in ${region}` },
        }),
      ],
    ]),
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
});
afterAll(() => rm(folder, { recursive: true }));

type Use = {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly credentials?: Credentials;
  readonly env?: Readonly<Record<string, string>>;
};

/** Whom AWS takes the store for, or why it takes it for nobody. */
async function whoIs({ spec = {}, credentials = userCredentials, env = {} }: Use): Promise<string> {
  const context = openContext({ credentials, env: { ...endpoints(aws.url), ...env } });
  try {
    const client = await connectAws('SecretsManager', spec, scope).open(context);
    const [outcome] = await client.read([refOf({ key: 'who' })]);
    await client.close();
    if (outcome?.outcome === 'error') throw outcome.error;
    if (outcome === undefined) throw new Error('no outcome');
    return Buffer.from(revealed(outcome)).toString();
  } catch (error) {
    if (error instanceof ProviderError) return `${error.code}: ${error.message}`;
    throw error;
  } finally {
    context.end();
  }
}

const userCredentials = credentialsOf({
  secrets: {
    'shop/aws/id': user.id,
    'shop/aws/key': user.key,
    'shop/aws/wrong': 'canary-of-another-user',
    'shop/aws/token': 'canary-session-token',
  },
});
const secretRef = (key: string, token?: string): Readonly<Record<string, unknown>> => ({
  secretRef: {
    accessKeyIDSecretRef: { name: 'aws', key: 'id' },
    secretAccessKeySecretRef: { name: 'aws', key },
    ...(token !== undefined && { sessionTokenSecretRef: { name: 'aws', key: token } }),
  },
});

const as = (principal: string): string => `${principal} at secretsmanager in eu-west-1`;

describe('secretRef', () => {
  test('its signature is right', async () => {
    expect(await whoIs({})).toBe(as(user.id));
  });

  test('with another key it is not', async () => {
    const refused = await whoIs({ spec: { auth: secretRef('wrong') } });

    expect(refused).toMatch(/^unauthenticated: SignatureDoesNotMatch/);
    expect(refused).not.toContain('canary');
  });

  test('a session token that does not belong to it is refused', async () => {
    const refused = await whoIs({ spec: { auth: secretRef('key', 'token') } });

    expect(refused).toMatch(/^unauthenticated: InvalidClientTokenId/);
    expect(refused).not.toContain('canary');
  });
});

describe('roles', () => {
  test.each([
    { reason: 'role', spec: { role: arn('plain') }, expected: 'plain' },
    {
      reason: 'additionalRoles before role, each trusted by the one before',
      spec: { additionalRoles: [arn('plain')], role: arn('second') },
      expected: 'second',
    },
    {
      reason: 'additionalRoles alone',
      spec: { additionalRoles: [arn('plain'), arn('second')] },
      expected: 'second',
    },
    {
      reason: 'externalID',
      spec: { role: arn('external'), externalID: 'partner-7' },
      expected: 'external',
    },
    {
      reason: 'externalID is that of role alone',
      spec: { additionalRoles: [arn('plain')], role: arn('after'), externalID: 'partner-7' },
      expected: 'after',
    },
    {
      reason: 'sessionTags',
      spec: {
        role: arn('tagged'),
        sessionTags: [
          { key: 'team', value: 'a' },
          { key: 'env', value: 'prod' },
        ],
        transitiveTagKeys: ['team'],
      },
      expected: 'tagged',
    },
    {
      reason: 'sessionTagsPolicy Simple',
      spec: {
        role: arn('simple'),
        sessionTagsPolicy: 'Simple',
        sessionTags: [{ key: 'a', value: 'b' }],
      },
      expected: 'simple',
    },
    {
      reason: 'sessionTagsPolicy Custom',
      spec: {
        role: arn('custom'),
        sessionTagsPolicy: 'Custom',
        customSessionTags: { team: 'a', empty: '' },
      },
      expected: 'custom',
    },
  ])('$reason', async ({ spec, expected }) => {
    expect(await whoIs({ spec })).toBe(as(arn(expected)));
  });

  test.each([
    { reason: 'no external ID', spec: { role: arn('external') } },
    { reason: 'another external ID', spec: { role: arn('external'), externalID: 'partner-8' } },
    { reason: 'no tags', spec: { role: arn('tagged') } },
    { reason: 'tags of no policy', spec: { role: arn('simple') } },
    { reason: 'a role that trusts another', spec: { role: arn('second') } },
    {
      reason: 'another order',
      spec: { additionalRoles: [arn('second')], role: arn('plain') },
    },
  ])('AWS refuses: $reason', async ({ spec }) => {
    expect(await whoIs({ spec })).toMatch(
      /^denied: role arn:aws:iam::123456789012:role\/\w+: AccessDenied/,
    );
  });
});

/** What a cluster gives, of a ServiceAccount that is annotated with a role. */
function accounts(
  role: string,
  claims: Claims = {},
  {
    key = issuer,
    annotations = {},
  }: { readonly key?: SigningKey; readonly annotations?: Readonly<Record<string, string>> } = {},
): Credentials {
  return {
    ...credentialsOf({}),
    serviceAccount: async ({ namespace, name }) => ({
      annotations: { 'eks.amazonaws.com/role-arn': arn(role), ...annotations },
      token: async (audiences) =>
        SecretBytes.ofText(tokenFor(`${namespace}:${name}`, audiences, { claims, key })),
    }),
  };
}

function tokenFor(
  account: string,
  aud: readonly string[],
  { claims = {}, key = issuer }: { readonly claims?: Claims; readonly key?: SigningKey } = {},
): string {
  const iat = Math.floor(Date.now() / 1000) - 5;
  const own = { iss: 'cluster', sub: `system:serviceaccount:${account}`, aud, iat, exp: iat + 600 };
  return signJwt({ ...own, ...claims }, key);
}

describe('jwt.serviceAccountRef', () => {
  const auth = { jwt: { serviceAccountRef: { name: 'app' } } };

  test('its token stands for the role of its annotation', async () => {
    expect(await whoIs({ spec: { auth }, credentials: accounts('pod') })).toBe(as(arn('pod')));
    expect(aws.asked()).toEqual([
      'AssumeRoleWithWebIdentity by nobody',
      `GetSecretValue by ${arn('pod')}`,
    ]);
  });

  test('and that role may assume another', async () => {
    const use = { spec: { auth, role: arn('of-pod') }, credentials: accounts('pod') };

    expect(await whoIs(use)).toBe(as(arn('of-pod')));
  });

  test.each([
    { reason: 'of the reference, beside the usual one', audiences: ['vault'], annotations: {} },
    {
      reason: 'of the annotation',
      audiences: [],
      annotations: { 'eks.amazonaws.com/audience': 'vault' },
    },
  ])('the audience is one $reason', async ({ audiences, annotations }) => {
    const spec = { auth: { jwt: { serviceAccountRef: { name: 'app', audiences } } } };

    expect(await whoIs({ spec, credentials: accounts('audience', {}, { annotations }) })).toBe(
      as(arn('audience')),
    );
  });

  test.each([
    {
      reason: 'another audience',
      credentials: accounts('audience'),
      message: 'Incorrect token audience',
    },
    {
      reason: 'another ServiceAccount',
      credentials: accounts('pod', { sub: 'system:serviceaccount:shop:other' }),
      message: 'Not authorized',
    },
    { reason: 'expired', credentials: accounts('pod', { exp: 1 }), message: 'expired' },
    {
      reason: 'of another cluster',
      credentials: accounts('pod', {}, { key: stranger }),
      message: 'the signature does not match',
    },
    {
      reason: 'a role that does not trust it',
      credentials: accounts('plain'),
      message: 'Not authorized',
    },
  ])('AWS refuses: $reason', async ({ credentials, message }) => {
    const refused = await whoIs({ spec: { auth }, credentials });

    expect(refused).toMatch(
      /^(?:denied|unauthenticated): role .* for ServiceAccount "shop\/app": /,
    );
    expect(refused).toContain(message);
    expect(refused).not.toContain('eyJ');
  });
});

describe('the environment', () => {
  const spec = { auth: undefined };
  const credentials = credentialsOf({ ambient: true });
  beforeEach(() => {
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
  });

  test('keys', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', user.id);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', user.key);

    expect(await whoIs({ spec: { ...spec, role: arn('plain') }, credentials })).toBe(
      as(arn('plain')),
    );
  });
});
