// Owns sprig's functions on regular expressions. The must… twins differ in how they report a bad pattern.
import type { Budget } from '../budget.ts';
import { FunctionError } from '../errors.ts';
import {
  bool,
  function1,
  function2,
  function3,
  int,
  text,
  type Codec,
  type GoFunction,
} from '../functions.ts';
import {
  compilePattern,
  findAll,
  findFirst,
  matches,
  mustCompilePattern,
  quoteMeta,
  replaceMatches,
  splitByPattern,
  type Pattern,
} from '../regexp.ts';
import { sliceValue, stringSliceType, stringValue, zeroValue } from '../values.ts';

type Compile = (source: string, budget: Budget) => Pattern;

/** Texts, or Go's nil list. */
const textsOrNil: Codec<readonly string[] | undefined> = {
  type: stringSliceType,
  read: () => undefined,
  make: (parts) =>
    parts === undefined
      ? zeroValue(stringSliceType)
      : sliceValue(parts.map(stringValue), stringSliceType),
};

export const regexFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['regexQuoteMeta', function1([text], text, quoteMeta)],
  ['regexMatch', function2([text, text], bool, (source, s, budget) => isMatch(source, s, budget))],
  [
    'mustRegexMatch',
    function2([text, text], bool, (source, s, budget) =>
      matches(compilePattern(source, budget), s, budget),
    ),
  ],
  ...twin('FindAll', findingAll),
  ...twin('Find', finding),
  ...twin('ReplaceAll', (compile) => replacing(compile, true)),
  ...twin('ReplaceAllLiteral', (compile) => replacing(compile, false)),
  ...twin('Split', splitting),
]);

function twin(name: string, create: (compile: Compile) => GoFunction): [string, GoFunction][] {
  return [
    [`regex${name}`, create(mustCompilePattern)],
    [`mustRegex${name}`, create(compilePattern)],
  ];
}

/** A pattern that is wrong matches nothing. */
function isMatch(source: string, s: string, budget: Budget): boolean {
  try {
    return matches(compilePattern(source, budget), s, budget);
  } catch (error) {
    if (error instanceof FunctionError) {
      return false;
    }
    throw error;
  }
}

function findingAll(compile: Compile): GoFunction {
  return function3([text, text, int], textsOrNil, ([source, s, limit], budget) =>
    findAll(compile(source, budget), s, { limit: Number(limit), budget }),
  );
}

function finding(compile: Compile): GoFunction {
  return function2([text, text], text, (source, s, budget) =>
    findFirst(compile(source, budget), s, budget),
  );
}

function replacing(compile: Compile, isTemplate: boolean): GoFunction {
  return function3([text, text, text], text, ([source, s, replacement], budget) =>
    replaceMatches(compile(source, budget), s, { text: replacement, isTemplate, budget }),
  );
}

function splitting(compile: Compile): GoFunction {
  return function3([text, text, int], textsOrNil, ([source, s, limit], budget) =>
    splitByPattern(compile(source, budget), s, { limit: Number(limit), budget }),
  );
}
