// Owns the writing of YAML as sigs.k8s.io/yaml does: a value as JSON, that in go-yaml v2's block style.
import { spend, type Budget } from '../budget.ts';
import { plainFailure } from '../errors.ts';
import { formatFloat } from '../format-float.ts';
import { readJson } from '../json-read.ts';
import { writeJson } from '../json-write.ts';
import { parseFloat64, parseInt64, parseUint } from '../parse-number.ts';
import { isDigit, isLetter } from '../unicode.ts';
import { fromByteString, toByteString } from '../utf8.ts';
import { floatValue, intValue, uintValue, withoutInterface, type Value } from '../values.ts';
import { scalarText } from './yaml-scalar.ts';

/** The YAML of a value, with its last line end, as a byte string. Throws FunctionError for what JSON cannot hold. */
export function writeYaml(value: Value, budget: Budget): string {
  const json = writeJson(value, { escapesHtml: true }, budget);
  const { value: plain } = readJson(readable(json), budget, readNumber);
  const root = node(plain, { indent: 0, column: -1, budget });
  return toByteString(root.startsWith('\n') ? root.slice(1) : withLineEnd(root.replace(/^ +/, '')));
}

/** What go-yaml's reader takes; JSON holds more. */
const unreadable = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** JSON that go-yaml can read, which is how sigs.k8s.io/yaml goes on. */
function readable(json: string): string {
  if (unreadable.test(fromByteString(json)))
    throw plainFailure('yaml: control characters are not allowed');
  return json;
}

/** U+0085 in UTF-8, which go-yaml takes for a line end also in JSON. */
const nextLine = '\xc2\x85';

/** A text as go-yaml reads it from JSON: one line end is a blank, of several the first is dropped, and so are blanks around them. */
function folded(text: string): string {
  if (!text.includes(nextLine)) return text;
  const lines = text.split(nextLine);
  const last = lines.length - 1;
  return lines
    .map((line, i) => line.slice(i > 0 ? blanksBefore(line) : 0))
    .map((line, i) => (i < last ? line.slice(0, endOf(line)) : line))
    .join(nextLine)
    .replaceAll(/(?:\xc2\x85)+/g, ({ length }) =>
      length === 2 ? ' ' : '\n'.repeat(length / 2 - 1),
    );
}

function blanksBefore(line: string): number {
  let count = 0;
  while (line[count] === ' ') count += 1;
  return count;
}

/** Where the blanks behind it begin. */
function endOf(line: string): number {
  let end = line.length;
  while (line[end - 1] === ' ') end -= 1;
  return end;
}

/** As go-yaml reads a number of JSON: an integer where it fits into 64 bits. */
function readNumber(literal: string): Value | undefined {
  const int = parseInt64(literal, 10);
  if (typeof int === 'bigint') return intValue(int);
  const uint = parseUint(literal, 10);
  if (typeof uint === 'bigint') return uintValue(uint);
  const float = parseFloat64(literal);
  return typeof float === 'number' ? floatValue(float) : undefined;
}

type Spot = {
  /** Of the entries of a map or list that stands here; a scalar goes on two columns further. */
  readonly indent: number;
  /** How long the line is before it. */
  readonly column: number;
  readonly budget: Budget;
};

/** What comes behind `key:` or `-`: on the same line with a blank in front, or on lines of its own. No line end behind it, but of a literal. */
function node(given: Value, spot: Spot): string {
  const value = withoutInterface(given);
  spend(spot.budget, 1);
  switch (value.kind) {
    case 'map': {
      const entries = [...(value.entries ?? new Map<string, Value>())];
      return entries.length === 0 ? ' {}' : `\n${mapLines(entries, spot)}`;
    }
    case 'slice': {
      const items = value.items ?? [];
      return items.length === 0 ? ' []' : `\n${listLines(items, spot)}`;
    }
    default:
      return ` ${scalar(value, spot)}`;
  }
}

function scalar(value: Value, { indent, column }: Spot): string {
  switch (value.kind) {
    case 'string':
      return scalarText(folded(value.value), {
        indent: indent + (column < 0 ? 2 : 0),
        column,
        isKey: false,
      });
    case 'bool':
    case 'int':
    case 'uint':
      return String(value.value);
    case 'float':
      return formatFloat(value.value, 'g', -1);
    default:
      return 'null';
  }
}

