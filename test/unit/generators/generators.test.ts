// Tests what each generator makes of a spec and a stream.
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { options } from '../../../plugin/command-line.ts';
import { base32, decodeBase32 } from '../../../plugin/generators/base32.ts';
import type { GeneratorInput, Spec } from '../../../plugin/generators/generator.ts';
import { randomStream } from '../../../plugin/generators/random.ts';
import { generatorOfKind } from '../../../plugin/generators/registry.ts';
import { SecretBytes } from '../../../plugin/secret-bytes.ts';

const seed = SecretBytes.ofText('a seed of the tests, and nothing else');

type Made = Readonly<Record<string, string>> | string;

/** What is made, or why nothing is. */
function make(
  kind: string,
  spec: Spec,
  { use = [kind], ...input }: Partial<GeneratorInput> & { readonly use?: readonly unknown[] } = {},
): Made {
  const generated = generatorOfKind(kind)?.generate(spec, {
    random: randomStream(seed, use),
    now: Date.parse('2026-11-24T06:00:10Z'),
    fetched: undefined,
    part: undefined,
    ...input,
  });
  if (generated === undefined) throw new Error(kind);
  if (!generated.ok) return generated.message;
  return Object.fromEntries(
    [...generated.map].map(([key, value]) => [key, Buffer.from(value.reveal()).toString()]),
  );
}

test('the kinds that have to be allowed are the same for the flag and the configuration', () => {
  const file = new URL('../../../schemas/renderconfig_v1alpha1.json', import.meta.url);
  const schema: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const kinds = options['allow-generator'].value.completes;

  expect(schema).toMatchObject({
    properties: {
      spec: {
        properties: { generators: { properties: { allow: { items: { enum: kinds } } } } },
      },
    },
  });
  expect(kinds.filter((kind) => generatorOfKind(kind)?.guard === undefined)).toEqual([]);
});

test('Fake gives its data', () => {
  expect(make('Fake', { data: { a: '1', b: '' } })).toEqual({ a: '1', b: '' });
  expect(make('Fake', {})).toEqual({});
});

test('UUID is one of version 4, and the same again', () => {
  const made = make('UUID', {});

  expect(typeof made === 'string' ? made : made['uuid']).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(make('UUID', {})).toEqual(made);
  expect(make('UUID', {}, { use: ['other'] })).not.toEqual(made);
});

describe('Password', () => {
  function password(spec: Spec, use: readonly unknown[] = ['p']): string {
    const made = make('Password', spec, { use });
    return typeof made === 'string' ? `(${made})` : (made['password'] ?? '');
  }

  function counts(text: string): Readonly<Record<string, number>> {
    const count = (form: RegExp): number => text.match(form)?.length ?? 0;
    return { lower: count(/[a-z]/g), upper: count(/[A-Z]/g), digits: count(/[0-9]/g) };
  }

  test.each([
    {
      reason: '24 long, a quarter digits, a quarter symbols',
      spec: {},
      length: 24,
      digits: 6,
      symbols: 6,
    },
    {
      reason: 'quarters of its length, whole ones',
      spec: { length: 11 },
      length: 11,
      digits: 2,
      symbols: 2,
    },
    {
      reason: 'a length of nothing is the default',
      spec: { length: 0 },
      length: 24,
      digits: 6,
      symbols: 6,
    },
    {
      reason: 'no symbols',
      spec: { length: 10, symbols: 0, digits: 3 },
      length: 10,
      digits: 3,
      symbols: 0,
    },
    {
      reason: 'digits alone',
      spec: { length: 10, symbols: 0, digits: 10 },
      length: 10,
      digits: 10,
      symbols: 0,
    },
    {
      reason: 'repeats',
      spec: { length: 200, allowRepeat: true },
      length: 200,
      digits: 50,
      symbols: 50,
    },
  ])('$reason', ({ spec, length, digits, symbols }) => {
    const made = password(spec);
    const { lower = 0, upper = 0, digits: made_ = 0 } = counts(made);

    expect(made).toHaveLength(length);
    expect(made_).toBe(digits);
    expect(length - lower - upper - made_).toBe(symbols);
  });

  test('the rules hold for every stream, and letters do not repeat', () => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (use, noUpper) => {
        const made = password({ length: 30, noUpper, symbolCharacters: '#+-_.:;,' }, [use]);

        expect(new Set(made).size).toBe(30);
        expect(made).toMatch(noUpper ? /^[a-z0-9#+\-_.:;,]*$/ : /^[a-zA-Z0-9#+\-_.:;,]*$/);
      }),
      { numRuns: 200 },
    );
  });

  test('every character of its sets comes up, at every place', () => {
    const first = new Set<string>();
    for (let use = 0; use < 3000; use++) first.add(password({ length: 8 }, [use]).charAt(0));

    expect(first.size).toBe(26 + 26 + 10 + 30);
  });

  test.each([
    {
      reason: 'more digits and symbols than length',
      spec: { length: 4, digits: 3, symbols: 2 },
      message: 'digits and symbols together are more than length',
    },
    { reason: 'less than none', spec: { digits: -1 }, message: 'digits must not be negative' },
    {
      reason: 'not enough digits',
      spec: { length: 24, digits: 11, symbols: 0 },
      message: 'there are fewer digits than asked for: set allowRepeat',
    },
    {
      reason: 'not enough different symbols',
      spec: { symbols: 2, symbolCharacters: '!!' },
      message: 'there are fewer symbols than asked for: set allowRepeat',
    },
    {
      reason: 'not enough letters',
      spec: { length: 60, digits: 0, symbols: 0, noUpper: true },
      message: 'there are fewer letters than asked for: set allowRepeat',
    },
    {
      reason: 'longer than a Secret',
      spec: { length: 5_000_000, allowRepeat: true },
      message: 'length: a Secret holds 1048576 bytes at most',
    },
    {
      reason: 'keys twice',
      spec: { secretKeys: ['a', 'a'] },
      message: 'secretKeys must be non-empty and unique',
    },
  ])('is refused: $reason', ({ spec, message }) => {
    expect(make('Password', spec)).toBe(message);
  });

  test('each key has its own', () => {
    const made = make('Password', { secretKeys: ['a', 'b'] });
    if (typeof made === 'string') throw new Error(made);

    expect(Object.keys(made)).toEqual(['a', 'b']);
    expect(made['a']).not.toBe(made['b']);
  });

  test.each([
    { encoding: 'raw', decode: (text: string) => text },
    { encoding: 'base64', decode: (text: string) => Buffer.from(text, 'base64').toString() },
    { encoding: 'base64url', decode: (text: string) => Buffer.from(text, 'base64url').toString() },
    { encoding: 'hex', decode: (text: string) => Buffer.from(text, 'hex').toString() },
    {
      encoding: 'base32',
      decode: (text: string) =>
        Buffer.from(decodeBase32(text.replaceAll('=', '')) ?? []).toString(),
    },
  ])('is written as $encoding', ({ encoding, decode }) => {
    expect(decode(password({ encoding, length: 13 }))).toBe(password({ length: 13 }));
    expect(password({ encoding, length: 13 }).length % 4).toBe(
      encoding === 'raw' ? 1 : encoding === 'hex' ? 2 : 0,
    );
  });
});

