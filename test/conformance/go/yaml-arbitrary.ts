// Owns random values and texts for toYaml and fromYaml, rich in what YAML reads as something else than text.
import * as fc from 'fast-check';

const words = fc.oneof(
  fc.constantFrom(
    ...'y yes No on OFF true null ~ << 1_000 0x1F 0b11 0o17 017 08 1:20 190:20:30 1e3 .5 .inf -.INF 2001-01-01 2001-1-2 2001-13-01'.split(
      ' ',
    ),
  ),
  fc.constantFrom(
    ...'- -a ? ?a : :a a: #a =a = | > % @a `a {a [a ]a }a ,a &a *a !a --- ...'.split(' '),
  ),
  fc.constantFrom(
    'a: b',
    'a #b',
    'a#b',
    ' lead',
    'trail ',
    'it\'s "quoted"',
    '\\a',
    ':\\a',
    '',
    ' ',
  ),
  fc.constantFrom('one\ntwo', 'one\ntwo\n', 'one\n\ntwo\n\n', '\nlead', ' in\nout', 'end \nout'),
  fc.constantFrom('a\tb', 'a\r\nb', 'é☃', '😀', '\u0085x', 'a\u2028b', '\ufeff', '\u0007'),
  fc.constantFrom('2001-12-14T21:59:43.10Z', '+1', '1.', '1e', '-0b1'),
);
const long = fc
  .array(fc.constantFrom('word', 'longer-word', "it's", 'ünï', 'a', '  ', 'x: y', '"q"'), {
    minLength: 8,
    maxLength: 30,
  })
  .map((parts) => parts.join(' '));
const key = fc.oneof(
  words,
  fc.stringMatching(/^[a-z]{0,2}[0-9]{0,3}[a-z.-]{0,2}$/),
  fc.constantFrom('k'.repeat(128), 'k'.repeat(129)),
);
const text = fc.oneof(
  { weight: 4, arbitrary: words },
  fc.string({ unit: 'binary-ascii', maxLength: 8 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  long,
);
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(1e6, 1e21, 1e-7, 0.1, -0.5, 123_456_789.5, 2 ** 63),
);

/** Plain data, as JSON holds it. */
export const yamlValue: fc.Arbitrary<unknown> = fc.letrec<{ readonly value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    text,
    number,
    fc.constantFrom(true, false, null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
})).value;
