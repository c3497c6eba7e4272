// Owns the modifiers, `@name:argument`: each makes a JSON text of a JSON text.
import { isValidJson } from '../gojson/scan.ts';
import { characterWidth } from '../gojson/text.ts';
import type { ModifierName } from './modifier-names.ts';
import { trimBlanks } from './path.ts';
import { defaultOptions, prettify, type PrettyOptions, uglify } from './pretty.ts';
import { exists, isArray, isObject, isTrue, type Result, resultText } from './result.ts';
import { members, parseRoot, utf8 } from './scan.ts';

/** How a path is followed from a text: given, so that path and modifiers do not need each other. */
export type Follow = (json: string, path: string) => Result;

type Modifier = (json: string, argument: string, follow: Follow) => string;

const modifiers: Readonly<Record<ModifierName, Modifier>> = {
  pretty: (json, argument) =>
    prettify(json, argument === '' ? defaultOptions : prettyOptions(argument)),
  ugly: uglify,
  reverse,
  this: (json) => json,
  flatten: (json, argument) => flatten(json, option(argument, 'deep')),
  join: (json, argument) => join(json, option(argument, 'preserve')),
  valid: (json) => (isValid(json) ? json : ''),
  keys,
  values,
  tostr: jsonString,
  fromstr: (json) => (isValid(json) ? resultText(parseRoot(json)) : ''),
  group,
  dig: (json, argument, follow) =>
    `[${descend(parseRoot(json), argument, follow)
      .map(({ raw }) => raw)
      .join(',')}]`,
};

export function applyModifier(
  name: ModifierName,
  input: { readonly json: string; readonly argument: string },
  follow: Follow,
): string {
  return modifiers[name](input.json, input.argument, follow);
}

/** Whether the text is one valid JSON value. */
export function isValid(json: string): boolean {
  return isValidJson(Buffer.from(json, 'latin1'));
}

/** The last member of that name in a modifier's JSON argument, as a boolean. */
function option(argument: string, name: string): boolean {
  const found = members(parseRoot(argument)).findLast(({ key }) => resultText(key) === name);
  return found !== undefined && isTrue(found.value);
}

function prettyOptions(argument: string): PrettyOptions {
  let options = defaultOptions;
  for (const { key, value } of members(parseRoot(argument))) {
    const blanks = resultText(value).replaceAll(/[^ \t\n\r]/g, '');
    switch (resultText(key)) {
      case 'sortKeys':
        options = { ...options, sortKeys: isTrue(value) };
        break;
      case 'indent':
        options = { ...options, indent: blanks };
        break;
      case 'prefix':
        options = { ...options, prefix: blanks };
        break;
      case 'width':
        options = { ...options, width: integerOf(value) };
        break;
      default:
    }
  }
  return options;
}

/** gjson's Int(), as far as a width can be. */
function integerOf({ type, number, text }: Result): number {
  if (type === 'true') return 1;
  if (type === 'number') return Math.trunc(number);
  return type === 'string' ? Number(/^-?\d+/.exec(text)?.[0] ?? 0) : 0;
}

function reverse(json: string): string {
  const root = parseRoot(json);
  const reversed = members(root).toReversed();
  if (isArray(root)) return `[${reversed.map(({ value }) => value.raw).join(',')}]`;
  if (isObject(root))
    return `{${reversed.map(({ key, value }) => `${key.raw}:${value.raw}`).join(',')}}`;
  return json;
}

function flatten(json: string, deep: boolean): string {
  const root = parseRoot(json);
  if (!isArray(root)) return json;
  const parts = members(root).map(({ value }) => {
    if (!isArray(value)) return value.raw;
    return unwrap(deep ? flatten(value.raw, deep) : value.raw);
  });
  return `[${parts
    .map(trimSpace)
    .filter((part) => part !== '')
    .join(',')}]`;
}

/** Without the brackets around it. */
function unwrap(json: string): string {
  const trimmed = trimBlanks(json);
  return trimmed.length >= 2 && /^[[{]/.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
}

/** Go's strings.TrimSpace, of a byte string in which only ASCII blanks are blanks. */
function trimSpace(text: string): string {
  return text.replace(/^[\t\n\v\f\r ]+/, '').replace(/[\t\n\v\f\r ]+$/, '');
}

function join(json: string, preserve: boolean): string {
  const root = parseRoot(json);
  if (!isArray(root)) return json;
  const objects = members(root)
    .map(({ value }) => value)
    .filter(isObject);
  if (preserve) return `{${objects.map(({ raw }) => unwrap(raw)).join(',')}}`;
  const joined = new Map<string, { readonly key: Result; readonly value: Result }>();
  for (const member of objects.flatMap(members)) {
    const name = resultText(member.key);
    joined.set(name, { key: joined.get(name)?.key ?? member.key, value: member.value });
  }
  return `{${[...joined.values()].map(({ key, value }) => `${key.raw}:${value.raw}`).join(',')}}`;
}

function keys(json: string): string {
  const root = parseRoot(json);
  return `[${members(root)
    .map(({ key }) => (isObject(root) ? key.raw : 'null'))
    .join(',')}]`;
}

function values(json: string): string {
  const root = parseRoot(json);
  return isArray(root)
    ? json
    : `[${members(root)
        .map(({ value }) => value.raw)
        .join(',')}]`;
}

/** `{"a":[1,2],"b":[3,4]}` to `[{"a":1,"b":3},{"a":2,"b":4}]`. */
function group(json: string): string {
  const root = parseRoot(json);
  if (!isObject(root)) return '';
  const rows: string[][] = [];
  for (const { key, value } of members(root)) {
    if (!isArray(value)) continue;
    for (const [index, element] of members(value).entries())
      (rows[index] ??= []).push(`${key.raw}:${element.value.raw}`);
  }
  return `[${rows.map((row) => `{${row.join(',')}}`).join(',')}]`;
}

/** What the path gives from the value itself, and from everything inside it. */
function descend(value: Result, path: string, follow: Follow): readonly Result[] {
  const own = follow(value.raw, path);
  const inside =
    isArray(value) || isObject(value)
      ? members(value).flatMap((member) => descend(member.value, path, follow))
      : [];
  return exists(own) ? [own, ...inside] : inside;
}

/** A byte string as a JSON string, as gjson's AppendJSONString writes it: bytes that are not UTF-8 become `\ufffd`. */
export function jsonString(text: string): string {
  let output = '';
  let position = 0;
  const bytes = Buffer.from(text, 'latin1');
  while (position < text.length) {
    const code = bytes[position] ?? 0;
    const width = code < 0x80 ? 1 : characterWidth(bytes, position);
    output += width === 0 ? '\\ufffd' : escaped(text.slice(position, position + width));
    position += Math.max(1, width);
  }
  return `"${output}"`;
}

function escaped(character: string): string {
  if (character === utf8('\u2028') || character === utf8('\u2029'))
    return `\\u202${character === utf8('\u2028') ? '8' : '9'}`;
  if (/[<>&]/.test(character)) return `\\u00${character.charCodeAt(0).toString(16)}`;
  return character < '\u0080' ? JSON.stringify(character).slice(1, -1) : character;
}
