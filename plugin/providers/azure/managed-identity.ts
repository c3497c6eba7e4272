// Owns the identity that Azure gives a machine or an App Service, asked of a service that only they can reach.
import { type HttpAnswer, objectIn } from '../http/answer.ts';
import type { TokenSource } from '../http/bearer.ts';
import type { HttpRequest } from '../http/send.ts';
import { ProviderError, type OpenContext } from '../provider.ts';
import { tokenIn } from './answers.ts';

type Env = OpenContext['env'];
type Request = Omit<HttpRequest, 'signal'>;

/**
 * `identity` is a client ID, or a resource ID with its `/`; '' for the only one that is there. Throws {@link ProviderError}
 * `credentials` where this machine's identity may not be used.
 */
export function managedIdentityTokens(
  identity: string,
  resource: string,
  { env, credentials }: Pick<OpenContext, 'env' | 'credentials'>,
): TokenSource {
  if (!credentials.ambient) {
    const message =
      "the managed identity is the environment's own, and the use of that is not allowed";
    throw new ProviderError('credentials', message);
  }
  const request = tokenRequest(env, identity, resource);
  return async ({ sendDirect }) => {
    const answer = await sendDirect(request).catch((error: unknown) => {
      throw absent(error, request.url);
    });
    return tokenIn(answerOf(answer, request.url), `the managed identity, at ${request.url.host}`);
  };
}

/** That of App Service, Functions and Container Apps, or else of virtual machines and the nodes of AKS. */
function tokenRequest(env: Env, identity: string, resource: string): Request {
  const { IDENTITY_ENDPOINT: endpoint = '', IDENTITY_HEADER: secret = '' } = env;
  const isAppService = endpoint !== '' && secret !== '';
  const url = isAppService
    ? urlIn('IDENTITY_ENDPOINT', endpoint)
    : new URL('/metadata/identity/oauth2/token', metadataHost(env));
  url.searchParams.set('api-version', isAppService ? '2019-08-01' : '2018-02-01');
  url.searchParams.set('resource', resource);
  const byResource = isAppService ? 'mi_res_id' : 'msi_res_id';
  if (identity !== '') {
    url.searchParams.set(identity.includes('/') ? byResource : 'client_id', identity);
  }
  const headers = isAppService ? { 'x-identity-header': secret } : { metadata: 'true' };
  return { method: 'GET', url, headers };
}

/** Azure's own libraries know this variable. */
function metadataHost(env: Env): URL {
  const host = env['AZURE_POD_IDENTITY_AUTHORITY_HOST'] || 'http://169.254.169.254';
  return urlIn('AZURE_POD_IDENTITY_AUTHORITY_HOST', host);
}

function urlIn(variable: string, url: string): URL {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return new URL(url);
  throw new ProviderError('invalid', `${variable} is not an http or https URL`);
}

/** Another cloud's service may be at the same address; what Azure's says is JSON. */
function answerOf(answer: HttpAnswer, url: URL): HttpAnswer {
  const { status } = answer;
  // While it is updated, says Microsoft: another attempt fares better.
  if (status === 410) return { ...answer, status: 503 };
  const isOwn = status === 200 || status === 429 || status >= 500 || objectIn(answer) !== undefined;
  if (!isOwn) throw absent(undefined, url);
  return answer;
}

/** Nobody there, or somebody else: no attempt fares better. An error that is none of the network goes through. */
function absent(error: unknown, { host }: URL): unknown {
  if (error !== undefined && !(error instanceof ProviderError)) return error;
  const reason = error === undefined ? "its answer is another service's" : error.message;
  const message = `there is no managed identity at ${host}, so this is no machine of Azure (${reason})`;
  return new ProviderError('credentials', message);
}
