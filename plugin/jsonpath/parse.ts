// Owns the grammar of a path: gval's expressions with nothing but `==` and `!=`, and `$` and `@` paths in them.
import { parseFloat64 } from '../gotmpl/parse-number.ts';
import { unquote, unquoteChar } from '../gotmpl/quote.ts';
import { fromByteString, toByteString } from '../gotmpl/utf8.ts';
import { scanToken, type Token } from './scan.ts';
import {
  child,
  children,
  compared,
  constant,
  descendants,
  everyChild,
  type Expression,
  filter,
  negated,
  pathOf,
  range,
  script,
  type Step,
  variable,
} from './select.ts';

/** A path that cannot be read. `column` counts characters from 1. */
export class PathSyntaxError extends Error {
  readonly column: number;

  constructor(column: number) {
    super('not a JSONPath');
    this.column = column;
  }
}

/** The token that was read last can be put back, once, for whoever reads next. */
type Parser = { readonly path: string; token: Token; isBack: boolean };

/** @throws PathSyntaxError */
export function parsePath(path: string): Expression {
  const parser: Parser = { path, token: { kind: 'end', text: '', end: 0 }, isBack: false };
  const expression = parseExpression(parser);
  if (next(parser).kind !== 'end') throw unexpected(parser);
  return expression;
}

function next(parser: Parser): Token {
  if (!parser.isBack) parser.token = scanToken(parser.path, parser.token.end);
  parser.isBack = false;
  return parser.token;
}

function putBack(parser: Parser): void {
  parser.isBack = true;
}

function unexpected({ token }: Parser): PathSyntaxError {
  return new PathSyntaxError(token.end - token.text.length + 1);
}

function expect(parser: Parser, symbol: string): void {
  if (next(parser).text !== symbol) throw unexpected(parser);
}

function parseExpression(parser: Parser): Expression {
  let left = parseOperand(parser);
  for (let operator = readOperator(parser); operator !== ''; operator = readOperator(parser)) {
    left = compared(left, parseOperand(parser), operator === '==');
  }
  return left;
}

/** `==`, `!=`, or '' where none follows. */
function readOperator(parser: Parser): string {
  const { text, end } = next(parser);
  if ((text === '=' || text === '!') && parser.path[end] === '=') {
    const operator = `${text}=`;
    parser.token = { kind: 'symbol', text: operator, end: end + 1 };
    return operator;
  }
  putBack(parser);
  return '';
}

function parseOperand(parser: Parser): Expression {
  const { kind, text } = next(parser);
  switch (kind) {
    case 'number': {
      const number = parseFloat64(text);
      if (typeof number !== 'number') throw unexpected(parser);
      return constant(number);
    }
    case 'text':
    case 'character':
      return constant(textOf(parser));
    case 'name':
      return text === 'true' || text === 'false'
        ? constant(text === 'true')
        : parseVariable(parser, text);
    default:
      return parseMarked(parser, text);
  }
}

function parseMarked(parser: Parser, mark: string): Expression {
  switch (mark) {
    case '$':
      return pathOf('root', parseSteps(parser));
    case '@':
      return pathOf('current', parseSteps(parser));
    case '-':
      return negated(parseOperand(parser));
    case '(': {
      const inner = parseExpression(parser);
      expect(parser, ')');
      return inner;
    }
    default:
      throw unexpected(parser);
  }
}

/** strconv.Unquote: what stands in single quotes is one character. */
function textOf(parser: Parser): string {
  const literal = toByteString(parser.token.text);
  const unquoted = literal.startsWith("'") ? character(literal) : unquote(literal);
  if (unquoted === undefined) throw unexpected(parser);
  return fromByteString(unquoted);
}

function character(literal: string): string | undefined {
  const char = unquoteChar(literal, 1, "'");
  if (char === undefined || literal.slice(char.next) !== "'") return undefined;
  return toByteString(String.fromCodePoint(char.rune));
}

function parseVariable(parser: Parser, name: string): Expression {
  const keys = [constant(name)];
  for (;;) {
    switch (next(parser).text) {
      case '.':
        keys.push(constant(parseName(parser)));
        break;
      case '[':
        keys.push(parseExpression(parser));
        expect(parser, ']');
        break;
      case '(':
        parseArguments(parser);
        // A document has no functions: a call is read, and gives nothing.
        return () => undefined;
      default:
        putBack(parser);
        return variable(keys);
    }
  }
}

