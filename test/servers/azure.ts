// Owns the stand-in for Azure: Key Vault, a registry of containers, Entra ID and the identity of a machine, on one port of the loopback.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { createEntra, type Directory, type Entra } from './azure-entra.ts';
import { createRegistry } from './azure-registry.ts';
import { serviceError, type AzureRequest, type Reply } from './azure-reply.ts';
import { createVault, type Vault } from './azure-vault.ts';
import type { Claims } from './jwt.ts';

export type Azure = Pick<Vault, 'put' | 'remove'> &
  Pick<Entra, 'revokeAll'> & {
    readonly url: string;
    /** Which application asked Key Vault for something, in order. */
    readonly askedBy: () => readonly string[];
    readonly stop: () => Promise<void>;
  };

export type AzureOptions = {
  /** Whom tokens for the vault have to be for; '' for the host that is asked, as in a cloud of one's own. */
  readonly resource: string;
  /** Client IDs of the applications that may read. */
  readonly readers: readonly string[];
};

/** No emulator can be had: this one follows the descriptions of the APIs, and checks every token that it is sent. */
export async function startAzure(directory: Directory, options: AzureOptions): Promise<Azure> {
  const entra = createEntra(directory);
  const vault = createVault();
  const registry = createRegistry(directory.tenant, options.readers, entra);
  const askedBy: string[] = [];

  function answer(request: AzureRequest): Reply {
    const token = entra.answer(request) ?? registry(request);
    if (token !== undefined) return token;
    const resource = options.resource || request.origin;
    const claims = claimsOf(request);
    if (claims === undefined)
      return challenge('AKV10000: Request is missing a Bearer or PoP token.', resource);
    if (claims['aud'] !== resource) {
      const message = `AKV10022: Invalid audience. Expected ${resource}, found: ${String(claims['aud'])}.`;
      return challenge(message, resource);
    }
    const principal = String(claims['appid']);
    if (!options.readers.includes(principal)) {
      const message = `The user, group or application 'appid=${principal}' does not have secrets get permission on key vault.`;
      return serviceError(403, 'Forbidden', message);
    }
    askedBy.push(principal);
    return vault.answer(request);
  }

  function claimsOf({ headers }: AzureRequest): Claims | undefined {
    const [, token = ''] = /^Bearer (\S+)$/.exec(String(headers['authorization'])) ?? [];
    return entra.claimsOf(token);
  }

  function challenge(message: string, resource: string): Reply {
    const authority = `https://login.microsoftonline.com/${directory.tenant}`;
    const headers = {
      'www-authenticate': `Bearer authorization="${authority}", resource="${resource}"`,
    };
    return { ...serviceError(401, 'Unauthorized', message), headers };
  }

  const server = createServer((incoming, response) => {
    void requestOf(incoming).then((request) => {
      const { status, body, headers } = answer(request);
      response
        .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
        .end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    put: vault.put,
    remove: vault.remove,
    revokeAll: entra.revokeAll,
    askedBy: () => askedBy,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function requestOf(incoming: IncomingMessage): Promise<AzureRequest> {
  const { headers, url: path = '/', method = '' } = incoming;
  const scheme = headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  const origin = `${scheme}://${headers.host ?? ''}`;
  const url = new URL(path, origin);
  return {
    method,
    origin,
    path: url.pathname.slice(1).split('/').map(decodeURIComponent),
    query: url.searchParams,
    headers,
    body: await text(incoming),
  };
}
