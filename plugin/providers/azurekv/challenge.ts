// Owns asking a vault outside of Microsoft's clouds whom its tokens are for, and not believing everything that it says.
import { ProviderError } from '../provider.ts';
import type { Network } from '../http/wires.ts';

/**
 * The `resource` or `scope` of the challenge to a GET of `url` without a token. As in Azure's own SDK it has to be a domain that
 * the vault is in: else a vault could ask for a token that is good elsewhere. Throws {@link ProviderError}.
 */
export async function challengedResource(url: URL, { send }: Network): Promise<string> {
  const { status, headers } = await send({ method: 'GET', url });
  const challenge = headers.get('www-authenticate') ?? '';
  const [, named = ''] = /\b(?:resource|scope)="([^"]*)"/.exec(challenge) ?? [];
  const resource = named.replace(/\/\.default$/, '').replace(/\/+$/, '');
  if (status !== 401 || !URL.canParse(resource)) {
    const code = status >= 500 ? 'unavailable' : 'failed';
    const message = `the vault does not say whom its tokens are for (HTTP ${status} to a request without one)`;
    throw new ProviderError(code, message);
  }
  const { host, protocol } = new URL(resource);
  if (protocol === url.protocol && `.${url.host}`.endsWith(`.${host}`)) return resource;
  const message = `the vault asks for a token for ${resource}, and ${url.host} is not in that domain`;
  throw new ProviderError('failed', message);
}
