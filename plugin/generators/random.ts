// Owns randomness that repeats itself: a stream of bytes out of the operator's seed and the name of a use (docs/adr/0018).
import { createHash, createHmac, hkdfSync } from 'node:crypto';
import type { SecretBytes } from '../secret-bytes.ts';

/** Each call goes on where the last one ended. */
export type RandomStream = {
  readonly bytes: (count: number) => Uint8Array;
  /** Uniform in [0, bound), of at most 2^32. */
  readonly below: (bound: number) => number;
};

/** Another one, where the derivation ever changes: then every value does. */
const salt = 'eso-render generator v1';

/**
 * `use` tells what the stream is for; streams of different uses know nothing of each other. The key of a use is
 * HKDF-SHA256 (RFC 5869) of the seed, its stream HMAC-SHA256 of that key over a counter (SP 800-108, counter mode).
 */
export function randomStream(seed: SecretBytes, use: readonly unknown[]): RandomStream {
  const info = createHash('sha256').update(JSON.stringify(use)).digest();
  const key = Buffer.from(hkdfSync('sha256', seed.reveal(), salt, info, 32));
  let counter = 0n;
  let rest = Buffer.alloc(0);
  const bytes = (count: number): Uint8Array => {
    while (rest.length < count) {
      const block = Buffer.alloc(8);
      block.writeBigUInt64BE(counter++);
      rest = Buffer.concat([rest, createHmac('sha256', key).update(block).digest()]);
    }
    const taken = rest.subarray(0, count);
    rest = rest.subarray(count);
    return taken;
  };
  return { bytes, below: (bound) => uniform(bytes, bound) };
}

/** Numbers at the top that would favour the small ones are drawn again. */
function uniform(bytes: RandomStream['bytes'], bound: number): number {
  const usable = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const drawn = Buffer.from(bytes(4)).readUInt32BE();
    if (drawn < usable) return drawn % bound;
  }
}
