// Tests what the Kubernetes provider gives of Secrets on a real API server: data, metadata, maps, find, and what it costs.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { provider } from '../../plugin/providers/kubernetes/index.ts';
import type {
  Credentials,
  FindQuery,
  MapSelection,
  ReadOutcome,
  RemoteRead,
  Selection,
} from '../../plugin/providers/provider.ts';
import { describeWith } from '../support/tools.ts';
import {
  connectTo,
  secret,
  serverTools,
  startBackend,
  tokenCredentials,
  type KubernetesBackend,
} from './kubernetes-backend.ts';
import { found, withClient } from './provider.ts';

const binary = Uint8Array.of(0, 255, 0, 172);

describeWith('kube-apiserver', await serverTools(), (path) => {
  let backend: KubernetesBackend;
  let credentials: Credentials;

  beforeAll(async () => {
    backend = await startBackend({ kubeApiserver: path('kubeApiserver'), etcd: path('etcd') });
    credentials = tokenCredentials(backend.server, 'reader');
    const labels = { team: 'shop', 'app.kubernetes.io/name': 'db' };
    const annotations = { note: '{"a.b":1,"ab":{"c":"<deep>"}}' };
    await backend.server.create([
      secret(
        'database',
        {
          user: 'ann',
          'ca.crt': 'literal',
          ca: '{"crt":"wrong","n":1.50,"big":12345678901234567890}',
          list: '[1]',
          nothing: 'null',
          html: '<&>',
        },
        { labels, annotations },
      ),
      secret('bare', {}),
      secret('binary', { b: binary }),
      ...['mail', 'queue'].map((name) => secret(`shop-${name}`, { name }, { labels })),
      ...Array.from({ length: 501 }, (_, index) => secret(`page-${index}`, { i: `${index}` })),
    ]);
  });
  beforeEach(() => backend.proxy.reset());
  afterAll(() => backend.stop());

  function read(refs: readonly Partial<RemoteRead>[]): Promise<readonly ReadOutcome[]> {
    const complete = refs.map((ref): RemoteRead => ({
      key: 'database',
      version: '',
      metadataPolicy: 'None',
      ...ref,
    }));
    return withClient(
      { connect: () => connectTo(backend.proxy.url), env: {}, credentials },
      (client) => client.read(complete),
    );
  }

  type Asked = Partial<RemoteRead> & { readonly property?: string };

  async function selected(ask: Asked, how: 'select' | 'selectMap'): Promise<unknown> {
    const ref = {
      key: 'database',
      version: '',
      metadataPolicy: 'None',
      property: '',
      ...ask,
    } as const;
    const [outcome] = await read([ask]);
    if (outcome?.outcome !== 'value') throw new Error(outcome?.outcome);
    return shown(provider[how](outcome.value, ref));
  }

  describe('data', () => {
    test.each<{ reason: string; ask: Asked; expected: unknown }>([
      {
        reason: 'without a property, all as JSON of texts, without escapes for HTML',
        ask: {},
        expected: String.raw`{"ca":"{\"crt\":\"wrong\",\"n\":1.50,\"big\":12345678901234567890}","ca.crt":"literal","html":"<&>","list":"[1]","nothing":"null","user":"ann"}`,
      },
      { reason: 'a key', ask: { property: 'user' }, expected: 'ann' },
      {
        reason: 'a key with a dot before a path',
        ask: { property: 'ca.crt' },
        expected: 'literal',
      },
      { reason: 'a path behind a key', ask: { property: 'ca.n' }, expected: '1.5' },
      {
        reason: 'a version is not heard',
        ask: { version: '7', property: 'user' },
        expected: 'ann',
      },
      { reason: 'no data at all', ask: { key: 'bare' }, expected: '{}' },
      {
        reason: 'bytes that are no UTF-8, each on its own',
        ask: { key: 'binary' },
        expected: String.raw`{"b":"\u0000\ufffd\u0000\ufffd"}`,
      },
      {
        reason: 'a property that is not there',
        ask: { property: 'user.name' },
        expected: 'property user.name does not exist in data of secret "database"',
      },
      {
        reason: 'a dot at the end leads nowhere',
        ask: { property: 'ca.' },
        expected: 'property ca. does not exist in data of secret "database"',
      },
      {
        reason: 'a Secret that is not there is an error, whatever the deletionPolicy',
        ask: { key: 'absent' },
        expected: 'secrets "absent" not found',
      },
      {
        reason: 'annotations and labels',
        ask: { metadataPolicy: 'Fetch' },
        expected: String.raw`{"annotations":{"note":"{\"a.b\":1,\"ab\":{\"c\":\"<deep>\"}}"},"labels":{"app.kubernetes.io/name":"db","team":"shop"}}`,
      },
      {
        reason: 'none of them',
        ask: { key: 'bare', metadataPolicy: 'Fetch' },
        expected: '{"annotations":null,"labels":null}',
      },
      {
        reason: 'all labels',
        ask: { metadataPolicy: 'Fetch', property: 'labels' },
        expected: '{"app.kubernetes.io/name":"db","team":"shop"}',
      },
      {
        reason: 'a label',
        ask: { metadataPolicy: 'Fetch', property: 'labels.team' },
        expected: 'shop',
      },
      {
        reason: 'a label with a dot in its name cannot be named',
        ask: { metadataPolicy: 'Fetch', property: 'labels.app.kubernetes.io/name' },
        expected:
          'property labels.app.kubernetes.io/name does not exist in metadata of secret "database"',
      },
      {
        reason: 'a path in an annotation loses its dots',
        ask: { metadataPolicy: 'Fetch', property: 'annotations.note.a.b' },
        expected: '{"c":"<deep>"}',
      },
      {
        reason: 'what is neither label nor annotation',
        ask: { metadataPolicy: 'Fetch', property: 'name' },
        expected: 'property name does not exist in metadata of secret "database"',
      },
    ])('$reason', async ({ ask, expected }) => {
      expect(await selected(ask, 'select')).toBe(expected);
    });

    test('bytes under a key are these bytes', async () => {
      const [outcome] = await read([{ key: 'binary' }]);
      if (outcome?.outcome !== 'value') throw new Error('no value');
      const ref = { key: 'binary', version: '', metadataPolicy: 'None', property: 'b' } as const;
      const selection = provider.select(outcome.value, ref);

      expect(selection.outcome === 'value' && [...selection.value.reveal()]).toEqual([...binary]);
    });
  });

  describe('extract', () => {
    test.each<{ reason: string; ask: Asked; expected: unknown }>([
      { reason: 'keys as they are', ask: { key: 'shop-mail' }, expected: { name: 'mail' } },
      {
        reason: 'entries of a key, each as JSON, numbers as Go has them',
        ask: { property: 'ca' },
        expected: { crt: '"wrong"', n: '1.5', big: '12345678901234567000' },
      },
      { reason: 'a key that holds null', ask: { property: 'nothing' }, expected: {} },
      {
        reason: 'a key that holds no object',
        ask: { property: 'list' },
        expected: 'property list of secret "database" is not a JSON object, which extract needs',
      },
      {
        reason: 'a key with a dot in its name',
        ask: { property: 'ca.crt' },
        expected: 'property ca.crt of secret "database" is not a JSON object, which extract needs',
      },
      {
        reason: 'a path is not followed',
        ask: { property: 'ca.n' },
        expected: 'property ca.n does not exist in key database',
      },
      { reason: 'a Secret that is not there', ask: { key: 'absent' }, expected: 'not-found' },
      {
        reason: 'metadata',
        ask: { key: 'shop-mail', metadataPolicy: 'Fetch' },
        expected: {
          annotations: 'null',
          labels: '{"app.kubernetes.io/name":"db","team":"shop"}',
        },
      },
      {
        reason: 'labels',
        ask: { metadataPolicy: 'Fetch', property: 'labels' },
        expected: { team: '"shop"', 'app.kubernetes.io/name': '"db"' },
      },
    ])('$reason', async ({ ask, expected }) => {
      expect(await selected(ask, 'selectMap')).toEqual(expected);
    });
  });

  describe('find', () => {
    const find = async (query: FindQuery): Promise<readonly string[]> => {
      const outcome = await withClient(
        { connect: () => connectTo(backend.proxy.url), env: {}, credentials },
        (client) => client.find(query),
      );
      return Object.entries(found(outcome)).map(([name, value]) => `${name} ${value}`);
    };

    test.each<{ reason: string; query: FindQuery; expected: readonly unknown[] }>([
      {
        reason: 'by name, each as JSON of its data',
        query: { name: { regexp: '^shop-' } },
        expected: ['shop-mail {"name":"mail"}', 'shop-queue {"name":"queue"}'],
      },
      {
        reason: 'by labels, which win over a name',
        query: { tags: { team: 'shop', 'app.kubernetes.io/name': 'db' }, name: { regexp: 'x' } },
        expected: [
          expect.stringMatching(/^database \{/),
          'shop-mail {"name":"mail"}',
          'shop-queue {"name":"queue"}',
        ],
      },
      { reason: 'nothing', query: { tags: { team: 'other' } }, expected: [] },
    ])('$reason', async ({ query, expected }) => {
      expect(await find(query)).toEqual(expected);
    });

    test('labels are sent to the server, in their order', async () => {
      await find({ tags: { team: 'shop', 'app.kubernetes.io/name': 'db' } });
      const [request] = backend.proxy.requests();

      expect(
        new URL(`http://x${request?.operation.slice('GET '.length)}`).searchParams.get(
          'labelSelector',
        ),
      ).toBe('app.kubernetes.io/name=db,team=shop');
    });

    test('an empty map of labels is everything, in pages of 500', async () => {
      expect(await find({ tags: {} })).toHaveLength(506);
      expect(backend.proxy.requests()).toHaveLength(2);
    });

    test('what is no label is refused before anything is asked', async () => {
      const outcome = await withClient(
        { connect: () => connectTo(backend.proxy.url), env: {}, credentials },
        (client) => client.find({ tags: { 'a b': 'c' } }),
      );

      expect(outcome).toMatchObject({ outcome: 'error', error: { code: 'invalid' } });
      expect(backend.proxy.requests()).toEqual([]);
    });
  });

  describe('requests', () => {
    test('a Secret is read once, whatever is asked of it', async () => {
      await read([{}, { version: '1' }, { metadataPolicy: 'Fetch' }, { key: 'bare' }]);

      expect(backend.proxy.counts()).toEqual({
        'GET /api/v1/namespaces/remote/secrets/database': 1,
        'GET /api/v1/namespaces/remote/secrets/bare': 1,
      });
    });

    test.each(['', '.', '..', 'a/b', '../../pods', '%2e%2e'])(
      'the name "%s" leads nowhere',
      async (key) => {
        const [outcome] = await read([{ key }]);

        expect(outcome).toMatchObject({ outcome: 'error', error: { code: 'invalid' } });
        expect(backend.proxy.requests()).toEqual([]);
      },
    );

    test('a name that no object can have is asked for, and is not there', async () => {
      expect(await selected({ key: 'A b' }, 'selectMap')).toBe('not-found');
    });
  });
});

function shown(selection: Selection | MapSelection): unknown {
  switch (selection.outcome) {
    case 'value':
      return new TextDecoder().decode(selection.value.reveal());
    case 'map':
      return Object.fromEntries(
        [...selection.map].map(([key, value]) => [key, new TextDecoder().decode(value.reveal())]),
      );
    case 'error':
      return selection.message;
    default:
      return selection.outcome;
  }
}
