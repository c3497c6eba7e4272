// Tests as whom AWS is asked: the requests to STS and their order, and whose signature each request carries.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  ProviderError,
  type Credentials,
  type OpenContext,
  type StoreScope,
} from '../../plugin/providers/provider.ts';
import type { FaultAnswer, SeenRequest } from '../servers/fault-proxy.ts';
import { credentialsOf } from '../support/open-context.ts';
import { connectAws, startAws, staticCredentials, type AwsBackend } from './aws-backend.ts';
import { refOf, revealed, withClient } from './provider.ts';

const hop = 'arn:aws:iam::111111111111:role/hop';
const reader = 'arn:aws:iam::222222222222:role/reader';
const namespaced: StoreScope = { kind: 'SecretStore', name: 'aws', namespace: 'shop' };
const clusterWide: StoreScope = { kind: 'ClusterSecretStore', name: 'aws', namespace: 'shop' };
const serviceAccountAuth = {
  jwt: { serviceAccountRef: { name: 'app', namespace: 'elsewhere', audiences: ['vault'] } },
};
const irsa = credentialsOf({
  serviceAccounts: {
    'shop/app': { 'eks.amazonaws.com/role-arn': hop },
    'elsewhere/app': {
      'eks.amazonaws.com/role-arn': reader,
      'eks.amazonaws.com/audience': 'custom',
    },
    'shop/bare': {},
  },
});

let aws: AwsBackend;

