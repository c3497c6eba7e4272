// Owns base32 of RFC 4648, as Go's standard encoding has it.

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** With padding. */
export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  const text = groups
    .map((group) => alphabet.charAt(Number.parseInt(group.padEnd(5, '0'), 2)))
    .join('');
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}

/** Without padding, which counts as a wrong character; line ends are passed over. Undefined where it is none. */
export function decodeBase32(text: string): Uint8Array | undefined {
  const characters = Array.from(text.replaceAll(/[\r\n]/g, ''));
  const values = characters.map((character) => alphabet.indexOf(character));
  if (values.includes(-1) || [1, 3, 6].includes(values.length % 8)) return undefined;
  const bits = values.map((value) => value.toString(2).padStart(5, '0')).join('');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}
