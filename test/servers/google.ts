// Owns the stand-in for Google: Secret Manager, the token services and the metadata server, on one port of the loopback.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { apiError, type GoogleRequest, type Reply } from './google-reply.ts';
import {
  createSecretManager,
  type SecretManager,
  type SecretManagerOptions,
} from './google-secrets.ts';
import {
  createTokenServer,
  unauthenticated,
  type Directory,
  type TokenServer,
} from './google-tokens.ts';

export type Google = Pick<SecretManager, 'put'> &
  Pick<TokenServer, 'revokeAll'> & {
    readonly url: string;
    /** Who asked Secret Manager for something, in order. */
    readonly askedBy: () => readonly string[];
    readonly stop: () => Promise<void>;
  };

/** No emulator can be had: this one follows the API's description, and checks every token that it is sent. */
export async function startGoogle(
  directory: Directory,
  options: SecretManagerOptions,
): Promise<Google> {
  const tokens = createTokenServer(directory);
  const secretManager = createSecretManager(options);
  const askedBy: string[] = [];

  function answer(request: GoogleRequest): Reply {
    const token = tokens.answer(request);
    if (token !== undefined) return token;
    const [version, ...path] = request.path;
    if (version !== 'v1') return apiError('NOT_FOUND', 'no such version of the API');
    const principal = tokens.principalOf(request);
    if (principal === undefined) return unauthenticated();
    askedBy.push(principal);
    return secretManager.answer({ ...request, path });
  }

  const server = createServer((incoming, response) => {
    void requestOf(incoming).then((request) => {
      const { status, body, headers } = answer(request);
      const isText = typeof body === 'string';
      const type = isText ? 'text/html' : 'application/json; charset=UTF-8';
      response
        .writeHead(status, { 'content-type': type, ...headers })
        .end(isText ? body : JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    put: secretManager.put,
    revokeAll: tokens.revokeAll,
    askedBy: () => askedBy,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function requestOf(incoming: IncomingMessage): Promise<GoogleRequest> {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  return {
    method: incoming.method ?? '',
    path: url.pathname.slice(1).split('/').map(decodeURIComponent),
    query: url.searchParams,
    headers: incoming.headers,
    body: await text(incoming),
  };
}
