// Tests what a find finds, which filter it sends, and what reads and finds cost in requests.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FindQuery, SecretsClient } from '../../plugin/providers/provider.ts';
import {
  apiFault,
  callsOf,
  connectGoogle,
  startBackend,
  type GoogleBackend,
} from './gcpsm-backend.ts';
import { found, refOf, withClient } from './provider.ts';

const many = Array.from({ length: 1000 }, (_, index) => `many-${index}`);

let google: GoogleBackend;

beforeAll(async () => {
  google = await startBackend({ pageLimit: 400 });
  google.put([
    { id: 'app-db', versions: ['old', 'db'], labels: { team: 'shop', env: 'prod' } },
    { id: 'app-mail', versions: ['mail'], labels: { team: 'shop', env: 'test' } },
    { id: 'my-app-key', versions: ['key'], labels: { team: 'shop', env: 'prod' } },
    { id: 'other', versions: ['other'], labels: { team: 'other' } },
    { id: 'broken-1', versions: [], labels: { state: 'broken' } },
    { id: 'off-1', versions: [{ value: 'x', state: 'DISABLED' }], labels: { state: 'off' } },
    { id: 'app-db', location: 'europe-west3', versions: ['regional'], labels: { team: 'shop' } },
    ...many.map((id) => ({ id, versions: [id], labels: { many: 'yes' } })),
  ]);
});
beforeEach(() => google.proxy.reset());
afterAll(() => google.stop());

type Spec = Readonly<Record<string, unknown>>;

function use<T>(work: (client: SecretsClient) => Promise<T>, spec: Spec = {}): Promise<T> {
  return withClient({ ...google, connect: () => connectGoogle(spec) }, work);
}

/** The queries of the lists that were asked for, in order. */
function lists(): readonly Spec[] {
  return google.proxy
    .requests()
    .map(({ operation }) => new URL(operation.slice('GET '.length), 'http://x'))
    .filter(({ pathname }) => pathname.endsWith('/secrets'))
    .map((url) => ({ path: url.pathname, ...Object.fromEntries(url.searchParams) }));
}

const path = '/v1/projects/shop/secrets';
const pageSize = '25000';
const fields = 'secrets(name),nextPageToken';

