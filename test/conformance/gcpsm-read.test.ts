// Tests what is read of a secret: its versions by number, alias and policy, global and regional, its metadata, and its checksum.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { provider } from '../../plugin/providers/gcpsm/index.ts';
import type { ReadOutcome, RemoteRead } from '../../plugin/providers/provider.ts';
import {
  callsOf,
  connectGoogle,
  machine,
  projectNumber,
  startBackend,
  type GoogleBackend,
} from './gcpsm-backend.ts';
import { refOf, revealed, withClient } from './provider.ts';

let google: GoogleBackend;

beforeAll(async () => {
  google = await startBackend();
  google.put([
    { id: 'db', versions: ['one', 'two', 'three'], aliases: { stable: 2 } },
    { id: 'off', versions: ['one', 'two', { value: 'three', state: 'DISABLED' }] },
    {
      id: 'gone',
      versions: [
        { value: 'one', createTime: '2024-03-01T00:00:00.000200Z' },
        { value: 'two', createTime: '2024-02-01T00:00:00Z' },
        { value: 'three', state: 'DISABLED' },
        { value: '', state: 'DESTROYED' },
      ],
    },
    { id: 'all-off', versions: [{ value: 'one', state: 'DISABLED' }] },
    { id: 'bare', versions: [] },
    { id: 'nothing', versions: [''] },
    { id: 'unchecked', versions: [{ value: 'one', dataCrc32c: null }] },
    { id: 'torn', versions: [{ value: 'one', dataCrc32c: '1' }] },
    { id: 'db', location: 'europe-west3', versions: ['regional'] },
    {
      id: 'described',
      versions: ['x'],
      labels: { team: 'shop', env: 'prod' },
      annotations: { 'example.com/owner': 'a<b&c>', note: '' },
    },
  ]);
});
beforeEach(() => google.proxy.reset());
afterAll(() => google.stop());

type Spec = Readonly<Record<string, unknown>>;

async function read(
  ref: Pick<RemoteRead, 'key'> & Partial<RemoteRead>,
  spec: Spec = {},
): Promise<ReadOutcome> {
  const connect = () => connectGoogle(spec);
  const [outcome] = await withClient({ ...google, connect }, (client) =>
    client.read([{ ...refOf(ref), ...ref }]),
  );
  if (outcome === undefined) throw new Error('no outcome');
  return outcome;
}

function textOf(outcome: ReadOutcome): string {
  if (outcome.outcome === 'error') return `${outcome.error.code}: ${outcome.error.message}`;
  const value = revealed(outcome);
  return typeof value === 'string' ? `(${value})` : new TextDecoder().decode(value);
}

const base = `projects/${projectNumber}/secrets`;

describe('versions', () => {
  test.each([
    { reason: 'the newest', key: 'db', version: '', expected: 'three' },
    { reason: 'the newest by name', key: 'db', version: 'latest', expected: 'three' },
    { reason: 'a number', key: 'db', version: '1', expected: 'one' },
    { reason: 'an alias', key: 'db', version: 'stable', expected: 'two' },
    { reason: 'a version without a checksum', key: 'unchecked', version: '', expected: 'one' },
    { reason: 'a number that is not there', key: 'db', version: '9', expected: '(not-found)' },
    { reason: 'an alias that is not there', key: 'db', version: 'x', expected: '(not-found)' },
    { reason: 'a secret that is not there', key: 'x', version: '', expected: '(not-found)' },
    { reason: 'a secret without versions', key: 'bare', version: '', expected: '(not-found)' },
    {
      reason: 'a newest version that is disabled is an ordinary error',
      key: 'off',
      version: '',
      expected: `invalid: FAILED_PRECONDITION: Secret Version [${base}/off/versions/3] is in DISABLED state.`,
    },
    {
      reason: 'a version that is destroyed is one too',
      key: 'gone',
      version: '4',
      expected: `invalid: FAILED_PRECONDITION: Secret Version [${base}/gone/versions/4] is in DESTROYED state.`,
    },
    {
      reason: 'a version without a payload is no value, as in ESO',
      key: 'nothing',
      version: '',
      expected: 'failed: invalid secret received. no secret string',
    },
    {
      reason: 'a key that Google does not take',
      key: 'a/b',
      version: '',
      expected:
        'invalid: INVALID_ARGUMENT: The provided Secret ID [a/b] does not match the expected format [[a-zA-Z_0-9]+]',
    },
  ])('$reason', async ({ key, version, expected }) => {
    expect(textOf(await read({ key, version }))).toBe(expected);
  });

  test.each([
    { reason: 'no key', key: '', version: '' },
    { reason: 'a key that leads up', key: '..', version: '' },
    { reason: 'a version that leads up', key: 'db', version: '..' },
    { reason: 'this place', key: '.', version: '' },
  ])('a name that no path can hold is told before anything is asked: $reason', async (ref) => {
    expect(textOf(await read(ref))).toMatch(/^invalid: "\.{0,2}" is no name that Google/);
    expect(google.proxy.requests()).toEqual([]);
  });

  test('what stands in a name stays in it', async () => {
    await read({ key: 'a/../../../b?x=y#z%2F', version: 'v:1/../2' });

    expect(Object.keys(google.proxy.counts())).toEqual([
      'GET /v1/projects/shop/secrets/a%2F..%2F..%2F..%2Fb%3Fx%3Dy%23z%252F/versions/v%3A1%2F..%2F2:access',
    ]);
  });
});

