// Owns the writing of values as JSON, byte for byte as Go's encoding/json does it.
import { spend, spendBytes, type Budget } from './budget.ts';
import { FunctionError, LimitError, plainFailure } from './errors.ts';
import { formatFloat } from './format-float.ts';
import { decodeRune, runeError } from './utf8.ts';
import {
  invalidValue,
  sortedKeys,
  type MapValue,
  type SliceValue,
  type StructValue,
  type TypedValue,
  type Value,
} from './values.ts';

export type JsonStyle = {
  /** Writes <, > and & as escapes, as Go does unless it is told not to. */
  readonly escapesHtml: boolean;
  /** What each level is indented by; without it all is in one line. */
  readonly indent?: string;
};

type Writing = {
  readonly style: JsonStyle;
  readonly budget: Budget;
  readonly ancestors: Set<unknown>;
};

/** JavaScript's stack does not grow. */
const maxDepth = 500;

/** The JSON text of a value. Throws FunctionError, in Go's words, for what JSON cannot say. */
export function writeJson(value: Value, style: JsonStyle, budget: Budget): string {
  return valueText(value, { style, budget, ancestors: new Set() });
}

function valueText(value: Value, writing: Writing): string {
  switch (value.kind) {
    case 'invalid':
      return 'null';
    case 'interface':
      return valueText(value.value, writing);
    case 'bool':
    case 'int':
    case 'uint':
      return value.value.toString();
    case 'float':
      return floatText(value.value);
    case 'string':
      spendBytes(writing.budget, value.value.length);
      return stringText(value.value, writing.style);
    case 'slice':
      return sliceText(value, writing);
    case 'map':
      return mapText(value, writing);
    case 'ptr':
      return value.target === undefined ? 'null' : valueText(value.target, writing);
    default:
      return structText(value, writing);
  }
}

/** A struct: what it says of itself in JSON, else its fields in order. */
function structText(value: TypedValue, writing: Writing): string {
  const { type } = value;
  if (type.jsonText !== undefined) return stringText(type.jsonText(value), writing.style);
  if (value.kind === 'struct') return objectText(value.fields, type.name, writing);
  throw plainFailure(`json: unsupported type: ${type.name}`);
}

function floatText(value: number): string {
  if (!Number.isFinite(value)) {
    throw new FunctionError(`json: unsupported value: ${formatFloat(value, 'g', -1)}`);
  }
  const magnitude = Math.abs(value);
  const isFixed = magnitude === 0 || (magnitude >= 1e-6 && magnitude < 1e21);
  return isFixed
    ? formatFloat(value, 'f', -1)
    : formatFloat(value, 'e', -1).replace(/e-0(\d)$/, 'e-$1');
}

const namedEscapes: ReadonlyMap<number, string> = new Map([
  [0x22, String.raw`\"`],
  [0x5c, '\\\\'],
  [0x08, String.raw`\b`],
  [0x0c, String.raw`\f`],
  [0x0a, String.raw`\n`],
  [0x0d, String.raw`\r`],
  [0x09, String.raw`\t`],
]);

/** Printable ASCII that no style escapes. */
const unescaped = /^[ !#-%'-;=?-[\]-~]*$/;

function stringText(bytes: string, { escapesHtml }: JsonStyle): string {
  if (unescaped.test(bytes)) return `"${bytes}"`;
  let out = '"';
  for (let at = 0; at < bytes.length;) {
    const { rune, size } = decodeRune(bytes, at);
    const isEscaped = rune < 0x20 || rune === 0x2028 || rune === 0x2029;
    const isHtml = escapesHtml && (rune === 0x3c || rune === 0x3e || rune === 0x26);
    const isBad = rune === runeError && size === 1;
    out +=
      namedEscapes.get(rune) ??
      (isEscaped || isHtml || isBad ? unicodeEscape(rune) : bytes.slice(at, at + size));
    at += size;
  }
  return `${out}"`;
}

function unicodeEscape(rune: number): string {
  return `\\u${rune.toString(16).padStart(4, '0')}`;
}

function sliceText({ items, type }: SliceValue, writing: Writing): string {
  if (items === undefined) {
    return 'null';
  }
  return within(items, { type: type.name, writing }, () =>
    bracketed(
      ['[', ']'],
      items.map((item) => valueText(item, writing)),
      writing,
    ),
  );
}

function mapText(map: MapValue, writing: Writing): string {
  const { entries, type } = map;
  if (entries === undefined) {
    return 'null';
  }
  const sorted = sortedKeys(map).map((key) => [key, entries.get(key) ?? invalidValue] as const);
  return within(entries, { type: type.name, writing }, () => membersText(sorted, writing));
}

function objectText(fields: StructValue['fields'], type: string, writing: Writing): string {
  return within(fields, { type, writing }, () => membersText([...fields], writing));
}

function membersText(members: readonly (readonly [string, Value])[], writing: Writing): string {
  const separator = writing.style.indent === undefined ? ':' : ': ';
  const parts = members.map(
    ([key, value]) => stringText(key, writing.style) + separator + valueText(value, writing),
  );
  return bracketed(['{', '}'], parts, writing);
}

/** Writes what a list or dict holds, unless it holds itself. */
function within(container: object, { type, writing }: Container, write: () => string): string {
  const { ancestors, budget } = writing;
  spend(budget, 1);
  if (ancestors.has(container)) {
    throw plainFailure(`json: unsupported value: encountered a cycle via ${type}`);
  }
  if (ancestors.size >= maxDepth) {
    throw new LimitError('a value is nested too deep for JSON');
  }
  ancestors.add(container);
  const text = write();
  ancestors.delete(container);
  spendBytes(budget, text.length);
  return text;
}

type Container = { readonly type: string; readonly writing: Writing };

function bracketed(
  [open, close]: readonly [string, string],
  parts: readonly string[],
  { style, ancestors }: Writing,
): string {
  const { indent } = style;
  if (indent === undefined || parts.length === 0) {
    return open + parts.join(',') + close;
  }
  const outer = `\n${indent.repeat(ancestors.size - 1)}`;
  const inner = outer + indent;
  return open + inner + parts.join(`,${inner}`) + outer + close;
}
