// Makes paths and documents that fit together: the same few names in both, most paths by the grammar, some of tokens in any order.
import * as fc from 'fast-check';

const names = ['a', 'b', 'c', 'list', 'ü'];
const keys = [...names, '0', '1', 'my key', 'null', ''];

export const document: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  scalar: fc.oneof(
    fc.integer({ min: -3, max: 4 }),
    fc.constantFrom(1.5, 1e21, 1e-7, 0.5, -0.5),
    fc.constantFrom('x', '1', 'true', 'false', '', 'a'),
    fc.boolean(),
    fc.constant(null),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 5 }),
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('scalar'),
    tie('list'),
    tie('object'),
  ),
  document: fc.oneof(tie('object'), tie('object'), tie('list'), tie('scalar')),
})).document;

const name = fc.constantFrom(...names);
const literal = fc.oneof(
  fc.constantFrom(...keys).map((key) => JSON.stringify(key)),
  fc.constantFrom("'a'", "'ab'", "'\\''", '`a`', '"\\u0061"', '"\\x61"', '"\\q"', '"open'),
  fc.constantFrom(
    '0',
    '1',
    '2',
    '-1',
    '1.5',
    '"1"',
    '0x1',
    '1e0',
    '1_0',
    '.5',
    '01',
    '1e400',
    'true',
    'false',
    'null',
  ),
);
const gap = fc.constantFrom('', '', '', ' ', '\t', '/* c */', '// c\n');

/** Steps that give one value, so that a comparison of two of them does not depend on Go's order of keys. */
const plainSteps = fc
  .array(
    fc.oneof(
      name.map((key) => `.${key}`),
      literal.map((key) => `[${key}]`),
    ),
    { maxLength: 2 },
  )
  .map((steps) => steps.join(''));
const operand = fc.oneof(
  literal,
  plainSteps.map((steps) => `@${steps}`),
  plainSteps.map((steps) => `$${steps}`),
  name,
  fc.tuple(name, name).map(([a, b]) => `${a}.${b}`),
);
const expression = fc
  .tuple(operand, gap, fc.constantFrom('', '', '==', '!=', '>', '&&'), gap, operand)
  .map(([a, before, operator, after, b]) =>
    operator === '' ? a : `${a}${before}${operator}${after}${b}`,
  );
const bound = fc.constantFrom('', '', '0', '1', '2', '-1', '-2', '9', '"1"', '@[0]');
const bracket = fc.oneof(
  literal,
  expression,
  fc.array(literal, { minLength: 2, maxLength: 3 }).map((all) => all.join(',')),
  fc.tuple(bound, bound).map((all) => all.join(':')),
  fc.tuple(bound, bound, bound).map((all) => all.join(':')),
  expression.map((condition) => `?(${condition})`),
  expression.map((condition) => `?${condition}`),
  fc.constantFrom('*', '', '(1)', '1:2,3', '*,1', '?', '1?2', ':*', '1,*', '1:2:*'),
);
/** Over a list: most combinations of bounds that matter come up in a few thousand cases. */
export const rangePath: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(bound, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('', '.a', '[0]', ':', ',*'),
  )
  .map(([bounds, end]) => `$[${bounds.join(':')}]${end}`);
export const flatList: fc.Arbitrary<unknown> = fc.array(
  fc.oneof(fc.nat(3), fc.constant({ a: 1 }), fc.constant([2])),
  { maxLength: 6 },
);

const step = fc.oneof(
  { weight: 4, arbitrary: name.map((key) => `.${key}`) },
  { weight: 3, arbitrary: bracket.map((inner) => `[${inner}]`) },
  { weight: 1, arbitrary: fc.constantFrom('.*', '..*', '[*]', '..', '.', '.0', '(@.a)', '(1)') },
  { weight: 1, arbitrary: name.map((key) => `..${key}`) },
  { weight: 1, arbitrary: bracket.map((inner) => `..[${inner}]`) },
);

export const grammaticalPath: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('$', '$', '$', '$', '@', 'a', ''),
    fc.array(fc.tuple(gap, step), { maxLength: 4 }),
    fc.constantFrom('', '', '', '', '', ' == 1', ' != $.a', '-b', '(', ')'),
  )
  .map(([start, steps, end]) => `${start}${steps.flat().join('')}${end}`);

export const tokenSoup: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom(
      '$',
      '@',
      '.',
      '..',
      '[',
      ']',
      '(',
      ')',
      '*',
      ':',
      ',',
      '?',
      '-',
      '=',
      '==',
      '!=',
      '!',
      'a',
      'b',
      'list',
      'true',
      'null',
      '0',
      '1',
      '-1',
      '"a"',
      "'a'",
      ' ',
      '//',
      '/*',
      '`a`',
      '+',
    ),
    { maxLength: 9 },
  )
  .map((tokens) => `$${tokens.join('')}`);
