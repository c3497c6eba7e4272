// Owns getting this machine's foreign token from where a credential configuration says that it is.
import { ProviderError, type OpenContext } from '../provider.ts';
import { textOf } from '../spec.ts';
import { tokenError } from './answers.ts';
import { objectIn } from '../http/answer.ts';
import type { Network } from '../http/wires.ts';
import { readAmbientFile } from './ambient-file.ts';
import type { AwsKeys } from '../aws-signature.ts';
import { awsIdentityToken } from './aws-identity.ts';
import type { AwsSource, CredentialSource } from './credential-source.ts';

type Env = OpenContext['env'];
type Headers = Readonly<Record<string, string>>;

/** Throws {@link ProviderError}. */
export async function subjectToken(
  source: CredentialSource,
  { audience, env }: { readonly audience: string; readonly env: Env },
  network: Network,
): Promise<string> {
  switch (source.from) {
    case 'file':
      return tokenIn(await readAmbientFile(source.path), source.field, source.path);
    case 'url':
      return tokenIn(await get(source.url, source.headers, network), source.field, source.url.href);
    default: {
      const session = await sessionHeaders(source, env, network);
      const region = await awsRegion(source, env, (url) => get(new URL(url), session, network));
      const keys = await awsKeys(source, env, (url) => get(new URL(url), session, network));
      return awsIdentityToken(keys, { region, audience, now: new Date() });
    }
  }
}

/** A service of this machine's own, mostly, is past every proxy. */
async function get(url: URL, headers: Headers, network: Network): Promise<Uint8Array> {
  const send = url.protocol === 'http:' ? network.sendDirect : network.send;
  const answer = await send({ method: 'GET', url, headers });
  if (answer.status !== 200) throw tokenError(answer, `asking ${url.host} for a token`);
  return answer.body;
}

function tokenIn(body: Uint8Array, field: string, place: string): string {
  const text = field === '' ? new TextDecoder().decode(body) : textOf(objectIn({ body })?.[field]);
  if (text.trim() !== '') return text.trim();
  const what = field === '' ? 'no token' : `no field ${field} with a token`;
  throw new ProviderError('credentials', `there is ${what} in ${place}`);
}

type Read = (url: string) => Promise<Uint8Array>;

async function sessionHeaders(
  { sessionUrl }: AwsSource,
  env: Env,
  { sendDirect }: Network,
): Promise<Headers> {
  if (sessionUrl === '' || (environmentKeys(env) !== undefined && environmentRegion(env) !== '')) {
    return {};
  }
  const answer = await sendDirect({
    method: 'PUT',
    url: new URL(sessionUrl),
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '300' },
  });
  if (answer.status !== 200) throw tokenError(answer, "a session of AWS's metadata service");
  return { 'x-aws-ec2-metadata-token': new TextDecoder().decode(answer.body) };
}

/** The metadata service gives an availability zone: a region and one letter. */
async function awsRegion({ regionUrl }: AwsSource, env: Env, read: Read): Promise<string> {
  const own = environmentRegion(env);
  return own === ''
    ? new TextDecoder()
        .decode(await read(regionUrl))
        .trim()
        .slice(0, -1)
    : own;
}

async function awsKeys({ credentialsUrl }: AwsSource, env: Env, read: Read): Promise<AwsKeys> {
  const own = environmentKeys(env);
  if (own !== undefined) return own;
  const role = new TextDecoder().decode(await read(credentialsUrl)).trim();
  const body = await read(`${credentialsUrl}/${encodeURIComponent(role)}`);
  const { AccessKeyId, SecretAccessKey, Token } = objectIn({ body }) ?? {};
  return {
    accessKeyID: textOf(AccessKeyId),
    secretAccessKey: textOf(SecretAccessKey),
    sessionToken: textOf(Token),
  };
}

function environmentRegion(env: Env): string {
  return env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || '';
}

function environmentKeys(env: Env): AwsKeys | undefined {
  const accessKeyID = env['AWS_ACCESS_KEY_ID'] ?? '';
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'] ?? '';
  if (accessKeyID === '' || secretAccessKey === '') return undefined;
  return { accessKeyID, secretAccessKey, sessionToken: env['AWS_SESSION_TOKEN'] ?? '' };
}
