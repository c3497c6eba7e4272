// Owns the way from text to syntax trees, and the checks that must come before anything recursive sees them.
import { Composer, type CST, type Document, Lexer, Parser } from 'yaml';
import { syntaxMessages } from './syntax-messages.ts';

/** A problem at an offset of the text. `message` quotes nothing of the document but a key that is there twice. */
export type TextProblem = { readonly message: string; readonly offset: number };

export type Composition =
  | { readonly ok: true; readonly documents: Iterable<Document.Parsed> }
  | { readonly ok: false; readonly problem: TextProblem };

/** Levels of maps and lists in one document. Kubernetes' own objects stay far below. */
export const maxDepth = 90;

/** What goyaml's reader refuses, with a lone half of a surrogate pair. */
const unreadable = /[^\t\n\r\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Scalars stay text here: what a plain one means is decided in scalars.ts, as Kubernetes does. */
const composerOptions = {
  version: '1.1',
  schema: 'failsafe',
  merge: false,
  uniqueKeys: false,
  keepSourceTokens: true,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** The documents, composed one by one as they are asked for. `onLine` hears of each line's offset. */
export function compose(text: string, onLine?: (offset: number) => void): Composition {
  onLine?.(0);
  const character = text.search(unreadable);
  if (character !== -1) {
    for (const { index } of text.slice(0, character).matchAll(/\n|\r(?!\n)/g)) onLine?.(index + 1);
    return failed('a control character stands here: only an escape may stand for it', character);
  }
  const parser = new Parser(onLine);
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(withLineFeeds(text))) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // Parser and composer recurse when they leave a level, so that there must not be too many.
    if (parser.stack.length > maxDepth)
      return failed(`nested deeper than ${maxDepth} levels`, parser.offset);
  }
  for (const token of parser.end()) tokens.push(token);
  return { ok: true, documents: new Composer(composerOptions).compose(tokens, true, text.length) };
}

/** A carriage return alone ends a line too, but not for this parser. Offsets stay. */
function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r(?!\n)/g, '\n') : text;
}

function failed(message: string, offset: number): Composition {
  return { ok: false, problem: { message, offset } };
}

/** In our own words: those of the parser may quote the text. */
export function syntaxProblems(document: Document.Parsed): readonly TextProblem[] {
  return document.errors.map(({ code, pos }) => ({
    message: syntaxMessages[code],
    offset: pos[0],
  }));
}
