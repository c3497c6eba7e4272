// Owns the words for a broken schema: what is expected, what was found, and what to do.
import { isRecord } from '../k8s/object.ts';
import { nearestName } from '../nearest-name.ts';
import type { SchemaError } from './validator.ts';

/** The message for one error; the place itself is not in it. `hidden`: not even the name of an unknown field may be shown. */
export function errorMessage(error: SchemaError, { hidden }: { readonly hidden: boolean }): string {
  const { keyword, params, parentSchema } = error;
  const limit = String(params['limit']);
  switch (keyword) {
    case 'type':
      return typeMessage(error);
    case 'enum':
      return enumMessage(error);
    case 'pattern':
      return `must be ${String(parentSchema['patternErrorMessage'])}`;
    case 'required':
      return 'is missing, and required';
    case 'additionalProperties':
      return hidden ? hiddenFieldMessage(error) : unknownFieldMessage(error);
    case 'minProperties':
    case 'maxProperties':
      return oneOfMessage(error);
    case 'minLength':
      return 'must not be empty';
    case 'maxLength':
      return `must have at most ${limit} characters`;
    case 'minItems':
      return `must have at least ${limit} element`;
    case 'minimum':
      return `must be ${limit} or more`;
    case 'maximum':
      return `must be ${limit} or less`;
    default:
      return `breaks the schema's rule "${keyword}"`;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  object: 'an object',
  string: 'text',
};

function typeMessage({ params, data }: SchemaError): string {
  const wanted = [params['type']].flat().map(String);
  const expected = wanted.map((type) => typeNames[type] ?? type).join(' or ');
  return `must be ${expected}, and is ${foundName(data)}${typeHint(wanted, data)}`;
}

function foundName(data: unknown): string {
  if (data === null) return 'null';
  if (Array.isArray(data)) return 'a list';
  switch (typeof data) {
    case 'string':
      return 'text';
    case 'object':
      return 'an object';
    default:
      return `a ${typeof data}`;
  }
}

function typeHint(wanted: readonly string[], data: unknown): string {
  if (data === null) return ': give it a value, or leave it out';
  if (wanted.includes('string')) return textHint(data);
  if (typeof data !== 'string') return '';
  return wanted.includes('boolean') || wanted.includes('integer') ? ': remove the quotes' : '';
}

/** What the author most probably wrote, where text was wanted. */
function textHint(data: unknown): string {
  switch (typeof data) {
    case 'boolean':
      return ': YAML reads y, n, yes, no, on and off without quotes as true or false; quote it';
    case 'number':
      return ': YAML reads 017, 1_0, 1e3 and 0x1F without quotes as numbers; quote it';
    case 'object':
      return Array.isArray(data) ? '' : ': quote it if it is a template that begins with {{';
    default:
      return '';
  }
}

/** The value of an enum field is no secret, and showing it helps. */
function enumMessage({ params, data }: SchemaError): string {
  const allowed = [params['allowedValues']].flat().map(String);
  const list = allowed.join(', ');
  if (data === '') return `must not be empty; allowed: ${list}`;
  const meant = nearestName(String(data), allowed);
  const question = meant === undefined ? '' : `; did you mean "${meant}"?`;
  return `"${String(data)}" is not allowed here; allowed: ${list}${question}`;
}

/** Above this many names a list of them helps nobody. */
const longestList = 15;

function unknownFieldMessage({ params, parentSchema }: SchemaError): string {
  const names = fieldNames(parentSchema);
  const meant = nearestName(String(params['additionalProperty']), names);
  if (meant !== undefined) return `unknown field; did you mean "${meant}"?`;
  return `unknown field${names.length > longestList ? '' : `; allowed: ${names.join(', ')}`}`;
}

function hiddenFieldMessage({ parentSchema }: SchemaError): string {
  return `has an unknown field (not shown, it may be a secret); allowed: ${fieldNames(parentSchema).join(', ')}`;
}

function oneOfMessage({ data, parentSchema }: SchemaError): string {
  const names = fieldNames(parentSchema);
  const choice = names.length > longestList ? 'field' : `of ${names.join(', ')}`;
  const given = isRecord(data) ? Object.keys(data) : [];
  const found = given.length === 0 ? 'none is' : `there are ${given.length}: ${given.join(', ')}`;
  return `exactly one ${choice} must be given, and ${found}`;
}

export function fieldNames({ properties }: SchemaError['parentSchema']): readonly string[] {
  return isRecord(properties) ? Object.keys(properties) : [];
}
