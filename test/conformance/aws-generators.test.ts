// Tests the generators of AWS through the whole command: who asks for what, what the Secret holds, and what is refused.
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  startAwsStandIn,
  type AwsDirectory,
  type AwsOperation,
  type AwsStandIn,
} from '../servers/aws.ts';
import { startMoto, type Moto } from '../servers/moto.ts';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';

const role = 'arn:aws:iam::123456789012:role/puller';
const token = Buffer.from('AWS:canary-registry-password').toString('base64');
const expiresAt = 1_900_000_000.5;

const registry = 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken';
const publicRegistry = 'SpencerFrontendService.GetAuthorizationToken';

const directory: AwsDirectory = {
  keys: new Map([['AKIAUSER', 'user-secret-access-key']]),
  roles: new Map([[role, { trusts: 'AKIAUSER' }]]),
  operations: new Map<string, AwsOperation>([
    [
      registry,
      ({ principal, service, region }) => ({
        body: {
          authorizationData: [
            {
              authorizationToken: token,
              expiresAt,
              proxyEndpoint: `https://${region}.${service}/${principal === role ? 'role' : principal}`,
            },
          ],
        },
      }),
    ],
    [
      publicRegistry,
      ({ service, region }) =>
        service === 'ecr-public' && region === 'us-east-1'
          ? { body: { authorizationData: { authorizationToken: token, expiresAt } } }
          : { status: 400, body: { __type: 'UnsupportedCommandException', message: service } },
    ],
  ]),
};

let aws: AwsStandIn;

beforeAll(async () => {
  aws = await startAwsStandIn(directory);
});
afterEach(async () => {
  await aws.stop();
  aws = await startAwsStandIn(directory);
});
afterAll(() => aws.stop());

const secret = `---
apiVersion: v1
kind: Secret
metadata: {name: key}
stringData: {id: AKIAUSER, key: user-secret-access-key}
`;
const auth =
  'auth: {secretRef: {accessKeyIDSecretRef: {name: key, key: id}, secretAccessKeySecretRef: {name: key, key: key}}}';

function generator(kind: string, spec: string): string {
  return `---
apiVersion: generators.external-secrets.io/v1alpha1
kind: ${kind}
metadata: {name: g}
spec: {${spec}}
`;
}

function uses(kind: string, names: readonly string[] = ['es']): string {
  return names
    .map(
      (name) => `---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: ${name}}
spec:
  dataFrom:
    - sourceRef: {generatorRef: {kind: ${kind}, name: g}}
`,
    )
    .join('');
}

function render(input: string, args: readonly string[], url = aws.url): Promise<Ended> {
  const env = {
    AWS_STS_ENDPOINT: url,
    AWS_ECR_ENDPOINT: url,
    AWS_ECR_PUBLIC_ENDPOINT: url,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return esoRender('bundle', [...args, '-'], { input, env });
}

const allowed = (kind: string): readonly string[] => ['--allow-generator', kind];

function dataOf({ stdout }: Ended): readonly Readonly<Record<string, string>>[] {
  return secretsIn(stdout)
    .filter(({ name }) => name !== 'key')
    .map(({ data }) =>
      Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
      ),
    );
}

describe('ECRAuthorizationToken', () => {
  const kind = 'ECRAuthorizationToken';

  test('gives user, password, end and place of a private registry, and warns that they change', async () => {
    const input = secret + generator(kind, `region: eu-west-1, ${auth}`) + uses(kind);
    const ended = await render(input, allowed(kind));

    expect(ended.stderr).toMatch(
      /^warning VOLATILE ExternalSecret default\/es .*: ECRAuthorizationToken "g" is another one in every render: its token is got anew\n$/,
    );
    expect(dataOf(ended)).toEqual([
      {
        username: 'AWS',
        password: 'canary-registry-password',
        expires_at: '1900000000',
        proxy_endpoint: 'https://eu-west-1.ecr/AKIAUSER',
      },
    ]);
  });

  test('scope public asks the public registry, which is in one region', async () => {
    const spec = `scope: public, region: us-east-1, ${auth}`;
    const ended = await render(secret + generator(kind, spec) + uses(kind), allowed(kind));

    expect(dataOf(ended)).toEqual([
      { username: 'AWS', password: 'canary-registry-password', expires_at: '1900000000' },
    ]);
  });

  test('a role is assumed first, and one token serves all that use it', async () => {
    const spec = `region: eu-west-1, role: "${role}", ${auth}`;
    const input = secret + generator(kind, spec) + uses(kind, ['a', 'b', 'c']);
    const ended = await render(input, allowed(kind));

    expect(dataOf(ended).map((data) => data['proxy_endpoint'])).toEqual(
      Array.from({ length: 3 }, () => 'https://eu-west-1.ecr/role'),
    );
    expect(aws.asked()).toEqual(['AssumeRole by AKIAUSER', `GetAuthorizationToken by ${role}`]);
  });

  test('a ClusterGenerator of it, allowed by the configuration, and its credentials are those of the namespace', async () => {
    const input =
      secret +
      generator(
        'ClusterGenerator',
        `kind: ${kind}, generator: {ecrAuthorizationTokenSpec: {region: eu-west-1, ${auth.replaceAll('name: key', 'name: key, namespace: elsewhere')}}}`,
      ) +
      uses('ClusterGenerator');

    expect(dataOf(await render(input, allowed(kind)))).toMatchObject([{ username: 'AWS' }]);
  });

  test('with the access key of another it is an error, and no key is shown', async () => {
    const input = secret.replace('user-secret', 'canary-secret');
    const ended = await render(
      input + generator(kind, `region: eu-west-1, ${auth}`) + uses(kind),
      allowed(kind),
    );

    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /^error DENIED ExternalSecret default\/es .*: ECRAuthorizationToken "g": SignatureDoesNotMatch/,
    );
    expect(ended.stderr).not.toContain('canary');
  });
});

