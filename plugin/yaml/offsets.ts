// Owns offsets into a document's text: lines, and what a node covers.
import { isNode } from 'yaml';

/** Offsets into the text. */
export type Range = { readonly start: number; readonly end: number };

/** Without the comment behind the node; empty at the start of the text where there is no node. */
export function rangeOf(node: unknown): Range {
  const range = isNode(node) ? node.range : undefined;
  return { start: range?.[0] ?? 0, end: range?.[1] ?? 0 };
}

/** The start of the line in which the offset is. */
export function lineStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !isLineEnd(text[start - 1])) start -= 1;
  return start;
}

/** The start of the next line; the offset itself where a line begins there. */
export function nextLine(text: string, offset: number): number {
  let end = offset;
  while (end < text.length && (end === 0 || !isLineEnd(text[end - 1]))) end += 1;
  return text[end - 1] === '\r' && text[end] === '\n' ? end + 1 : end;
}

function isLineEnd(character: string | undefined): boolean {
  return character === '\n' || character === '\r';
}
