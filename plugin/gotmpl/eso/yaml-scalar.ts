// Owns how a text is written as a YAML scalar: the style that go-yaml v2 chooses, escapes, and lines that are wrapped.
import { parseTime } from '../time-parse.ts';
import { FunctionError } from '../errors.ts';
import { parseFloat64, parseInt64, parseUint } from '../parse-number.ts';
import { utc } from '../time-zone.ts';
import { fromByteString } from '../utf8.ts';

/** Where a scalar is written. Columns count from 0. */
export type ScalarPlace = {
  /** Of lines that go on, and of a literal's lines. */
  readonly indent: number;
  /** How long the line is before the scalar and the blank in front of it. */
  readonly column: number;
  /** A key stays on one line. */
  readonly isKey: boolean;
};

const wrapAt = 80;

/** The words and signs of YAML 1.1 that stand for something else than text. */
const resolved: ReadonlySet<string> = new Set(
  [
    ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'],
    ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'],
    ['', '~', 'null', 'Null', 'NULL', '.nan', '.NaN', '.NAN'],
    ['', '+', '-'].flatMap((sign) => ['.inf', '.Inf', '.INF'].map((word) => sign + word)),
  ].flat(),
);

const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const floatForm = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const timeLayouts = [
  '2006-1-2T15:4:5.999999999Z07:00',
  '2006-1-2t15:4:5.999999999Z07:00',
  '2006-1-2 15:4:5.999999999',
  '2006-1-2',
];

/** Whether the byte string, without quotes, would be read as something else than text. */
function isResolved(text: string): boolean {
  if (resolved.has(text) || base60.test(text)) return true;
  if (text.startsWith('.')) return typeof parseFloat64(text) === 'number';
  return /^[-+0-9]/.test(text) && (isTime(text) || isNumber(text.replaceAll('_', '')));
}

function isTime(text: string): boolean {
  return /^[0-9]{4}-/.test(text) && timeLayouts.some((layout) => hasLayout(text, layout));
}

function hasLayout(text: string, layout: string): boolean {
  try {
    parseTime(layout, text, utc);
    return true;
  } catch (error) {
    if (error instanceof FunctionError) return false;
    throw error;
  }
}

function isNumber(plain: string): boolean {
  if (typeof parseInt64(plain, 0) === 'bigint' || typeof parseUint(plain, 0) === 'bigint') {
    return true;
  }
  return floatForm.test(plain) && typeof parseFloat64(plain) === 'number';
}

/** What stands in a text, as far as a style depends on it. */
type Analysis = {
  readonly multiline: boolean;
  readonly plain: boolean;
  readonly single: boolean;
  readonly block: boolean;
};

const breaks = '\n\r\u0085\u2028\u2029';
const lineBreak = /[\n\u2028\u2029]/;
const unprintable =
  /[^\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]|[\u{10000}-\u{10ffff}]/u;

function analyze(text: string): Analysis {
  if (text === '') return { multiline: false, plain: true, single: true, block: false };
  const hasBreaks = lineBreak.test(text);
  const spaceBreak = / [\n\u2028\u2029]/.test(text);
  const breakSpace = /[\n\u2028\u2029] /.test(text);
  const special = spaceBreak || unprintable.test(text);
  const atEdge = /^[ \n\u2028\u2029]|[ \n\u2028\u2029]$/.test(text);
  return {
    multiline: hasBreaks || /[\r\u0085]/.test(text),
    plain: !special && !hasBreaks && !atEdge && !hasIndicator(text),
    single: !special && !breakSpace,
    block: !special && !text.endsWith(' '),
  };
}

