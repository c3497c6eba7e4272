// Owns the three messages of NTLM ([MS-NLMP] 2.2.1), with NTLMv2 responses and no session key, as Go's go-ntlmssp makes them.
import { createHmac, randomBytes } from 'node:crypto';
import { ProviderError } from '../../provider.ts';
import { md4 } from './md4.ts';

const signature = Buffer.from('NTLMSSP\0');

const flag = {
  unicode: 1,
  lmKey: 1 << 7,
  domainSupplied: 1 << 12,
  extendedSecurity: 1 << 19,
  targetInfo: 1 << 23,
  version: 1 << 25,
  strength128: 1 << 29,
  keyExchange: 1 << 30,
  strength56: 1 << 31,
} as const;

/** Windows 7, and revision 15 of NTLM. */
const version = Buffer.from([6, 1, 0xb1, 0x1d, 0, 0, 0, 15]);

/** NEGOTIATE. `domain` is '' where the user names none. */
export function negotiateMessage(domain: string): Buffer {
  const flags =
    flag.unicode |
    flag.extendedSecurity |
    flag.targetInfo |
    flag.strength128 |
    flag.strength56 |
    (domain === '' ? 0 : flag.domainSupplied);
  const name = Buffer.from(domain.toUpperCase());
  const headLength = 40;
  return Buffer.concat([
    signature,
    uint32(1),
    uint32(flags),
    field(name.length, headLength),
    field(0, headLength + name.length),
    version,
    name,
  ]);
}

type Challenge = {
  readonly flags: number;
  readonly challenge: Buffer;
  readonly targetName: string;
  readonly targetInfo: Buffer | undefined;
};

export type Answering = {
  readonly user: string;
  readonly password: string;
  /** Whether the server's own name stands for the domain: not where the user is written as `name@domain`. */
  readonly namesTarget: boolean;
};

/** What makes each answer another one. */
export type Freshness = { readonly clientChallenge: Uint8Array; readonly fileTime: bigint };

/** AUTHENTICATE for a CHALLENGE. @throws ProviderError `failed` for a challenge that cannot be met */
export function authenticateMessage(
  message: Buffer,
  { user, password, namesTarget }: Answering,
  { clientChallenge, fileTime }: Freshness = fresh(),
): Buffer {
  const { flags, challenge, targetName, targetInfo } = parseChallenge(message);
  const target = namesTarget ? targetName : '';
  const key = hmacMd5(md4(utf16(password)), utf16(user.toUpperCase() + target));
  const content = Buffer.concat([
    Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
    timestampOf(targetInfo) ?? uint64(fileTime),
    clientChallenge,
    uint32(0),
    targetInfo ?? Buffer.alloc(0),
    uint32(0),
  ]);
  const ntResponse = Buffer.concat([hmacMd5(key, challenge, content), content]);
  const lmResponse =
    targetInfo === undefined
      ? Buffer.concat([hmacMd5(key, challenge, clientChallenge), clientChallenge])
      : Buffer.alloc(0);
  const workstation = Buffer.alloc(0);
  const payload = [lmResponse, ntResponse, utf16(target), utf16(user), workstation];
  return Buffer.concat([
    signature,
    uint32(3),
    ...fieldsOf(payload, 64),
    Buffer.alloc(8),
    uint32(flags & ~flag.version),
    ...payload,
  ]);
}

function fresh(): Freshness {
  // 100 ns since 1601.
  const fileTime = BigInt(Date.now()) * 10_000n + 116_444_736_000_000_000n;
  return { clientChallenge: randomBytes(8), fileTime };
}

function parseChallenge(message: Buffer): Challenge {
  if (message.length < 48 || !message.subarray(0, 8).equals(signature))
    throw refused('sends what is no challenge');
  if (message.readUInt32LE(8) !== 2) throw refused('sends what is no challenge');
  const flags = message.readUInt32LE(20);
  if ((flags & flag.unicode) === 0) throw refused('speaks no Unicode');
  if ((flags & flag.lmKey) !== 0) throw refused('asks for NTLMv1, and there is NTLMv2 only');
  if ((flags & flag.keyExchange) !== 0) throw refused('asks for a key exchange, which is not done');
  const targetInfo = contentAt(message, 40);
  return {
    flags,
    challenge: message.subarray(24, 32),
    targetName: contentAt(message, 12).toString('utf16le'),
    targetInfo: targetInfo.length === 0 ? undefined : targetInfo,
  };
}

function refused(what: string): ProviderError {
  return new ProviderError('failed', `NTLM: the endpoint ${what}`);
}

function contentAt(message: Buffer, at: number): Buffer {
  const length = message.readUInt16LE(at);
  const offset = message.readUInt32LE(at + 4);
  if (offset + length > message.length) throw refused('sends a challenge that is cut off');
  return message.subarray(offset, offset + length);
}

/** MsvAvTimestamp of the server's pairs of id, length and value. */
function timestampOf(targetInfo: Buffer = Buffer.alloc(0)): Buffer | undefined {
  for (let at = 0; at + 4 <= targetInfo.length;) {
    const [id, length] = [targetInfo.readUInt16LE(at), targetInfo.readUInt16LE(at + 2)];
    const value = targetInfo.subarray(at + 4, at + 4 + length);
    if (id === 7 && value.length === 8) return value;
    at += 4 + length;
  }
  return undefined;
}

function fieldsOf(payload: readonly Buffer[], start: number): readonly Buffer[] {
  let offset = start;
  return payload.map(({ length }) => {
    offset += length;
    return field(length, offset - length);
  });
}

/** Length, allocated length, offset. */
function field(length: number, offset: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(length, 0);
  bytes.writeUInt16LE(length, 2);
  bytes.writeUInt32LE(offset, 4);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

function hmacMd5(key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const hmac = createHmac('md5', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}
