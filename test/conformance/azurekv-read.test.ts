// Tests what is read of Azure Key Vault and what a find finds there, and what both cost in requests.
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type {
  FindQuery,
  ReadOutcome,
  RemoteRead,
  SecretsClient,
} from '../../plugin/providers/provider.ts';
import { versionOf } from '../servers/azure-vault.ts';
import { createAuthority } from '../support/certificates.ts';
import {
  callsOf,
  connectMovable,
  secretAuth,
  secretCredentials,
  serviceFault,
  startBackend,
  type AzureBackend,
} from './azurekv-backend.ts';
import { found, withClient } from './provider.ts';

const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
const point = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
  format: 'jwk',
});
const dates = { created: 1_700_000_000, updated: 1_700_000_060, exp: 2_000_000_000, nbf: 1 };
const newest = { version: '', metadataPolicy: 'None' } as const;
const many = Array.from({ length: 1000 }, (_, index) => `many-${index}`);

let azure: AzureBackend;
/** A cloud of somebody's own, which the new SDK asks whom its tokens are for. */
let stack: AzureBackend;
let der: Uint8Array;

beforeAll(async () => {
  azure = await startBackend();
  const authority = await createAuthority('web');
  der = new X509Certificate(authority.ca).raw;
  await authority.remove();
  azure.put({
    secrets: [
      {
        name: 'db',
        versions: ['{"v":1}', '{"v":2}'],
        tags: { team: 'shop', env: 'prod', 'a<b': '&' },
        dates,
      },
      { name: 'mail', versions: ['mail'], tags: { team: 'shop', env: 'test' } },
      { name: 'my-db-key', versions: ['key'], tags: { team: 'shop', env: 'prod' } },
      { name: 'off', versions: [{ value: 'x', isDisabled: true }], tags: { team: 'shop' } },
      { name: 'once-on', versions: ['on', { value: 'x', isDisabled: true }] },
      { name: 'gone', versions: ['x'] },
      { name: 'empty', versions: [''] },
      ...many.map((name) => ({ name, versions: [name] })),
    ],
    keys: [
      {
        name: 'signing',
        jwk: { ...jwk, key_ops: ['sign', 'verify'] },
        tags: { use: 'sig' },
        dates,
      },
      { name: 'curve', jwk: { ...point, key_ops: [] } },
    ],
    certificates: [{ name: 'web', cer: der, tags: { use: 'tls' }, dates }],
  });
  azure.remove('gone');
  stack = await startBackend({ resource: '' });
  stack.put({
    secrets: [{ name: 'db', versions: ['x'], tags: { team: 'shop' }, dates }],
    keys: [{ name: 'signing', jwk: { ...jwk, key_ops: ['sign', 'verify'] } }],
  });
});
beforeEach(() => azure.proxy.reset());
afterAll(async () => {
  await azure.stop();
  await stack.stop();
});

function use<T>(work: (client: SecretsClient) => Promise<T>, backend = azure): Promise<T> {
  const connect = () => connectMovable({ ...secretAuth, useAzureSDK: backend === stack });
  return withClient({ ...backend, credentials: secretCredentials, connect }, work);
}

async function read(ref: Partial<RemoteRead>, backend = azure): Promise<ReadOutcome> {
  const refs = [{ key: 'db', ...newest, ...ref }];
  const [outcome] = await use((client) => client.read(refs), backend);
  if (outcome === undefined) throw new Error('no outcome');
  return outcome;
}

function textOf(outcome: ReadOutcome): string {
  if (outcome.outcome === 'error') throw outcome.error;
  if (outcome.outcome === 'not-found') return '(not found)';
  return Buffer.from(outcome.value.reveal()).toString();
}