/** Signs that mean something in a block: at the start, as `: `, as ` #`. */
function hasIndicator(text: string): boolean {
  return (
    /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`])/.test(text) ||
    /^[-?](?:[ \t\r\n\u0085\u2028\u2029]|$)/.test(text) ||
    /:(?:[ \t\r\n\u0085\u2028\u2029]|$)|[ \t\r\n\u0085\u2028\u2029]#/.test(text)
  );
}

/** The scalar of a byte string, to be put behind a blank. A literal ends with a line end, the others do not. */
export function scalarText(bytes: string, place: ScalarPlace): string {
  const text = fromByteString(bytes);
  const { multiline, plain, single, block } = analyze(text);
  if (text.includes('\n')) {
    return block && !place.isKey ? literal(text, place) : doubleQuoted(text, place);
  }
  if (isResolved(bytes) || (multiline && place.isKey)) return doubleQuoted(text, place);
  if (plain) return wrapped(text, { ...place, from: 0, to: Infinity });
  return single ? singleQuoted(text, place) : doubleQuoted(text, place);
}

function literal(text: string, { indent }: ScalarPlace): string {
  const hint = /^[ \n\u2028\u2029]/.test(text) ? '2' : '';
  const chomp = !lineBreak.test(text.slice(-1))
    ? '-'
    : text.length === 1 || lineBreak.test(text.at(-2) ?? '')
      ? '+'
      : '';
  const lines = text.match(/[^\n\u2028\u2029]*[\n\u2028\u2029]|[^\n\u2028\u2029]+$/g) ?? [];
  const body = lines.map((line) =>
    lineBreak.test(line[0] ?? '') ? line : ' '.repeat(indent) + line,
  );
  return `|${hint}${chomp}\n${body.join('')}${chomp === '-' ? '\n' : ''}`;
}

function singleQuoted(text: string, place: ScalarPlace): string {
  const inner = wrapped(text, { ...place, column: place.column + 1, from: 1, to: text.length - 1 });
  return `'${inner.replaceAll("'", "''")}'`;
}

type Wrapping = ScalarPlace & { readonly from: number; readonly to: number };

/** A line longer than 80 columns goes on in the next at its next single blank; behind another kind of line end stands the margin. */
function wrapped(text: string, { indent, column, isKey, from, to }: Wrapping): string {
  const margin = ' '.repeat(indent);
  let output = '';
  let at = column + 1;
  let previous = '';
  const characters = Array.from(text);
  for (const [i, character] of characters.entries()) {
    const isSingle = character === ' ' && previous !== ' ' && characters[i + 1] !== ' ';
    const wraps = isSingle && !isKey && at > wrapAt && i >= from && i < to;
    const follows = lineBreak.test(previous) && !lineBreak.test(character);
    output += wraps ? `\n${margin}` : (follows ? margin : '') + character;
    at = wraps ? indent : at + (character === "'" && from === 1 ? 2 : 1);
    previous = character;
  }
  return output;
}

const escapes: ReadonlyMap<number, string> = new Map([
  [0x00, '0'],
  [0x07, 'a'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0b, 'v'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [0x1b, 'e'],
  [0x22, '"'],
  [0x5c, '\\'],
  [0x85, 'N'],
  [0xa0, '_'],
  [0x2028, 'L'],
  [0x2029, 'P'],
]);

function doubleQuoted(text: string, { indent, column, isKey }: ScalarPlace): string {
  let output = '"';
  let at = column + 2;
  let afterSpace = false;
  const characters = Array.from(text);
  for (const [i, character] of characters.entries()) {
    const last = characters.length - 1;
    if (character === ' ' && !isKey && !afterSpace && at > wrapAt && i > 0 && i < last) {
      output += `\n${' '.repeat(indent)}${characters[i + 1] === ' ' ? '\\' : ''}`;
      at = indent + (characters[i + 1] === ' ' ? 1 : 0);
    } else {
      const written = needsEscape(character) ? escapeOf(character.codePointAt(0) ?? 0) : character;
      output += written;
      at += Array.from(written).length;
    }
    afterSpace = character === ' ';
  }
  return `${output}"`;
}

function needsEscape(character: string): boolean {
  return (
    unprintable.test(character) ||
    breaks.includes(character) ||
    character === '"' ||
    character === '\\'
  );
}

function escapeOf(rune: number): string {
  const known = escapes.get(rune);
  if (known !== undefined) return `\\${known}`;
  const hex = rune.toString(16).toUpperCase();
  if (rune <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return rune <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
