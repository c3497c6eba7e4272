// Owns AWS's signature, version 4, of a request to STS that somebody else sends in our place: it proves who has signed.
import { createHash, createHmac } from 'node:crypto';

export type AwsKeys = {
  readonly accessKeyID: string;
  readonly secretAccessKey: string;
  /** '' for keys that last. */
  readonly sessionToken: string;
};

export type StsRequest = {
  readonly url: URL;
  /** By lower-case name: what is signed beside host and date. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly region: string;
};

const algorithm = 'AWS4-HMAC-SHA256';

/** All headers of the POST, by lower-case name: those that are signed, in order, and `authorization`. */
export function signStsRequest(
  { url, headers, body, region }: StsRequest,
  keys: AwsKeys,
  now: Date,
): readonly (readonly [name: string, value: string])[] {
  const date = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const signed = Object.entries({
    host: url.host,
    'x-amz-date': date,
    ...(keys.sessionToken !== '' && { 'x-amz-security-token': keys.sessionToken }),
    ...headers,
  }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const request = [
    'POST',
    url.pathname,
    url.search.slice(1),
    ...signed.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    hashed(body),
  ].join('\n');
  const scope = [date.slice(0, 8), region, 'sts', 'aws4_request'];
  const key = scope.reduce<string | Buffer>(keyedHash, `AWS4${keys.secretAccessKey}`);
  const text = [algorithm, date, scope.join('/'), hashed(request)].join('\n');
  const signature = keyedHash(key, text).toString('hex');
  const authorization = `${algorithm} Credential=${keys.accessKeyID}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`;
  return [...signed, ['authorization', authorization]];
}

function keyedHash(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
