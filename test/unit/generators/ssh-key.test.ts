// Tests keys of SSH: that the numbers in them belong together, and that they are the same again.
import {
  createPrivateKey,
  createPublicKey,
  createECDH,
  checkPrimeSync,
  sign,
  verify,
} from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { mpint, wireString } from '../../../plugin/generators/openssh.ts';
import { randomStream } from '../../../plugin/generators/random.ts';
import { rsaNumbers } from '../../../plugin/generators/rsa.ts';
import { generator } from '../../../plugin/generators/ssh-key.ts';
import type { Spec } from '../../../plugin/generators/generator.ts';
import { SecretBytes } from '../../../plugin/secret-bytes.ts';

const seed = SecretBytes.ofText('a seed of the tests, and nothing else');

type Pair = { readonly privateKey: string; readonly publicKey: string };

function keysOf(spec: Spec): Pair {
  const random = randomStream(seed, [spec]);
  const made = generator.generate(spec, { random, now: 0, fetched: undefined, part: undefined });
  if (!made.ok) throw new Error(made.message);
  const text = (key: string): string => Buffer.from(made.map.get(key)?.reveal() ?? []).toString();
  return { privateKey: text('privateKey'), publicKey: text('publicKey') };
}

/** The strings of the wire, one after another. */
function stringsOf(bytes: Buffer, from = 0): readonly Buffer[] {
  const strings: Buffer[] = [];
  for (let at = from; at + 4 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (at + 4 + length > bytes.length) break;
    strings.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return strings;
}

/** The fields of the public key, and those of the private part without its two checks. */
function parse({ privateKey, publicKey }: Pair) {
  const base64 = privateKey.replaceAll(/-----.*-----|\n/g, '');
  const file = Buffer.from(base64, 'base64');
  const header = file.indexOf(0) + 1;
  const [cipher, kdf] = stringsOf(file, header);
  const rest = stringsOf(file, header + 8 + 4 + 4 + 4 + 4);
  const [blob = Buffer.alloc(0), secret = Buffer.alloc(0)] = rest;
  return {
    magic: file.subarray(0, header).toString(),
    ciphers: [cipher?.toString(), kdf?.toString()],
    isSameBlob: publicKey.split(' ')[1]?.trim() === blob.toString('base64'),
    publicFields: stringsOf(blob),
    checks: [secret.subarray(0, 4).toString('hex'), secret.subarray(4, 8).toString('hex')],
    privateFields: stringsOf(secret, 8),
    isPadded: secret.length % 8 === 0,
  };
}

describe.each([
  { spec: { keyType: 'ed25519', comment: 'shop@example.com' }, type: 'ssh-ed25519', fields: 4 },
  { spec: { keyType: 'ecdsa' }, type: 'ecdsa-sha2-nistp256', fields: 5 },
  { spec: { keyType: 'ecdsa', keySize: 384 }, type: 'ecdsa-sha2-nistp384', fields: 5 },
  {
    spec: { keyType: 'ecdsa', keySize: 521, comment: 'c' },
    type: 'ecdsa-sha2-nistp521',
    fields: 5,
  },
  { spec: { keyType: 'ecdsa', keySize: 300 }, type: 'ecdsa-sha2-nistp256', fields: 5 },
  { spec: { keyType: 'rsa', keySize: 1024, comment: 'r' }, type: 'ssh-rsa', fields: 8 },
])('$spec', ({ spec, type, fields }) => {
  const pair = keysOf(spec);
  const parsed = parse(pair);

  test('OpenSSH form, with the same public key in both', () => {
    expect(parsed).toMatchObject({
      magic: 'openssh-key-v1\0',
      ciphers: ['none', 'none'],
      isSameBlob: true,
      isPadded: true,
    });
    expect(parsed.checks[0]).toBe(parsed.checks[1]);
    expect(parsed.privateFields[0]?.toString()).toBe(type);
    expect(parsed.privateFields.length).toBe(fields);
    expect(parsed.privateFields.at(-1)?.toString()).toBe('comment' in spec ? spec.comment : '');
    expect(pair.publicKey.startsWith(`${type} `)).toBe(true);
    expect(pair.publicKey.endsWith('comment' in spec ? ` ${spec.comment}\n` : '\n')).toBe(true);
    for (const line of pair.privateKey.trimEnd().split('\n'))
      expect(line.length).toBeLessThanOrEqual(64);
  });

  test('the same again, and another one for another seed', () => {
    expect(keysOf(spec)).toEqual(pair);
    const random = randomStream(SecretBytes.ofText('x'.repeat(40)), [spec]);
    const made = generator.generate(spec, { random, now: 0, fetched: undefined, part: undefined });
    expect(made.ok && Buffer.from(made.map.get('publicKey')?.reveal() ?? []).toString()).not.toBe(
      pair.publicKey,
    );
  });
});

test('ed25519: what the private key signs, the public one accepts', () => {
  const [, point, secret] = parse(keysOf({ keyType: 'ed25519' })).privateFields;
  const d = secret?.subarray(0, 32).toString('base64url') ?? '';
  const x = point?.toString('base64url') ?? '';
  const privateKey = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', d, x }, format: 'jwk' });
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const message = Buffer.from('message');

  expect(verify(undefined, message, publicKey, sign(undefined, message, privateKey))).toBe(true);
  expect(secret?.subarray(32).equals(point ?? Buffer.alloc(0))).toBe(true);
});

test.each([
  { keySize: 256, curve: 'prime256v1' },
  { keySize: 384, curve: 'secp384r1' },
  { keySize: 521, curve: 'secp521r1' },
])('ecdsa $keySize: the point is the scalar times the base', ({ keySize, curve }) => {
  const [, , point, scalar = Buffer.alloc(0)] = parse(
    keysOf({ keyType: 'ecdsa', keySize }),
  ).privateFields;
  const length = Math.ceil(keySize / 8);
  const digits = scalar
    .toString('hex')
    .replace(/^00/, '')
    .padStart(length * 2, '0');
  const ecdh = createECDH(curve);
  ecdh.setPrivateKey(Buffer.from(digits, 'hex'));

  expect(ecdh.getPublicKey().equals(point ?? Buffer.alloc(0))).toBe(true);
});

describe('rsa', () => {
  test.each([{ size: 1024 }, { size: 1025 }, { size: 2048 }])(
    '$size bits: the numbers belong together',
    ({ size }) => {
      const { n, e, d, p, q, inverse } = rsaNumbers(size, randomStream(seed, ['rsa', size]));
      const order = (p - 1n) * (q - 1n);
      const power = (base: bigint, exponent: bigint): bigint => {
        let [result, square, left] = [1n, base % n, exponent];
        for (; left > 0n; left >>= 1n) {
          if ((left & 1n) === 1n) result = (result * square) % n;
          square = (square * square) % n;
        }
        return result;
      };

      expect(n).toBe(p * q);
      expect(n.toString(2)).toHaveLength(size);
      expect(p).not.toBe(q);
      expect([checkPrimeSync(p), checkPrimeSync(q)]).toEqual([true, true]);
      expect((inverse * q) % p).toBe(1n);
      expect(order % e).not.toBe(0n);
      expect(power(power(42n, e), d)).toBe(42n);
    },
  );

  test.each([{ keySize: 512 }, { keySize: 8192 }])('$keySize bits are refused', ({ keySize }) => {
    const random = randomStream(seed, []);
    const made = generator.generate(
      { keyType: 'rsa', keySize },
      { random, now: 0, fetched: undefined, part: undefined },
    );

    expect(made.ok ? '' : made.message).toContain('between 1024 and 4096');
  });
});

test.each([
  { number: 0x9a378f9b2e332a7n, bytes: '09a378f9b2e332a7' },
  { number: 0x80n, bytes: '0080' },
  { number: 0x7fn, bytes: '7f' },
])('mpint of $number is $bytes (RFC 4251, 5)', ({ number, bytes }) => {
  expect(mpint(number).equals(wireString(Buffer.from(bytes, 'hex')))).toBe(true);
});
