// Owns the lexer's place in the text: reading on, going back, making items.
import type { Item, ItemType } from './items.ts';
import { decodeRune, lastRuneSize } from './utf8.ts';

export type LexerOptions = {
  readonly leftDelimiter: string;
  readonly rightDelimiter: string;
  /** `break` and `continue` are words of the language unless functions have these names. */
  readonly isBreakKeyword: boolean;
  readonly isContinueKeyword: boolean;
};

/** The state between two items. */
export type Lexer = {
  input: string;
  readonly options: LexerOptions;
  pos: number;
  start: number;
  isAtEnd: boolean;
  parenDepth: number;
  line: number;
  startLine: number;
  isInsideAction: boolean;
};

/** What a state of the lexer leads to: an item for the parser, or the next state. */
export type Step = Item | State;
export type State = (lexer: Lexer) => Step;

export const endOfInput = -1;
export const trimMarkerSize = 2;
export function createLexer(input: string, options: LexerOptions): Lexer {
  return {
    input,
    options,
    pos: 0,
    start: 0,
    isAtEnd: false,
    parenDepth: 0,
    line: 1,
    startLine: 1,
    isInsideAction: false,
  };
}

export function next(lexer: Lexer): number {
  if (lexer.pos >= lexer.input.length) {
    lexer.isAtEnd = true;
    return endOfInput;
  }
  const first = lexer.input.charCodeAt(lexer.pos);
  if (first >= 0x80) {
    const { rune, size } = decodeRune(lexer.input, lexer.pos);
    lexer.pos += size;
    return rune;
  }
  lexer.pos++;
  if (first === 0x0a) {
    lexer.line++;
  }
  return first;
}

export function backup(lexer: Lexer): void {
  if (lexer.isAtEnd || lexer.pos === 0) {
    return;
  }
  lexer.pos -= lastRuneSize(lexer.input, lexer.pos);
  if (lexer.input.charCodeAt(lexer.pos) === 0x0a) {
    lexer.line--;
  }
}

export function peek(lexer: Lexer): number {
  const { input, pos } = lexer;
  if (pos >= input.length) {
    lexer.isAtEnd = true;
    return endOfInput;
  }
  const first = input.charCodeAt(pos);
  return first < 0x80 ? first : decodeRune(input, pos).rune;
}

export function emit(lexer: Lexer, type: ItemType): Item {
  const { start, pos, startLine } = lexer;
  lexer.start = pos;
  lexer.startLine = lexer.line;
  return { type, pos: start, text: lexer.input.slice(start, pos), line: startLine };
}

export function ignore(lexer: Lexer): void {
  countLines(lexer);
  lexer.start = lexer.pos;
  lexer.startLine = lexer.line;
}

export function countLines(lexer: Lexer): void {
  const { input, start, pos } = lexer;
  let at = input.indexOf('\n', start);
  while (at >= 0 && at < pos) {
    lexer.line++;
    at = input.indexOf('\n', at + 1);
  }
}

/** Moves behind what a sticky pattern finds here, which is on this line. A pattern is faster than a loop that runs only now and then. */
export function skipRun(lexer: Lexer, pattern: RegExp): void {
  pattern.lastIndex = lexer.pos;
  lexer.pos += pattern.exec(lexer.input)?.[0].length ?? 0;
}

export function accept(lexer: Lexer, valid: string): boolean {
  const rune = next(lexer);
  if (rune >= 0 && rune < 0x80 && valid.includes(String.fromCharCode(rune))) {
    return true;
  }
  backup(lexer);
  return false;
}

export function acceptRun(lexer: Lexer, valid: string): void {
  while (accept(lexer, valid)) {
    // accept moves on
  }
}

export function error(lexer: Lexer, text: string): Item {
  const item: Item = { type: 'error', pos: lexer.start, text, line: lexer.startLine };
  lexer.start = 0;
  lexer.pos = 0;
  lexer.input = '';
  return item;
}

export type RightDelimiter = { readonly isTrimming: boolean };

const plainDelimiter: RightDelimiter = { isTrimming: false };
const trimmingDelimiter: RightDelimiter = { isTrimming: true };

export function rightDelimiterAt({ input, pos, options }: Lexer): RightDelimiter | undefined {
  if (
    hasRightTrimMarker(input, pos) &&
    input.startsWith(options.rightDelimiter, pos + trimMarkerSize)
  ) {
    return trimmingDelimiter;
  }
  return input.startsWith(options.rightDelimiter, pos) ? plainDelimiter : undefined;
}

export function skipRightDelimiter(lexer: Lexer, { isTrimming }: RightDelimiter): void {
  lexer.pos += (isTrimming ? trimMarkerSize : 0) + lexer.options.rightDelimiter.length;
  if (isTrimming) {
    skipSpaces(lexer);
  }
}

export function skipSpaces(lexer: Lexer): void {
  while (isSpace(lexer.input.charCodeAt(lexer.pos))) {
    lexer.pos++;
  }
}

export function isSpace(rune: number): boolean {
  return rune === 0x20 || rune === 0x09 || rune === 0x0d || rune === 0x0a;
}

export function hasRightTrimMarker(input: string, at: number): boolean {
  return isSpace(input.charCodeAt(at)) && input[at + 1] === '-';
}
