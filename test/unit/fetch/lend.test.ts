// Tests that an error does not hold what its store was given as a credential.
import { describe, expect, test } from 'vitest';
import { lend } from '../../../plugin/fetch/lend.ts';
import { type Credentials, ProviderError } from '../../../plugin/providers/provider.ts';
import { SecretBytes } from '../../../plugin/secret-bytes.ts';

const ref = { namespace: 'a', name: 'b', key: 'c' };
const key = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

function holding(text: string): Credentials {
  const value = SecretBytes.ofText(text);
  return {
    ambient: true,
    secretKey: async () => value,
    secret: async () => ({ labels: {}, data: new Map([['key', value]]) }),
    configMapKey: async () => value.reveal(),
    serviceAccount: async () => ({ annotations: { role: 'r' }, token: async () => value }),
  };
}

const rows = [
  { reason: 'whole', credential: key, message: `${key} is wrong`, is: '(a credential) is wrong' },
  {
    reason: 'twice',
    credential: key,
    message: `a ${key}, b ${key}`,
    is: 'a (a credential), b (a credential)',
  },
  {
    reason: 'cut, as a long message is',
    credential: key,
    message: `no: ${key.slice(0, 25)}`,
    is: 'no: (a credential)',
  },
  {
    reason: 'with a line end in the Secret',
    credential: `${key}\n`,
    message: `no: ${key}.`,
    is: 'no: (a credential).',
  },
  {
    reason: 'a word that AWS uses itself',
    credential: 'secret',
    message: 'no secret of this name',
    is: 'no secret of this name',
  },
  { reason: 'none', credential: key, message: 'no', is: 'no' },
];

describe('the message of an error', () => {
  test.each(rows)('$reason', async ({ credential, message, is }) => {
    const { credentials, withhold } = lend(holding(credential));
    await credentials.secretKey(ref);
    const error = withhold(new ProviderError('denied', message, { retryAfterMs: 5 }));
    expect({ code: error.code, message: error.message, after: error.retryAfterMs }).toEqual({
      code: 'denied',
      message: is,
      after: 5,
    });
  });

  test('a token of a ServiceAccount counts too', async () => {
    const { credentials, withhold } = lend(holding(key));
    const { annotations, token } = await credentials.serviceAccount({ ...ref, audiences: [] });
    await token(['x']);
    expect(annotations).toEqual({ role: 'r' });
    expect(withhold(new ProviderError('denied', key)).message).toBe('(a credential)');
  });
});