describe('find', () => {
  test.each<{ reason: string; query: FindQuery; keys: readonly string[]; sent: Spec }>([
    {
      reason: 'a name, anywhere in it',
      query: { name: { regexp: 'app' } },
      keys: ['app-db', 'app-mail', 'my-app-key'],
      sent: { path, pageSize, fields },
    },
    {
      reason: 'below a path, which Google finds anywhere and ESO at the start',
      query: { name: { regexp: '.' }, path: 'app-' },
      keys: ['app-db', 'app-mail'],
      sent: { path, pageSize, fields, filter: 'name:app-' },
    },
    {
      reason: 'labels, all of them',
      query: { tags: { team: 'shop', env: 'prod' } },
      keys: ['app-db', 'my-app-key'],
      sent: { path, pageSize, fields, filter: 'labels.env=prod labels.team=shop' },
    },
    {
      reason: 'labels below a path',
      query: { tags: { team: 'shop' }, path: 'app' },
      keys: ['app-db', 'app-mail'],
      sent: { path, pageSize, fields, filter: 'labels.team=shop name:app' },
    },
    {
      reason: 'labels mean nothing beside a name',
      query: { name: { regexp: '^other$' }, tags: { team: 'shop' } },
      keys: ['other'],
      sent: { path, pageSize, fields },
    },
  ])('$reason', async ({ query, keys, sent }) => {
    const outcome = found(await use((client) => client.find(query)));

    expect(Object.keys(outcome).sort()).toEqual(keys);
    expect(lists()[0]).toEqual(sent);
  });

  test('gives the newest values', async () => {
    const query = { name: { regexp: '^app-db$' } };

    expect(found(await use((client) => client.find(query)))).toEqual({ 'app-db': 'db' });
  });

  test('a name is looked for in the location, labels among the global secrets', async () => {
    const spec = { location: 'europe-west3' };
    const byName = await use((client) => client.find({ name: { regexp: 'app' } }), spec);
    const byLabel = await use((client) => client.find({ tags: { team: 'other' } }), spec);

    expect(found(byName)).toEqual({ 'app-db': 'regional' });
    // As in ESO, what is found there is read below the location, under its whole name: Google knows no such key.
    expect(byLabel).toMatchObject({ outcome: 'error', error: { code: 'invalid' } });
    expect(lists().map((list) => list['path'])).toEqual([
      '/v1/projects/shop/locations/europe-west3/secrets',
      path,
    ]);
  });

  test.each([
    {
      reason: 'a secret without versions is not found, and so is all',
      label: 'broken',
      expected: { outcome: 'not-found' },
    },
    {
      reason: 'a disabled version is an error',
      label: 'off',
      expected: { outcome: 'error', error: { code: 'invalid' } },
    },
  ])('$reason', async ({ label, expected }) => {
    const query = { tags: { state: label } };

    expect(await use((client) => client.find(query))).toMatchObject(expected);
  });

  test.each([
    {
      reason: 'RE2 has no look-behind',
      query: { name: { regexp: '(?<=a)b' } },
      message: '(?<=a)b',
    },
    { reason: 'no operator', query: { path: 'app' }, message: 'unexpected find operator' },
    { reason: 'no labels', query: { tags: {} }, message: 'unexpected find operator' },
  ])('is refused before anything is asked: $reason', async ({ query, message }) => {
    const outcome = await use((client) => client.find(query));

    expect(outcome).toMatchObject({
      outcome: 'error',
      error: { code: 'invalid', message: expect.stringContaining(message) as unknown },
    });
    expect(google.proxy.requests()).toEqual([]);
  });

  test('a filter that Google does not understand is its error', async () => {
    const outcome = await use((client) => client.find({ tags: { 'a b': 'c' } }));

    expect(outcome).toMatchObject({
      outcome: 'error',
      error: { code: 'invalid', message: 'INVALID_ARGUMENT: Invalid filter.' },
    });
  });

  test('a list that may not be read is an error', async () => {
    const answer = apiFault(
      403,
      'PERMISSION_DENIED',
      "Permission 'secretmanager.secrets.list' denied",
    );
    google.proxy.inject({ answer });
    const outcome = await use((client) => client.find({ name: {} }));

    expect(outcome).toMatchObject({
      outcome: 'error',
      error: {
        code: 'denied',
        message: "PERMISSION_DENIED: Permission 'secretmanager.secrets.list' denied",
      },
    });
  });
});

describe('requests', () => {
  test('1,000 secrets are 1,000 requests, since Google has no batch, and one login', async () => {
    const outcomes = await use((client) => client.read(many.map((key) => refOf({ key }))));

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(many.map(() => 'value'));
    expect(callsOf(google.proxy)).toEqual({ AccessSecretVersion: 1000 });
  });

  test('a list is asked for in the largest pages', async () => {
    const outcome = await use((client) => client.find({ tags: { many: 'yes' } }));

    expect(Object.keys(found(outcome))).toHaveLength(1000);
    expect(callsOf(google.proxy)).toEqual({ ListSecrets: 3, AccessSecretVersion: 1000 });
    expect(lists().map((list) => [list['pageSize'], list['pageToken']])).toEqual([
      [pageSize, undefined],
      [pageSize, '400'],
      [pageSize, '800'],
    ]);
  });

  test('what two finds and a read have in common is read once', async () => {
    await use((client) =>
      Promise.all([
        client.find({ name: { regexp: '^app-' } }),
        client.find({ name: { regexp: '-db$' } }),
        client.read([refOf({ key: 'app-db' }), refOf({ key: 'app-db', version: 'latest' })]),
      ]),
    );

    expect(callsOf(google.proxy)).toEqual({ ListSecrets: 3, AccessSecretVersion: 2 });
  });
});
