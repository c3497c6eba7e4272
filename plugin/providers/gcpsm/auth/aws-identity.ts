// Owns proving an identity of AWS to Google: a signed GetCallerIdentity that Google sends on in our place (AWS SigV4).
import { createHash, createHmac } from 'node:crypto';
import { callerIdentityUrl } from './credential-source.ts';

export type AwsKeys = {
  readonly accessKeyID: string;
  readonly secretAccessKey: string;
  /** '' for keys that last. */
  readonly sessionToken: string;
};

/** Google's name for this kind of token. */
export const awsRequestType = 'urn:ietf:params:aws:token-type:aws4_request';

const algorithm = 'AWS4-HMAC-SHA256';

/**
 * The request as the text that Google's token exchange takes for a token. It is signed with the pool's provider in it
 * (`audience`), so that it proves nothing to another one.
 */
export function awsIdentityToken(
  keys: AwsKeys,
  {
    region,
    audience,
    now,
  }: { readonly region: string; readonly audience: string; readonly now: Date },
): string {
  const sentUrl = callerIdentityUrl.replace('{region}', region);
  const url = new URL(sentUrl);
  const date = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const headers = new Map([
    ['host', url.host],
    ['x-amz-date', date],
    ...(keys.sessionToken === '' ? [] : [['x-amz-security-token', keys.sessionToken] as const]),
    ['x-goog-cloud-target-resource', audience],
  ]);
  const signed = [...headers.keys()].join(';');
  const request = [
    'POST',
    url.pathname,
    url.search.slice(1),
    ...[...headers].map(([name, value]) => `${name}:${value}`),
    '',
    signed,
    hashed(''),
  ].join('\n');
  const scope = [date.slice(0, 8), region, 'sts', 'aws4_request'];
  const key = scope.reduce<string | Buffer>(keyedHash, `AWS4${keys.secretAccessKey}`);
  const signature = keyedHash(
    key,
    [algorithm, date, scope.join('/'), hashed(request)].join('\n'),
  ).toString('hex');
  const authorization = `${algorithm} Credential=${keys.accessKeyID}/${scope.join('/')}, SignedHeaders=${signed}, Signature=${signature}`;
  const sent = [...headers, ['authorization', authorization] as const];
  return encodeURIComponent(
    JSON.stringify({
      url: sentUrl,
      method: 'POST',
      headers: sent.map(([key, value]) => ({ key, value })),
    }),
  );
}

function keyedHash(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
