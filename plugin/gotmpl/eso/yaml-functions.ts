// Owns ESO's toYaml and fromYaml.
import type { Budget } from '../budget.ts';
import { FunctionError } from '../errors.ts';
import { any, dict, function1, text, type GoFunction } from '../functions.ts';
import { fromByteString, isValidUtf8, toByteString } from '../utf8.ts';
import {
  boolValue,
  floatValue,
  invalidValue,
  mapValue,
  sliceValue,
  stringValue,
  type Value,
} from '../values.ts';
import { writeYaml } from './yaml-write.ts';

/** Plain data of a YAML text (objects, arrays, texts, numbers, booleans, null), or why there is none: no message quotes the text. */
export type YamlReader = (
  text: string,
) =>
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

/** Both functions, over a reader of YAML 1.1. */
export function yamlFunctions(read: YamlReader): ReadonlyMap<string, GoFunction> {
  return new Map<string, GoFunction>([
    ['toYaml', function1([any], text, toYaml)],
    ['fromYaml', function1([text], dict, (yaml) => fromYaml(yaml, read))],
  ]);
}

/** ESO drops an error, and one line end. */
function toYaml(value: Value, budget: Budget): string {
  try {
    return writeYaml(value, budget).replace(/\n$/, '');
  } catch (error) {
    if (error instanceof FunctionError) return '';
    throw error;
  }
}

/** The keys of a map. An error is the text under the key `Error`, as in ESO. */
function fromYaml(bytes: string, read: YamlReader): Map<string, Value> {
  if (!isValidUtf8(bytes)) return unreadable('yaml: invalid leading UTF-8 octet');
  const outcome = read(fromByteString(bytes));
  if (!outcome.ok) return unreadable(outcome.message);
  const { value } = outcome;
  if (value === null || value === undefined) return new Map();
  if (isMap(value)) return entriesOf(value);
  return failed(
    `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonType(value)} into Go value of type map[string]interface {}`,
  );
}

function unreadable(why: string): Map<string, Value> {
  return failed(`error converting YAML to JSON: ${why}`);
}

function failed(message: string): Map<string, Value> {
  return new Map([['Error', stringValue(toByteString(message))]]);
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number';
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entriesOf(map: Readonly<Record<string, unknown>>): Map<string, Value> {
  return new Map(Object.entries(map).map(([key, value]) => [toByteString(key), valueOf(value)]));
}

/** Numbers are float64, since Go reads the map from JSON. */
function valueOf(value: unknown): Value {
  if (Array.isArray(value)) return sliceValue(value.map(valueOf));
  if (isMap(value)) return mapValue(entriesOf(value));
  switch (typeof value) {
    case 'string':
      return stringValue(toByteString(value));
    case 'boolean':
      return boolValue(value);
    case 'number':
    case 'bigint':
      return floatValue(Number(value));
    default:
      return invalidValue;
  }
}
