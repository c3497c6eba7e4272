// Owns what goyaml refuses in a text that this parser takes: half characters, and a tab in front of everything.
import { type Document, visit } from 'yaml';
import type { TextProblem } from './compose.ts';

const escape = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|[^])/g;

/** The first of it. `text` is the whole one, of which this is the first document. */
export function refusal(document: Document.Parsed, text: string): TextProblem | undefined {
  return leadingTab(text) ?? badEscape(document);
}

/** A comment, a marker, a line without anything. One at a time: one pattern over all of them would need a stack for their number. */
const emptyLine = /(?: *#[^\n]*|---| *)\r?\n/y;
const tab = / *\t/y;

function leadingTab(text: string): TextProblem | undefined {
  let start = 0;
  emptyLine.lastIndex = 0;
  while (emptyLine.test(text)) start = emptyLine.lastIndex;
  tab.lastIndex = start;
  return tab.test(text)
    ? { message: 'a tab cannot begin a line', offset: tab.lastIndex - 1 }
    : undefined;
}

/** Half of a surrogate pair, also beside its other half as JSON writes it, and what is beyond Unicode. */
function badEscape(document: Document.Parsed): TextProblem | undefined {
  let problem: TextProblem | undefined;
  visit(document, {
    Scalar: (_key, { srcToken }) => {
      if (srcToken?.type !== 'double-quoted-scalar') return undefined;
      const found = [...srcToken.source.matchAll(escape)].find((match) => !isCharacter(match));
      if (found === undefined) return undefined;
      const message = 'an escape stands for half of a character, or for none';
      problem = { message, offset: srcToken.offset + found.index };
      return visit.BREAK;
    },
  });
  return problem;
}

function isCharacter([, short, long]: RegExpExecArray): boolean {
  const digits = short ?? long;
  if (digits === undefined) return true;
  const codePoint = Number.parseInt(digits, 16);
  return codePoint <= 0x10_ffff && (codePoint < 0xd800 || codePoint > 0xdfff);
}
