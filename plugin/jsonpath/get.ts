// Owns the public function: what a path selects in a document, as PaesslerAG/jsonpath v0.1.1 (with gval v1.2.4) does.
import type { GoJson } from '../gojson/value.ts';
import { parsePath, PathSyntaxError } from './parse.ts';
import { BudgetError } from './select.ts';

export type PathOutcome =
  | { readonly ok: true; readonly value: GoJson }
  /** Holds nothing of the path, which may have been made of secrets, nor of the document. */
  | {
      readonly ok: false;
      readonly problem: 'syntax' | 'nothing' | 'budget';
      readonly message: string;
    };

/** Values looked at: a second's work. */
const budget = 5_000_000;

/**
 * A path of single steps gives its value; one with a wildcard, `..`, a filter, a range or several keys a list of
 * whatever is there.
 */
export function getByPath(path: string, document: GoJson): PathOutcome {
  try {
    const scope = { root: document, current: null, budget: { left: budget } };
    const value = parsePath(path)(scope);
    return value === undefined ? failed('nothing', 'it selects nothing') : { ok: true, value };
  } catch (error) {
    if (error instanceof PathSyntaxError)
      return failed('syntax', `it cannot be read as a JSONPath from column ${error.column}`);
    if (error instanceof BudgetError) return failed('budget', 'it looks at too many values');
    throw error;
  }
}

type Failed = Extract<PathOutcome, { readonly ok: false }>;

function failed(problem: Failed['problem'], message: string): Failed {
  return { ok: false, problem, message };
}