test('the example makes what kubelets take, with the identity of this process', async () => {
  const file = resolve(import.meta.dirname, '../../examples/generators/registry.yaml');
  const env = {
    AWS_ECR_ENDPOINT: aws.url,
    AWS_ACCESS_KEY_ID: 'AKIAUSER',
    AWS_SECRET_ACCESS_KEY: 'user-secret-access-key',
  };
  const args = ['--allow-generator', 'ECRAuthorizationToken', file];
  const [secret] = secretsIn((await esoRender('bundle', args, { env })).stdout);
  const config = Buffer.from(secret?.data['.dockerconfigjson'] ?? '', 'base64').toString();

  expect(secret).toMatchObject({ name: 'pull', type: 'kubernetes.io/dockerconfigjson' });
  expect(JSON.parse(config)).toEqual({
    auths: {
      'https://eu-west-1.ecr/AKIAUSER': {
        username: 'AWS',
        password: 'canary-registry-password',
      },
    },
  });
});

describe('STSSessionToken', () => {
  const kind = 'STSSessionToken';

  test('gives temporary credentials of the key, with what it is asked for', async () => {
    const spec = `region: eu-west-1, requestParameters: {sessionDuration: 900, serialNumber: "arn:mfa", tokenCode: "123456"}, ${auth}`;
    const ended = await render(secret + generator(kind, spec) + uses(kind), allowed(kind));
    const [given] = aws.given();

    expect(dataOf(ended)).toEqual([
      {
        access_key_id: given?.accessKeyID,
        secret_access_key: given?.secret,
        session_token: given?.token,
        expiration: '4070908800',
      },
    ]);
    expect(Object.fromEntries(new URLSearchParams(aws.requests()[0]?.body))).toEqual({
      Action: 'GetSessionToken',
      Version: '2011-06-15',
      DurationSeconds: '900',
      SerialNumber: 'arn:mfa',
      TokenCode: '123456',
    });
  });

  test('a role gets none, as AWS says', async () => {
    const spec = `region: eu-west-1, role: "${role}", ${auth}`;
    const ended = await render(secret + generator(kind, spec) + uses(kind), allowed(kind));

    expect(ended.stderr).toMatch(/^error DENIED .*Cannot call GetSessionToken with session/);
  });

  test('without auth, and without leave to use the identity of this process, it is an error', async () => {
    const input = generator(kind, 'region: eu-west-1') + uses(kind);
    const ended = await render(input, [...allowed(kind), '--no-ambient-credentials']);

    expect(ended.stderr).toMatch(/^error CREDENTIALS .*not allowed/);
    expect(aws.requests()).toEqual([]);
  });

  test('a ServiceAccount is no identity for it', async () => {
    const spec = 'region: eu-west-1, auth: {jwt: {serviceAccountRef: {name: a}}}';
    const ended = await render(generator(kind, spec) + uses(kind), allowed(kind));

    expect(ended.stderr).toContain('error INVALID STSSessionToken default/g');
    expect(ended.stderr).toContain('spec.auth.jwt: cannot be used for a session token');
  });
});

describe('a kind that nobody allowed', () => {
  test.each(['ECRAuthorizationToken', 'STSSessionToken'])(
    '%s asks nobody, in a ClusterGenerator neither',
    async (kind) => {
      const key = kind === 'STSSessionToken' ? 'stsSessionTokenSpec' : 'ecrAuthorizationTokenSpec';
      const inputs = [
        generator(kind, `region: eu-west-1, ${auth}`) + uses(kind),
        generator(
          'ClusterGenerator',
          `kind: ${kind}, generator: {${key}: {region: eu-west-1, ${auth}}}`,
        ) + uses('ClusterGenerator'),
      ];
      for (const input of inputs) {
        const ended = await render(secret + input, []);

        expect(ended).toMatchObject({ code: 1, stdout: '' });
        expect(ended.stderr).toMatch(/^error GENERATOR_DENIED ExternalSecret default\/es /);
        expect(ended.stderr).toContain(`--allow-generator ${kind}`);
      }
      expect(aws.requests()).toEqual([]);
    },
  );

  test('another kind does not stand for it', async () => {
    const input = secret + generator('STSSessionToken', `region: x, ${auth}`);
    const ended = await render(input + uses('STSSessionToken'), allowed('ECRAuthorizationToken'));

    expect(ended.stderr).toMatch(/^error GENERATOR_DENIED /);
  });
});

describe('moto', () => {
  let moto: Moto;

  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.stop());

  test('gives a token of a registry, and a session', async () => {
    const one = `region: eu-west-1, ${auth}`;
    const [ecr, sts] = [
      await render(
        secret + generator('ECRAuthorizationToken', one) + uses('ECRAuthorizationToken'),
        allowed('ECRAuthorizationToken'),
        moto.url,
      ),
      await render(
        secret + generator('STSSessionToken', one) + uses('STSSessionToken'),
        allowed('STSSessionToken'),
        moto.url,
      ),
    ];

    expect(dataOf(ecr)).toEqual([
      {
        username: 'AWS',
        password: '123456789012-auth-token',
        expires_at: '1420070400',
        proxy_endpoint: 'https://123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      },
    ]);
    expect(Object.keys(dataOf(sts)[0] ?? {}).sort()).toEqual([
      'access_key_id',
      'expiration',
      'secret_access_key',
      'session_token',
    ]);
  });
});