function mapLines(
  entries: readonly (readonly [string, Value])[],
  { indent, budget }: Spot,
): string {
  const margin = ' '.repeat(indent);
  return entries
    .map(([key, value]) => ({ key, value, runes: Array.from(fromByteString(key)) }))
    .toSorted((a, b) => (isLess(a.runes, b.runes) ? -1 : 1))
    .map(({ key, value }) => margin + entry(key, value, { indent, column: indent, budget }))
    .join('');
}

function entry(key: string, value: Value, { indent, budget }: Spot): string {
  if (key.includes(nextLine)) throw plainFailure('yaml: a key in JSON stands on one line');
  if (!isSimpleKey(key)) {
    const text = scalarText(key, { indent: indent + 2, column: indent + 1, isKey: false });
    return `? ${withLineEnd(text)}${' '.repeat(indent)}:${inLine(value, { indent, column: indent, budget })}`;
  }
  const text = scalarText(key, { indent: indent + 2, column: indent, isKey: true });
  // A list stands as far left as the map that it is in.
  const inner = withoutInterface(value).kind === 'slice' ? indent : indent + 2;
  const column = indent + Array.from(fromByteString(text)).length + 1;
  return `${text}:${withLineEnd(node(value, { indent: inner, column, budget }))}`;
}

/** go-yaml writes a key of more than 128 bytes or of several lines as a complex one. */
function isSimpleKey(key: string): boolean {
  return key.length <= 128 && !/[\n\r]|\xe2\x80[\xa8\xa9]/.test(key);
}

function listLines(items: readonly Value[], { indent, budget }: Spot): string {
  const margin = ' '.repeat(indent);
  return items
    .map((item) => `${margin}-${inLine(item, { indent, column: indent, budget })}`)
    .join('');
}

/** Behind the sign of a list's item or of a complex key's value, on whose line a map or list begins. */
function inLine(value: Value, { indent, column, budget }: Spot): string {
  const text = node(value, { indent: indent + 2, column: column + 1, budget });
  return withLineEnd(text.startsWith('\n') ? ` ${text.slice(1 + indent + 2)}` : text);
}

function withLineEnd(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** go-yaml's order of keys: numbers within them by their value, letters behind all else. */
function isLess(a: readonly string[], b: readonly string[]): boolean {
  const at = a.findIndex((rune, i) => rune !== b[i]);
  if (at < 0) return a.length < b.length;
  if (at >= b.length) return false;
  const [left, right] = [runeAt(a, at), runeAt(b, at)];
  const [leftIsLetter, rightIsLetter] = [isLetter(left), isLetter(right)];
  if (leftIsLetter && rightIsLetter) return left < right;
  if (leftIsLetter || rightIsLetter) return rightIsLetter;
  return isLessNumber(a, b, at) ?? left < right;
}

function runeAt(runes: readonly string[], at: number): number {
  return runes[at]?.codePointAt(0) ?? 0;
}

/** By the numbers that begin here, and then by how many digits they have; undefined where both are equal. */
function isLessNumber(a: readonly string[], b: readonly string[], at: number): boolean | undefined {
  const within = (a[at] === '0' || b[at] === '0') && followsDigits(a, at) ? 1n : 0n;
  const [left, right] = [numberAt(a, at, within), numberAt(b, at, within)];
  if (left.value !== right.value) return left.value < right.value;
  return left.end === right.end ? undefined : left.end < right.end;
}

function followsDigits(runes: readonly string[], at: number): boolean {
  for (let i = at - 1; i >= 0 && isDigit(runeAt(runes, i)); i--) {
    if (runes[i] !== '0') return true;
  }
  return false;
}

function numberAt(
  runes: readonly string[],
  at: number,
  start: bigint,
): { readonly value: bigint; readonly end: number } {
  let value = start;
  let end = at;
  for (; end < runes.length && isDigit(runeAt(runes, end)); end++) {
    value = BigInt.asIntN(64, value * 10n + BigInt(runeAt(runes, end) - 48));
  }
  return { value, end };
}
