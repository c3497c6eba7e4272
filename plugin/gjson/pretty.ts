// Owns laying out JSON (tidwall/pretty): without blanks, or a member to a line with short arrays on one line.

import { parseFloat64 } from './result.ts';
import { parseRoot } from './scan.ts';

export type PrettyOptions = {
  /** An array that fits into this many columns stands on one line. */
  readonly width: number;
  readonly prefix: string;
  readonly indent: string;
  readonly sortKeys: boolean;
};

export const defaultOptions: PrettyOptions = {
  width: 80,
  prefix: '',
  indent: '  ',
  sortKeys: false,
};

/** Without the blanks between tokens. */
export function uglify(json: string): string {
  let output = '';
  let position = 0;
  while (position < json.length) {
    const character = json[position] ?? '';
    const end = character === '"' ? stringEnd(json, position) : position + 1;
    if (character > ' ') output += json.slice(position, end);
    position = end;
  }
  return output;
}

/** Behind the closing quote of the string that begins at `start`. */
function stringEnd(json: string, start: number): number {
  let position = start + 1;
  while (position < json.length && json[position] !== '"')
    position += json[position] === '\\' ? 2 : 1;
  return Math.min(position + 1, json.length);
}

/** A member or element to a line. Stops growing, as the layouter does, where the text is no JSON. */
export function prettify(json: string, options: PrettyOptions): string {
  const layout: Layout = { json, options };
  const { text } = layAny(layout, {
    position: 0,
    text: options.prefix,
    tabs: 0,
    lineStart: 0,
    limit: undefined,
  });
  return text === '' ? '' : `${text}\n`;
}

type Layout = { readonly json: string; readonly options: PrettyOptions };

/** Where reading and writing are. With a limit everything goes on one line, and may fail to fit. */
type Cursor = {
  readonly position: number;
  readonly text: string;
  readonly tabs: number;
  /** Of the line that is being written, in `text`. */
  readonly lineStart: number;
  readonly limit: number | undefined;
};

type Laid = Pick<Cursor, 'position' | 'text' | 'lineStart'> & { readonly fits: boolean };

const literals: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

function layAny(layout: Layout, cursor: Cursor): Laid {
  const { json } = layout;
  for (let position = cursor.position; position < json.length; position += 1) {
    const character = json[position] ?? '';
    const at = { ...cursor, position };
    if (character === '"') return written(at, stringEnd(json, position), json);
    if (isNumberStart(json, position)) return written(at, numberEnd(json, position), json);
    if (character === '{' || character === '[') return layNested(layout, at, character);
    const literal = literals[character];
    if (literal !== undefined)
      return {
        ...at,
        position: position + literal.length,
        text: cursor.text + literal,
        fits: true,
      };
  }
  return { ...cursor, position: json.length, fits: true };
}

function written(cursor: Cursor, end: number, json: string): Laid {
  return {
    ...cursor,
    position: end,
    text: cursor.text + json.slice(cursor.position, end),
    fits: true,
  };
}

function isNumberStart(json: string, position: number): boolean {
  const character = json[position] ?? '';
  if (/[-0-9iI+N]/.test(character)) return true;
  return character === 'n' && position + 1 < json.length && json[position + 1] !== 'u';
}

function numberEnd(json: string, start: number): number {
  let end = start + 1;
  while (end < json.length && !endsNumber(json[end] ?? '')) end += 1;
  return end;
}

function endsNumber(character: string): boolean {
  return character <= ' ' || ',:]}'.includes(character);
}

function layNested(layout: Layout, cursor: Cursor, open: Open): Laid {
  const { width } = layout.options;
  if (width > 0 && cursor.limit !== undefined && open === '{') return { ...cursor, fits: false };
  if (width > 0 && cursor.limit === undefined && open === '[') {
    const room = width - (cursor.text.length - cursor.lineStart);
    const inLine = { ...cursor, tabs: 0, lineStart: 0, limit: room };
    const line = room > 3 ? layMembers(layout, inLine, open) : undefined;
    if (line?.fits === true && line.text.length - cursor.text.length <= room) {
      return { ...line, lineStart: cursor.lineStart };
    }
  }
  return layMembers(layout, cursor, open);
}

type Open = '{' | '[';

/** A member as it was written: its key's and its own place, for sorting. */
type Pair = { readonly key: string; readonly start: number; readonly end: number };

