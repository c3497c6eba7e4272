// Owns an endpoint for webhooks: a test says what it answers, and sees what it was sent, and over which connection.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';

export type EndpointRequest = {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Equal for requests over one connection. */
  readonly connection: number;
};

export type EndpointAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Half of the body, and then the connection breaks. */
  readonly isCut?: boolean;
};

export type Endpoint = {
  readonly url: string;
  readonly port: number;
  readonly requests: () => readonly EndpointRequest[];
  readonly stop: () => Promise<void>;
};

/** An answer that is undefined never comes. */
export async function startEndpoint(
  answer: (request: EndpointRequest) => EndpointAnswer | undefined,
): Promise<Endpoint> {
  const seen: EndpointRequest[] = [];
  const connections = new Map<Socket, number>();
  const server = createServer((incoming, response) => {
    void text(incoming).then((body) => {
      const { method = '', url: path = '', headers, socket } = incoming;
      const connection = connections.get(socket) ?? connections.size;
      connections.set(socket, connection);
      const request = { method, path, headers, body, connection };
      seen.push(request);
      const given = answer(request);
      if (given === undefined) return;
      const content = given.body ?? '';
      response.writeHead(given.status ?? 200, {
        'content-length': Buffer.byteLength(content),
        ...given.headers,
      });
      if (given.isCut !== true) return void response.end(content);
      response.write(content.slice(0, content.length / 2), () => socket.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests: () => seen,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
