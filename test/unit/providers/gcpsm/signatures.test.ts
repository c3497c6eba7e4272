// Tests what is signed here against what Google's own library signs at the same moment.
import { AwsRequestSigner, JWTAccess } from 'google-auth-library';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { awsIdentityToken } from '../../../../plugin/providers/google/aws-identity.ts';
import { googleEndpoints } from '../../../../plugin/providers/google/endpoints.ts';
import { keyTokens } from '../../../../plugin/providers/google/service-account-key.ts';
import type { Network } from '../../../../plugin/providers/http/wires.ts';
import { signingKey } from '../../../servers/jwt.ts';

const now = new Date('2026-01-02T03:04:05.678Z');

beforeEach(() => vi.useFakeTimers({ now }));
afterEach(() => vi.useRealTimers());

function notAsked(): Promise<never> {
  return Promise.reject(new Error('nobody is to be asked'));
}

const network: Network = { send: notAsked, sendDirect: notAsked };

test.each([{ keyID: 'key-1' }, { keyID: undefined }])(
  "a service account's token, key ID $keyID",
  async ({ keyID }) => {
    const { pem } = signingKey('key');
    const email = 'reader@shop.iam.gserviceaccount.com';
    const scope = 'https://www.googleapis.com/auth/cloud-platform';
    const headers = new JWTAccess(email, pem, keyID).getRequestHeaders(undefined, undefined, scope);
    const file = {
      type: 'service_account',
      client_email: email,
      private_key: pem,
      private_key_id: keyID,
    };

    const api = { endpoints: googleEndpoints({}, ''), takesJwt: true };
    const { value } = await keyTokens(file, 'the file', api)(network);

    expect(`Bearer ${value}`).toBe(headers.get('authorization'));
  },
);

test.each([
  { reason: 'keys that last', sessionToken: '' },
  { reason: 'a session', sessionToken: 'session/token+=' },
])("AWS's identity: $reason", async ({ sessionToken }) => {
  const keys = { accessKeyID: 'AKIAEXAMPLE', secretAccessKey: 'secret+/=', sessionToken };
  const region = 'eu-west-1';
  const audience =
    '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q';
  const signer = new AwsRequestSigner(
    async () => ({
      accessKeyId: keys.accessKeyID,
      secretAccessKey: keys.secretAccessKey,
      ...(sessionToken !== '' && { token: sessionToken }),
    }),
    region,
  );
  const url = `https://sts.${region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15`;
  const expected = await signer.getRequestOptions({
    url,
    method: 'POST',
    headers: { 'x-goog-cloud-target-resource': audience },
  });
  const token = JSON.parse(
    decodeURIComponent(awsIdentityToken(keys, { region, audience, now })),
  ) as { url: string; method: string; headers: { key: string; value: string }[] };

  expect(token.url).toBe(expected.url);
  expect(token.method).toBe(expected.method);
  expect(new Map(token.headers.map(({ key, value }) => [key, value]))).toEqual(
    new Map(new Headers(expected.headers)),
  );
});
