// Owns checking AWS's signatures (SigV4): of a request, and of a GetCallerIdentity that stands for a token, as Google's exchange takes it.
import { createHash, createHmac } from 'node:crypto';

type Verified =
  | { readonly ok: true; readonly accessKeyID: string }
  | { readonly ok: false; readonly reason: string };

/** What was signed. Header names are in lower case. */
export type Signed = {
  readonly method: string;
  readonly path: string;
  /** Without `?`, as it is to be signed. */
  readonly query: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
};

/** What the header Authorization says. */
export type Authorization = {
  readonly accessKeyID: string;
  readonly region: string;
  readonly service: string;
};

const authorization =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/;

/** Undefined where there is no such header. */
export function authorizationOf(headers: Signed['headers']): Authorization | undefined {
  const [, accessKeyID, , region, service] =
    authorization.exec(headers.get('authorization') ?? '') ?? [];
  if (accessKeyID === undefined || region === undefined || service === undefined) return undefined;
  return { accessKeyID, region, service };
}

/** What is wrong with the signature by `secret`; undefined where it is right, fresh, and over all of `mustBeSigned`. */
export function signatureProblem(
  { method, path, query, headers, body }: Signed,
  { secret, mustBeSigned }: { readonly secret: string; readonly mustBeSigned: readonly string[] },
): string | undefined {
  const [, , day = '', region = '', service = '', names = '', signature] =
    authorization.exec(headers.get('authorization') ?? '') ?? [];
  const signed = names.split(';');
  if (mustBeSigned.some((name) => !signed.includes(name))) return 'not all headers are signed';
  if (signed.join() !== signed.toSorted().join()) return 'the signed headers are not in order';
  const date = headers.get('x-amz-date') ?? '';
  if (!date.startsWith(day) || Math.abs(timeOf(date) - Date.now()) > 900_000)
    return 'the request has expired';
  const request = [
    `${method}\n${path}\n${query}`,
    ...signed.map((name) => `${name}:${headers.get(name)}`),
    `\n${names}\n${sha256(body)}`,
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(request)}`;
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString('hex') === signature
    ? undefined
    : 'The request signature we calculated does not match';
}

type SignedRequest = {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
};

export function verifyAwsRequest(
  token: string,
  { audience, keys }: { readonly audience: string; readonly keys: ReadonlyMap<string, string> },
): Verified {
  const { url, method, headers: list } = JSON.parse(decodeURIComponent(token)) as SignedRequest;
  const headers = new Map(list.map(({ key, value }) => [key.toLowerCase(), value]));
  const { accessKeyID = '', region = '', service } = authorizationOf(headers) ?? {};
  const secret = keys.get(accessKeyID);
  const expectedUrl = `https://sts.${region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15`;
  const { href, host, pathname, search } = new URL(url);
  if (secret === undefined) return refused('The security token included is invalid');
  if (href !== expectedUrl || method !== 'POST' || service !== 'sts')
    return refused('another request');
  if (headers.get('host') !== host) return refused('another host');
  if (headers.get('x-goog-cloud-target-resource') !== audience) return refused('another audience');
  const mustBeSigned = [...headers.keys()].filter((name) => name !== 'authorization');
  const signed = { method, path: pathname, query: search.slice(1), headers, body: '' };
  const problem = signatureProblem(signed, { secret, mustBeSigned });
  return problem === undefined ? { ok: true, accessKeyID } : refused(problem);
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
