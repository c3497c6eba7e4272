// Owns RSA keys out of a stream: primes that are searched from where the stream says (FIPS 186-5, A.1.3, in short).
import { checkPrimeSync } from 'node:crypto';
import type { RandomStream } from './random.ts';

export type RsaNumbers = {
  readonly n: bigint;
  readonly e: bigint;
  readonly d: bigint;
  readonly p: bigint;
  readonly q: bigint;
  /** Of q, modulo p. */
  readonly inverse: bigint;
};

const e = 65_537n;

/** `size` in bits, of the modulus. */
export function rsaNumbers(size: number, random: RandomStream): RsaNumbers {
  const p = prime(Math.ceil(size / 2), random);
  for (;;) {
    const q = prime(Math.floor(size / 2), random);
    if (p === q) continue;
    const order = ((p - 1n) * (q - 1n)) / greatestCommonDivisor(p - 1n, q - 1n);
    return { n: p * q, e, d: inverseOf(e, order), p, q, inverse: inverseOf(q, p) };
  }
}

/**
 * With its two highest bits set, so that the product of two has its full length, and with p-1 not divisible by e. The
 * search goes up from a drawn odd number, and is drawn again after so many steps that this hardly ever happens.
 */
function prime(bits: number, random: RandomStream): bigint {
  for (;;) {
    const start = oddNumber(bits, random);
    for (let step = 0n; step < BigInt(bits) * 8n; step++) {
      const candidate = start + 2n * step;
      if (candidate >> BigInt(bits) !== 0n) break;
      if (candidate % e !== 1n && checkPrimeSync(candidate)) return candidate;
    }
  }
}

function oddNumber(bits: number, random: RandomStream): bigint {
  const drawn = BigInt(`0x${Buffer.from(random.bytes(Math.ceil(bits / 8))).toString('hex')}`);
  return BigInt.asUintN(bits, drawn) | (3n << BigInt(bits - 2)) | 1n;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}

/** By Euclid's extended algorithm; the two have no common divisor. */
function inverseOf(value: bigint, modulus: bigint): bigint {
  let [rest, next] = [modulus, value % modulus];
  let [coefficient, nextCoefficient] = [0n, 1n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [coefficient, nextCoefficient] = [nextCoefficient, coefficient - quotient * nextCoefficient];
  }
  return coefficient < 0n ? coefficient + modulus : coefficient;
}
