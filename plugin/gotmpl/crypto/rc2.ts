// Owns the decryption by RC2 (RFC 2268), which old PKCS#12 files are encrypted with and node:crypto has no more.

// prettier-ignore
const piTable = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
  '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb6266fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
  '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
  '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
);

const blockSize = 8;

/** In CBC mode; the effective key has as many bits as the key. Padding stays. */
export function decryptRc2(key: Uint8Array, iv: Uint8Array, encrypted: Uint8Array): Uint8Array {
  const expanded = expandKey(key);
  const output = Buffer.alloc(encrypted.length);
  let previous = iv;
  for (let at = 0; at < encrypted.length; at += blockSize) {
    const block = encrypted.subarray(at, at + blockSize);
    const plain = decryptBlock(expanded, block);
    for (let i = 0; i < blockSize; i++) output[at + i] = (plain[i] ?? 0) ^ (previous[i] ?? 0);
    previous = block;
  }
  return output;
}

/** Section 2: 64 words of 16 bits. */
function expandKey(key: Uint8Array): Uint16Array {
  const bytes = Buffer.alloc(128);
  bytes.set(key);
  for (let i = key.length; i < 128; i++) {
    bytes[i] = piTable[((bytes[i - 1] ?? 0) + (bytes[i - key.length] ?? 0)) & 255] ?? 0;
  }
  const first = 128 - key.length;
  bytes[first] = piTable[bytes[first] ?? 0] ?? 0;
  for (let i = first - 1; i >= 0; i--) {
    bytes[i] = piTable[(bytes[i + 1] ?? 0) ^ (bytes[i + key.length] ?? 0)] ?? 0;
  }
  return Uint16Array.from({ length: 64 }, (_, i) => bytes.readUInt16LE(2 * i));
}

const rotations = [1, 2, 3, 5];

/** Section 4: 5 mixing rounds, a mashing round, 6, another, 5, all backwards. */
function decryptBlock(key: Uint16Array, block: Uint8Array): Uint8Array {
  const words = Uint16Array.from({ length: 4 }, (_, i) => Buffer.from(block).readUInt16LE(2 * i));
  const wordAt = (i: number): number => words[(i + 4) % 4] ?? 0;
  let next = 63;
  for (let round = 15; round >= 0; round--) {
    for (let i = 3; i >= 0; i--) {
      const turned = wordAt(i);
      const by = rotations[i] ?? 0;
      const back = (turned >>> by) | (turned << (16 - by));
      const mixed = (wordAt(i - 1) & wordAt(i - 2)) + (~wordAt(i - 1) & wordAt(i - 3));
      words[i] = back - (key[next] ?? 0) - mixed;
      next -= 1;
    }
    if (round === 11 || round === 5) {
      for (let i = 3; i >= 0; i--) words[i] = wordAt(i) - (key[wordAt(i - 1) & 63] ?? 0);
    }
  }
  const plain = Buffer.alloc(blockSize);
  for (const [i, word] of words.entries()) plain.writeUInt16LE(word, 2 * i);
  return plain;
}
