// Owns the check of an RSA private key's numbers, as Go's crypto/rsa makes it before it writes or uses one.

export type RsaNumbers = {
  readonly n: bigint;
  readonly e: bigint;
  readonly d: bigint;
  readonly p: bigint;
  readonly q: bigint;
  /** Of a key as it was given; what is computed fits. */
  readonly dp: bigint;
  readonly dq: bigint;
  readonly qi: bigint;
};

/** What the two primes and the exponent give, where a key has none of it. The primes are above 1. */
export function factorsOf({ d, p, q }: Pick<RsaNumbers, 'd' | 'p' | 'q'>): {
  readonly dp: bigint;
  readonly dq: bigint;
  readonly qi: bigint;
} {
  return { dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
}

/** The inverse modulo a number that has no divisor in common with it; by Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next] = [modulus, value % modulus];
  let [factor, nextFactor] = [0n, 1n];
  while (next > 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return factor < 0n ? factor + modulus : factor;
}

/** Go's error text for the first thing that is wrong; undefined where the numbers make a key. */
export function rsaFailure(key: RsaNumbers): string | undefined {
  if ([key.n, key.p, key.q].some((modulus) => modulus < 2n)) return 'modulus must be > 1';
  if (key.d >= key.n) return overflow(key.d, key.n);
  if (key.qi >= key.p) return overflow(key.qi, key.p);
  return publicFailure(key) ?? primesFailure(key) ?? sizesFailure(key);
}

/** Go keeps a number in as many words of 64 bits as its modulus needs. */
function overflow(value: bigint, modulus: bigint): string {
  const isLonger = Math.ceil(bitsOf(value) / 8) > 8 * Math.ceil(bitsOf(modulus) / 64);
  return isLonger ? 'input overflows the modulus size' : 'input overflows the modulus';
}

function publicFailure({ n, e }: RsaNumbers): string | undefined {
  if (n % 2n === 0n) return 'crypto/rsa: public modulus is even';
  if (e < 2n) return 'crypto/rsa: public exponent too small or negative';
  if (e % 2n === 0n) return 'crypto/rsa: public exponent is even';
  return e >= 2n ** 31n ? 'crypto/rsa: public exponent too large' : undefined;
}

function primesFailure({ n, e, d, p, q, dp, dq, qi }: RsaNumbers): string | undefined {
  if (p >= n || q >= n) return 'crypto/rsa: invalid prime';
  if ((p * q) % n !== 0n) return 'crypto/rsa: p * q != n';
  if (p < 3n || q < 3n) return 'crypto/rsa: invalid prime';
  const isExponent = (value: bigint, modulus: bigint): boolean =>
    value < modulus && (e * value) % modulus === 1n;
  if (!isExponent(dp, p - 1n) || !isExponent(dq, q - 1n)) return 'crypto/rsa: invalid CRT exponent';
  if ((q * qi) % p !== 1n) return 'crypto/rsa: invalid CRT coefficient';
  if (d % (p - 1n) !== dp) return 'crypto/rsa: d does not match dP';
  return d % (q - 1n) === dq ? undefined : 'crypto/rsa: d does not match dQ';
}

/** Primes that are close together and a small exponent give the key away. */
function sizesFailure({ n, d, p, q }: RsaNumbers): string | undefined {
  const half = Math.floor(bitsOf(n) / 2);
  if (p === q) return 'crypto/rsa: p == q';
  if (bitsOf(p > q ? p - q : q - p) <= half - 100) return 'crypto/rsa: |p - q| too small';
  return bitsOf(d) <= half ? 'crypto/rsa: d too small' : undefined;
}

function bitsOf(value: bigint): number {
  return value.toString(2).length;
}
