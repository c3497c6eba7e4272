// Tests CRC-32C against the examples of RFC 3720 B.4 and the check value of its catalogue.
import { expect, test } from 'vitest';
import { crc32c } from '../../../../plugin/providers/gcpsm/crc32c.ts';

test.each([
  { reason: 'nothing', bytes: new Uint8Array(), expected: 0 },
  { reason: 'the check value', bytes: Buffer.from('123456789'), expected: 0xe3069283 },
  { reason: '32 bytes of zeroes', bytes: new Uint8Array(32), expected: 0x8a9136aa },
  { reason: '32 bytes of ones', bytes: new Uint8Array(32).fill(255), expected: 0x62a8ab43 },
  {
    reason: '32 bytes that count up',
    bytes: Uint8Array.from({ length: 32 }, (_, index) => index),
    expected: 0x46dd794e,
  },
])('$reason', ({ bytes, expected }) => {
  expect(crc32c(bytes)).toBe(expected);
});