beforeAll(async () => {
  aws = await startAws();
});
beforeEach(() => {
  aws.proxy.reset();
  aws.proxy.inject({ operation: 'AssumeRole', body: 'hop', answer: assumed('AssumeRole', 'HOP') });
  aws.proxy.inject({ operation: 'AssumeRole', answer: assumed('AssumeRole', 'READER') });
  aws.proxy.inject({
    operation: 'AssumeRoleWithWebIdentity',
    answer: assumed('AssumeRoleWithWebIdentity', 'WEB'),
  });
  aws.proxy.inject({ answer: { status: 200, body: { Name: 'db', SecretString: 'value' } } });
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => aws.stop());

type Use = {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly scope?: StoreScope;
  readonly credentials?: Credentials;
  readonly env?: OpenContext['env'];
};

/** Reads one secret twice, and answers who signed which request in which order. */
async function signers({
  spec = {},
  scope = namespaced,
  credentials = staticCredentials,
  env = aws.env,
}: Use): Promise<readonly string[]> {
  const connect = () => connectAws('SecretsManager', spec, scope);
  const outcomes = await withClient({ connect, credentials, env }, async (client) => [
    ...(await client.read([refOf({ key: 'db' })])),
    ...(await client.read([refOf({ key: 'db' })])),
  ]);
  const texts = outcomes.map((outcome) => Buffer.from(revealed(outcome)).toString());
  if (texts.join() !== 'value,value') throw new Error(texts.join());
  return aws.proxy.requests().map((request) => `${request.operation} by ${signerOf(request)}`);
}

/** The parameters of the requests to STS, in order. */
function parameters(): readonly Readonly<Record<string, string>>[] {
  return aws.proxy
    .requests()
    .filter(({ operation }) => operation.startsWith('AssumeRole'))
    .map(({ body }) => {
      const sent = new URLSearchParams(body);
      sent.delete('Action');
      sent.delete('Version');
      return Object.fromEntries(sent);
    });
}

async function openError(use: Use): Promise<ProviderError> {
  try {
    await signers(use);
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  throw new Error('it opened');
}

describe('secretRef', () => {
  test('its keys sign', async () => {
    expect(await signers({})).toEqual([
      'GetSecretValue by AKIAEXAMPLE',
      'GetSecretValue by AKIAEXAMPLE',
    ]);
  });

  test('a session token goes along', async () => {
    const auth = { secretRef: refs('id', 'key', 'token') };
    const credentials = secretsOf({ id: 'AKIA', key: 's', token: 'session' });
    await signers({ spec: { auth }, credentials });

    expect(aws.proxy.requests()[0]?.headers['x-amz-security-token']).toBe('session');
  });

  test.each([
    {
      reason: 'a SecretStore looks into its own namespace only',
      scope: namespaced,
      expected: 'OWN',
    },
    {
      reason: 'a ClusterSecretStore where the reference says',
      scope: clusterWide,
      expected: 'OTHER',
    },
  ])('$reason', async ({ scope, expected }) => {
    const ref = (key: string) => ({ name: 'aws', key, namespace: 'elsewhere' });
    const auth = {
      secretRef: { accessKeyIDSecretRef: ref('id'), secretAccessKeySecretRef: ref('key') },
    };
    const secrets = {
      'shop/aws/id': 'OWN',
      'shop/aws/key': 's',
      'elsewhere/aws/id': 'OTHER',
      'elsewhere/aws/key': 's',
    };

    expect(
      (await signers({ spec: { auth }, scope, credentials: credentialsOf({ secrets }) }))[0],
    ).toBe(`GetSecretValue by ${expected}`);
  });

  test.each([
    {
      reason: 'a key that is not there',
      secrets: { key: 's' },
      message: 'shop/aws/id does not exist',
    },
    {
      reason: 'a line end',
      secrets: { id: 'AKIA\n', key: 's' },
      message: 'key "id" of Secret "shop/aws" holds white space, maybe a line end',
    },
    {
      reason: 'nothing',
      secrets: { id: 'AKIA', key: '' },
      message: 'key "key" of Secret "shop/aws" is empty',
    },
  ])('$reason is told before anything is asked', async ({ secrets, message }) => {
    expect(await openError({ credentials: secretsOf(secrets) })).toMatchObject({
      code: 'credentials',
      message,
    });
    expect(aws.proxy.requests()).toEqual([]);
  });
});

describe('roles', () => {
  test('additionalRoles and role are assumed one after another, once for all reads', async () => {
    expect(await signers({ spec: { additionalRoles: [hop], role: reader } })).toEqual([
      'AssumeRole by AKIAEXAMPLE',
      'AssumeRole by HOP',
      'GetSecretValue by READER',
      'GetSecretValue by READER',
    ]);
    expect(parameters()).toEqual([
      { RoleArn: hop, RoleSessionName: 'eso-render' },
      { RoleArn: reader, RoleSessionName: 'eso-render' },
    ]);
  });

  test('only role has the external ID and the tags', async () => {
    await signers({
      spec: {
        additionalRoles: [hop],
        role: reader,
        externalID: 'id',
        sessionTags: [
          { key: 'z', value: '1' },
          { key: 'a', value: '2' },
        ],
        transitiveTagKeys: ['z'],
      },
    });

    expect(parameters()).toEqual([
      { RoleArn: hop, RoleSessionName: 'eso-render' },
      {
        RoleArn: reader,
        RoleSessionName: 'eso-render',
        ExternalId: 'id',
        'Tags.member.1.Key': 'z',
        'Tags.member.1.Value': '1',
        'Tags.member.2.Key': 'a',
        'Tags.member.2.Value': '2',
        'TransitiveTagKeys.member.1': 'z',
      },
    ]);
  });

  const ownTags = [
    ['esoNamespace', 'shop'],
    ['esoStoreName', 'aws'],
    ['esoStoreKind', 'ClusterSecretStore'],
  ];
  test.each([
    { reason: 'None keeps sessionTags', policy: 'None', expected: [['given', 'x']] },
    { reason: "Simple puts ESO's own in their place", policy: 'Simple', expected: ownTags },
    {
      reason: 'Custom adds its own, but for empty ones',
      policy: 'Custom',
      expected: [...ownTags, ['env', 'prod'], ['team', 'a']],
    },
  ])('sessionTagsPolicy $policy: $reason', async ({ policy, expected }) => {
    await signers({
      scope: clusterWide,
      spec: {
        role: reader,
        sessionTagsPolicy: policy,
        sessionTags: [{ key: 'given', value: 'x' }],
        customSessionTags: { team: 'a', env: 'prod', empty: '' },
      },
      credentials: secretsOf({ id: 'AKIA', key: 's' }),
    });

    expect(tagsOf(parameters()[0] ?? {})).toEqual(expected);
  });

  test('a role that is refused is named', async () => {
    aws.proxy.reset();
    aws.proxy.inject({ answer: refused('AccessDenied', 'User: me is not authorized', 403) });

    expect(await openError({ spec: { role: reader } })).toMatchObject({
      code: 'denied',
      message: `role ${reader}: AccessDenied: User: me is not authorized`,
    });
  });

  test('a role is asked for again while STS throttles', async () => {
    aws.proxy.reset();
    aws.proxy.inject({ times: 1, answer: refused('Throttling', 'Rate exceeded', 400) });
    aws.proxy.inject({ operation: 'AssumeRole', answer: assumed('AssumeRole', 'READER') });
    aws.proxy.inject({ answer: { status: 200, body: { SecretString: 'value' } } });

    expect(await signers({ spec: { role: reader } })).toEqual([
      'AssumeRole by AKIAEXAMPLE',
      'AssumeRole by AKIAEXAMPLE',
      'GetSecretValue by READER',
      'GetSecretValue by READER',
    ]);
  });
});

describe('jwt.serviceAccountRef', () => {
  test.each([
    {
      reason: 'the default audience and those of the reference',
      scope: namespaced,
      role: hop,
      token: 'shop/app for sts.amazonaws.com,vault',
    },
    {
      reason: "the annotation's audience",
      scope: clusterWide,
      role: reader,
      token: 'elsewhere/app for custom,vault',
    },
  ])(
    'its token is exchanged for the role of its annotation: $reason',
    async ({ scope, role, token }) => {
      expect(
        await signers({ spec: { auth: serviceAccountAuth }, scope, credentials: irsa }),
      ).toEqual([
        'AssumeRoleWithWebIdentity by nobody',
        'GetSecretValue by WEB',
        'GetSecretValue by WEB',
      ]);
      expect(parameters()).toEqual([
        {
          RoleArn: role,
          RoleSessionName: 'external-secrets-provider-aws',
          WebIdentityToken: token,
        },
      ]);
    },
  );

  test('it wins over secretRef, and a role comes after it', async () => {
    const auth = { ...serviceAccountAuth, secretRef: refs('id', 'key') };

    expect(await signers({ spec: { auth, role: reader }, credentials: irsa })).toEqual([
      'AssumeRoleWithWebIdentity by nobody',
      'AssumeRole by WEB',
      'GetSecretValue by READER',
      'GetSecretValue by READER',
    ]);
  });

  test('a ServiceAccount without a role is told before anything is asked', async () => {
    const auth = { jwt: { serviceAccountRef: { name: 'bare' } } };

    expect(await openError({ spec: { auth }, credentials: irsa })).toMatchObject({
      code: 'credentials',
      message:
        'ServiceAccount "shop/bare" has no annotation eks.amazonaws.com/role-arn, which names the role to assume',
    });
    expect(aws.proxy.requests()).toEqual([]);
  });

  test.each([
    {
      reason: 'not accepted',
      code: 'InvalidIdentityToken',
      says: 'No provider found',
      expected: 'unauthenticated',
    },
    {
      reason: 'quoted by STS',
      code: 'ValidationError',
      says: "Value 'shop/app for sts.amazonaws.com,vault' at 'webIdentityToken' failed",
      expected: 'invalid',
    },
  ])('a token that is refused is not shown: $reason', async ({ code, says, expected }) => {
    aws.proxy.reset();
    aws.proxy.inject({ answer: refused(code, says, 400) });
    const error = await openError({ spec: { auth: serviceAccountAuth }, credentials: irsa });

    expect(error.code).toBe(expected);
    expect(error.message).toContain(`role ${hop} for ServiceAccount "shop/app": ${code}`);
    expect(error.message).not.toContain('vault');
  });
});

describe('no auth', () => {
  const spec = { auth: undefined };

  test('the environment signs, where that is allowed', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AMBIENT');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');

    expect(await signers({ spec, credentials: credentialsOf({ ambient: true }) })).toEqual([
      'GetSecretValue by AMBIENT',
      'GetSecretValue by AMBIENT',
    ]);
  });

  test.each([
    {
      reason: 'the environment may not be used',
      ambient: false,
      message: "the environment's own identity is not allowed",
    },
    {
      reason: 'the environment has none',
      ambient: true,
      message: 'Could not load credentials from any providers',
    },
  ])('$reason', async ({ ambient, message }) => {
    for (const name of [
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_PROFILE',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
    ]) {
      vi.stubEnv(name, undefined);
    }
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');

    const error = await openError({ spec, credentials: credentialsOf({ ambient }) });

    expect(error.code).toBe('credentials');
    expect(error.message).toContain(message);
  });
});

