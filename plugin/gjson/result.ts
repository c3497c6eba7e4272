// Owns a result: a piece of the document with its meaning. Text is a byte string, one character (0 to 255) for each byte.
import { formatFloat } from '../gojson/value.ts';

type ResultType = 'null' | 'false' | 'true' | 'number' | 'string' | 'json';

export type Result = {
  readonly type: ResultType;
  /** As it stands in the document; '' where there is nothing, or where it was calculated. */
  readonly raw: string;
  /** Of a string, without quotes and escapes. */
  readonly text: string;
  readonly number: number;
};

export const nothing: Result = { type: 'null', raw: '', text: '', number: 0 };

/** A null exists, nothing does not. */
export function exists({ type, raw }: Result): boolean {
  return type !== 'null' || raw !== '';
}

export function isArray({ type, raw }: Result): boolean {
  return type === 'json' && raw.startsWith('[');
}

export function isObject({ type, raw }: Result): boolean {
  return type === 'json' && raw.startsWith('{');
}

/** What gjson's String() gives: integers as they stand, other numbers without an exponent, null as nothing. */
export function resultText({ type, raw, text, number }: Result): string {
  switch (type) {
    case 'null':
      return '';
    case 'number':
      return raw !== '' && /^-?[0-9]*$/.test(raw) ? raw : floatText(number);
    case 'string':
      return text;
    case 'json':
      return raw;
    default:
      return type;
  }
}

function floatText(number: number): string {
  if (Number.isNaN(number)) return 'NaN';
  if (!Number.isFinite(number)) return number > 0 ? '+Inf' : '-Inf';
  return formatFloat(number);
}

/** What gjson's Bool() gives. */
export function isTrue(result: Result): boolean {
  switch (result.type) {
    case 'true':
      return true;
    case 'string':
      return parseBool(result.text) === true;
    case 'number':
      return result.number !== 0;
    default:
      return false;
  }
}

/** Go's strconv.ParseBool, of the text in small letters; undefined where it is neither. */
export function parseBool(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  if (['1', 't', 'true'].includes(lower)) return true;
  return ['0', 'f', 'false'].includes(lower) ? false : undefined;
}

/** Go's strconv.ParseFloat: 0 for what is no number, an infinity for what is too large. */
export function parseFloat64(spelling: string): number {
  // Underscores may stand between digits, as in Go's own literals.
  const text = spelling.replaceAll(/(?<=[0-9])_(?=[0-9])/g, '');
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) return Number(text);
  if (/^[-+]?inf(?:inity)?$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^nan$/i.test(text) ? Number.NaN : parseHexFloat(text);
}

/** `0x1.8p3`: an exponent is required. */
function parseHexFloat(text: string): number {
  const match = /^([-+]?)0x([0-9a-f]*)\.?([0-9a-f]*)p([-+]?\d+)$/i.exec(text);
  if (match === null || `${match[2]}${match[3]}` === '') return 0;
  const [, sign, whole = '', fraction = '', exponent] = match;
  const magnitude =
    Number.parseInt(whole + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -magnitude : magnitude;
}
