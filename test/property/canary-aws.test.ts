// No credential, and nothing that a store or a gateway says beside AWS's own message, is shown: canaries at the wire.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../plugin/run.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

const folder = mkdtempSync(join(tmpdir(), 'eso-render-'));
let answer: Answer = { status: 500, body: '' };
let asked = 0;

/** What AWS would say, decided by each run: the point is only what is made of it. */
const server = createServer((request, response) => {
  asked += 1;
  request.resume().on('end', () => {
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(answer.body);
  });
});

beforeAll(
  () =>
    new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    }),
);
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const word = fc.stringMatching(/^canary[A-Za-z0-9+/]{14,20}$/);

/** Answers around a canary. None is a success, and none is worth another try, so that many runs are quick. */
function answerWith(canary: string): fc.Arbitrary<Answer> {
  return fc.constantFrom(
    { status: 400, body: JSON.stringify({ __type: 'ValidationException', value: canary }) },
    {
      status: 400,
      body: JSON.stringify({ __type: 'AccessDeniedException', Message: `no.\n\ntoken:${canary}` }),
    },
    {
      status: 400,
      body: JSON.stringify({
        __type: 'InvalidSignatureException',
        message: `The signature does not match. Credential=${canary}/20260101/eu/secretsmanager`,
      }),
    },
    { status: 403, body: `<Error><Code>AccessDenied</Code><Token>${canary}</Token></Error>` },
    { status: 404, body: `<html>${canary}</html>` },
    { status: 400, body: `{"__type": ${canary}` },
    { status: 200, body: JSON.stringify({ SecretValues: [], Errors: [], Extra: canary }) },
    {
      status: 200,
      body: JSON.stringify({ Name: 'db', SecretString: JSON.stringify({ other: canary }) }),
    },
  );
}

/** A service that answers like a mirror: it gives back what it was sent to sign with. */
function mirrorOf(credentials: readonly string[]): fc.Arbitrary<Answer> {
  return fc.constantFrom(...credentials).map((credential) => ({
    status: 400,
    body: JSON.stringify({
      __type: 'UnrecognizedClientException',
      message: `${credential} is not valid`,
    }),
  }));
}

function stream(id: string, key: string, token: string): string {
  const selector = (name: string) => ({ name: 'creds', key: name });
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'creds' },
      stringData: { id, key, token },
    },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'SecretStore',
      metadata: { name: 's' },
      spec: {
        provider: {
          aws: {
            service: 'SecretsManager',
            region: 'eu-west-1',
            auth: {
              secretRef: {
                accessKeyIDSecretRef: selector('id'),
                secretAccessKeySecretRef: selector('key'),
                sessionTokenSecretRef: selector('token'),
              },
            },
          },
        },
      },
    },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'e' },
      spec: {
        secretStoreRef: { name: 's' },
        data: [{ secretKey: 'a', remoteRef: { key: 'db', property: 'user' } }],
      },
    },
  ]
    .map((document) => JSON.stringify(document))
    .join('\n');
}

test('a store that fails shows neither what it was sent nor what came with its error', async () => {
  const input = fc
    .record({ id: word, key: word, token: word, other: word, json: fc.boolean() })
    .chain((words) =>
      fc.record({
        words: fc.constant(words),
        failure: fc.oneof(answerWith(words.other), mirrorOf([words.id, words.key, words.token])),
      }),
    );
  await fc.assert(
    fc.asyncProperty(input, async ({ words, failure }) => {
      answer = failure;
      asked = 0;
      const file = join(folder, 'input.json');
      writeFileSync(file, stream(words.id, words.key, words.token));
      const { port } = server.address() as AddressInfo;
      const { stdout, stderr, exitCode } = await run(
        [file, '--format', words.json ? 'json' : 'text'],
        { AWS_SECRETSMANAGER_ENDPOINT: `http://127.0.0.1:${port}` },
      );
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
      expect(asked).toBeGreaterThan(0);
      const secrets = [words.id, words.key, words.token, words.other];
      for (const secret of secrets) expect(stderr).not.toContain(secret);
    }),
    { numRuns: 150 },
  );
});
