// Owns checking a signed GetCallerIdentity that stands for a token, as Google's token exchange does (AWS SigV4).
import { createHash, createHmac } from 'node:crypto';

type Verified =
  | { readonly ok: true; readonly accessKeyID: string }
  | { readonly ok: false; readonly reason: string };

type SignedRequest = {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
};

const credential =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/sts\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/;

export function verifyAwsRequest(
  token: string,
  { audience, keys }: { readonly audience: string; readonly keys: ReadonlyMap<string, string> },
): Verified {
  const { url, method, headers } = JSON.parse(decodeURIComponent(token)) as SignedRequest;
  const sent = new Map(headers.map(({ key, value }) => [key.toLowerCase(), value]));
  const [, accessKeyID = '', day = '', region = '', names = '', signature] =
    credential.exec(sent.get('authorization') ?? '') ?? [];
  const expectedUrl = `https://sts.${region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15`;
  const signed = names.split(';');
  const date = sent.get('x-amz-date') ?? '';
  const secret = keys.get(accessKeyID);
  if (secret === undefined) return refused('The security token included is invalid');
  if (new URL(url).href !== expectedUrl || method !== 'POST') return refused('another request');
  if (sent.get('host') !== new URL(url).host) return refused('another host');
  if (sent.get('x-goog-cloud-target-resource') !== audience) return refused('another audience');
  const mustBeSigned = [...sent.keys()].filter((name) => name !== 'authorization').sort();
  if (mustBeSigned.join(';') !== names) return refused('not all headers are signed, in order');
  if (!date.startsWith(day) || Math.abs(timeOf(date) - Date.now()) > 900_000) {
    return refused('the request has expired');
  }
  const request = [
    `POST\n/\n${new URL(url).search.slice(1)}`,
    ...signed.map((name) => `${name}:${sent.get(name)}`),
    `\n${names}\n${sha256('')}`,
  ].join('\n');
  const scope = `${day}/${region}/sts/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(request)}`;
  const dayKey = hmac(`AWS4${secret}`, day);
  const key = hmac(hmac(hmac(dayKey, region), 'sts'), 'aws4_request');
  return hmac(key, text).toString('hex') === signature
    ? { ok: true, accessKeyID }
    : refused('The request signature we calculated does not match');
}

/** Of `20240102T030405Z`. */
function timeOf(date: string): number {
  const [, day = '', time = ''] = /^(\d{8})T(\d{6})Z$/.exec(date) ?? [];
  return Date.parse(
    `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}Z`,
  );
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function refused(reason: string): Verified {
  return { ok: false, reason };
}