/** An object or array while it is being written. */
type Writing = Pick<Cursor, 'limit' | 'tabs'> & {
  readonly open: Open;
  /** A member to a line. */
  readonly spread: boolean;
  readonly pairs: Pair[];
  text: string;
  lineStart: number;
  position: number;
  count: number;
  sorts: boolean;
};

function layMembers(layout: Layout, cursor: Cursor, open: Open): Laid {
  const { json, options } = layout;
  const spread = cursor.limit === undefined;
  const writing: Writing = {
    ...cursor,
    open,
    spread,
    pairs: [],
    text: cursor.text + open,
    position: cursor.position + 1,
    count: 0,
    sorts: spread && open === '{' && options.sortKeys,
  };
  const close = open === '{' ? '}' : ']';
  for (; writing.position < json.length; writing.position += 1) {
    const character = json[writing.position] ?? '';
    if (character === close) return closeMembers(writing, options, close);
    const begins = character > ' ' && (open === '[' || character === '"');
    if (begins && !layMember(layout, writing)) return laid(writing, false);
  }
  return laid(writing, open !== '{');
}

function laid({ position, text, lineStart }: Writing, fits: boolean): Laid {
  return { position, text, lineStart, fits };
}

function closeMembers(writing: Writing, options: PrettyOptions, close: string): Laid {
  if (writing.sorts) writing.text = sortedText(writing.text, writing.pairs);
  if (writing.spread && writing.count > 0) breakLine(writing);
  if (writing.spread && !writing.text.endsWith(writing.open))
    writing.text += tabs(options, writing.tabs);
  writing.text += close;
  writing.position += 1;
  return laid(writing, writing.open !== '{');
}

/** One member or element; false where it does not fit on the line. */
function layMember(layout: Layout, writing: Writing): boolean {
  const { json, options } = layout;
  const { open, spread } = writing;
  if (writing.count > 0) writing.text += open === '[' && options.width !== -1 ? ', ' : ',';
  if (spread) breakLine(writing);
  const start = writing.text.length;
  if (spread) writing.text += tabs(options, writing.tabs + 1);
  const key = open === '{' ? json.slice(writing.position, stringEnd(json, writing.position)) : '';
  if (open === '{') writing.text += `${key}:${spread ? ' ' : ''}`;
  const { text, lineStart, limit } = writing;
  const value = layAny(layout, {
    position: writing.position + key.length,
    text,
    tabs: writing.tabs + 1,
    lineStart,
    limit,
  });
  writing.text = value.text;
  writing.lineStart = value.lineStart;
  writing.position = value.position;
  if (!spread && !value.fits) return false;
  if (start > value.text.length) writing.sorts = false;
  else writing.pairs.push({ key, start, end: value.text.length });
  writing.position -= 1;
  writing.count += 1;
  return true;
}

/** The blank behind a comma becomes the line's end. */
function breakLine(writing: Writing): void {
  const { text } = writing;
  writing.lineStart = text.length;
  writing.text = `${text.endsWith(' ') ? text.slice(0, -1) : text}\n`;
}

function tabs({ prefix, indent }: PrettyOptions, count: number): string {
  return prefix + indent.repeat(count);
}

/** The members in order of their keys; those of one key in order of their values. */
function sortedText(text: string, pairs: readonly Pair[]): string {
  const first = pairs[0];
  if (first === undefined) return text;
  const written = pairs.map((pair) => ({ ...pair, text: text.slice(pair.start, pair.end) }));
  const sorted = written.toSorted(
    (a, b) => compare(a.key, b.key) || compare(valueText(a), valueText(b)),
  );
  if (sorted.every((pair, index) => pair === written[index])) return text;
  return text.slice(0, first.start) + sorted.map((pair) => pair.text).join(',\n');
}

function valueText({ key, text }: { readonly key: string; readonly text: string }): string {
  return text
    .trim()
    .slice(key.length + 1)
    .trim();
}

const kinds = ['n', 'f', '', '"', 't', '{'];

/** By kind (null, false, number, string, true, the rest), then by value. */
function compare(a: string, b: string): number {
  const byKind = kindOf(a) - kindOf(b);
  if (byKind !== 0) return byKind;
  if (kindOf(a) === 2) return parseFloat64(a) - parseFloat64(b);
  const [left, right] = a.startsWith('"') ? [parseRoot(a).text, parseRoot(b).text] : [a, b];
  return left === right ? 0 : left < right ? -1 : 1;
}

function kindOf(text: string): number {
  if (text === '') return 0;
  const kind = kinds.indexOf(text.startsWith('[') ? '{' : text.slice(0, 1));
  return kind === -1 ? 2 : kind;
}
