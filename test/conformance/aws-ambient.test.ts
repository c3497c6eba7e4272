// Tests a store of AWS without auth by the whole command: each place of the default chain, asked as AWS asks for it, and signed with what it gives (ESO 3.4).
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  startAwsStandIn,
  type AwsOperation,
  type AwsStandIn,
  type Session,
} from '../servers/aws.ts';
import { startEndpoint, type Endpoint, type EndpointRequest } from '../servers/endpoint.ts';
import { signingKey, signJwt } from '../servers/jwt.ts';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';
import { endpoints } from './aws-backend.ts';

const arn = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;
const issuer = signingKey('cluster-key-1');
const subject = 'system:serviceaccount:argocd:argocd-repo-server';
const user = { id: 'AKIAUSER', key: 'user-secret-access-key' };
const podToken = 'token-of-the-pod';
const machineToken = 'token-of-the-machine';

function held(principal: string, id: string): Session {
  return { accessKeyID: id, secret: `secret-of-${id}`, token: `session-of-${id}`, principal };
}
const pod = held(arn('pod'), 'ASIAPOD');
const machine = held(arn('machine'), 'ASIAMACHINE');

let aws: AwsStandIn;
let agents: Endpoint;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
  agents = await startEndpoint((request) => {
    const body = request.path === '/v1/credentials' ? podAgent(request) : metadata(request);
    return body === undefined ? { status: 401 } : { status: 200, body };
  });
  aws = await startAwsStandIn({
    keys: new Map([[user.id, user.key]]),
    roles: new Map([
      [arn('assumed'), { trusts: user.id }],
      [arn('irsa'), { webIdentity: { issuer, audience: 'sts.amazonaws.com', subject } }],
    ]),
    held: [pod, machine],
    operations: new Map<string, AwsOperation>([
      [
        'secretsmanager.GetSecretValue',
        ({ principal }) => ({ body: { Name: 'who', SecretString: principal } }),
      ],
    ]),
  });
  const iat = Math.floor(Date.now() / 1000);
  const claims = { sub: subject, aud: ['sts.amazonaws.com'], iat, exp: iat + 600 };
  await writeFile(join(folder, 'web-identity'), signJwt(claims, issuer));
  await writeFile(join(folder, 'pod-identity'), podToken);
  const keys = { Version: 1, AccessKeyId: user.id, SecretAccessKey: user.key };
  await writeFile(join(folder, 'keys.json'), JSON.stringify(keys));
  await writeFile(
    join(folder, 'credentials'),
    [
      `[user]\naws_access_key_id = ${user.id}\naws_secret_access_key = ${user.key}`,
      `[assumed]\nrole_arn = ${arn('assumed')}\nsource_profile = user`,
      `[program]\ncredential_process = cat ${join(folder, 'keys.json')}`,
    ].join('\n'),
  );
});
afterAll(async () => {
  await aws.stop();
  await agents.stop();
  await rm(folder, { recursive: true });
});

/** EKS Pod Identity's agent. */
function podAgent({ headers }: EndpointRequest): string | undefined {
  return headers.authorization === podToken ? temporary(pod) : undefined;
}

/** The metadata service of a machine (IMDSv2): nothing without a token that was asked for. */
function metadata({ method, path, headers }: EndpointRequest): string | undefined {
  if (path === '/latest/api/token') {
    const isAsked = method === 'PUT' && 'x-aws-ec2-metadata-token-ttl-seconds' in headers;
    return isAsked ? machineToken : undefined;
  }
  if (headers['x-aws-ec2-metadata-token'] !== machineToken) return undefined;
  return path.endsWith('/security-credentials/') ? 'machine' : temporary(machine);
}

function temporary({ accessKeyID, secret, token }: Session): string {
  return JSON.stringify({
    Code: 'Success',
    Type: 'AWS-HMAC',
    AccessKeyId: accessKeyID,
    SecretAccessKey: secret,
    Token: token,
    LastUpdated: '2026-01-01T00:00:00Z',
    Expiration: '2099-01-01T00:00:00Z',
  });
}

