// Owns MD4 (RFC 1320), which NTLM hashes passwords with and OpenSSL no longer has.

/** Steps of a round: the order of the block's words, the shifts that take turns, what is added, and the mixing function. */
type Round = {
  readonly words: readonly number[];
  readonly shifts: readonly [number, number, number, number];
  readonly constant: number;
  readonly mix: (b: number, c: number, d: number) => number;
};

const rounds: readonly Round[] = [
  {
    words: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    shifts: [3, 7, 11, 19],
    constant: 0,
    mix: (b, c, d) => (b & c) | (~b & d),
  },
  {
    words: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    shifts: [3, 5, 9, 13],
    constant: 0x5a827999,
    mix: (b, c, d) => (b & c) | (b & d) | (c & d),
  },
  {
    words: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    shifts: [3, 9, 11, 15],
    constant: 0x6ed9eba1,
    mix: (b, c, d) => b ^ c ^ d,
  },
];

type State = readonly [number, number, number, number];

const start: State = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];

export function md4(message: Uint8Array): Buffer {
  const blocks = padded(message);
  let state = start;
  for (let offset = 0; offset < blocks.length; offset += 64) {
    state = withBlock(state, blocks.subarray(offset, offset + 64));
  }
  const digest = Buffer.alloc(16);
  state.forEach((word, index) => digest.writeUInt32LE(word >>> 0, index * 4));
  return digest;
}

/** A bit of one, zeros, and the length in bits in the last 8 bytes. */
function padded(message: Uint8Array): Buffer {
  const blocks = Buffer.alloc(Math.ceil((message.length + 9) / 64) * 64);
  blocks.set(message);
  blocks[message.length] = 0x80;
  blocks.writeBigUInt64LE(BigInt(message.length) * 8n, blocks.length - 8);
  return blocks;
}

function withBlock(before: State, block: Buffer): State {
  let [a, b, c, d] = before;
  for (const { words, shifts, constant, mix } of rounds) {
    for (const [step, word] of words.entries()) {
      const sum = (a + mix(b, c, d) + block.readUInt32LE(word * 4) + constant) | 0;
      const shift = shifts[step % 4] ?? 0;
      [a, b, c, d] = [d, (sum << shift) | (sum >>> (32 - shift)), b, c];
    }
  }
  return [before[0] + a, before[1] + b, before[2] + c, before[3] + d];
}
