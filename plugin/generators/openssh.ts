// Owns OpenSSH's forms of keys: the file of a private key (PROTOCOL.key), the line of a public one (RFC 4253 6.6).

export type SshKey = {
  readonly type: string;
  /** Behind the type, in the order of the wire. */
  readonly publicFields: readonly Buffer[];
  readonly privateFields: readonly Buffer[];
};

/** `string` of RFC 4251: a length and bytes. */
export function wireString(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** `mpint` of RFC 4251: big-endian, with a zero in front where the first bit is set. The number is above zero. */
export function mpint(number: bigint): Buffer {
  const digits = number.toString(16);
  const hex = digits.padStart(digits.length + (digits.length % 2), '0');
  return wireString(Buffer.from(hex >= '8' ? `00${hex}` : hex, 'hex'));
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function publicBlob({ type, publicFields }: SshKey): Buffer {
  return Buffer.concat([wireString(type), ...publicFields]);
}

/** A line with its end. */
export function authorizedKey(key: SshKey, comment: string): string {
  const line = `${key.type} ${publicBlob(key).toString('base64')}`;
  return `${comment === '' ? line : `${line} ${comment}`}\n`;
}

/** Not encrypted. `check` stands there twice, so that a reader could tell a wrong passphrase. */
export function openSshKey(
  key: SshKey,
  { comment, check }: { readonly comment: string; readonly check: Uint8Array },
): string {
  const content = Buffer.concat([
    check,
    check,
    wireString(key.type),
    ...key.privateFields,
    wireString(comment),
  ]);
  const padding = Uint8Array.from({ length: -content.length & 7 }, (_, index) => index + 1);
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    wireString('none'),
    wireString('none'),
    wireString(''),
    uint32(1),
    wireString(publicBlob(key)),
    wireString(Buffer.concat([content, padding])),
  ]);
  const lines = file.toString('base64').match(/.{1,64}/g) ?? [];
  return [
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    ...lines,
    '-----END OPENSSH PRIVATE KEY-----',
    '',
  ].join('\n');
}
