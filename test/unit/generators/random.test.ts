// Tests the stream that generators draw from: it repeats itself, and nothing else does.
import { createHash, createHmac, hkdfSync } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../../../plugin/generators/random.ts';
import { SecretBytes } from '../../../plugin/secret-bytes.ts';

const seed = SecretBytes.ofText('0123456789abcdef0123456789abcdef');

function hexOf(stream: ReturnType<typeof randomStream>, count: number): string {
  return Buffer.from(stream.bytes(count)).toString('hex');
}

test('it is HKDF-SHA256 of the seed and the use, and HMAC-SHA256 over a counter', () => {
  const info = createHash('sha256').update('["shop","db"]').digest();
  const key = Buffer.from(hkdfSync('sha256', seed.reveal(), 'eso-render generator v1', info, 32));
  const blocks = ['0000000000000000', '0000000000000001'].map((counter) =>
    createHmac('sha256', key).update(Buffer.from(counter, 'hex')).digest('hex'),
  );

  expect(hexOf(randomStream(seed, ['shop', 'db']), 64)).toBe(blocks.join(''));
});

test('a change of it would change every value that there is', () => {
  expect(hexOf(randomStream(seed, ['shop', 'db']), 16)).toBe('299513d0e6bb5e1b3cda98d5e6ae1222');
});

test('in whatever pieces it is drawn', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(70), { maxLength: 8 }), (counts) => {
      const stream = randomStream(seed, ['a']);
      const pieces = counts.map((count) => hexOf(stream, count)).join('');
      const total = counts.reduce((sum, count) => sum + count, 0);

      expect(pieces).toBe(hexOf(randomStream(seed, ['a']), total));
    }),
  );
});

test.each([
  { reason: 'another seed', seed: SecretBytes.ofText('x'.repeat(32)), use: ['a', 'b'] },
  { reason: 'another use', seed, use: ['a', 'c'] },
  { reason: 'names that run together', seed, use: ['ab', ''] },
])('$reason gives other bytes', ({ seed: other, use }) => {
  expect(hexOf(randomStream(other, use), 32)).not.toBe(hexOf(randomStream(seed, ['a', 'b']), 32));
});

test('numbers are below their bound, and all of them come up as often', () => {
  const stream = randomStream(seed, ['numbers']);
  const counts = Array.from({ length: 7 }, () => 0);
  for (let index = 0; index < 70_000; index++) {
    const number = stream.below(7);
    counts[number] = (counts[number] ?? 0) + 1;
  }

  expect(counts).toHaveLength(7);
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

test.each([
  { reason: 'the only one', bound: 1 },
  { reason: 'half of what is drawn', bound: 2 ** 31 },
  { reason: 'just above the half: nearly every second is drawn again', bound: 2 ** 31 + 1 },
  { reason: 'all', bound: 2 ** 32 },
])('a bound of $bound: $reason', ({ bound }) => {
  const stream = randomStream(seed, ['bounds']);
  const numbers = Array.from({ length: 200 }, () => stream.below(bound));

  expect(Math.max(...numbers)).toBeLessThan(bound);
  expect(Math.max(...numbers)).toBeGreaterThanOrEqual(bound * 0.9 - 1);
});
