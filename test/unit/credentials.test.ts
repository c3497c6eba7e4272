// Tests where a store's own credentials come from.
import { describe, expect, test } from 'vitest';
import { credentialsFrom, type CredentialSources } from '../../plugin/credentials.ts';
import { selectResources } from '../../plugin/eso/select.ts';

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
      message: 'cannot get Kubernetes secret "aws" (key "id") from namespace "blog"',
    },
  ])('$reason', async ({ ref, message }) => {
    await expect(keyOf(sources([secret]), ref)).rejects.toThrow(message);
  });

  test.each([
    { namespace: '..', name: 'aws', key: 'key' },
    { namespace: 'shop', name: '../shop/aws', key: 'key' },
    { namespace: 'shop', name: 'aws', key: '../aws/key' },
    { namespace: 'shop', name: 'aws', key: '..' },
  ])('$namespace/$name/$key leads to no file', async (ref) => {
    const given = {
      ...sources([], { secretsDirectory: '/secrets' }),
      readFile: () => Buffer.from('must not be read'),
    };
    await expect(keyOf(given, ref)).rejects.toThrow('cannot get Kubernetes secret');
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