function parseName(parser: Parser): string {
  const { kind, text } = next(parser);
  if (kind !== 'name') throw unexpected(parser);
  return text;
}

function parseArguments(parser: Parser): void {
  if (next(parser).text === ')') return;
  putBack(parser);
  for (;;) {
    parseExpression(parser);
    const { text } = next(parser);
    if (text === ')') return;
    if (text !== ',') throw unexpected(parser);
  }
}

function parseSteps(parser: Parser): readonly Step[] {
  const steps: Step[] = [];
  for (;;) {
    switch (next(parser).text) {
      case '.':
        steps.push(...parseSelected(parser));
        break;
      case '[':
        steps.push(parseBracket(parser, { isBelow: false }));
        break;
      case '(':
        steps.push(parseScript(parser));
        break;
      default:
        putBack(parser);
        return steps;
    }
  }
}

/** What follows the first dot. */
function parseSelected(parser: Parser): readonly Step[] {
  const { kind, text } = next(parser);
  if (kind === 'name') return [child(constant(text))];
  if (text === '*') return [everyChild];
  if (text === '.') return [descendants, parseBelow(parser)];
  throw unexpected(parser);
}

/** What follows `..`. */
function parseBelow(parser: Parser): Step {
  const { kind, text } = next(parser);
  if (kind === 'name') return child(constant(text));
  switch (text) {
    case '*':
      return everyChild;
    case '[':
      return parseBracket(parser, { isBelow: true });
    case '(':
      return parseScript(parser);
    default:
      throw unexpected(parser);
  }
}

function parseScript(parser: Parser): Step {
  const expression = parseExpression(parser);
  expect(parser, ')');
  return script(expression);
}

/**
 * Below `..` there is no range, and one key gives a list. A star before the closing bracket is every child, whatever stands
 * in front of it.
 */
function parseBracket(parser: Parser, { isBelow }: { readonly isBelow: boolean }): Step {
  const { text } = next(parser);
  if (text === '?') return parseFilter(parser);
  putBack(parser);
  const first = text === ':' ? undefined : parsePart(parser);
  if (first === everything) return everyChild;
  const separator = next(parser).text;
  if (separator === ':') return parseRange(parser, { min: first, isBelow });
  if (first === undefined) throw unexpected(parser);
  const keys = [first, ...parseKeys(parser)];
  if (keys.includes(everything)) return everyChild;
  return keys.length === 1 && !isBelow ? child(first) : children(keys);
}

function parseFilter(parser: Parser): Step {
  const condition = parseExpression(parser);
  expect(parser, ']');
  return filter(condition);
}

/** Stands for a star, behind which the closing bracket has been read. */
const everything: Expression = () => undefined;

function parsePart(parser: Parser): Expression {
  if (next(parser).text !== '*') {
    putBack(parser);
    return parseExpression(parser);
  }
  expect(parser, ']');
  return everything;
}

/** The keys behind the first one, up to the closing bracket; the separator behind the first has been read. */
function parseKeys(parser: Parser): readonly Expression[] {
  const keys: Expression[] = [];
  while (parser.token.text === ',') {
    const key = parsePart(parser);
    keys.push(key);
    if (key !== everything) next(parser);
  }
  if (parser.token.text !== ']') throw unexpected(parser);
  return keys;
}

const greatest = constant(2 ** 31 - 1);

/** `min:max:step`, of which each may be absent; the first colon has been read. */
function parseRange(
  parser: Parser,
  {
    min = constant(0),
    isBelow,
  }: { readonly min: Expression | undefined; readonly isBelow: boolean },
): Step {
  const max = parseBound(parser);
  if (max === everything) return everyChild;
  if (next(parser).text === ']' && !isBelow) return range([min, max ?? greatest, constant(1)]);
  if (parser.token.text !== ':') throw unexpected(parser);
  const step = parseBound(parser);
  if (step === everything) return everyChild;
  if (next(parser).text !== ']' || isBelow) throw unexpected(parser);
  return range([min, max ?? greatest, step ?? constant(1)]);
}

function parseBound(parser: Parser): Expression | undefined {
  const { text } = next(parser);
  putBack(parser);
  return text === ':' || text === ']' ? undefined : parsePart(parser);
}
