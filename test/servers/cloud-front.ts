// Owns an HTTPS proxy that answers as the hosts of a cloud itself, with TLS of its own, and sends on what they are asked.
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createAuthority } from '../support/certificates.ts';

export type CloudFront = {
  /** For `HTTPS_PROXY`. */
  readonly url: string;
  /** PEM, of the authority that vouches for the hosts. */
  readonly ca: string;
  /** Every host that a connection was asked for, with its port. */
  readonly asked: () => readonly string[];
  readonly stop: () => Promise<void>;
};

/** Connects to `hosts` only, each of which is the server at `targetUrl`, without TLS. */
export async function startCloudFront(
  targetUrl: string,
  hosts: readonly string[],
): Promise<CloudFront> {
  const authority = await createAuthority('front-authority');
  const secure = createSecureServer(
    await authority.issue('server', 'front', hosts),
    (incoming, response) => sendOn(targetUrl, incoming, response),
  );
  await authority.remove();
  const asked: string[] = [];
  const server = createServer();
  server.on('connect', ({ url = '' }: IncomingMessage, socket) => {
    asked.push(url);
    if (!hosts.includes(url.replace(/:443$/, ''))) {
      return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    return void secure.emit('connection', socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    ca: authority.ca,
    asked: () => asked,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      secure.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function sendOn(targetUrl: string, incoming: IncomingMessage, response: ServerResponse): void {
  const headers = { ...incoming.headers, 'x-forwarded-proto': 'https' };
  const { method } = incoming;
  const outgoing = request(
    new URL(incoming.url ?? '/', targetUrl),
    { method, headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy()).pipe(response);
    },
  );
  outgoing.on('error', () => incoming.socket.destroy());
  incoming.pipe(outgoing);
}