describe('secretVersionSelectionPolicy LatestOrFetch', () => {
  const spec = { secretVersionSelectionPolicy: 'LatestOrFetch' };

  test.each([
    {
      reason: 'the newest where it is enabled',
      key: 'db',
      version: '',
      expected: 'three',
      calls: { AccessSecretVersion: 1 },
    },
    {
      reason: 'the newest enabled one for one that is disabled',
      key: 'off',
      version: '',
      expected: 'two',
      calls: { AccessSecretVersion: 2, ListSecretVersions: 1 },
    },
    {
      reason: 'the one that was made last, and not the highest number',
      key: 'gone',
      version: '',
      expected: 'one',
      calls: { AccessSecretVersion: 2, ListSecretVersions: 1 },
    },
    {
      reason: 'the error of the newest where none is enabled',
      key: 'all-off',
      version: '',
      expected: `invalid: FAILED_PRECONDITION: Secret Version [${base}/all-off/versions/1] is in DISABLED state.`,
      calls: { AccessSecretVersion: 1, ListSecretVersions: 1 },
    },
    {
      reason: 'nothing in the place of a version that is asked for',
      key: 'gone',
      version: '3',
      expected: `invalid: FAILED_PRECONDITION: Secret Version [${base}/gone/versions/3] is in DISABLED state.`,
      calls: { AccessSecretVersion: 1 },
    },
    {
      reason: 'nothing in the place of latest by name',
      key: 'off',
      version: 'latest',
      expected: `invalid: FAILED_PRECONDITION: Secret Version [${base}/off/versions/3] is in DISABLED state.`,
      calls: { AccessSecretVersion: 1 },
    },
    {
      reason: 'a secret that is not there',
      key: 'x',
      version: '',
      expected: '(not-found)',
      calls: { AccessSecretVersion: 1 },
    },
  ])('$reason', async ({ key, version, expected, calls }) => {
    expect(textOf(await read({ key, version }, spec))).toBe(expected);
    expect(callsOf(google.proxy)).toEqual(calls);
  });
});

describe('location', () => {
  test('a regional secret has the location in its name', async () => {
    expect(textOf(await read({ key: 'db' }, { location: 'europe-west3' }))).toBe('regional');
    expect(Object.keys(google.proxy.counts())).toEqual([
      'GET /v1/projects/shop/locations/europe-west3/secrets/db/versions/latest:access',
    ]);
  });

  test('a global secret is none of a location', async () => {
    expect(textOf(await read({ key: 'off' }, { location: 'europe-west3' }))).toBe('(not-found)');
  });

  test('the service has a host of its own there', async () => {
    const env = { ...google.env, GOOGLE_SECRET_MANAGER_ENDPOINT: undefined };
    const connect = () => connectGoogle({ location: 'nowhere-1' });
    const [outcome] = await withClient({ ...google, env, connect }, (client) =>
      client.read([refOf({ key: 'db' })]),
    );

    expect(outcome).toMatchObject({
      outcome: 'error',
      error: {
        code: 'unavailable',
        message: expect.stringContaining('secretmanager.nowhere-1.rep.googleapis.com') as unknown,
      },
    });
  });
});

describe('projectID', () => {
  test.each([
    { reason: 'its own', spec: {}, path: 'projects/shop/' },
    {
      reason: 'its own, when the cluster has another',
      spec: { auth: workloadIdentity('other') },
      path: 'projects/shop/',
    },
    {
      reason: 'that of the cluster',
      spec: { projectID: undefined, auth: workloadIdentity('shop') },
      path: 'projects/shop/',
    },
  ])('$reason', ({ spec, path }) => {
    const { title } = connectGoogle(spec);

    expect(title).toBe(`Google Secret Manager, project ${path.split('/')[1]}`);
  });

  test('that of the machine', async () => {
    const credentials = { ...google.credentials, ambient: true };
    const connect = () => connectGoogle({ projectID: undefined, auth: undefined });
    const [outcome] = await withClient({ ...google, credentials, connect }, (client) =>
      client.read([refOf({ key: 'db' })]),
    );

    expect(outcome?.outcome).toBe('value');
    expect(google.askedBy().at(-1)).toBe(machine);
  });

  function workloadIdentity(clusterProjectID: string): unknown {
    return { workloadIdentity: { serviceAccountRef: { name: 'app' }, clusterProjectID } };
  }
});

