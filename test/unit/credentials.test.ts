// Tests where a store's own credentials come from.
import { describe, expect, test } from 'vitest';
import { credentialsFrom, type CredentialSources } from '../../plugin/credentials.ts';
import { selectResources } from '../../plugin/eso/select.ts';
import { SecretBytes } from '../../plugin/secret-bytes.ts';

const place = { document: 1, line: 1, column: 1 };

function sources(
  manifests: readonly unknown[],
  options: Partial<CredentialSources['options']> = {},
): CredentialSources {
  return {
    selected: selectResources(
      manifests.map((value) => ({ value, locate: () => place })),
      'default',
    ),
    options: {
      ambientCredentials: true,
      secretsDirectory: undefined,
      serviceAccounts: [],
      ...options,
    },
    readFile: (path) =>
      path === '/secrets/shop/aws/key' || path === '/token'
        ? Buffer.from(`bytes of ${path}`)
        : undefined,
    listFolder: (path) => (path === '/secrets/shop/aws' ? ['..data', 'key'] : []),
  };
}

const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'aws', namespace: 'shop' },
  data: { id: 'aWQ=' },
  stringData: { key: 'text' },
};
const shop = { namespace: 'shop', name: 'aws' };

async function keyOf(
  given: CredentialSources,
  ref: { readonly namespace: string; readonly name: string; readonly key: string },
): Promise<string> {
  const value = await credentialsFrom(given).secretKey(ref);
  return Buffer.from(value.reveal()).toString();
}

describe('a key of a Secret', () => {
  test('data and stringData of the input', async () => {
    expect([
      await keyOf(sources([secret]), { ...shop, key: 'id' }),
      await keyOf(sources([secret]), { ...shop, key: 'key' }),
    ]).toEqual(['id', 'text']);
  });

  test('the input before the directory', async () => {
    expect(
      await keyOf(sources([secret], { secretsDirectory: '/secrets' }), { ...shop, key: 'key' }),
    ).toBe('text');
    expect(
      await keyOf(sources([], { secretsDirectory: '/secrets' }), { ...shop, key: 'key' }),
    ).toBe('bytes of /secrets/shop/aws/key');
  });

  test.each([
    {
      reason: 'a key that the Secret has not',
      ref: { ...shop, key: 'nope' },
      message: 'cannot find secret data for key "nope"',
    },
    {
      reason: 'a Secret of another namespace',
      ref: { namespace: 'blog', name: 'aws', key: 'id' },
      message: 'cannot get Kubernetes secret "aws" from namespace "blog"',
    },
  ])('$reason', async ({ ref, message }) => {
    await expect(keyOf(sources([secret]), ref)).rejects.toThrow(message);
  });

  test.each([
    { namespace: '..', name: 'aws', key: 'key', message: 'cannot get Kubernetes secret' },
    { namespace: 'shop', name: '../shop/aws', key: 'key', message: 'cannot get Kubernetes secret' },
    { namespace: 'shop', name: 'aws', key: '../aws/key', message: 'cannot find secret data' },
    { namespace: 'shop', name: 'aws', key: '..', message: 'cannot find secret data' },
    { namespace: 'shop', name: 'aws', key: '..data', message: 'cannot find secret data' },
  ])('$namespace/$name/$key leads to no file', async ({ message, ...ref }) => {
    const given = {
      ...sources([], { secretsDirectory: '/secrets' }),
      listFolder: () => ['..', '..data', '../aws/key', 'other'],
      readFile: (path: string) => Buffer.from(`must not be given: ${path}`),
    };
    await expect(keyOf(given, ref)).rejects.toThrow(message);
  });
});

describe('a whole Secret', () => {
  const textsOf = async (given: CredentialSources): Promise<unknown> => {
    const { labels, data } = await credentialsFrom(given).secret(shop);
    const texts = [...data].map(
      ([key, value]) => `${key}: ${Buffer.from(value.reveal()).toString()}`,
    );
    return { labels, texts };
  };

  test('of the input, with its labels', async () => {
    const labelled = { ...secret, metadata: { ...secret.metadata, labels: { team: 'a' } } };
    expect(await textsOf(sources([labelled]))).toEqual({
      labels: { team: 'a' },
      texts: ['id: id', 'key: text'],
    });
  });

  test('of the directory, which knows no labels', async () => {
    expect(await textsOf(sources([], { secretsDirectory: '/secrets' }))).toEqual({
      labels: undefined,
      texts: ['key: bytes of /secrets/shop/aws/key'],
    });
  });
});

