// Owns sprig's JSON functions.
import type { Budget } from '../budget.ts';
import { FunctionError } from '../errors.ts';
import { any, function1, text, type GoFunction } from '../functions.ts';
import { readJson } from '../json-read.ts';
import { writeJson, type JsonStyle } from '../json-write.ts';
import { invalidValue, type Value } from '../values.ts';

const compact: JsonStyle = { escapesHtml: true };
const pretty: JsonStyle = { escapesHtml: true, indent: '  ' };
const raw: JsonStyle = { escapesHtml: false };

export const jsonFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  [
    'fromJson',
    function1([text], any, (json, budget) =>
      orElse(invalidValue, () => readJson(json, budget).value),
    ),
  ],
  ['mustFromJson', function1([text], any, mustFromJson)],
  [
    'toJson',
    function1([any], text, (value, budget) => orElse('', () => writeJson(value, compact, budget))),
  ],
  ['mustToJson', writer(compact)],
  [
    'toPrettyJson',
    function1([any], text, (value, budget) => orElse('', () => writeJson(value, pretty, budget))),
  ],
  ['mustToPrettyJson', writer(pretty)],
  ['toRawJson', writer(raw)],
  ['mustToRawJson', writer(raw)],
]);

function mustFromJson(json: string, budget: Budget): Value {
  const { value, failure } = readJson(json, budget);
  if (failure !== undefined) {
    throw failure;
  }
  return value;
}

function writer(style: JsonStyle): GoFunction {
  return function1([any], text, (value: Value, budget: Budget) => writeJson(value, style, budget));
}

/** What the functions give whose Go original drops its error. */
function orElse<T>(fallback: T, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof FunctionError) {
      return fallback;
    }
    throw error;
  }
}
