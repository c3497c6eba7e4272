// Owns a proxy for CONNECT, which says where it was asked to connect to, and may want a user and a password.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

export type ConnectProxy = {
  readonly url: string;
  /** The targets of all requests since the start or the last `reset`: `host:port`. */
  readonly targets: () => readonly string[];
  readonly reset: () => void;
  readonly stop: () => Promise<void>;
};

export type ConnectProxyOptions = {
  /** `user:password`; whoever comes without gets 407. */
  readonly login?: string;
  /** It takes requests and never answers. */
  readonly isSilent?: boolean;
};

export async function startConnectProxy({
  login,
  isSilent = false,
}: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  let targets: string[] = [];
  const open = new Set<Duplex>();
  const server = createServer((_, response) => {
    response.writeHead(400).end('only CONNECT is for this proxy');
  });
  server.on('connect', ({ url = '', headers }: IncomingMessage, client: Duplex) => {
    targets.push(url);
    open.add(client);
    client.on('error', () => client.destroy()).on('close', () => open.delete(client));
    const given = headers['proxy-authorization'] ?? '';
    if (isSilent) return;
    if (login !== undefined && given !== `Basic ${Buffer.from(login).toString('base64')}`) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    tunnel(url, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    targets: () => targets,
    reset: () => {
      targets = [];
    },
    stop: async () => {
      for (const client of open) client.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function tunnel(target: string, client: Duplex): void {
  const { hostname, port } = new URL(`http://${target}`);
  const upstream = connect(Number(port), hostname, () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    client.pipe(upstream).pipe(client);
  });
  upstream.on('error', () => client.destroy());
  client.on('close', () => upstream.destroy());
}
