// Tests which servers get what is the operator's own, and what a store is told that is short of it.
import { describe, expect, test } from 'vitest';
import { isTrusted, withAdvice } from '../../../plugin/policy/trusted-servers.ts';
import {
  type Connection,
  ProviderError,
  type ProviderErrorCode,
} from '../../../plugin/providers/provider.ts';
import { openContext } from '../../support/open-context.ts';

const trusted = ['https://vault.example.com', 'http://10.0.0.1:8200/', 'https://{{ .host }}/x'];

describe('trusted is', () => {
  test.each([
    { reason: 'a store that names no server', server: undefined, is: true },
    { reason: 'the server itself', server: 'https://vault.example.com', is: true },
    { reason: 'its default port', server: 'https://vault.example.com:443/', is: true },
    { reason: 'any path of it', server: 'https://vault.example.com/v1/x', is: true },
    { reason: 'upper case in the host', server: 'https://VAULT.example.com', is: true },
    { reason: 'an address', server: 'http://10.0.0.1:8200', is: true },
    { reason: 'a text that is no URL, word for word', server: 'https://{{ .host }}/x', is: true },
    { reason: 'another host', server: 'https://vault.example.org', is: false },
    { reason: 'a host below it', server: 'https://a.vault.example.com', is: false },
    { reason: 'its name as a user', server: 'https://vault.example.com@evil.test/', is: false },
    { reason: 'its name in front', server: 'https://vault.example.com.evil.test', is: false },
    { reason: 'no TLS', server: 'http://vault.example.com', is: false },
    { reason: 'another port', server: 'http://10.0.0.1:8201', is: false },
    { reason: 'another text that is no URL', server: 'https://{{ .host }}/y', is: false },
  ])('$server, $is: $reason', ({ server, is }) => {
    expect(isTrusted(server === undefined ? {} : { server }, trusted)).toBe(is);
  });
});

describe('a store that is short of credentials', () => {
  function failing(code: ProviderErrorCode): Connection {
    return {
      identity: 'vault',
      title: 'Vault',
      server: 'https://vault.test/v1',
      open: () => Promise.reject(new ProviderError(code, 'no token')),
    };
  }

  test.each([
    {
      code: 'credentials' as const,
      reason: 'is told how the server is trusted',
      message:
        /^no token; .* where https:\/\/vault\.test may have them, add it with --trusted-server/,
    },
    { code: 'denied' as const, reason: 'has nothing to do with trust', message: /^no token$/ },
  ])('$code: $reason', async ({ code, message }) => {
    const context = openContext({});
    await expect(withAdvice(failing(code)).open(context)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as unknown,
    });
    context.end();
  });
});
