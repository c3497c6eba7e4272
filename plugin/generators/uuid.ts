// Owns the generator UUID: version 4 of RFC 9562.
import { SecretBytes } from '../secret-bytes.ts';
import type { Generator } from './generator.ts';

export const generator: Generator = {
  kind: 'UUID',
  needsSeed: true,
  generate: (_, { random }) => {
    const bytes = Buffer.from(random.bytes(16));
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const text = bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    return { ok: true, map: new Map([['uuid', SecretBytes.ofText(text)]]) };
  },
};