const input = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: aws}
spec: {provider: {aws: {service: SecretsManager, region: eu-west-1}}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: es}
spec: {secretStoreRef: {name: aws}, data: [{secretKey: who, remoteRef: {key: who}}]}
`;

type Env = Readonly<Record<string, string>>;

/** No credentials but those of `env`. */
function render(env: Env, args: readonly string[] = []): Promise<Ended> {
  const nothing = {
    HOME: folder,
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_CONFIG_FILE: join(folder, 'absent'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    // The chain's clients are the SDK's, which knows its own variables and none of ESO's.
    AWS_ENDPOINT_URL_STS: aws.url,
  };
  return esoRender('bundle', [...args, '-'], {
    input,
    env: { ...nothing, ...endpoints(aws.url), ...env },
  });
}

describe('who is asked for is', () => {
  test.each<{ reason: string; env: () => Env; is: string }>([
    {
      reason: 'the keys of the environment',
      env: () => ({ AWS_ACCESS_KEY_ID: user.id, AWS_SECRET_ACCESS_KEY: user.key }),
      is: user.id,
    },
    {
      reason: 'those of a session in the environment',
      env: () => ({
        AWS_ACCESS_KEY_ID: pod.accessKeyID,
        AWS_SECRET_ACCESS_KEY: pod.secret,
        AWS_SESSION_TOKEN: pod.token,
      }),
      is: pod.principal,
    },
    { reason: 'a profile', env: () => ({ AWS_PROFILE: 'user' }), is: user.id },
    {
      reason: 'the role of a profile',
      env: () => ({ AWS_PROFILE: 'assumed' }),
      is: arn('assumed'),
    },
    {
      reason: 'whoever the program of a profile says',
      env: () => ({ AWS_PROFILE: 'program' }),
      is: user.id,
    },
    {
      reason: 'the role of a ServiceAccount (IRSA)',
      env: () => ({
        AWS_ROLE_ARN: arn('irsa'),
        AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'web-identity'),
      }),
      is: arn('irsa'),
    },
    {
      reason: 'the role of a pod (EKS Pod Identity)',
      env: () => ({
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agents.url}/v1/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(folder, 'pod-identity'),
      }),
      is: pod.principal,
    },
    {
      reason: 'the role of the machine (IMDSv2)',
      env: () => ({
        AWS_EC2_METADATA_DISABLED: 'false',
        AWS_EC2_METADATA_SERVICE_ENDPOINT: agents.url,
      }),
      is: machine.principal,
    },
  ])('$reason', async ({ env, is }) => {
    const { code, stdout, stderr } = await render(env());

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [secret] = secretsIn(stdout);
    expect(Buffer.from(secret?.data?.['who'] ?? '', 'base64').toString()).toBe(is);
  });
});

describe('refused', () => {
  test.each<{ reason: string; env: () => Env; args?: readonly string[]; message: string }>([
    { reason: 'nobody', env: () => ({}), message: 'no credentials of AWS' },
    {
      reason: "a token that is not the ServiceAccount's",
      env: () => ({
        AWS_ROLE_ARN: arn('irsa'),
        AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'pod-identity'),
      }),
      message: 'InvalidIdentityToken',
    },
    {
      reason: "a token that is not the pod's",
      env: () => ({
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agents.url}/v1/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(folder, 'web-identity'),
      }),
      message: 'no credentials of AWS',
    },
    {
      reason: 'an environment that may not be used',
      env: () => ({ AWS_ACCESS_KEY_ID: user.id, AWS_SECRET_ACCESS_KEY: user.key }),
      args: ['--no-ambient-credentials'],
      message: "the environment's own identity is not allowed",
    },
  ])('$reason', async ({ env, args = [], message }) => {
    const { code, stdout, stderr } = await render(env(), args);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain(podToken);
  });
});
