// Owns CRC-32C (RFC 3720 appendix B.4), by which Google lets a client check that a payload arrived whole.

/** The reversed polynomial. */
const polynomial = 0x82f63b78;

const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    remainder = (remainder & 1) === 1 ? polynomial ^ (remainder >>> 1) : remainder >>> 1;
  }
  return remainder;
});

/** Unsigned. */
export function crc32c(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}
