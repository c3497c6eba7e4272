// Owns the random templates and data of the differential test: a grammar, and soups of its tokens.
import * as fc from 'fast-check';
import { typedText, type TypedData } from '../../unit/gotmpl/typed-data.ts';

const names = [
  'user',
  'n',
  'f',
  'list',
  'm',
  'ms',
  'nil',
  'empty',
  'u',
  't',
  'bytes',
  'ss',
] as const;

/** JavaScript knows letters that are newer than Go's Unicode 15.0, so the ones here are old. */
export const oldCharacter: fc.Arbitrary<string> = fc.constantFrom(
  ...Array.from('aZ09 _-.,/"\\\n\té☃😀日ΩßǅİÀ'),
);

/** A document with every type that a template can meet, its keys those that the templates use. */
export const document: fc.Arbitrary<TypedData> = fc
  .record({
    user: fc.string({ unit: oldCharacter, maxLength: 12 }),
    bytes: fc.uint8Array({ maxLength: 6 }),
    n: fc.integer({ min: -9, max: 9 }),
    u: fc.nat({ max: 9 }),
    f: fc.double({ noNaN: true }),
    t: fc.boolean(),
    items: fc.array(fc.string({ maxLength: 3 }), { maxLength: 4 }),
  })
  .map(({ user, bytes, n, u, f, t, items }) => ({
    'map[string]interface {}': {
      user: typedText(user),
      bytes: { string: Buffer.from(bytes).toString('base64') },
      n: { int: `${n}` },
      u: { uint64: `${u}` },
      f: { float64: `${f}` },
      t: { bool: t },
      nil: { nil: true },
      empty: typedText(''),
      list: { '[]interface {}': [{ int: `${n}` }, typedText(user), { nil: true }] },
      ss: { '[]string': items.map((item) => Buffer.from(item).toString('base64')) },
      m: {
        'map[string]interface {}': {
          a: { int: '1' },
          b: { 'map[string]interface {}': { c: typedText(user) } },
          z: { nil: true },
        },
      },
      ms: { 'map[string]string': { k: Buffer.from(user).toString('base64') } },
    },
  }));

function words(text: string): fc.Arbitrary<string> {
  return fc.constantFrom(...text.split(' '));
}

const constant = words(
  String.raw`0 1 -3 7 1.5 1e3 0x1F 'a' 1i true false nil "a" "é☃" "" "\x00\xff\n" "%v"`,
);
const field = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...names).map((name) => `.${name}`) },
  { weight: 2, arbitrary: fc.constantFrom('.m.a', '.m.b', '.m.b.c', '.m.z', '.ms.k') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('.missing', '.m.x', '.m.z.x', '.user.a', '.list.a', '.a.b'),
  },
);
const variable = fc.constantFrom('$', '$x', '$y', '$.m.b', '$x.m');
const printVerb = fc
  .tuple(
    fc.constantFrom('', '+', '-', '#', ' ', '0', '+#'),
    fc.constantFrom('', '3', '8', '*'),
    fc.constantFrom('', '.0', '.2', '.7'),
    words('v d s q x X T t b c U e E f g G'),
  )
  .map((parts) => `"[%${parts.join('')}]"`);
const oneArgument = words(
  'len not print println html js urlquery list same index slice wantInt wantString wantFloat wantBool wantList wantDict fails strings',
);
const twoArguments = words(
  'eq ne lt le gt ge and or index slice print println list sum repeatWord dict call',
);

const declarations = '{{ $x := . }}{{ $y := 1 }}';

type Parts = { readonly operand: string; readonly pipeline: string; readonly body: string };

const grammar = fc.letrec<Parts>((tie) => ({
  operand: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    constant,
    field,
    variable,
    fc.constantFrom('.', 'nothing', 'list', 'dict'),
    tie('pipeline').map((pipeline) => `(${pipeline})`),
    tie('pipeline').map((pipeline) => `(${pipeline}).a`),
  ),
  pipeline: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('operand'),
    fc.tuple(oneArgument, tie('operand')).map((parts) => parts.join(' ')),
    fc.tuple(twoArguments, tie('operand'), tie('operand')).map((parts) => parts.join(' ')),
    fc.tuple(printVerb, tie('operand')).map((parts) => `printf ${parts.join(' ')}`),
    fc.tuple(tie('pipeline'), oneArgument).map((parts) => parts.join(' | ')),
    fc.tuple(tie('pipeline'), twoArguments, tie('operand')).map(([a, f, b]) => `${a} | ${f} ${b}`),
  ),
  body: fc
    .array(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(
          'text',
          '\n',
          ' ',
          'é',
          '{{/* c */}}',
          ' {{- /* c */ -}} ',
          '{{- break }}',
          '{{continue}}',
        ),
        tie('pipeline').map((pipeline) => `{{ ${pipeline} }}`),
        tie('pipeline').map((pipeline) => ` {{- ${pipeline} -}} `),
        fc
          .tuple(fc.constantFrom('$x', '$y'), fc.constantFrom(':=', '='), tie('pipeline'))
          .map((parts) => `{{ ${parts.join(' ')} }}`),
        fc
          .tuple(
            fc.constantFrom('if', 'with', 'range', 'range $x :=', 'range $x, $y :='),
            tie('pipeline'),
            tie('body'),
          )
          .map(([word, pipeline, body]) => `{{ ${word} ${pipeline} }}${body}{{ end }}`),
        fc
          .tuple(fc.constantFrom('if', 'with', 'range'), tie('pipeline'), tie('body'), tie('body'))
          .map(([word, pipeline, a, b]) => `{{ ${word} ${pipeline} }}${a}{{ else }}${b}{{ end }}`),
        fc
          .tuple(fc.constantFrom('if', 'with'), tie('pipeline'), tie('pipeline'), tie('body'))
          .map(
            ([word, a, b, body]) =>
              `{{ ${word} ${a} }}${body}{{ else ${word} ${b} }}${body}{{ end }}`,
          ),
        tie('pipeline').map((pipeline) => `{{ template "T" ${pipeline} }}`),
        fc
          .tuple(fc.nat(), tie('pipeline'), tie('body'))
          .map(([n, p, b]) => `{{ block "B${n}" ${p} }}${declarations}${b}{{ end }}`),
      ),
      { maxLength: 4 },
    )
    .map((parts) => parts.join('')),
}));

/** Templates that mostly parse. */
export const grammaticalTemplate: fc.Arbitrary<string> = fc
  .tuple(grammar.body, grammar.body)
  .map(
    ([inner, body]) =>
      `{{ define "T" }}${declarations}${inner.replaceAll('template', 'print')}{{ end }}${declarations}${body}`,
  );

const token = fc.oneof(
  words(
    '{{ }} {{- -}} /* */ - . ( ) | , := = : $ $x .user .a.b "s" `r` \'c\' " ` \' \\ 1 0x 1e 1.5 1i + _',
  ),
  words('if else end range with define template block break continue nil true print nope é ☃ @'),
  fc.constantFrom(' ', '\n', '\t', '\u0000', '\u2028', '{{ ', ' }}', ' -}}', '{{- '),
);

/** Tokens in any order: what lexer and parser have to refuse, with Go's words. */
export const tokenSoup: fc.Arbitrary<string> = fc
  .array(token, { maxLength: 14 })
  .chain((soup) =>
    fc.constantFrom(soup.join(''), `{{ ${soup.join('')} }}`, `{{ ${soup.join(' ')} }}`),
  );