describe('base32 (RFC 4648, 10)', () => {
  test.each([
    { text: '', encoded: '' },
    { text: 'f', encoded: 'MY======' },
    { text: 'fo', encoded: 'MZXQ====' },
    { text: 'foo', encoded: 'MZXW6===' },
    { text: 'foob', encoded: 'MZXW6YQ=' },
    { text: 'fooba', encoded: 'MZXW6YTB' },
    { text: 'foobar', encoded: 'MZXW6YTBOI======' },
  ])('"$text" is $encoded', ({ text, encoded }) => {
    expect(base32(Buffer.from(text))).toBe(encoded);
    expect(Buffer.from(decodeBase32(encoded.replaceAll('=', '')) ?? []).toString()).toBe(text);
  });

  test.each([{ text: 'MY======' }, { text: 'M' }, { text: 'M1' }, { text: 'my' }])(
    '$text is none',
    ({ text }) => {
      expect(decodeBase32(text)).toBeUndefined();
    },
  );
});

describe('MFA', () => {
  const fetched = SecretBytes.ofText(base32(Buffer.from('12345678901234567890')));

  test.each([
    { when: '1970-01-01T00:00:59Z', token: '94287082', timeLeft: '1' },
    { when: '2005-03-18T01:58:29Z', token: '07081804', timeLeft: '1' },
    { when: '2005-03-18T01:58:31Z', token: '14050471', timeLeft: '29' },
    { when: '2009-02-13T23:31:30Z', token: '89005924', timeLeft: '30' },
    { when: '2033-05-18T03:33:20Z', token: '69279037', timeLeft: '10' },
    { when: '2603-10-11T11:33:20Z', token: '65353130', timeLeft: '10' },
  ])('at $when it is $token (RFC 6238, B)', ({ when, token, timeLeft }) => {
    expect(make('MFA', { when, length: 8 }, { fetched })).toEqual({ token, timeLeft });
  });

  test('six digits and half a minute by default, by the clock, from a key with blanks in lower case', () => {
    const spaced = SecretBytes.ofText('gezd gnbv gy3t qojq gezd gnbv gy3t qojq');
    const made = make('MFA', {}, { fetched: spaced });

    expect(typeof made === 'string' ? made : made['token']).toMatch(/^\d{6}$/);
    expect(made).toMatchObject({ timeLeft: '20' });
    expect(make('MFA', { when: '2026-11-24T06:00:10Z' }, { fetched })).toEqual(made);
  });

  test('it says that it changes, unless its time is given', () => {
    const volatileOf = (spec: Spec): unknown => {
      const made = generatorOfKind('MFA')?.generate(spec, {
        random: randomStream(seed, []),
        now: 0,
        fetched,
        part: undefined,
      });
      return made?.ok === true && made.volatile;
    };

    expect(volatileOf({})).toBe('its one-time password depends on the time');
    expect(volatileOf({ when: '2026-01-01T00:00:00Z' })).toBeUndefined();
  });

  test.each([
    { reason: 'no base32', key: 'canary!', spec: {}, message: 'base32 without padding' },
    { reason: 'padding', key: 'MY======', spec: {}, message: 'base32 without padding' },
    { reason: 'no date', key: 'MY', spec: { when: 'noon' }, message: 'when is no date' },
    {
      reason: 'as long as a page',
      key: 'MY',
      spec: { length: 1e9 },
      message: 'length must not be above 100',
    },
  ])('is refused: $reason', ({ key, spec, message }) => {
    const made = make('MFA', spec, { fetched: SecretBytes.ofText(key) });

    expect(made).toContain(message);
    expect(made).not.toContain('canary');
  });
});

test('Webhook gives the keys of the object that its path selects', () => {
  const fetched = SecretBytes.ofText('{"data":{"a":1,"b":"x"}}');
  const part = SecretBytes.ofText('$.data');

  expect(make('Webhook', {}, { fetched, part })).toEqual({ a: '1', b: 'x' });
  expect(make('Webhook', {}, { fetched: SecretBytes.ofText('no'), part })).toContain('is not JSON');
});
