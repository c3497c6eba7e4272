// Tests NTLM: the hash by RFC 1320, the messages against those of Go's go-ntlmssp, and the exchange with a server.
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { authenticate } from '../../../../plugin/providers/webhook/ntlm/exchange.ts';
import { md4 } from '../../../../plugin/providers/webhook/ntlm/md4.ts';
import {
  authenticateMessage,
  negotiateMessage,
} from '../../../../plugin/providers/webhook/ntlm/messages.ts';
import {
  startEndpoint,
  type EndpointAnswer,
  type EndpointRequest,
} from '../../../servers/endpoint.ts';

test.each([
  { text: '', digest: '31d6cfe0d16ae931b73c59d7e0c089c0' },
  { text: 'abc', digest: 'a448017aaf21d8525fc10ae87aa6729d' },
  { text: 'abcdefghijklmnopqrstuvwxyz', digest: 'd79e1c308aa5bbcdeea8ed63df412da9' },
  {
    text: '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
    digest: 'e33b4ddc9c38f2199c3e7b164fcc0536',
  },
])('MD4 of "$text" (RFC 1320 A.5)', ({ text, digest }) => {
  expect(md4(Buffer.from(text)).toString('hex')).toBe(digest);
});

describe("the messages of Go's library", () => {
  test.each([
    { domain: 'Corp', message: 'TlRMTVNTUAABAAAAARCIoAQABAAoAAAAAAAAACwAAAAGAbEdAAAAD0NPUlA=' },
    { domain: '', message: 'TlRMTVNTUAABAAAAAQCIoAAAAAAoAAAAAAAAACgAAAAGAbEdAAAADw==' },
  ])('NEGOTIATE of domain "$domain"', ({ domain, message }) => {
    expect(negotiateMessage(domain).toString('base64')).toBe(message);
  });

  const withInfo =
    'TlRMTVNTUAACAAAACAAIADgAAAABAIiiAQIDBAUGBwgAAAAAAAAAABwAHABAAAAAAAAAAAAAAABDAE8AUgBQAAIACABDAE8AUgBQAAcACAAAAQIDBAUGBwAAAAA=';
  const withoutInfo =
    'TlRMTVNTUAACAAAACAAIADgAAAABAIiiAQIDBAUGBwgAAAAAAAAAAAAAAABAAAAAAAAAAAAAAABDAE8AUgBQAA==';

  test.each([
    {
      reason: "the server's time and name",
      challenge: withInfo,
      namesTarget: true,
      contentAt: 64 + 16,
      expected:
        'TlRMTVNTUAADAAAAAAAAAEAAAABMAEwAQAAAAAgACACMAAAABgAGAJQAAAAAAAAAmgAAAAAAAAAAAAAAAQCIoFvoAsJxzkw1C+rjgUzO750BAQAAAAAAAAABAgMEBQYHQH+94rLcNtUAAAAAAgAIAEMATwBSAFAABwAIAAABAgMEBQYHAAAAAAAAAABDAE8AUgBQAEIAbwBiAA==',
    },
    {
      reason: 'no target information: the own time, and an LM response',
      challenge: withoutInfo,
      namesTarget: false,
      contentAt: 64 + 24 + 16,
      expected:
        'TlRMTVNTUAADAAAAGAAYAEAAAAAwADAAWAAAAAAAAACIAAAABgAGAIgAAAAAAAAAjgAAAAAAAAAAAAAAAQCIoLAB0gT031GZvY8AT/CrTddV7KulBWDiXE84WlgmVPn8DkRIBHU2DpYBAQAAAAAAAOC3tWPge90BVeyrpQVg4lwAAAAAAAAAAEIAbwBiAA==',
    },
  ])('AUTHENTICATE: $reason', ({ challenge, namesTarget, contentAt, expected }) => {
    // What Go drew by lot stands in its message.
    const recorded = Buffer.from(expected, 'base64');
    const message = authenticateMessage(
      Buffer.from(challenge, 'base64'),
      { user: 'Bob', password: 'Pässword', namesTarget },
      {
        fileTime: recorded.readBigUInt64LE(contentAt + 8),
        clientChallenge: recorded.subarray(contentAt + 16, contentAt + 24),
      },
    );

    expect(message.toString('base64')).toBe(expected);
  });

  test.each([
    {
      reason: 'cut off',
      message: Buffer.from(withInfo, 'base64').subarray(0, 70),
      error: 'cut off',
    },
    { reason: 'too short', message: Buffer.alloc(10), error: 'no challenge' },
    { reason: 'NTLMv1 asked for', message: withFlags(withInfo, 1 << 7), error: 'NTLMv1' },
    {
      reason: 'key exchange asked for',
      message: withFlags(withInfo, 1 << 30),
      error: 'key exchange',
    },
  ])('a challenge that is refused: $reason', ({ message, error }) => {
    const answer = { user: 'u', password: 'p', namesTarget: true };

    expect(() => authenticateMessage(message, answer)).toThrow(error);
  });

  function withFlags(base64: string, more: number): Buffer {
    const message = Buffer.from(base64, 'base64');
    message.writeUInt32LE((message.readUInt32LE(20) | more) >>> 0, 20);
    return message;
  }
});

