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
  while (end < json.length && !/[\u0000- ,:\]}]/.test(json[end] ?? '')) end += 1;
  return end;
}

function layNested(layout: Layout, cursor: Cursor, open: '{' | '['): Laid {
  const { width } = layout.options;
  if (width > 0 && cursor.limit !== undefined && open === '{') return { ...cursor, fits: false };
  if (width > 0 && cursor.limit === undefined && open === '[') {
    const room = width - (cursor.text.length - cursor.lineStart);
    const line =
      room > 3
        ? layMembers(layout, { ...cursor, tabs: 0, lineStart: 0, limit: room }, open)
        : undefined;
    if (line?.fits === true && line.text.length - cursor.text.length <= room)
      return { ...line, lineStart: cursor.lineStart };
  }
  return layMembers(layout, cursor, open);
}

/** A member as it was written: its key's and its own place, for sorting. */
type Pair = { readonly key: string; readonly start: number; readonly end: number };

function layMembers(layout: Layout, cursor: Cursor, open: '{' | '['): Laid {
  const { json, options } = layout;
  const close = open === '{' ? '}' : ']';
  const spread = cursor.limit === undefined;
  const pairs: Pair[] = [];
  let count = 0;
  let sorts = spread && open === '{' && options.sortKeys;
  let { lineStart } = cursor;
  let text = cursor.text + open;
  let position = cursor.position + 1;
  for (; position < json.length; position += 1) {
    const character = json[position] ?? '';
    if (character <= ' ') continue;
    if (character === close) {
      if (!spread)
        return {
          ...cursor,
          position: position + 1,
          text: text + close,
          lineStart,
          fits: open !== '{',
        };
      if (sorts) text = sortedText(text, pairs);
      if (count > 0) ({ text, lineStart } = newLine(text));
      if (!text.endsWith(open)) text += tabs(options, cursor.tabs);
      return {
        ...cursor,
        position: position + 1,
        text: text + close,
        lineStart,
        fits: open !== '{',
      };
    }
    if (open === '{' && character !== '"') continue;
    if (count > 0) text += open === '[' && options.width !== -1 ? ', ' : ',';
    if (spread) ({ text, lineStart } = newLine(text));
    const start = text.length;
    if (spread) text += tabs(options, cursor.tabs + 1);
    const keyStart = position;
    if (open === '{') {
      position = stringEnd(json, position);
      text += `${json.slice(keyStart, position)}:${spread ? ' ' : ''}`;
    }
    const key = json.slice(keyStart, position);
    const value = layAny(layout, {
      position,
      text,
      tabs: cursor.tabs + 1,
      lineStart,
      limit: cursor.limit,
    });
    ({ text, position, lineStart } = value);
    if (!spread && !value.fits) return { ...cursor, position, text, lineStart, fits: false };
    if (sorts && start > text.length) sorts = false;
    else pairs.push({ key, start, end: text.length });
    position -= 1;
    count += 1;
  }
  return { ...cursor, position, text, lineStart, fits: open !== '{' };
}

/** The blank behind a comma becomes the line's end. */
function newLine(text: string): { readonly text: string; readonly lineStart: number } {
  return { text: `${text.endsWith(' ') ? text.slice(0, -1) : text}\n`, lineStart: text.length };
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
