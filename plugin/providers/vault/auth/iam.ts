// Owns logging in as an identity of AWS: a signed GetCallerIdentity, which Vault sends on to learn who has signed it (ESO 3.6).
import { signStsRequest, type AwsKeys } from '../../aws-signature.ts';
import type { OpenContext } from '../../provider.ts';
import type { Login } from '../../vault-api/login.ts';
import { awsKeysOf } from './aws-keys.ts';
import type { IamAuth } from './config.ts';

const body = 'Action=GetCallerIdentity&Version=2011-06-15';

/** Throws {@link ProviderError} `credentials`. */
export async function iamLogin(auth: IamAuth, context: OpenContext): Promise<Login> {
  const { mount, role } = auth;
  const keys = await awsKeysOf(auth, context);
  return {
    title: `iam at auth/${mount}`,
    request: async (signal) => ({
      path: `auth/${mount}/login`,
      body: { role, ...signedIdentity(auth, await keys(signal), new Date()) },
    }),
  };
}

/** The fields of Vault's login. */
function signedIdentity(
  { region, serverID }: IamAuth,
  keys: AwsKeys,
  now: Date,
): Readonly<Record<string, string>> {
  const url = new URL(`https://${stsHost(region)}/`);
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    ...(serverID !== '' && { 'x-vault-aws-iam-server-id': serverID }),
  };
  const sent = signStsRequest({ url, headers, body, region }, keys, now).map(
    ([name, value]) => [name, [value]] as const,
  );
  return {
    iam_http_request_method: 'POST',
    iam_request_url: base64(url.href),
    iam_request_body: base64(body),
    iam_request_headers: base64(JSON.stringify(Object.fromEntries(sent))),
  };
}

/** The global endpoint is that of us-east-1, and the one that Vault asks unless it is told another. */
function stsHost(region: string): string {
  if (region === 'us-east-1') return 'sts.amazonaws.com';
  return `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
