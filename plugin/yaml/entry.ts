// Owns setting one entry of a document's root map in its text: all else in it stays as it is.
import { isMap, type Pair, type YAMLMap } from 'yaml';
import { keyText } from './convert.ts';
import { type PlainData, toJsonText, toYamlText } from './encode.ts';
import { lineStart, nextLine, type Range, rangeOf } from './offsets.ts';
import type { ParsedYaml } from './parse.ts';

export type Entry = { readonly key: string; readonly value: PlainData };

/**
 * The text with the entry, in the place of the one with its key or behind the last one, in the map's style and with its line
 * ends. The text itself where the document is no map.
 */
export function emitEntry(text: string, document: ParsedYaml, entry: Entry): string {
  const root = document.node([]);
  if (!isMap(root)) return text;
  const { range, insert } =
    root.flow === true ? flowEntry(root, entry) : blockEntry(text, root, entry);
  return text.slice(0, range.start) + insert + text.slice(range.end);
}

type Insertion = { readonly range: Range; readonly insert: string };

function flowEntry(root: YAMLMap, { key, value }: Entry): Insertion {
  const json = toJsonText(value);
  const present = pairOf(root, key);
  if (present !== undefined) return { range: rangeOf(present.value), insert: json };
  const last = root.items.at(-1);
  const end = Math.max(rangeOf(last?.key).end, rangeOf(last?.value).end, rangeOf(root).start + 1);
  const separator = last === undefined ? '' : ', ';
  return { range: { start: end, end }, insert: `${separator}${toJsonText(key)}: ${json}` };
}

function blockEntry(text: string, root: YAMLMap, { key, value }: Entry): Insertion {
  const { start, end } = rangeOf(root);
  const indent = ' '.repeat(start - lineStart(text, start));
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = toYamlText({ [key]: value })
    .trimEnd()
    .split('\n');
  const insert = lines.map((line) => `${indent}${line}${lineEnd}`).join('');
  const present = pairOf(root, key);
  if (present !== undefined) {
    const from = lineStart(text, rangeOf(present.key).start);
    return { range: { start: from, end: nextLine(text, rangeOf(present.value).end) }, insert };
  }
  const behind = nextLine(text, end);
  const lead = text[behind - 1] === '\n' ? '' : lineEnd;
  return { range: { start: behind, end: behind }, insert: lead + insert };
}

function pairOf(root: YAMLMap, key: string): Pair | undefined {
  return root.items.find((pair) => keyText(pair.key) === key);
}
