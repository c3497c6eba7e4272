// Owns the lexing of what is inside actions, up to and with the right delimiter.
import { keywords, type Item, type ItemType, type Keyword } from './items.ts';
import {
  accept,
  acceptRun,
  backup,
  emit,
  endOfInput,
  error,
  hasRightTrimMarker,
  ignore,
  isSpace,
  next,
  peek,
  rightDelimiterAt,
  skipRun,
  skipSpaces,
  trimMarkerSize,
  type Lexer,
  type State,
  type Step,
} from './lexer-state.ts';
import { quote, unicodePoint } from './quote.ts';
import { isDigit, isLetter, isPrint } from './unicode.ts';

function lexRightDelimiter(lexer: Lexer): Item {
  const isTrimming = rightDelimiterAt(lexer)?.isTrimming ?? false;
  if (isTrimming) {
    lexer.pos += trimMarkerSize;
    ignore(lexer);
  }
  lexer.pos += lexer.options.rightDelimiter.length;
  const item = emit(lexer, 'rightDelimiter');
  if (isTrimming) {
    skipSpaces(lexer);
    ignore(lexer);
  }
  lexer.isInsideAction = false;
  return item;
}

export function lexInsideAction(lexer: Lexer): Step {
  if (rightDelimiterAt(lexer) !== undefined) {
    return lexer.parenDepth === 0 ? lexRightDelimiter : error(lexer, 'unclosed left paren');
  }
  const rune = next(lexer);
  if (rune === endOfInput) {
    return error(lexer, 'unclosed action');
  }
  if (isSpace(rune)) {
    backup(lexer);
    return lexSpace;
  }
  const state = rune < 0x80 ? punctuation.get(String.fromCharCode(rune)) : undefined;
  if (state !== undefined) {
    return state;
  }
  if (isAlphaNumeric(rune)) {
    backup(lexer);
    return isAsciiDigit(rune) ? lexNumber : lexIdentifier;
  }
  return rune < 0x80 && isPrint(rune)
    ? emit(lexer, 'char')
    : error(lexer, `unrecognized character in action: ${unicodePoint(rune)}`);
}

/** The states that a character of punctuation leads to, which has been read already. */
const punctuation: ReadonlyMap<string, State> = new Map<string, State>([
  ['=', (lexer) => emit(lexer, 'assign')],
  [':', lexDeclare],
  ['|', (lexer) => emit(lexer, 'pipe')],
  ['"', (lexer) => lexQuoted(lexer, quotedString)],
  ["'", (lexer) => lexQuoted(lexer, characterConstant)],
  ['`', lexRawQuote],
  ['$', lexVariable],
  ['.', lexDot],
  ['+', lexSign],
  ['-', lexSign],
  ['(', lexLeftParen],
  [')', lexRightParen],
]);

function lexDeclare(lexer: Lexer): Item {
  return next(lexer) === 0x3d ? emit(lexer, 'declare') : error(lexer, 'expected :=');
}

function lexLeftParen(lexer: Lexer): Item {
  lexer.parenDepth++;
  return emit(lexer, 'leftParen');
}

function lexRightParen(lexer: Lexer): Item {
  lexer.parenDepth--;
  return lexer.parenDepth < 0 ? error(lexer, 'unexpected right paren') : emit(lexer, 'rightParen');
}

function lexSign(lexer: Lexer): Step {
  backup(lexer);
  return lexNumber;
}

function lexDot(lexer: Lexer): Step {
  if (lexer.pos < lexer.input.length && !isAsciiDigit(lexer.input.charCodeAt(lexer.pos))) {
    return lexFieldOrVariable(lexer, 'field');
  }
  backup(lexer);
  return lexNumber;
}

/** A run of spaces, without the one that belongs to a trim marker. */
function lexSpace(lexer: Lexer): Step {
  let count = 0;
  while (isSpace(peek(lexer))) {
    next(lexer);
    count++;
  }
  const last = lexer.pos - 1;
  const { input, options } = lexer;
  if (
    hasRightTrimMarker(input, last) &&
    input.startsWith(options.rightDelimiter, last + trimMarkerSize)
  ) {
    backup(lexer);
    if (count === 1) {
      return lexRightDelimiter;
    }
  }
  return emit(lexer, 'space');
}

function lexIdentifier(lexer: Lexer): Item {
  const bad = skipAlphaNumerics(lexer);
  if (bad !== undefined) {
    return badCharacter(lexer, bad);
  }
  const word = lexer.input.slice(lexer.start, lexer.pos);
  if (word === 'true' || word === 'false') {
    return emit(lexer, 'bool');
  }
  const keyword = keywords.get(word);
  return emit(lexer, keyword === undefined || isFunction(keyword, lexer) ? 'identifier' : keyword);
}

