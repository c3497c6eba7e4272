// Owns the comparison in a query, `#(path operator value)`: what an element's value must be.
import { matchesPattern } from './match.ts';
import type { Query } from './path.ts';
import { exists, nothing, parseBool, parseFloat64, type Result } from './result.ts';

/** `~true` and its kind ask what a value is like, and are compared as a boolean. */
const likenesses: Readonly<Record<string, (value: Result) => boolean>> = {
  '*': exists,
  null: ({ type }) => type === 'null',
  true: (value) => isTrueish(value),
  false: (value) => isFalseish(value),
};

function isTrueish({ type, text, number }: Result): boolean {
  return (
    type === 'true' ||
    (type === 'string' && parseBool(text) === true) ||
    (type === 'number' && number !== 0)
  );
}

function isFalseish({ type, text, number }: Result): boolean {
  return (
    type === 'null' ||
    type === 'false' ||
    (type === 'string' && parseBool(text) === false) ||
    (type === 'number' && number === 0)
  );
}

/** Whether the value that the query's path gave satisfies it. */
export function queryMatches(query: Query, value: Result): boolean {
  const { value: subject, expected } = comparison(query.value, value);
  if (!exists(subject)) return false;
  if (query.operator === '') return true;
  switch (subject.type) {
    case 'string':
      return comparesText(subject.text, query.operator, expected);
    case 'number':
      return compares(
        Math.sign(difference(subject.number, parseFloat64(expected))),
        query.operator,
      );
    case 'true':
      return comparesBoolean(1, query.operator, expected);
    case 'false':
      return comparesBoolean(0, query.operator, expected);
    default:
      return false;
  }
}

function comparison(
  expected: string,
  value: Result,
): { readonly value: Result; readonly expected: string } {
  if (!expected.startsWith('~')) return { value, expected };
  const name = expected.slice(1);
  const likeness = Object.hasOwn(likenesses, name) ? likenesses[name] : undefined;
  if (likeness === undefined) return { value: nothing, expected: '' };
  return {
    value: { ...nothing, type: likeness(value) ? 'true' : 'false', raw: '' },
    expected: 'true',
  };
}

/** NaN where one of them is: then only `!=` holds. */
function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function compares(order: number, operator: string): boolean {
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return false;
  }
}

function comparesText(text: string, operator: string, expected: string): boolean {
  if (operator === '%') return matchesPattern(text, expected);
  if (operator === '!%') return !matchesPattern(text, expected);
  return compares(text === expected ? 0 : text < expected ? -1 : 1, operator);
}

/** true is greater than false; what is compared with neither is unequal, and true is at least, false at most anything. */
function comparesBoolean(own: 0 | 1, operator: string, expected: string): boolean {
  const other = expected === 'true' ? 1 : expected === 'false' ? 0 : undefined;
  switch (operator) {
    case '=':
      return other === own;
    case '!=':
      return other !== own;
    case '<':
    case '>':
      return other !== undefined && compares(own - other, operator);
    case '<=':
      return own === 0;
    case '>=':
      return own === 1;
    default:
      return false;
  }
}
