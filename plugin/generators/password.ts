// Owns the generator Password: so many letters, digits and symbols, by the rules of sethvargo/go-password.
import { textOf, textsOf } from '../providers/spec.ts';
import { SecretBytes } from '../secret-bytes.ts';
import { base32 } from './base32.ts';
import type { Generated, Generator, Spec } from './generator.ts';
import type { RandomStream } from './random.ts';

export const generator: Generator = {
  kind: 'Password',
  needsSeed: true,
  generate: (spec, { random }) => generate(spec, random),
};

const lower = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const symbols = '~!@#$%^&*()_+`-={}|[]\\:"<>?,./';

/** A Secret holds no longer one. */
const longest = 1024 * 1024;

/** So many characters of a set. */
type Share = { readonly of: string; readonly count: number; readonly characters: string };
type Rules = { readonly shares: readonly Share[]; readonly allowRepeat: boolean };
type Drawn =
  | { readonly ok: true; readonly password: string }
  | { readonly ok: false; readonly message: string };

function generate(spec: Spec, random: RandomStream): Generated {
  const given = textsOf(spec['secretKeys']);
  const keys = given.length === 0 ? ['password'] : given;
  if (keys.includes('') || new Set(keys).size < keys.length)
    return { ok: false, message: 'secretKeys must be non-empty and unique' };
  const rules = rulesOf(spec);
  const map = new Map<string, SecretBytes>();
  for (const key of keys) {
    const drawn = draw(rules, random);
    if (!drawn.ok) return drawn;
    map.set(key, SecretBytes.ofText(encode(drawn.password, textOf(spec['encoding']))));
  }
  return { ok: true, map };
}

function rulesOf(spec: Spec): Rules {
  const given = numberOf(spec['length']) ?? 0;
  const length = given > 0 ? given : 24;
  const quarter = Math.floor(length / 4);
  const digitCount = numberOf(spec['digits']) ?? quarter;
  const symbolCount = numberOf(spec['symbols']) ?? quarter;
  return {
    shares: [
      {
        of: 'letters',
        count: length - digitCount - symbolCount,
        characters: spec['noUpper'] === true ? lower : lower + lower.toUpperCase(),
      },
      { of: 'digits', count: digitCount, characters: digits },
      {
        of: 'symbols',
        count: symbolCount,
        characters: textOf(spec['symbolCharacters']) || symbols,
      },
    ],
    allowRepeat: spec['allowRepeat'] === true,
  };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function draw({ shares, allowRepeat }: Rules, random: RandomStream): Drawn {
  const wrong = shares.find(({ count }) => count < 0 || count > longest);
  if (wrong !== undefined) return { ok: false, message: shareMessage(wrong) };
  const drawn: string[] = [];
  for (const { of, count, characters } of shares) {
    let available = Array.from(characters).filter((one) => allowRepeat || !drawn.includes(one));
    for (let index = 0; index < count; index++) {
      const character = available[random.below(Math.max(available.length, 1))];
      if (character === undefined)
        return { ok: false, message: `there are fewer ${of} than asked for: set allowRepeat` };
      drawn.push(character);
      if (!allowRepeat) available = available.filter((one) => one !== character);
    }
  }
  return { ok: true, password: shuffled(drawn, random).join('') };
}

function shareMessage({ of, count }: Share): string {
  if (count > longest) return `length: a Secret holds ${longest} bytes at most`;
  return of === 'letters'
    ? 'digits and symbols together are more than length'
    : `${of} must not be negative`;
}

/** Fisher and Yates: every order is as likely as any other. */
function shuffled(characters: readonly string[], random: RandomStream): readonly string[] {
  const order = [...characters];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [order[last], order[other]] = [order[other] ?? '', order[last] ?? ''];
  }
  return order;
}

/** As Go's encoders: with padding. */
function encode(password: string, encoding: string): string {
  const bytes = Buffer.from(password);
  switch (encoding) {
    case 'base64':
      return bytes.toString('base64');
    case 'base64url':
      return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
    case 'base32':
      return base32(bytes);
    case 'hex':
      return bytes.toString('hex');
    default:
      return password;
  }
}
