// Owns the tokens of a path, as Go's text/scanner cuts them: comments and blanks are passed over.

type TokenKind = 'end' | 'name' | 'number' | 'text' | 'character' | 'symbol';

/** `end` is the offset behind it. A text may lack its closing quote, which shows when it is unquoted. */
export type Token = { readonly kind: TokenKind; readonly text: string; readonly end: number };

const ignored = /(?:[\t\n\r ]|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))*/y;

/** In the order in which they are tried. */
const forms: readonly (readonly [TokenKind, RegExp])[] = [
  ['name', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['number', /0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][-+]?[0-9_]*)?/y],
  ['number', /0[bBoO][0-9_]*(?:\.[0-9_]*)?(?:[eEpP][-+]?[0-9_]*)?/y],
  ['number', /(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eEpP][-+]?[0-9_]*)?/y],
  ['text', /"(?:\\["\\]|[^"\n])*"?/y],
  ['text', /`[^`]*`?/y],
  ['character', /'(?:\\['\\]|[^'\n])*'?/y],
  ['symbol', /[^]/uy],
];

/** The first token at or behind `from`. */
export function scanToken(path: string, from: number): Token {
  const start = from + matchAt(ignored, path, from).length;
  for (const [kind, form] of forms) {
    const text = matchAt(form, path, start);
    if (text !== '') return { kind, text, end: start + text.length };
  }
  return { kind: 'end', text: '', end: start };
}

function matchAt(form: RegExp, path: string, at: number): string {
  form.lastIndex = at;
  return form.exec(path)?.[0] ?? '';
}
