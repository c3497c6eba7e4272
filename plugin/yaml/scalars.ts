// Owns what a plain scalar means to Kubernetes: YAML 1.1 as sigs.k8s.io/yaml (goyaml v2) resolves it, and scalars as text.
import { isUtf8 } from 'node:buffer';

/** A resolved scalar. A float is told from an integer of the same value: as text they differ. */
export type Scalar =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'null' };

const words: ReadonlyMap<string, Scalar> = new Map([
  ...each('y Y yes Yes YES true True TRUE on On ON', { type: 'bool', value: true }),
  ...each('n N no No NO false False FALSE off Off OFF', { type: 'bool', value: false }),
  ...each('~ null Null NULL', { type: 'null' }),
  ...each('.nan .NaN .NAN', { type: 'float', value: Number.NaN }),
  ...each('.inf .Inf .INF +.inf +.Inf +.INF', { type: 'float', value: Number.POSITIVE_INFINITY }),
  ...each('-.inf -.Inf -.INF', { type: 'float', value: Number.NEGATIVE_INFINITY }),
  ['', { type: 'null' }],
]);

function each(spellings: string, scalar: Scalar): readonly (readonly [string, Scalar])[] {
  return spellings.split(' ').map((word) => [word, scalar] as const);
}

const floatForm = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const maxUint64 = 2n ** 64n - 1n;
const maxInt64 = 2n ** 63n - 1n;
const minInt64 = -(2n ** 63n);

/** A plain (unquoted, untagged) scalar. Base 60 (`1:30`) and dates are text. */
export function resolvePlain(text: string): Scalar {
  const word = words.get(text);
  if (word !== undefined) return word;
  return (
    (/^[-+.0-9]/.test(text) ? resolveNumber(text) : undefined) ?? { type: 'string', value: text }
  );
}

function resolveNumber(text: string): Scalar | undefined {
  const digits = text.replaceAll(text.startsWith('.') ? /(?<=\d)_(?=\d)/g : '_', '');
  const int = parseInteger(digits);
  if (int !== undefined && int >= minInt64 && int <= maxUint64) return { type: 'int', value: int };
  if (!floatForm.test(digits)) return undefined;
  const value = Number(digits);
  return Number.isFinite(value) ? { type: 'float', value } : undefined;
}

const integerForms: readonly (readonly [RegExp, string])[] = [
  [/^([-+]?)(0|[1-9][0-9]*)$/, ''],
  [/^([-+]?)0[oO]?([0-7]+)$/, '0o'],
  [/^([-+]?)0[xX]([0-9a-fA-F]+)$/, '0x'],
  [/^([-+]?)0[bB]([01]+)$/, '0b'],
  [/^0b([-+])([01]+)$/, '0b'], // goyaml's own second try takes the sign here
];

/** As Go's strconv.ParseInt with base 0: a leading 0 is octal. */
function parseInteger(text: string): bigint | undefined {
  for (const [form, prefix] of integerForms) {
    const match = form.exec(text);
    if (match === null) continue;
    const magnitude = BigInt(`${prefix}${match[2] ?? ''}`);
    return match[1] === '-' ? -magnitude : magnitude;
  }
  return undefined;
}

const tagPrefix = 'tag:yaml.org,2002:';

/** A scalar with a tag; undefined where the text is not of that kind. A tag that YAML does not know makes it text. */
export function resolveTagged(tag: string, text: string): Scalar | undefined {
  const scalar = resolvePlain(text);
  switch (tag.startsWith(tagPrefix) ? tag.slice(tagPrefix.length) : '') {
    case 'int':
      return scalar.type === 'int' ? scalar : undefined;
    case 'float':
      return scalar.type === 'int' && scalar.value <= maxInt64
        ? { type: 'float', value: Number(scalar.value) }
        : ofType(scalar, 'float');
    case 'bool':
      return ofType(scalar, 'bool');
    case 'null':
      return ofType(scalar, 'null');
    case 'binary':
      return decodeBinary(text);
    case 'timestamp':
      return timestampForm.test(text) ? { type: 'string', value: text } : undefined;
    default:
      return { type: 'string', value: text };
  }
}

/** The forms that goyaml takes for a time; it keeps them as text. */
const timestampForm =
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)?$/;

const base64Form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Kubernetes keeps no bytes in text: what is not UTF-8 is refused, where its decoder would replace them. */
function decodeBinary(text: string): Scalar | undefined {
  const base64 = text.replaceAll(/[\r\n]/g, '');
  const bytes = Buffer.from(base64, 'base64');
  if (!base64Form.test(base64) || !isUtf8(bytes)) return undefined;
  return { type: 'string', value: bytes.toString() };
}

function ofType(scalar: Scalar, type: Scalar['type']): Scalar | undefined {
  return scalar.type === type ? scalar : undefined;
}

/** A scalar as data: integers that a JavaScript number holds exactly are numbers, others bigint. */
export function scalarValue(scalar: Scalar): string | number | bigint | boolean | null {
  switch (scalar.type) {
    case 'null':
      return null;
    case 'int':
      return Number.isSafeInteger(Number(scalar.value)) ? Number(scalar.value) : scalar.value;
    default:
      return scalar.value;
  }
}

/** A scalar where text is wanted (sigs.k8s.io/yaml's conversion of values into a map of strings). Null has none. */
export function scalarText(scalar: Scalar): string | undefined {
  switch (scalar.type) {
    case 'null':
      return undefined;
    case 'float':
      return floatText(scalar.value);
    default:
      return String(scalar.value);
  }
}

/** A scalar as a key: infinity is spelt as in YAML, and an integer beyond 64 bits with a sign is refused, as null is. */
export function scalarKey(scalar: Scalar): string | undefined {
  if (scalar.type === 'int' && scalar.value > maxInt64) return undefined;
  if (scalar.type !== 'float' || Number.isFinite(Math.fround(scalar.value)))
    return scalarText(scalar);
  if (Number.isNaN(scalar.value)) return '.nan';
  return scalar.value > 0 ? '.inf' : '-.inf';
}

/** Go's strconv.FormatFloat(value, 'g', -1, 32): the shortest digits of a 32-bit float, with an exponent from 1e6 on. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? '+Inf' : '-Inf';
  if (single === 0) return Object.is(single, -0) ? '-0' : '0';
  const { sign, digits, exponent } = shortestDigits(single);
  return `${sign}${exponent < -4 || exponent >= 6 ? scientific(digits, exponent) : decimal(digits, exponent)}`;
}

type Decimal = { readonly sign: string; readonly digits: string; readonly exponent: number };

/** The fewest digits that name this 32-bit float: nine always do. */
function shortestDigits(single: number): Decimal {
  const spellings = Array.from({ length: 9 }, (_, digits) => single.toExponential(digits));
  const spelling = spellings.find((text) => Math.fround(Number(text)) === single) ?? '';
  const match = /^(-?)(\d)(?:\.(\d+))?e([-+]\d+)$/.exec(spelling);
  return {
    sign: match?.[1] ?? '',
    digits: `${match?.[2] ?? ''}${match?.[3] ?? ''}`,
    exponent: Number(match?.[4]),
  };
}

function scientific(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const magnitude = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits.slice(0, 1)}${fraction}e${exponent < 0 ? '-' : '+'}${magnitude}`;
}

function decimal(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