describe('a key of a ConfigMap', () => {
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'aws', namespace: 'shop' },
    data: { 'ca.crt': 'PEM' },
  };

  test('of the input', async () => {
    const given = credentialsFrom(sources([configMap]));
    expect(Buffer.from(await given.configMapKey({ ...shop, key: 'ca.crt' })).toString()).toBe(
      'PEM',
    );
  });

  test.each([
    {
      reason: 'a ConfigMap that is not there',
      ref: { ...shop, name: 'no', key: 'ca.crt' },
      message: 'cannot get ConfigMap "no" from namespace "shop"',
    },
    {
      reason: 'a key that it has not',
      ref: { ...shop, key: 'no' },
      message: 'there is no key "no" in ConfigMap "shop/aws"',
    },
  ])('$reason', async ({ ref, message }) => {
    await expect(credentialsFrom(sources([configMap])).configMapKey(ref)).rejects.toThrow(message);
  });
});

describe('a ServiceAccount', () => {
  const account = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'aws', namespace: 'shop', annotations: { role: 'input', other: 'input' } },
  };
  const ref = { ...shop, audiences: [] };

  test('annotations of the configuration win over those of the input', async () => {
    const given = sources([account], {
      serviceAccounts: [{ ...shop, tokenFile: '/token', annotations: { role: 'configured' } }],
    });
    const { annotations, token } = await credentialsFrom(given).serviceAccount(ref);
    expect(annotations).toEqual({ role: 'configured', other: 'input' });
    expect(Buffer.from((await token([])).reveal()).toString()).toBe('bytes of /token');
  });

  test.each([
    {
      reason: 'nobody configured one',
      serviceAccounts: [],
      message: 'there is no token of ServiceAccount "shop/aws"',
    },
    {
      reason: 'its file is not there',
      serviceAccounts: [{ ...shop, tokenFile: '/gone' }],
      message: 'does not exist: /gone',
    },
  ])('no token: $reason', async ({ serviceAccounts, message }) => {
    const { token } = await credentialsFrom(sources([account], { serviceAccounts })).serviceAccount(
      ref,
    );
    await expect(token([])).rejects.toThrow(message);
  });
});

describe('the cluster, after all else', () => {
  const account = { metadata: { annotations: { role: 'cluster' } } };

  function clustered(
    manifests: readonly unknown[],
    options: Partial<CredentialSources['options']> = {},
  ): { readonly asked: string[]; readonly given: CredentialSources } {
    const asked: string[] = [];
    const note = <T>(what: string, value: T): Promise<T> => {
      asked.push(what);
      return Promise.resolve(value);
    };
    const cluster: NonNullable<CredentialSources['cluster']> = {
      secret: ({ name }) =>
        note(
          `secret ${name}`,
          name === 'aws'
            ? { metadata: { labels: { of: 'cluster' } }, data: { id: 'aWQ=' } }
            : undefined,
        ),
      configMap: ({ name }) => note(`configMap ${name}`, { data: { 'ca.crt': 'of the cluster' } }),
      serviceAccount: ({ name }) => note(`serviceAccount ${name}`, account),
      token: ({ name, audiences, expirationSeconds }) =>
        note(
          `token ${name} ${audiences.join()} ${expirationSeconds}`,
          SecretBytes.ofText('token of the cluster'),
        ),
      absence: ({ namespace }) => `; not in the cluster either (${namespace})`,
    };
    return { asked, given: { ...sources(manifests, options), cluster } };
  }

  const ref = { ...shop, audiences: [] };

  test('a Secret, with its labels', async () => {
    const { asked, given } = clustered([]);
    const { labels, data } = await credentialsFrom(given).secret(shop);

    expect([labels, data.size, asked]).toEqual([{ of: 'cluster' }, 1, ['secret aws']]);
  });

  test('a ConfigMap', async () => {
    const { given } = clustered([]);
    const bytes = await credentialsFrom(given).configMapKey({ ...shop, key: 'ca.crt' });

    expect(Buffer.from(bytes).toString()).toBe('of the cluster');
  });

  test('a ServiceAccount, and a token as it is asked for', async () => {
    const { asked, given } = clustered([]);
    const { annotations, token } = await credentialsFrom(given).serviceAccount(ref);
    const bytes = (await token(['a', 'b'], 600)).reveal();

    expect([annotations, Buffer.from(bytes).toString(), asked]).toEqual([
      { role: 'cluster' },
      'token of the cluster',
      ['serviceAccount aws', 'token aws a,b 600'],
    ]);
  });

  test('nothing is asked for what is there already', async () => {
    const manifests = [secret, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: shop }];
    const { asked, given } = clustered(manifests, {
      serviceAccounts: [{ ...shop, tokenFile: '/token' }],
    });
    await credentialsFrom(given).secret(shop);
    const { token } = await credentialsFrom(given).serviceAccount(ref);
    await token([]);

    expect(asked).toEqual([]);
  });

  test('what is nowhere is said to be nowhere', async () => {
    const { given } = clustered([]);

    await expect(keyOf(given, { namespace: 'shop', name: 'no', key: 'k' })).rejects.toThrow(
      'it is not in the input, and no secrets directory is set (--secrets-directory); not in the cluster either (shop)',
    );
  });
});
