// Owns the generator SSHKey: a pair of keys, private in OpenSSH's own format and public as a line of authorized_keys.
import { createECDH, createPrivateKey, createPublicKey } from 'node:crypto';
import { textOf } from '../providers/spec.ts';
import { SecretBytes } from '../secret-bytes.ts';
import type { Generated, Generator, Spec } from './generator.ts';
import { authorizedKey, mpint, openSshKey, type SshKey, wireString } from './openssh.ts';
import type { RandomStream } from './random.ts';
import { rsaNumbers } from './rsa.ts';

export const generator: Generator = {
  kind: 'SSHKey',
  needsSeed: true,
  generate: (spec, { random }) => generate(spec, random),
};

function generate(spec: Spec, random: RandomStream): Generated {
  const keySize = typeof spec['keySize'] === 'number' ? spec['keySize'] : undefined;
  const key = keyOf(textOf(spec['keyType']), keySize, random);
  if (typeof key === 'string') return { ok: false, message: key };
  const comment = textOf(spec['comment']);
  const check = random.bytes(4);
  return {
    ok: true,
    map: new Map([
      ['privateKey', SecretBytes.ofText(openSshKey(key, { comment, check }))],
      ['publicKey', SecretBytes.ofText(authorizedKey(key, comment))],
    ]),
  };
}

/** The key, or why there is none. */
function keyOf(
  keyType: string,
  keySize: number | undefined,
  random: RandomStream,
): SshKey | string {
  switch (keyType) {
    case 'ed25519':
      return ed25519Key(random);
    case 'ecdsa':
      return ecdsaKey(keySize ?? 256, random);
    default:
      return rsaKey(keySize ?? 2048, random);
  }
}

/** RFC 8410's form of a private key, in front of its 32 bytes. */
const ed25519Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

function ed25519Key(random: RandomStream): SshKey {
  const seed = random.bytes(32);
  const der = Buffer.concat([ed25519Prefix, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const point = spki.subarray(-32);
  return {
    type: 'ssh-ed25519',
    publicFields: [wireString(point)],
    privateFields: [wireString(point), wireString(Buffer.concat([seed, point]))],
  };
}

type Curve = {
  /** RFC 5656. */
  readonly name: string;
  readonly node: string;
  readonly order: bigint;
  readonly bits: number;
};

const p256: Curve = {
  name: 'nistp256',
  node: 'prime256v1',
  order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  bits: 256,
};

const curves: ReadonlyMap<number, Curve> = new Map([
  [
    384,
    {
      name: 'nistp384',
      node: 'secp384r1',
      order:
        0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
      bits: 384,
    },
  ],
  [
    521,
    {
      name: 'nistp521',
      node: 'secp521r1',
      order:
        0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
      bits: 521,
    },
  ],
]);

/** Any size but 384 and 521 means 256, as in ESO. */
function ecdsaKey(keySize: number, random: RandomStream): SshKey {
  const curve = curves.get(keySize) ?? p256;
  const scalar = scalarBelow(curve, random);
  const bytes = Buffer.from(
    scalar.toString(16).padStart(Math.ceil(curve.bits / 8) * 2, '0'),
    'hex',
  );
  const ecdh = createECDH(curve.node);
  ecdh.setPrivateKey(bytes);
  const publicFields = [wireString(curve.name), wireString(ecdh.getPublicKey())];
  return {
    type: `ecdsa-sha2-${curve.name}`,
    publicFields,
    privateFields: [...publicFields, mpint(scalar)],
  };
}

/** Uniform in [1, order): what lies outside is drawn again (FIPS 186-5, A.2.2). */
function scalarBelow({ order, bits }: Curve, random: RandomStream): bigint {
  for (;;) {
    const drawn = BigInt(`0x${Buffer.from(random.bytes(Math.ceil(bits / 8))).toString('hex')}`);
    const scalar = BigInt.asUintN(bits, drawn);
    if (scalar > 0n && scalar < order) return scalar;
  }
}

/** Go refuses what is smaller. Larger ones take minutes, and a render must not. */
const rsaSizes = { least: 1024, most: 4096 };

function rsaKey(keySize: number, random: RandomStream): SshKey | string {
  if (keySize < rsaSizes.least || keySize > rsaSizes.most) {
    return `keySize of an RSA key made from a seed is between ${rsaSizes.least} and ${rsaSizes.most}; ed25519 is stronger and costs nothing`;
  }
  const { n, e, d, p, q, inverse } = rsaNumbers(keySize, random);
  return {
    type: 'ssh-rsa',
    publicFields: [mpint(e), mpint(n)],
    privateFields: [n, e, d, inverse, p, q].map(mpint),
  };
}
