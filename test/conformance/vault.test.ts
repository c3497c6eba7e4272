// Tests logins, metadata, find and failures of Vault's provider against OpenBao.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenBao, startOpenBao } from '../servers/openbao.ts';
import { seedVault, type VaultSeed } from '../servers/vault-seed.ts';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';
import { recordedLines } from './recorded.ts';

let bao: OpenBao;

beforeAll(async () => {
  bao = await startOpenBao();
  const [first] = recordedLines('vault.jsonl') as readonly [{ readonly seed: VaultSeed }];
  await seedVault(bao, first.seed);
});
afterAll(async () => bao.stop());

type Case = {
  readonly auth?: unknown;
  readonly server?: string;
  readonly spec: unknown;
  readonly vault?: Readonly<Record<string, unknown>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

const tokenAuth = { tokenSecretRef: { name: 'creds', key: 'token' } };

function render({
  auth = tokenAuth,
  server = bao.url,
  spec,
  vault,
  args = [],
  env,
}: Case): Promise<Ended> {
  const documents = [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'creds' },
      stringData: { token: 'root', secretId: 'sid-5678', password: 'hunter2', wrong: 'nothing' },
    },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'SecretStore',
      metadata: { name: 's' },
      spec: {
        provider: { vault: { server, path: 'kv', ...vault, ...(auth === null ? {} : { auth }) } },
      },
    },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'e' },
      spec: { secretStoreRef: { name: 's' }, ...(spec as Readonly<Record<string, unknown>>) },
    },
  ];
  const input = documents.map((document) => JSON.stringify(document)).join('\n---\n');
  return esoRender('bundle', args, { input, ...(env === undefined ? {} : { env }) });
}

function made({ stdout }: Ended): Readonly<Record<string, string>> {
  const data = secretsIn(stdout).find(({ name }) => name === 'e')?.data ?? {};
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
}

const top = { data: [{ secretKey: 'v', remoteRef: { key: 'top', property: 'v' } }] };

describe('logins', () => {
  const secretRef = { name: 'creds', key: 'secretId' };

  test.each([
    { reason: 'a token', auth: tokenAuth },
    { reason: 'an AppRole', auth: { appRole: { path: 'approle', roleId: 'rid-1234', secretRef } } },
    {
      reason: 'a user',
      auth: {
        userPass: {
          path: 'userpass',
          username: ' bob ',
          secretRef: { name: 'creds', key: 'password' },
        },
      },
    },
  ])('$reason', async ({ auth }) => {
    expect(made(await render({ auth, spec: top }))).toEqual({ v: 'top' });
  });

  test.each([
    {
      reason: 'a wrong secret ID',
      auth: {
        appRole: {
          path: 'approle',
          roleId: 'rid-1234',
          secretRef: { name: 'creds', key: 'wrong' },
        },
      },
      says: /logging in by appRole at auth\/approle: HTTP 4\d\d: /,
    },
    {
      reason: 'a wrong token',
      auth: { tokenSecretRef: { name: 'creds', key: 'wrong' } },
      says: /reading kv\/data\/top: HTTP 403: permission denied/,
    },
  ])('$reason is refused', async ({ auth, says }) => {
    const { code, stdout, stderr } = await render({ auth, spec: top });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/nothing|sid-5678/);
  });

  test("the environment's token goes to a trusted server only", async () => {
    const given = { auth: null, spec: top, env: { VAULT_TOKEN: 'root' } };
    const refused = await render(given);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain('add it with --trusted-server');

    expect(made(await render({ ...given, args: ['--trusted-server', bao.url] }))).toEqual({
      v: 'top',
    });
  });
});

describe('find and metadata', () => {
  test.each([
    { reason: 'by name', find: { name: { regexp: 'web$' } }, keys: ['app_web'] },
    { reason: 'by tags', find: { tags: { team: 'a', env: 'prod' } }, keys: ['app_db'] },
    { reason: 'below a path', find: { path: 'app' }, keys: ['app_db', 'app_web'] },
  ])('find $reason', async ({ find, keys }) => {
    expect(Object.keys(made(await render({ spec: { dataFrom: [{ find }] } }))).toSorted()).toEqual(
      keys,
    );
  });

  test('a folder that is not there is not found, whatever the pattern: it is listed first', async () => {
    const find = { path: 'nowhere', name: { regexp: '(' } };
    const { code, stderr } = await render({ spec: { dataFrom: [{ find }] } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error NOT_FOUND /);
  });

  test('custom metadata by key', async () => {
    const remoteRef = { key: 'app/db', metadataPolicy: 'Fetch', property: 'team' };
    expect(made(await render({ spec: { data: [{ secretKey: 'team', remoteRef }] } }))).toEqual({
      team: 'a',
    });
  });

  test('an older version', async () => {
    const remoteRef = { key: 'app/db', version: '1', property: 'username' };
    expect(made(await render({ spec: { data: [{ secretKey: 'u', remoteRef }] } }))).toEqual({
      u: 'old',
    });
  });

  test('a version that was deleted does not exist', async () => {
    const { code, stderr } = await render({
      spec: { data: [{ secretKey: 'a', remoteRef: { key: 'app/deleted' } }] },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error NOT_FOUND /);
  });
});

test('a 404 that is not of Vault is an error, whatever deletionPolicy says', async () => {
  const server = createServer((_, response) => {
    response.writeHead(404, { 'content-type': 'text/html' });
    response.end('<html>no such host</html>');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const spec = { ...top, target: { deletionPolicy: 'Delete' } };
  const { code, stdout, stderr } = await render({ server: `http://127.0.0.1:${port}`, spec });
  server.close();

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('HTTP 404 with an answer that is not to be understood');
});