describe('metadataPolicy Fetch', () => {
  const whole =
    '{"annotations":{"example.com/owner":"a\\u003cb\\u0026c\\u003e","note":""},"labels":{"env":"prod","team":"shop"}}';

  test.each([
    { reason: 'both, as Go writes them', key: 'described', property: '', expected: whole },
    {
      reason: 'labels',
      key: 'described',
      property: 'labels',
      expected: '{"env":"prod","team":"shop"}',
    },
    {
      reason: 'annotations',
      key: 'described',
      property: 'annotations',
      expected: '{"example.com/owner":"a\\u003cb\\u0026c\\u003e","note":""}',
    },
    { reason: 'a label', key: 'described', property: 'labels.team', expected: 'shop' },
    {
      reason: 'an annotation with dots in its key',
      key: 'described',
      property: 'annotations.example.com/owner',
      expected: 'a<b&c>',
    },
    { reason: 'an empty annotation', key: 'described', property: 'annotations.note', expected: '' },
    {
      reason: 'none at all',
      key: 'db',
      property: '',
      expected: '{"annotations":null,"labels":null}',
    },
    { reason: 'no labels', key: 'db', property: 'labels', expected: 'null' },
    {
      reason: 'a label that is not there',
      key: 'db',
      property: 'labels.x',
      expected: 'PROPERTY_NOT_FOUND: label with key x does not exist in secret db',
    },
    {
      reason: 'an annotation that is not there',
      key: 'described',
      property: 'annotations.example',
      expected:
        'PROPERTY_NOT_FOUND: annotation with key example does not exist in secret described',
    },
    {
      reason: 'another field',
      key: 'described',
      property: 'name',
      expected:
        'PROPERTY_NOT_FOUND: invalid property name: metadata property should start with either annotations or labels',
    },
    {
      reason: 'no key behind the dot',
      key: 'described',
      property: 'labels.',
      expected:
        'PROPERTY_NOT_FOUND: invalid property labels.: metadata property should start with either annotations or labels',
    },
  ])('$reason', async ({ key, property, expected }) => {
    const outcome = await read({ key, metadataPolicy: 'Fetch' });
    if (outcome.outcome !== 'value') throw new Error(textOf(outcome));
    const ref = { ...refOf({ key }), metadataPolicy: 'Fetch', property } as const;
    const selection = provider.select(outcome.value, ref);

    expect(
      selection.outcome === 'value'
        ? new TextDecoder().decode(selection.value.reveal())
        : selection.outcome === 'error' && `${selection.code}: ${selection.message}`,
    ).toBe(expected);
    expect(callsOf(google.proxy)).toEqual({ GetSecret: 1 });
  });

  test('a map of the labels', async () => {
    const outcome = await read({ key: 'described', metadataPolicy: 'Fetch' });
    if (outcome.outcome !== 'value') throw new Error(textOf(outcome));
    const ref = {
      ...refOf({ key: 'described' }),
      metadataPolicy: 'Fetch',
      property: 'labels',
    } as const;
    const selection = provider.selectMap(outcome.value, ref);
    if (selection.outcome !== 'map') throw new Error(selection.outcome);

    expect(
      [...selection.map].map(([key, value]) => [key, new TextDecoder().decode(value.reveal())]),
    ).toEqual([
      ['env', 'prod'],
      ['team', 'shop'],
    ]);
  });

  test('of a secret that is not there is not found, as its value', async () => {
    expect(textOf(await read({ key: 'x', metadataPolicy: 'Fetch' }))).toBe('(not-found)');
  });
});

describe('a payload that does not match its checksum', () => {
  test('is asked for again, and never a value', async () => {
    expect(textOf(await read({ key: 'torn' }))).toBe(
      'unavailable: the payload does not match its checksum (dataCrc32c) (after 5 attempts)',
    );
    expect(callsOf(google.proxy)).toEqual({ AccessSecretVersion: 5 });
  });

  test('is forgotten when the next one does', async () => {
    const payload = { data: Buffer.from('wrong').toString('base64'), dataCrc32c: '1' };
    google.proxy.inject({ times: 1, answer: { status: 200, body: { name: 'x', payload } } });

    expect(textOf(await read({ key: 'db' }))).toBe('three');
  });
});
