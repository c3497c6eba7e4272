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
  const { prefix } = options;
  const { text } = layAny(layout, { position: 0, tabs: 0, column: prefix.length, room: undefined });
  return prefix + text === '' ? '' : `${prefix}${text}\n`;
}

type Layout = { readonly json: string; readonly options: PrettyOptions };

/** Where a value is read and written. With `room` everything goes on one line, and may fail to fit. */
type Spot = {
  readonly position: number;
  readonly tabs: number;
  /** How long the line before the value is. */
  readonly column: number;
  readonly room: number | undefined;
};

/** A value as it was written, and where reading goes on. */
type Laid = { readonly position: number; readonly text: string; readonly fits: boolean };

const literals: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

function layAny(layout: Layout, spot: Spot): Laid {
  const { json } = layout;
  for (let position = spot.position; position < json.length; position += 1) {
    const character = json[position] ?? '';
    if (character === '"') return written(json, position, stringEnd(json, position));
    if (isNumberStart(json, position)) return written(json, position, numberEnd(json, position));
    if (character === '{' || character === '[') {
      return layNested(layout, { ...spot, position }, character);
    }
    const literal = literals[character];
    if (literal !== undefined)
      return { position: position + literal.length, text: literal, fits: true };
  }
  return { position: json.length, text: '', fits: true };
}

function written(json: string, start: number, end: number): Laid {
  return { position: end, text: json.slice(start, end), fits: true };
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

function layNested(layout: Layout, spot: Spot, open: Open): Laid {
  const { width } = layout.options;
  if (width > 0 && spot.room !== undefined && open === '{') {
    return { position: spot.position, text: '', fits: false };
  }
  if (width > 0 && spot.room === undefined && open === '[') {
    const room = width - spot.column;
    const line = room > 3 ? layMembers(layout, { ...spot, room }, open) : undefined;
    if (line?.fits === true && line.text.length <= room) return line;
  }
  return layMembers(layout, spot, open);
}

type Open = '{' | '[';

/** A member as it was written, with its line's indent, and its key. */
type Member = { readonly key: string; readonly text: string };

/** One after the other; a text with a line for each is put together only when all are there. */
function layMembers(layout: Layout, spot: Spot, open: Open): Laid {
  const { json } = layout;
  const close = open === '{' ? '}' : ']';
  const members: Member[] = [];
  let length = 1;
  let position = spot.position + 1;
  for (; position < json.length; position += 1) {
    const character = json[position] ?? '';
    if (character === close) {
      const text = closedText(layout, { spot, open, members }) + close;
      return { position: position + 1, text, fits: open === '[' };
    }
    if (character <= ' ' || (open === '{' && character !== '"')) continue;
    const member = layMember(
      layout,
      { ...spot, position },
      { open, isFirst: members.length === 0 },
    );
    members.push(member);
    position = member.position - 1;
    length += member.text.length + 2;
    if (spot.room !== undefined && (!member.fits || length - 2 > spot.room)) {
      return { position, text: '', fits: false };
    }
  }
  return { position, text: openText({ spot, open, members }), fits: open === '[' };
}

/** One member or element, with the indent of its line. */
function layMember(
  { json, options }: Layout,
  spot: Spot,
  { open, isFirst }: { readonly open: Open; readonly isFirst: boolean },
): Member & Laid {
  const spreads = spot.room === undefined;
  const key = open === '{' ? json.slice(spot.position, stringEnd(json, spot.position)) : '';
  const indent = spreads ? tabs(options, spot.tabs + 1) : '';
  const before = open === '{' ? `${indent}${key}:${spreads ? ' ' : ''}` : indent;
  // The layouter counts the line's end as a column, unless it came in the place of the blank behind a comma.
  const lineEnd = open === '[' && !isFirst && options.width !== -1 ? 0 : 1;
  const value = layAny(
    { json, options },
    {
      position: spot.position + key.length,
      tabs: spot.tabs + 1,
      column: lineEnd + before.length,
      room: spot.room,
    },
  );
  return { ...value, key, text: before + value.text };
}

/** An object or array with what was found in it. */
type Found = { readonly spot: Spot; readonly open: Open; readonly members: readonly Member[] };

function openText({ spot, open, members }: Found): string {
  const texts = members.map(({ text }) => text);
  if (spot.room !== undefined) return open + texts.join(', ');
  return texts.length === 0 ? open : `${open}\n${texts.join(',\n')}`;
}

/** Up to the closing bracket. */
function closedText({ options }: Layout, found: Found): string {
  const { spot, open, members } = found;
  if (spot.room !== undefined || members.length === 0) return openText(found);
  const sorts = open === '{' && options.sortKeys;
  const text = openText(sorts ? { ...found, members: sortedMembers(members) } : found);
  return `${text}\n${tabs(options, spot.tabs)}`;
}

function tabs({ prefix, indent }: PrettyOptions, count: number): string {
  return prefix + indent.repeat(count);
}

/** In order of their keys; those of one key in order of their values. */
function sortedMembers(members: readonly Member[]): readonly Member[] {
  return members.toSorted((a, b) => compare(a.key, b.key) || compare(valueText(a), valueText(b)));
}

function valueText({ key, text }: Member): string {
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
