// Owns what holds for every template and every value: no crash, no leak, text outside actions unchanged.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TemplateError } from '../../plugin/gotmpl/errors.ts';
import type { FunctionMap } from '../../plugin/gotmpl/functions.ts';
import { formatFloat } from '../../plugin/gotmpl/format-float.ts';
import { parseFloat64 } from '../../plugin/gotmpl/parse-number.ts';
import { quote, unquote } from '../../plugin/gotmpl/quote.ts';
import { sprigFunctions } from '../../plugin/gotmpl/sprig/table.ts';
import { execute, parseTemplate } from '../../plugin/gotmpl/template.ts';
import { mapValue, stringMapType, stringValue } from '../../plugin/gotmpl/values.ts';
import { coreFunctions } from '../unit/gotmpl/core-functions.ts';

const canary = 'CANARY-7d1f';
const data = mapValue(new Map([['secret', stringValue(canary)]]), stringMapType);
const options = { missingKey: 'error', maxOutputBytes: 10_000, maxSteps: 10_000 } as const;

function render(
  text: string | Uint8Array,
  functions: FunctionMap = coreFunctions,
): Uint8Array | TemplateError {
  try {
    return execute(parseTemplate({ name: 'K', text }, functions), data, options);
  } catch (error) {
    if (error instanceof TemplateError) {
      return error;
    }
    throw error;
  }
}

const token = fc.oneof(
  fc.constantFrom('{{ ', ' }}', '{{- ', ' -}}', ' ', '\n'),
  fc.constantFrom(...'{{ }} ( ) | := = $x .secret . "a" 1 1.5 nil true "%d"'.split(' ')),
  fc.constantFrom(...'if else end range with define template block print printf'.split(' ')),
  fc.constantFrom(...'index slice eq lt call wantInt fails list'.split(' ')),
);

test('a template of random tokens ends with output or a TemplateError whose message holds no value', () => {
  const template = fc
    .array(token, { maxLength: 20 })
    .chain((soup) => fc.constantFrom(soup.join(''), `{{ ${soup.join(' ')} }}`));
  fc.assert(
    fc.property(template, (text) => {
      const result = render(text);
      expect(result instanceof TemplateError ? result.message : '').not.toContain(canary);
    }),
    { numRuns: 3000 },
  );
});

const argument = fc.oneof(
  fc.string({ maxLength: 8 }).map((text) => JSON.stringify(text)),
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value.toExponential()),
  fc.constantFrom(...'. .secret nil true list dict now 1i "1.2.3" "2006-01-02" "(" "{"'.split(' ')),
  fc.constantFrom('(list 1 "a" nil)', '(dict "a" 1 "b" (dict))', '(until 3)', '(semver "1.2.3")'),
);

test('a function of sprig with any arguments ends with output or a TemplateError', () => {
  const call = fc.tuple(
    fc.constantFrom(...sprigFunctions.keys()),
    fc.array(argument, { maxLength: 4 }),
  );
  fc.assert(
    fc.property(call, ([name, args]) => {
      const result = render(`{{ ${name} ${args.join(' ')} }}`, sprigFunctions);
      expect(result instanceof TemplateError || result instanceof Uint8Array).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test('bytes without a delimiter come out as they went in', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      fc.pre(!Buffer.from(bytes).includes('{{'));
      expect(render(bytes)).toEqual(Buffer.from(bytes));
    }),
  );
});

test('what quote writes, unquote reads', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.boolean(), (bytes, asciiOnly) => {
      const text = Buffer.from(bytes).toString('latin1');
      expect(unquote(quote(text, { asciiOnly }))).toBe(text);
    }),
  );
});

test('the shortest text of a float reads back as the same float', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true }),
      fc.constantFrom('e' as const, 'f' as const, 'g' as const, 'x' as const),
      (value, format) => {
        expect(parseFloat64(formatFloat(value, format, -1))).toBe(value);
      },
    ),
  );
});
