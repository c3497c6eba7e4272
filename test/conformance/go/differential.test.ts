// Owns the comparison with Go's own text/template, on cases that are made up anew in each run.
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { sprigFunctions } from '../../../plugin/gotmpl/sprig/table.ts';
import { coreFunctions } from '../../unit/gotmpl/core-functions.ts';
import { storedCases } from '../../unit/gotmpl/stored-cases.ts';
import { answerOf, type Answer, type GoCase } from '../../unit/gotmpl/go-case.ts';
import { askGo, buildOracle, hasGo } from './oracle.ts';
import { sprigTemplate } from './sprig-arbitrary.ts';
import { document, grammaticalTemplate, tokenSoup } from './template-arbitrary.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const count = Number(process.env['CASES'] ?? 3000);

const tables = { core: coreFunctions, sprig: sprigFunctions };

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

  test.each([
    { file: 'cases.jsonl', functions: 'core' as const },
    { file: 'sprig-cases.jsonl', functions: 'sprig' as const },
  ])('the answers in $file are those of this Go', ({ file, functions }) => {
    const stored = storedCases(file);
    const answers = askGo(oracle, stored, functions);
    expect(answers).toEqual(stored.map((storedCase) => storedCase.expect));
  });
});

/** Recursion ends in an error here and in Go, which goes deeper. */
function isSameAnswer(go: Answer | undefined, ours: Answer): boolean {
  if (go !== undefined && 'error' in go && go.error.includes('exceeded maximum template depth')) {
    return 'error' in ours && /exceeded maximum template depth|nested too deep/.test(ours.error);
  }
  return JSON.stringify(go) === JSON.stringify(ours);
}
