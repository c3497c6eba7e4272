// Tests decodingStrategy and nullBytePolicy, by the rules of Go's base64 (ESO 2.4).
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeValue, refusesNullBytes } from '../../../plugin/eso/decode.ts';
import { SecretBytes } from '../../../plugin/secret-bytes.ts';

type Strategy = Parameters<typeof decodeValue>[1];

function decode(text: string, strategy: Strategy): string | undefined {
  const outcome = decodeValue(SecretBytes.ofText(text), strategy);
  return outcome.ok ? Buffer.from(outcome.value.reveal()).toString('latin1') : undefined;
}

describe('decoding', () => {
  test.each([
    {
      reason: 'None is the value itself',
      text: 'dGVzdA==',
      strategy: 'None',
      expected: 'dGVzdA==',
    },
    { reason: 'standard alphabet', text: '/+8A', strategy: 'Base64', expected: '\xff\xef\0' },
    {
      reason: 'line ends anywhere are passed over',
      text: 'dG\r\nVz\ndA=\n=\n',
      strategy: 'Base64',
      expected: 'test',
    },
    { reason: 'padding is required', text: 'dGVzdA', strategy: 'Base64', expected: undefined },
    {
      reason: 'the other alphabet is refused',
      text: '_-8A',
      strategy: 'Base64',
      expected: undefined,
    },
    { reason: 'blanks are refused', text: 'dGVz dA==', strategy: 'Base64', expected: undefined },
    { reason: 'padding alone is refused', text: '====', strategy: 'Base64', expected: undefined },
    {
      reason: 'more behind the padding is refused',
      text: 'dA==dA==',
      strategy: 'Base64',
      expected: undefined,
    },
    {
      reason: 'bits left over are not looked at',
      text: 'dGVzdB==',
      strategy: 'Base64',
      expected: 'test',
    },
    { reason: 'nothing is nothing', text: '', strategy: 'Base64', expected: '' },
    { reason: 'URL alphabet', text: '_-8A', strategy: 'Base64URL', expected: '\xff\xef\0' },
    {
      reason: 'URL alphabet, and the standard one is refused',
      text: '/+8A',
      strategy: 'Base64URL',
      expected: undefined,
    },
    {
      reason: 'Auto takes the standard alphabet first',
      text: 'dGVzdA==',
      strategy: 'Auto',
      expected: 'test',
    },
    { reason: 'Auto then the other one', text: '_-8A', strategy: 'Auto', expected: '\xff\xef\0' },
    {
      reason: 'Auto leaves what is neither',
      text: 'hunter2!',
      strategy: 'Auto',
      expected: 'hunter2!',
    },
    {
      reason: 'Auto decodes a word that happens to be base64',
      text: 'true',
      strategy: 'Auto',
      expected: '\xb6\xbb\x9e',
    },
  ] as const)('$reason', ({ text, strategy, expected }) => {
    expect(decode(text, strategy)).toBe(expected);
  });

  test('any bytes survive', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const outcome = decodeValue(
          SecretBytes.ofText(Buffer.from(bytes).toString('base64')),
          'Base64',
        );
        expect(outcome.ok && [...outcome.value.reveal()]).toEqual([...bytes]);
      }),
    );
  });
});

test.each([
  { bytes: [1, 0, 2], policy: 'Fail', refused: true },
  { bytes: [1, 2], policy: 'Fail', refused: false },
  { bytes: [0], policy: 'Ignore', refused: false },
] as const)('null bytes in $bytes under $policy: $refused', ({ bytes, policy, refused }) => {
  expect(refusesNullBytes(new SecretBytes(Uint8Array.from(bytes)), policy)).toBe(refused);
});
