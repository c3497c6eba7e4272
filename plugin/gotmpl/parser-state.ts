// Owns the parser's look-ahead over the items, and the errors that it raises.
import { TemplateError, type TemplateErrorPlace } from './errors.ts';
import type { FunctionMap } from './functions.ts';
import { describeItem, type Item, type ItemType } from './items.ts';
import { nextItem } from './lexer.ts';
import type { Lexer } from './lexer-state.ts';
import type { ListNode } from './nodes.ts';
import { fromByteString } from './utf8.ts';

/** The bodies by template name; the text itself is under its own name. */
export type Trees = Map<string, ListNode>;

/** What all templates of one text share. */
export type SharedParser = {
  readonly name: string;
  readonly lexer: Lexer;
  readonly trees: Trees;
  readonly functions: FunctionMap;
  readonly builtins: FunctionMap;
  nesting: number;
};

/** The state of one template's parsing: a definition has its own variables and look-ahead. */
export type Parser = {
  readonly shared: SharedParser;
  /** Items put back, the next one last. */
  readonly ahead: Item[];
  /** The line of the item that was read last from the lexer; Go's errors name it. */
  line: number;
  /** Where that item begins, in bytes. */
  pos: number;
  /** Names in scope, the innermost last. */
  variables: string[];
  /** Where the action that is being read started; 0 between actions. */
  actionLine: number;
  rangeDepth: number;
};

/** Go goes 10000 deep on a stack that grows; ours does not. */
const maxNesting = 250;

export function createParser(shared: SharedParser): Parser {
  return { shared, ahead: [], line: 0, pos: 0, variables: ['$'], actionLine: 0, rangeDepth: 0 };
}

export function takeItem(parser: Parser): Item {
  const item = parser.ahead.pop();
  if (item !== undefined) {
    return item;
  }
  const read = nextItem(parser.shared.lexer);
  parser.line = read.line;
  parser.pos = read.pos;
  return read;
}

export function putBack(parser: Parser, item: Item): void {
  parser.ahead.push(item);
}

export function peekItem(parser: Parser): Item {
  const known = parser.ahead.at(-1);
  if (known !== undefined) {
    return known;
  }
  const item = takeItem(parser);
  putBack(parser, item);
  return item;
}

export function takeNonSpace(parser: Parser): Item {
  let item = takeItem(parser);
  while (item.type === 'space') {
    item = takeItem(parser);
  }
  return item;
}

export function peekNonSpace(parser: Parser): Item {
  const item = takeNonSpace(parser);
  putBack(parser, item);
  return item;
}

export type Expectation = { readonly types: readonly ItemType[]; readonly context: string };

export function expectItem(parser: Parser, { types, context }: Expectation): Item {
  const item = takeNonSpace(parser);
  return types.includes(item.type) ? item : unexpected(parser, item, context);
}

/** Raises Go's error for an item that cannot stand there; an error of the lexer is passed on. */
export function unexpected(parser: Parser, item: Item, context: string): never {
  if (item.type !== 'error') {
    return parseError(parser, `unexpected ${describeItem(item)} in ${context}`);
  }
  const { actionLine, shared } = parser;
  if (actionLine === 0 || actionLine === item.line) {
    return parseError(parser, item.text);
  }
  const subject = item.text.endsWith(' action') ? '' : ' in action';
  return parseError(parser, `${item.text}${subject} started at ${shared.name}:${actionLine}`);
}

export function parseError(
  parser: Parser,
  text: string,
  more: Pick<TemplateErrorPlace, 'unknownFunction'> = {},
): never {
  const { line, pos, shared } = parser;
  const lineStart = pos === 0 ? 0 : shared.lexer.input.lastIndexOf('\n', pos - 1) + 1;
  throw new TemplateError(
    { text: fromByteString(`template: ${shared.name}:${line}: ${text}`) },
    { stage: 'parse', line, column: pos - lineStart, ...more },
  );
}

/** Runs what reads something nested, unless it would be too deep; `text` is the error then. */
export function nested<T>(parser: Parser, text: string, read: () => T): T {
  const { shared } = parser;
  if (shared.nesting >= maxNesting) {
    return parseError(parser, text);
  }
  shared.nesting++;
  const result = read();
  shared.nesting--;
  return result;
}
