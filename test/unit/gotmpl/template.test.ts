// Owns the check of the engine against answers that Go gave: test/conformance/go compares them anew.
import { expect, test } from 'vitest';
import { coreFunctions } from './core-functions.ts';
import { answerOf } from './go-case.ts';
import { storedCases } from './stored-cases.ts';

test.each(storedCases('cases.jsonl'))('as Go: $template', ({ expect: go, ...goCase }) => {
  expect(answerOf(goCase, coreFunctions)).toEqual(go);
});
