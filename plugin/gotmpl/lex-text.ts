// Owns the lexing of what is outside actions: text, left delimiters, comments.
import {
  countLines,
  emit,
  error,
  ignore,
  isSpace,
  rightDelimiterAt,
  skipRightDelimiter,
  trimMarkerSize,
  type Lexer,
  type Step,
} from './lexer-state.ts';

const leftComment = '/*';
const rightComment = '*/';

export function lexText(lexer: Lexer): Step {
  const { input, options } = lexer;
  const found = input.indexOf(options.leftDelimiter, lexer.pos);
  if (found < 0) {
    lexer.pos = input.length;
    countLines(lexer);
    return emit(lexer, lexer.pos > lexer.start ? 'text' : 'eof');
  }
  if (found === lexer.pos) {
    return lexLeftDelimiter;
  }
  const isTrimmed = hasLeftTrimMarker(input, found + options.leftDelimiter.length);
  lexer.pos = isTrimmed ? trimmedEnd(input, lexer.start, found) : found;
  countLines(lexer);
  const item = emit(lexer, 'text');
  lexer.pos = found;
  ignore(lexer);
  return item.text === '' ? lexLeftDelimiter : item;
}

function lexLeftDelimiter(lexer: Lexer): Step {
  lexer.pos += lexer.options.leftDelimiter.length;
  const markerSize = hasLeftTrimMarker(lexer.input, lexer.pos) ? trimMarkerSize : 0;
  if (lexer.input.startsWith(leftComment, lexer.pos + markerSize)) {
    lexer.pos += markerSize;
    ignore(lexer);
    return lexComment;
  }
  const item = emit(lexer, 'leftDelimiter');
  lexer.isInsideAction = true;
  lexer.pos += markerSize;
  ignore(lexer);
  lexer.parenDepth = 0;
  return item;
}

/** Comments are dropped: nothing here asks for them. */
function lexComment(lexer: Lexer): Step {
  const end = lexer.input.indexOf(rightComment, lexer.pos + leftComment.length);
  if (end < 0) {
    return error(lexer, 'unclosed comment');
  }
  lexer.pos = end + rightComment.length;
  const delimiter = rightDelimiterAt(lexer);
  if (delimiter === undefined) {
    return error(lexer, 'comment ends before closing delimiter');
  }
  skipRightDelimiter(lexer, delimiter);
  ignore(lexer);
  return lexText;
}

function hasLeftTrimMarker(input: string, at: number): boolean {
  return input[at] === '-' && isSpace(input.charCodeAt(at + 1));
}

function trimmedEnd(input: string, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(input.charCodeAt(at - 1))) {
    at--;
  }
  return at;
}