function isFunction(keyword: Keyword, { options }: Lexer): boolean {
  return (
    (keyword === 'break' && !options.isBreakKeyword) ||
    (keyword === 'continue' && !options.isContinueKeyword)
  );
}

function lexVariable(lexer: Lexer): Item {
  return lexFieldOrVariable(lexer, 'variable');
}

function lexFieldOrVariable(lexer: Lexer, type: 'field' | 'variable'): Item {
  if (isAtTerminator(lexer)) {
    return emit(lexer, type === 'variable' ? 'variable' : 'dot');
  }
  const bad = skipAlphaNumerics(lexer);
  return bad === undefined ? emit(lexer, type) : badCharacter(lexer, bad);
}

const asciiWord = /[A-Za-z0-9_]*/y;

/** Moves behind a word; answers with the character that may not follow it, if one does. */
function skipAlphaNumerics(lexer: Lexer): number | undefined {
  skipRun(lexer, asciiWord);
  let rune = peek(lexer);
  while (isAlphaNumeric(rune)) {
    next(lexer);
    rune = peek(lexer);
  }
  return isAtTerminator(lexer) ? undefined : rune;
}

function badCharacter(lexer: Lexer, rune: number): Item {
  return error(lexer, `bad character ${unicodePoint(rune)}`);
}

function isAtTerminator(lexer: Lexer): boolean {
  const rune = peek(lexer);
  return (
    rune === endOfInput ||
    isSpace(rune) ||
    (rune < 0x80 && '.,|:)('.includes(String.fromCharCode(rune))) ||
    lexer.input.startsWith(lexer.options.rightDelimiter, lexer.pos)
  );
}

type Quoted = {
  readonly mark: number;
  readonly type: ItemType;
  readonly unterminated: string;
  /** What neither ends the constant nor escapes anything. */
  readonly plain: RegExp;
};

const quotedString: Quoted = {
  mark: 0x22,
  type: 'string',
  unterminated: 'unterminated quoted string',
  plain: /[^"\\\n]*/y,
};
const characterConstant: Quoted = {
  mark: 0x27,
  type: 'charConstant',
  unterminated: 'unterminated character constant',
  plain: /[^'\\\n]*/y,
};

function lexQuoted(lexer: Lexer, { mark, type, unterminated, plain }: Quoted): Item {
  for (;;) {
    skipRun(lexer, plain);
    let rune = next(lexer);
    if (rune === mark) {
      return emit(lexer, type);
    }
    if (rune === 0x5c) {
      rune = next(lexer);
    }
    if (rune === endOfInput || rune === 0x0a) {
      return error(lexer, unterminated);
    }
  }
}

function lexRawQuote(lexer: Lexer): Item {
  for (;;) {
    const rune = next(lexer);
    if (rune === endOfInput) {
      return error(lexer, 'unterminated raw quoted string');
    }
    if (rune === 0x60) {
      return emit(lexer, 'rawString');
    }
  }
}

function lexNumber(lexer: Lexer): Item {
  if (!scanNumber(lexer)) {
    return badNumber(lexer);
  }
  const sign = peek(lexer);
  if (sign !== 0x2b && sign !== 0x2d) {
    return emit(lexer, 'number');
  }
  const isComplex = scanNumber(lexer) && lexer.input[lexer.pos - 1] === 'i';
  return isComplex ? emit(lexer, 'complex') : badNumber(lexer);
}

function badNumber(lexer: Lexer): Item {
  return error(lexer, `bad number syntax: ${quote(lexer.input.slice(lexer.start, lexer.pos))}`);
}

const decimalDigits = '0123456789_';
const hexDigits = '0123456789abcdefABCDEF_';

/** Reads what looks like a number; whether it is one is decided when its value is taken. */
function scanNumber(lexer: Lexer): boolean {
  accept(lexer, '+-');
  const digits = accept(lexer, '0') ? digitsOfBase(lexer) : decimalDigits;
  acceptRun(lexer, digits);
  if (accept(lexer, '.')) {
    acceptRun(lexer, digits);
  }
  const exponent = digits === decimalDigits ? 'eE' : digits === hexDigits ? 'pP' : '';
  if (exponent !== '' && accept(lexer, exponent)) {
    accept(lexer, '+-');
    acceptRun(lexer, decimalDigits);
  }
  accept(lexer, 'i');
  if (isAlphaNumeric(peek(lexer))) {
    next(lexer);
    return false;
  }
  return true;
}

function digitsOfBase(lexer: Lexer): string {
  if (accept(lexer, 'xX')) {
    return hexDigits;
  }
  if (accept(lexer, 'oO')) {
    return '01234567_';
  }
  return accept(lexer, 'bB') ? '01_' : decimalDigits;
}

function isAsciiDigit(rune: number): boolean {
  return rune >= 0x30 && rune <= 0x39;
}

function isAlphaNumeric(rune: number): boolean {
  return rune === 0x5f || isLetter(rune) || isDigit(rune);
}