describe('secrets', () => {
  test.each([
    { reason: 'the newest version', ref: { key: 'db' }, expected: '{"v":2}' },
    { reason: 'by its type', ref: { key: 'secret/db' }, expected: '{"v":2}' },
    {
      reason: 'what stands behind means nothing',
      ref: { key: 'secret/db/x' },
      expected: '{"v":2}',
    },
    { reason: 'a version', ref: { version: versionOf('db', 0) }, expected: '{"v":1}' },
    {
      reason: 'a version that is on',
      ref: { key: 'once-on', version: versionOf('once-on', 0) },
      expected: 'on',
    },
    { reason: 'an empty value', ref: { key: 'empty' }, expected: '' },
    { reason: 'none of that name', ref: { key: 'nowhere' }, expected: '(not found)' },
    { reason: 'no such version', ref: { version: versionOf('db', 7) }, expected: '(not found)' },
    {
      reason: 'one that was deleted, and can be recovered',
      ref: { key: 'gone' },
      expected: '(not found)',
    },
  ])('$reason', async ({ ref, expected }) => {
    expect(textOf(await read(ref))).toBe(expected);
  });

  test.each([
    {
      reason: 'a version that is disabled',
      key: 'off',
      code: 'denied',
      message: 'Forbidden: Operation get is not allowed on a disabled secret.',
    },
    {
      reason: 'a name that Key Vault does not take',
      key: 'a_b',
      code: 'invalid',
      message: 'BadParameter: The request URI contains an invalid name: a_b',
    },
    {
      reason: 'a type that is none',
      key: 'certificate/web',
      code: 'invalid',
      message: 'unknown Azure Keyvault object Type for web',
    },
    {
      reason: 'a type without a name',
      key: 'key/',
      code: 'invalid',
      message: '"" is no name that Azure Key Vault knows',
    },
    {
      reason: 'a step up',
      key: 'secret/..',
      code: 'invalid',
      message: '".." is no name that Azure Key Vault knows',
    },
  ])('refused: $reason', async ({ key, code, message }) => {
    expect(await read({ key })).toMatchObject({ outcome: 'error', error: { code, message } });
  });
});

describe('keys and certificates', () => {
  const kid = (name: string, { proxy }: AzureBackend): string =>
    `${proxy.url}/keys/${name}/${versionOf(name, 0)}`;

  test('the old SDK writes the fields of a key in its own order', async () => {
    expect(textOf(await read({ key: 'key/signing' }))).toBe(
      `{"kid":"${kid('signing', azure)}","kty":"RSA","key_ops":["sign","verify"],"n":"${jwk.n}","e":"AQAB"}`,
    );
    expect(textOf(await read({ key: 'key/curve' }))).toBe(
      `{"kid":"${kid('curve', azure)}","kty":"EC","key_ops":[],"crv":"P-256","x":"${point.x}","y":"${point.y}"}`,
    );
  });

  test('the new SDK sorts them', async () => {
    expect(textOf(await read({ key: 'key/signing' }, stack))).toBe(
      `{"e":"AQAB","key_ops":["sign","verify"],"kid":"${kid('signing', stack)}","kty":"RSA","n":"${jwk.n}"}`,
    );
  });

  test('a certificate is its DER, without its key', async () => {
    const outcome = await read({ key: 'cert/web' });
    if (outcome.outcome !== 'value') throw new Error(outcome.outcome);

    expect(Buffer.from(outcome.value.reveal()).equals(der)).toBe(true);
    expect(callsOf(azure.proxy)).toEqual({ Token: 1, GetCertificate: 1 });
  });

  test.each(['key/nowhere', 'cert/nowhere'])('%s is not found', async (key) => {
    expect(textOf(await read({ key }))).toBe('(not found)');
  });
});

describe('metadata', () => {
  const attributes =
    '"attribute.created":"2023-11-14T22:13:20Z","attribute.expires":"2033-05-18T03:33:20Z","attribute.notBefore":"1970-01-01T00:00:01Z","attribute.updated":"2023-11-14T22:14:20Z"';

  test.each([
    {
      reason: 'tags and dates, as Go writes them',
      key: 'db',
      expected: `{"a\\u003cb":"\\u0026",${attributes},"env":"prod","team":"shop"}`,
    },
    { reason: 'those of a key', key: 'key/signing', expected: `{${attributes},"use":"sig"}` },
    { reason: 'those of a certificate', key: 'cert/web', expected: `{${attributes},"use":"tls"}` },
    {
      reason: 'no tags, and the dates that there are',
      key: 'empty',
      expected:
        '{"attribute.created":"2023-11-14T22:13:20Z","attribute.updated":"2023-11-14T22:14:20Z"}',
    },
    { reason: 'of nothing', key: 'nowhere', expected: '(not found)' },
  ])('$reason', async ({ key, expected }) => {
    expect(textOf(await read({ key, metadataPolicy: 'Fetch' }))).toBe(expected);
  });

  test('the new SDK gives no dates', async () => {
    expect(textOf(await read({ metadataPolicy: 'Fetch' }, stack))).toBe('{"team":"shop"}');
  });
});

