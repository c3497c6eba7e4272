// Owns the text of what we write: YAML that reads the same by YAML 1.1 and 1.2, and JSON.
import { Document, Scalar, type ScalarTag, visit } from 'yaml';
import { resolvePlain } from './scalars.ts';

/** A Map keeps the order of all its keys; an object has those first that look like integers. */
export type PlainData =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly PlainData[]
  | ReadonlyMap<string, PlainData>
  | { readonly [key: string]: PlainData };

/** Text of other characters is quoted without asking what it would mean plain: `<<`, `=` and what only some parsers mind. */
const maybePlain = /^[A-Za-z0-9_./][-A-Za-z0-9_./:@+ ]*$/;

/** What a YAML 1.1 parser takes for a line break, or no parser takes unescaped. */
const unprintable = /[\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g;

/** YAML 1.1 takes a number with an exponent for text where there is no dot in it. */
const exponent: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => typeof value === 'number' && /^-?\d+e/.test(String(value)),
  test: /^-?\d+\.0e[-+]\d+$/,
  resolve: Number,
  stringify: ({ value }) => String(value).replace('e', '.0e'),
};

/**
 * Block style, keys in the order given, a line end at the end. Text is quoted wherever YAML 1.1 or 1.2 would read the
 * plain form as something else; no line is folded and none broken.
 */
export function toYamlText(value: PlainData): string {
  const document = new Document(value, {
    version: '1.2',
    schema: 'core',
    customTags: (tags) => [exponent, ...tags],
    compat: 'yaml-1.1',
    aliasDuplicateObjects: false,
  });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && !isPlain(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document
    .toString({
      directives: false,
      lineWidth: 0,
      blockQuote: false,
      doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    })
    .replaceAll(
      unprintable,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}

/** YAML 1.2 and 1.1 by the book are the library's part; this is about Kubernetes, which takes `0_b1` for a number. */
function isPlain(text: string): boolean {
  return maybePlain.test(text) && resolvePlain(text).type === 'string';
}

/** One line, without a line end. */
export function toJsonText(value: PlainData): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(toJsonText).join(',')}]`;
  const entries = isMap(value) ? [...value] : Object.entries(value);
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${toJsonText(item)}`).join(',')}}`;
}

// Array.isArray and instanceof do not narrow readonly types.
function isList(value: object): value is readonly PlainData[] {
  return Array.isArray(value);
}

function isMap(value: object): value is ReadonlyMap<string, PlainData> {
  return value instanceof Map;
}
