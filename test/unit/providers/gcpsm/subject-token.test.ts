// Tests how AWS's metadata service is asked for an identity, where the environment has none.
import { expect, test } from 'vitest';
import type { Network } from '../../../../plugin/providers/http/wires.ts';
import { subjectToken } from '../../../../plugin/providers/google/subject-token.ts';
import { verifyAwsRequest } from '../../../servers/aws-signature.ts';

const host = 'http://169.254.169.254/latest';
const audience =
  '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q';
const source = {
  from: 'aws',
  regionUrl: `${host}/meta-data/placement/availability-zone`,
  credentialsUrl: `${host}/meta-data/iam/security-credentials`,
  sessionUrl: `${host}/api/token`,
} as const;
const answers = new Map([
  [`PUT ${source.sessionUrl}`, 'session'],
  [`GET ${source.regionUrl}`, 'eu-west-1b'],
  [`GET ${source.credentialsUrl}`, 'role'],
  [
    `GET ${source.credentialsUrl}/role`,
    JSON.stringify({ AccessKeyId: 'AKIA', SecretAccessKey: 'secret', Token: 'token' }),
  ],
]);

/** Answers as the service does, and lists what it was asked with which session. */
function metadataService(asked: string[]): Network {
  return {
    send: () => Promise.reject(new Error('a proxy has no business here')),
    sendDirect: async ({ method, url, headers = {} }) => {
      asked.push(`${method} ${url.pathname} ${headers['x-aws-ec2-metadata-token'] ?? ''}`.trim());
      const body = answers.get(`${method} ${url.href}`);
      return {
        status: body === undefined ? 404 : 200,
        headers: new Map(),
        body: new TextEncoder().encode(body),
      };
    },
  };
}

test.each([
  {
    reason: 'all of it, in a session',
    env: {},
    use: source,
    expected: [
      'PUT /latest/api/token',
      'GET /latest/meta-data/placement/availability-zone session',
      'GET /latest/meta-data/iam/security-credentials session',
      'GET /latest/meta-data/iam/security-credentials/role session',
    ],
  },
  {
    reason: 'without a session where none is named',
    env: { AWS_DEFAULT_REGION: 'eu-west-1' },
    use: { ...source, sessionUrl: '' },
    expected: [
      'GET /latest/meta-data/iam/security-credentials',
      'GET /latest/meta-data/iam/security-credentials/role',
    ],
  },
  {
    reason: 'nothing where the environment has it all',
    env: { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' },
    use: source,
    expected: [],
  },
])('$reason', async ({ env, use, expected }) => {
  const asked: string[] = [];
  const token = await subjectToken(use, { audience, env }, metadataService(asked));

  expect(asked).toEqual(expected);
  expect(verifyAwsRequest(token, { audience, keys: new Map([['AKIA', 'secret']]) })).toEqual({
    ok: true,
    accessKeyID: 'AKIA',
  });
});