describe('find', () => {
  test.each<{ reason: string; query: FindQuery; names: readonly string[] }>([
    {
      reason: 'a name, anywhere in it',
      query: { name: { regexp: 'db' } },
      names: ['db', 'my-db-key'],
    },
    {
      reason: 'tags, all of them',
      query: { tags: { team: 'shop', env: 'prod' } },
      names: ['db', 'my-db-key'],
    },
    {
      reason: 'enabled ones only',
      query: { tags: { team: 'shop' } },
      names: ['db', 'mail', 'my-db-key'],
    },
    {
      reason: 'a name and tags, both',
      query: { name: { regexp: '^m' }, tags: { team: 'shop' } },
      names: ['mail', 'my-db-key'],
    },
    { reason: 'a tag of another value', query: { tags: { team: 'Shop' } }, names: [] },
    {
      reason: 'a path means nothing',
      query: { path: 'nowhere', name: { regexp: '^db$' } },
      names: ['db'],
    },
    {
      reason: 'a pattern that is empty',
      query: { name: { regexp: '' }, tags: { env: 'test' } },
      names: ['mail'],
    },
  ])('$reason', async ({ query, names }) => {
    const outcome = found(await use((client) => client.find(query)));

    expect(Object.keys(outcome).sort()).toEqual(names);
  });

  test('without name and tags it is every enabled secret', async () => {
    const outcome = found(await use((client) => client.find({})));

    expect(Object.keys(outcome)).toHaveLength(many.length + 4);
    expect(outcome).toMatchObject({ db: '{"v":2}', 'many-999': 'many-999', empty: '' });
    expect(Object.keys(outcome)).not.toContain('off');
  });

  test('the largest pages, one login, and each secret once, also where it is read by name too', async () => {
    await use(async (client) => {
      await Promise.all([
        client.find({ name: { regexp: '^(?:db|mail)$' } }),
        client.find({ tags: { env: 'prod' } }),
        client.read([
          { key: 'db', ...newest },
          { key: 'secret/mail', ...newest },
        ]),
      ]);
    });

    expect(callsOf(azure.proxy)).toEqual({ Token: 1, GetSecrets: 41, GetSecret: 3 });
    const pages = azure.proxy.requests().filter(({ operation }) => operation.includes('/secrets?'));
    expect(pages.every(({ operation }) => operation.includes('maxresults=25'))).toBe(true);
  });

  test('a secret that is deleted under way is not found, as in ESO', async () => {
    azure.proxy.inject({
      operation: 'GET /secrets/mail?api-version=7.4',
      answer: serviceFault(404, 'SecretNotFound', 'gone'),
    });

    expect(await use((client) => client.find({ tags: { env: 'test' } }))).toEqual({
      outcome: 'not-found',
    });
  });

  test.each([
    { reason: 'another server', link: 'https://evil.example/secrets?$skiptoken=1' },
    { reason: 'no server at all', link: '//' },
  ])('a next page at $reason is not asked for: the token would go there', async ({ link }) => {
    azure.proxy.inject({
      operation: 'GET /secrets?maxresults=25&api-version=7.4',
      answer: { status: 200, body: { value: [], nextLink: link } },
    });

    expect(await use((client) => client.find({ tags: { env: 'test' } }))).toMatchObject({
      outcome: 'error',
      error: { code: 'failed', message: 'Key Vault says that the next page is at another server' },
    });
  });

  test('an answer without a list is no empty find', async () => {
    azure.proxy.inject({
      operation: 'GET /secrets?maxresults=25&api-version=7.4',
      answer: { status: 200, body: {} },
    });

    expect(await use((client) => client.find({ tags: { env: 'test' } }))).toMatchObject({
      outcome: 'error',
      error: { code: 'failed' },
    });
  });
});
