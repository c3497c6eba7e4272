// Owns the comparison with Go's own text/template, on cases that are made up anew in each run.
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { yamlFunctions } from '../../../plugin/gotmpl/eso/yaml-functions.ts';
import { esoFunctions } from '../../../plugin/gotmpl/eso/table.ts';
import { sprigFunctions } from '../../../plugin/gotmpl/sprig/table.ts';
import { readYamlData } from '../../../plugin/yaml/read-data.ts';
import { coreFunctions } from '../../unit/gotmpl/core-functions.ts';
import { storedCases } from '../../unit/gotmpl/stored-cases.ts';
import { answerOf, type Answer, type GoCase } from '../../unit/gotmpl/go-case.ts';
import { anyCall } from './call-arbitrary.ts';
import { askGo, buildOracle, hasGo } from './oracle.ts';
import { sprigTemplate } from './sprig-arbitrary.ts';
import { document, grammaticalTemplate, tokenSoup } from './template-arbitrary.ts';
import { yamlValue } from './yaml-arbitrary.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const count = Number(process.env['CASES'] ?? 3000);

const tables = {
  core: coreFunctions,
  sprig: new Map([...sprigFunctions, ...yamlFunctions(readYamlData), ...esoFunctions]),
};

function yamlCase(functions: string, text: string): GoCase {
  const encoded = Buffer.from(text).toString('base64');
  return {
    template: `{{ .text | ${functions} }}`,
    data: { 'map[string]string': { text: encoded } },
  };
}

/** The parser here knows no line separator, and has its own words for a merge key that merges nothing. */
function isReadAlike(yaml: string): boolean {
  return !/[\u2028\u2029]|<</.test(yaml);
}

describe.skipIf(!hasGo())(`against Go, seed ${seed} (skipped where no Go is installed)`, () => {
  let oracle = '';
  beforeAll(() => {
    oracle = buildOracle();
  });

  test.each([
    {
      reason: 'templates by the grammar: output and error text',
      template: grammaticalTemplate,
      functions: 'core' as const,
    },
    {
      reason: 'tokens in any order: error text of lexer and parser',
      template: tokenSoup,
      functions: 'core' as const,
    },
    {
      reason: "sprig's functions: output and error text",
      template: sprigTemplate,
      functions: 'sprig' as const,
    },
    {
      reason: 'every function with arguments of every type: output and error text',
      template: anyCall(tables.sprig),
      functions: 'sprig' as const,
    },
  ])('$reason', ({ template, functions }) => {
    const missingKey = fc.constantFrom('error', 'default', 'zero');
    const cases: GoCase[] = fc.sample(fc.record({ template, data: document, missingKey }), {
      seed,
      numRuns: count,
    });
    const answers = askGo(oracle, cases, functions);
    const compared = cases.map((goCase, i) => ({
      goCase,
      go: answers[i],
      ours: answerOf(goCase, tables[functions]),
    }));
    const different = compared.filter(({ go, ours }) => !isSameAnswer(go, ours));
    expect(compared).toHaveLength(count);
    expect(different).toEqual([]);
  });

  test('toYaml of plain data, and fromYaml of what Go made of it', () => {
    const values = fc.sample(yamlValue, { seed, numRuns: count });
    const written = compare(
      values.map((value) => yamlCase('fromJson | toYaml', JSON.stringify(value))),
    );
    const texts = written.flatMap(({ go }) =>
      go !== undefined && 'output' in go && isReadAlike(go.output) ? [go.output] : [],
    );
    const read = compare(texts.map((text) => yamlCase('fromYaml | toJson', text)));
    expect(texts.length).toBeGreaterThan(count / 2);
    expect([...written, ...read].filter(({ go, ours }) => !isSameAnswer(go, ours))).toEqual([]);
  });

  function compare(cases: readonly GoCase[]): readonly {
    readonly goCase: GoCase;
    readonly go: Answer | undefined;
    readonly ours: Answer;
  }[] {
    const answers = askGo(oracle, cases, 'sprig');
    return cases.map((goCase, i) => ({
      goCase,
      go: answers[i],
      ours: answerOf(goCase, tables.sprig),
    }));
  }

  test.each([
    { file: 'cases.jsonl', functions: 'core' as const },
    { file: 'sprig-cases.jsonl', functions: 'sprig' as const },
  ])('the answers in $file are those of this Go', ({ file, functions }) => {
    const stored = storedCases(file);
    const answers = askGo(oracle, stored, functions);
    expect(answers).toEqual(stored.map((storedCase) => storedCase.expect));
  });
});

/** Where a value is in memory, what a time is made of, and the words of the parsers of YAML and DER are one's own. */
const ownWords =
  /\(0x[\da-f]{6,}\)|\{\d+ -?\d+ (?:\d+|%![^}]*)\}|(?<=error converting YAML to JSON: |asn1: ).*/gs;

/** Recursion ends in an error here and in Go, which goes deeper. */
function isSameAnswer(go: Answer | undefined, ours: Answer): boolean {
  if (go !== undefined && 'error' in go && go.error.includes('exceeded maximum template depth')) {
    return 'error' in ours && /exceeded maximum template depth|nested too deep/.test(ours.error);
  }
  const [goText, ourText] = [go, ours].map((answer) =>
    JSON.stringify(answer).replaceAll(ownWords, ''),
  );
  return goText === ourText;
}