test('what the SDK remarks on the environment does not reach stderr', async () => {
  const warn = vi.spyOn(console, 'warn');
  vi.stubEnv('AWS_PROFILE', 'absent');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AMBIENT');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
  const credentials = credentialsOf({ ambient: true });

  expect(await openError({ spec: { auth: undefined }, credentials })).toMatchObject({
    code: 'credentials',
  });
  expect(warn).not.toHaveBeenCalled();
});

test("without ESO's variables, the SDK's own lead to an endpoint", async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', aws.proxy.url);

  expect(await signers({ env: {}, spec: { role: reader } })).toEqual([
    'AssumeRole by AKIAEXAMPLE',
    'GetSecretValue by READER',
    'GetSecretValue by READER',
  ]);
});

function assumed(operation: string, accessKeyId: string): FaultAnswer {
  const credentials = `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>`;
  const result = `<${operation}Result><Credentials>${credentials}</Credentials></${operation}Result>`;
  return xml(
    200,
    `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${result}</${operation}Response>`,
  );
}

function refused(code: string, message: string, status: number): FaultAnswer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return xml(status, `<ErrorResponse>${error}<RequestId>1</RequestId></ErrorResponse>`);
}

function xml(status: number, body: string): FaultAnswer {
  return { status, body, headers: { 'content-type': 'text/xml' } };
}

function signerOf({ headers }: SeenRequest): string {
  const { authorization = '' } = headers;
  return /Credential=([^/]+)/.exec(String(authorization))?.[1] ?? 'nobody';
}

function tagsOf(sent: Readonly<Record<string, string>>): readonly (readonly unknown[])[] {
  const count = Object.keys(sent).filter((name) => name.endsWith('.Key')).length;
  return Array.from({ length: count }, (_, index) => [
    sent[`Tags.member.${index + 1}.Key`],
    sent[`Tags.member.${index + 1}.Value`],
  ]);
}

function refs(id: string, key: string, token?: string): Readonly<Record<string, unknown>> {
  return {
    accessKeyIDSecretRef: { name: 'aws', key: id },
    secretAccessKeySecretRef: { name: 'aws', key },
    ...(token !== undefined && { sessionTokenSecretRef: { name: 'aws', key: token } }),
  };
}

/** Keys of the Secret aws, in the ExternalSecret's namespace. */
function secretsOf(keys: Readonly<Record<string, string>>): Credentials {
  const entries = Object.entries(keys).map(([key, text]) => [`shop/aws/${key}`, text] as const);
  return credentialsOf({ secrets: Object.fromEntries(entries) });
}