describe('the exchange', () => {
  const serverChallenge = Buffer.from('0102030405060708', 'hex');
  const target = Buffer.from('CORP', 'utf16le');

  function challenge(): string {
    const head = Buffer.alloc(56);
    head.write('NTLMSSP\0\u0002', 'latin1');
    head.writeUInt16LE(target.length, 12);
    head.writeUInt16LE(target.length, 14);
    head.writeUInt32LE(56, 16);
    head.writeUInt32LE((1 | (1 << 19)) >>> 0, 20);
    serverChallenge.copy(head, 24);
    return Buffer.concat([head, target]).toString('base64');
  }

  /** As a server does: the response must be the one of this password, and of this connection. */
  function ntlmServer(scheme: 'NTLM' | 'Negotiate', password: string) {
    const challenged = new Set<number>();
    return ({ headers, connection }: EndpointRequest): EndpointAnswer => {
      const [given = '', data = ''] = (headers.authorization ?? '').split(' ');
      const message = Buffer.from(data, 'base64');
      const refuse = (more = ''): EndpointAnswer => ({
        status: 401,
        headers: { 'www-authenticate': `${scheme}${more}` },
        body: 'who are you?',
      });
      if (given !== scheme) return refuse();
      if (message[8] === 1) {
        challenged.add(connection);
        return refuse(` ${challenge()}`);
      }
      const fieldAt = (at: number): Buffer =>
        message.subarray(
          message.readUInt32LE(at + 4),
          message.readUInt32LE(at + 4) + message.readUInt16LE(at),
        );
      const [response, domain, user] = [20, 28, 36].map(fieldAt);
      const key = hmac(md4(Buffer.from(password, 'utf16le')), [
        Buffer.from(user?.toString('utf16le').toUpperCase() ?? '', 'utf16le'),
        domain ?? Buffer.alloc(0),
      ]);
      const proof = hmac(key, [serverChallenge, response?.subarray(16) ?? Buffer.alloc(0)]);
      const isKnown =
        challenged.has(connection) && response?.subarray(0, 16).equals(proof) === true;
      return isKnown ? { body: `hello ${user?.toString('utf16le') ?? ''}` } : refuse();
    };
  }

  function hmac(key: Uint8Array, parts: readonly Uint8Array[]): Buffer {
    const md5 = createHmac('md5', key);
    for (const part of parts) md5.update(part);
    return md5.digest();
  }

  test.each([
    { scheme: 'NTLM' as const, name: 'bob' },
    { scheme: 'NTLM' as const, name: String.raw`CORP\bob` },
    { scheme: 'Negotiate' as const, name: 'bob' },
  ])(
    '$scheme as $name: three requests over one connection, each with the body',
    async ({ scheme, name }) => {
      const server = await startEndpoint(ntlmServer(scheme, 'pass word'));
      const answer = await authenticate(
        {
          method: 'POST',
          url: new URL(server.url),
          body: 'question',
          signal: AbortSignal.timeout(5000),
        },
        { name, password: 'pass word' },
        {},
      );
      await server.stop();
      const requests = server.requests();

      expect(Buffer.from(answer.body).toString()).toBe('hello bob');
      expect(requests.map(({ connection, body }) => [connection, body])).toEqual(
        Array.from({ length: 3 }, () => [0, 'question']),
      );
      expect(requests[0]?.headers.authorization).toBeUndefined();
    },
  );

  test('a wrong password is refused', async () => {
    const server = await startEndpoint(ntlmServer('NTLM', 'right'));
    const answer = await authenticate(
      { method: 'GET', url: new URL(server.url), signal: AbortSignal.timeout(5000) },
      { name: 'bob', password: 'wrong' },
      {},
    );
    await server.stop();

    expect(answer.status).toBe(401);
    expect(server.requests()).toHaveLength(3);
  });

  test('a server that does not ask for NTLM gets Basic, and one that asks for nothing gets nothing', async () => {
    const basic = `Basic ${Buffer.from('bob:p:w').toString('base64')}`;
    const server = await startEndpoint(({ path, headers }) =>
      path === '/open' || headers.authorization === basic
        ? { body: headers.authorization ?? 'nobody' }
        : { status: 401, headers: { 'www-authenticate': 'Basic realm="NTLM"' } },
    );
    const bodyAt = async (path: string): Promise<string> => {
      const url = new URL(path, server.url);
      const signal = AbortSignal.timeout(5000);
      const answer = await authenticate(
        { method: 'GET', url, signal },
        { name: 'bob', password: 'p:w' },
        {},
      );
      return Buffer.from(answer.body).toString();
    };
    const bodies = [await bodyAt('/open'), await bodyAt('/closed')];
    await server.stop();

    expect(bodies).toEqual(['nobody', basic]);
  });
});
