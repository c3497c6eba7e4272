// Owns TLS in front of a server that speaks none: it passes requests on, and remembers who sent them.
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:https';

export type TlsFront = {
  /** Under the name that is in its certificate. */
  readonly url: string;
  readonly port: number;
  /** The `User-Agent` of every request since the start or the last `reset`. */
  readonly userAgents: () => readonly string[];
  readonly reset: () => void;
  readonly stop: () => Promise<void>;
};

export async function startTlsFront(
  targetUrl: string,
  pair: { readonly cert: string; readonly key: string },
): Promise<TlsFront> {
  let userAgents: string[] = [];
  const server = createServer(pair, (incoming, response) => {
    userAgents.push(incoming.headers['user-agent'] ?? '');
    const { method, headers, url = '/' } = incoming;
    const outgoing = request(new URL(url, targetUrl), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => incoming.socket.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `https://localhost:${address.port}`,
    port: address.port,
    userAgents: () => userAgents,
    reset: () => {
      userAgents = [];
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
