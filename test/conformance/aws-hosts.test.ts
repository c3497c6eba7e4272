// Tests which host of AWS a request leaves for: by region, FIPS, dual stack, profile and the variables of the operator.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';

let proxy: Server;
let proxyUrl: string;
let folder: string;
let asked: string[] = [];

/** A proxy that lets nobody through, and knows where they wanted to go. */
beforeAll(async () => {
  proxy = createServer().on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  proxyUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
  await writeFile(
    join(folder, 'config'),
    '[profile fips]\nuse_fips_endpoint = true\n[profile dual]\nuse_dualstack_endpoint = true\n[profile role]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = default\n',
  );
  await writeFile(
    join(folder, 'credentials'),
    '[default]\naws_access_key_id = ID\naws_secret_access_key = k\n[fips]\naws_access_key_id = FIPS\naws_secret_access_key = k\n[dual]\naws_access_key_id = DUAL\naws_secret_access_key = k\n',
  );
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  proxy.close();
  await rm(folder, { recursive: true });
});

type Use = {
  readonly service?: string;
  readonly region?: string;
  readonly role?: string;
  readonly env?: Readonly<Record<string, string>>;
};

function render(input: string, env: Use['env'], args: readonly string[] = []): Promise<Ended> {
  return esoRender('bundle', [...args, '-'], {
    input,
    env: {
      HTTPS_PROXY: proxyUrl,
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
  });
}

function storeAndSecret({ service = 'SecretsManager', region = 'eu-west-1', role }: Use): string {
  return `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: aws}
spec:
  provider:
    aws: {service: ${service}, region: ${region}${role === undefined ? '' : `, role: "${role}"`}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: es}
spec:
  secretStoreRef: {name: aws}
  data: [{secretKey: a, remoteRef: {key: "arn:a"}}]
`;
}

async function hostsOf(use: Use): Promise<readonly string[]> {
  const ended = await render(storeAndSecret(use), use.env);

  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toContain('the proxy does not connect to');
  return asked;
}

describe('a store', () => {
  test.each<Use & { readonly reason: string; readonly host: string }>([
    { reason: 'its region', host: 'secretsmanager.eu-west-1.amazonaws.com' },
    { reason: 'China', region: 'cn-north-1', host: 'secretsmanager.cn-north-1.amazonaws.com.cn' },
    {
      reason: 'GovCloud',
      region: 'us-gov-west-1',
      host: 'secretsmanager.us-gov-west-1.amazonaws.com',
    },
    { reason: 'Parameter Store', service: 'ParameterStore', host: 'ssm.eu-west-1.amazonaws.com' },
    {
      reason: 'Certificate Manager',
      service: 'CertificateManager',
      host: 'acm.eu-west-1.amazonaws.com',
    },
    {
      reason: 'FIPS',
      region: 'us-east-1',
      env: { AWS_USE_FIPS_ENDPOINT: 'true' },
      host: 'secretsmanager-fips.us-east-1.amazonaws.com',
    },
    {
      reason: 'dual stack',
      service: 'ParameterStore',
      env: { AWS_USE_DUALSTACK_ENDPOINT: 'true' },
      host: 'ssm.eu-west-1.api.aws',
    },
    {
      reason: 'both',
      service: 'ParameterStore',
      region: 'us-east-1',
      env: { AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true' },
      host: 'ssm-fips.us-east-1.api.aws',
    },
    {
      reason: 'FIPS by a profile',
      region: 'us-east-1',
      env: { AWS_PROFILE: 'fips' },
      host: 'secretsmanager-fips.us-east-1.amazonaws.com',
    },
    {
      reason: 'dual stack by a profile',
      service: 'ParameterStore',
      env: { AWS_PROFILE: 'dual' },
      host: 'ssm.eu-west-1.api.aws',
    },
    {
      reason: 'a role is assumed in the region first',
      role: 'arn:aws:iam::123456789012:role/r',
      host: 'sts.eu-west-1.amazonaws.com',
    },
    {
      reason: 'a role in the first region',
      region: 'us-east-1',
      role: 'arn:aws:iam::123456789012:role/r',
      host: 'sts.us-east-1.amazonaws.com',
    },
    {
      reason: 'a role with FIPS',
      region: 'us-east-1',
      role: 'arn:aws:iam::123456789012:role/r',
      env: { AWS_USE_FIPS_ENDPOINT: 'true' },
      host: 'sts-fips.us-east-1.amazonaws.com',
    },
    {
      reason: "the operator's variable before the SDK's settings",
      env: {
        AWS_SECRETSMANAGER_ENDPOINT: 'https://vpce.example.com',
        AWS_USE_FIPS_ENDPOINT: 'true',
        AWS_USE_DUALSTACK_ENDPOINT: 'true',
      },
      host: 'vpce.example.com',
    },
    {
      reason: "the operator's variable for STS",
      role: 'arn:aws:iam::123456789012:role/r',
      env: { AWS_STS_ENDPOINT: 'https://sts.example.com', AWS_USE_FIPS_ENDPOINT: 'true' },
      host: 'sts.example.com',
    },
    {
      reason: "the operator's variable for Parameter Store",
      service: 'ParameterStore',
      env: { AWS_SSM_ENDPOINT: 'https://ssm.example.com' },
      host: 'ssm.example.com',
    },
    {
      reason: "the operator's variable for Certificate Manager",
      service: 'CertificateManager',
      env: { AWS_ACM_ENDPOINT: 'https://acm.example.com' },
      host: 'acm.example.com',
    },
    {
      reason: "the SDK's own variable",
      env: { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'https://own.example.com' },
      host: 'own.example.com',
    },
  ])('$reason: $host', async ({ host, ...use }) => {
    expect(await hostsOf(use)).toEqual([`${host}:443`]);
  });
});

test.each([
  { reason: 'web identity (IRSA)', env: () => irsa(), host: 'sts.eu-west-1.amazonaws.com' },
  {
    reason: 'a role of a profile',
    env: () => ({ AWS_PROFILE: 'role' }),
    host: 'sts.eu-west-1.amazonaws.com',
  },
])('the chain of the SDK goes through the proxy too: $reason', async ({ env, host }) => {
  const { stderr } = await render(storeAndSecret({}), env());

  expect(stderr).toContain(`the proxy does not connect to ${host}`);
  expect(asked).toEqual([`${host}:443`]);
});

function irsa(): Readonly<Record<string, string>> {
  return {
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'config'),
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pod',
  };
}

test('what the SDK knows no host for is told in its own words', async () => {
  const env = { AWS_ENDPOINT_URL: 'https://own.example.com', AWS_USE_FIPS_ENDPOINT: 'true' };
  const ended = await render(storeAndSecret({}), env);

  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toContain(
    'no endpoint of AWS: Invalid Configuration: FIPS and custom endpoint are not supported',
  );
  expect(asked).toEqual([]);
});

describe('a generator', () => {
  test.each([
    {
      kind: 'ECRAuthorizationToken',
      spec: 'region: eu-west-1',
      host: 'api.ecr.eu-west-1.amazonaws.com',
    },
    {
      kind: 'ECRAuthorizationToken',
      spec: 'region: us-east-1, scope: public',
      host: 'api.ecr-public.us-east-1.amazonaws.com',
    },
    { kind: 'STSSessionToken', spec: 'region: eu-west-1', host: 'sts.eu-west-1.amazonaws.com' },
  ])('$kind, $spec: $host', async ({ kind, spec, host }) => {
    const input = `apiVersion: generators.external-secrets.io/v1alpha1
kind: ${kind}
metadata: {name: g}
spec: {${spec}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: es}
spec: {dataFrom: [{sourceRef: {generatorRef: {kind: ${kind}, name: g}}}]}
`;
    await render(input, {}, ['--allow-generator', kind]);

    expect(new Set(asked)).toEqual(new Set([`${host}:443`]));
  });
});
