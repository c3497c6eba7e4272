// Owns an HTTPS server whose certificate nobody known has signed, and which counts the requests that reach it all the same.
import { once } from 'node:events';
import { createServer } from 'node:https';
import { createAuthority } from '../support/certificates.ts';

export type Stranger = {
  readonly url: string;
  readonly requests: () => number;
  readonly stop: () => Promise<void>;
};

export async function startStranger(): Promise<Stranger> {
  const authority = await createAuthority('nobody-known');
  const server = createServer(await authority.issue('server', 'localhost'));
  await authority.remove();
  let requests = 0;
  server.on('request', (_, response) => {
    requests += 1;
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `https://127.0.0.1:${address.port}`,
    requests: () => requests,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
