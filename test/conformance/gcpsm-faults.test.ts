// Tests what becomes of 200 reads when Google goes away under them, and of a server that nobody vouches for.
import { once } from 'node:events';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from '../support/command.ts';
import { connectGoogle, endpoints, startBackend, type GoogleBackend } from './gcpsm-backend.ts';
import { refOf, withClient } from './provider.ts';

const many = Array.from({ length: 200 }, (_, index) => `many-${index}`);
const refs = many.map((key) => refOf({ key }));

let google: GoogleBackend;

beforeAll(async () => {
  google = await startBackend();
  google.put(many.map((id) => ({ id, versions: [id] })));
});
afterAll(() => google.stop());

test('a service that is killed under way: each read has its value or the cause, and the next run all values', async () => {
  const url = await startMortal(50);
  const backend = { ...google, env: endpoints(url), connect: () => connectGoogle() };
  const outcomes = await withClient(backend, (client) => client.read(refs));
  const errors = outcomes.flatMap((outcome) =>
    outcome.outcome === 'error' ? [outcome.error] : [],
  );

  expect(outcomes).toHaveLength(200);
  expect(errors.length).toBeGreaterThanOrEqual(150);
  for (const { code, message } of errors) {
    expect(code).toBe('unavailable');
    expect(message).toMatch(/ECONN(?:REFUSED|RESET).*\(after 5 attempts\)/);
  }

  const again = await withClient({ ...google, connect: () => connectGoogle() }, (client) =>
    client.read(refs),
  );
  expect(again.filter(({ outcome }) => outcome === 'value')).toHaveLength(200);
});

test('a service that is slow under way ends in the deadline, and what has come is kept', async () => {
  google.proxy.reset();
  google.proxy.inject({
    operation: 'GET /v1/projects/shop/secrets/many-7/versions/latest:access',
    delayMs: 60_000,
  });
  const backend = { ...google, connect: () => connectGoogle() };
  const outcomes = await withClient(backend, (client) => client.read(refs), { deadlineMs: 2_000 });
  google.proxy.reset();

  expect(outcomes.filter(({ outcome }) => outcome === 'value')).toHaveLength(199);
  expect(outcomes[7]).toMatchObject({
    outcome: 'error',
    error: { code: 'timeout', message: 'no answer within 2 s (AccessSecretVersion was pending)' },
  });
});

test('a certificate that nobody known has signed is not trusted, and gets no token', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await must([
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    '-keyout',
    key,
    '-out',
    cert,
    ...subject,
  ]);
  let requests = 0;
  const server = createSecureServer(
    { key: await readFile(key), cert: await readFile(cert) },
    () => {
      requests += 1;
    },
  );
  const url = `https://${await listening(server)}`;
  const env = { ...google.env, GOOGLE_SECRET_MANAGER_ENDPOINT: url };
  const backend = { ...google, env, connect: () => connectGoogle() };
  const outcomes = await withClient(backend, (client) => client.read(refs.slice(0, 2)));
  server.close();
  await rm(folder, { recursive: true });

  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({
      outcome: 'error',
      error: {
        code: 'failed',
        message: expect.stringMatching(/^the server's certificate is not trusted/) as unknown,
      },
    });
  }
  expect(requests).toBe(0);
});

/** A service that answers so many requests, and is gone with the next one. */
async function startMortal(answers: number): Promise<string> {
  const payload = { data: Buffer.from('value').toString('base64') };
  let left = answers;
  const server = createServer((_, response) => {
    left -= 1;
    if (left >= 0) return response.end(JSON.stringify({ name: 'version', payload }));
    server.close();
    return server.closeAllConnections();
  });
  return `http://${await listening(server)}`;
}

/** Host and port. */
async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}
