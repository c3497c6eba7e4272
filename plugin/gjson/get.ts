// Owns following a path into a JSON document, as github.com/tidwall/gjson v1.18.0 does.
import { modifierNamed } from './modifier-names.ts';
import { applyModifier, isValid, jsonString } from './modifiers.ts';
import {
  type ArrayPath,
  lastName,
  parseArrayPath,
  parseObjectPath,
  parseSelectors,
  type Query,
  type Selector,
  splitPipe,
} from './path.ts';
import { matchesPattern } from './match.ts';
import { queryMatches } from './query.ts';
import { exists, nothing, type Result, resultText } from './result.ts';
import {
  jsonResult,
  nestedEnd,
  parseRoot,
  readNext,
  readString,
  readValue,
  squashEnd,
  stringText,
  utf8,
} from './scan.ts';

/**
 * The text of the value that the path leads to (gjson's `Get(json, path).String()`); undefined where there is none. The
 * document is not checked: what is broken in it is read as far as it goes.
 */
export function getPath(json: Uint8Array, path: string): Uint8Array | undefined {
  try {
    const result = follow(Buffer.from(json).toString('latin1'), utf8(path));
    return exists(result) ? Buffer.from(resultText(result), 'latin1') : undefined;
  } catch (error) {
    // Only a modifier that goes into every level (@dig, @flatten, @pretty) can meet more levels than there is stack.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function follow(json: string, path: string): Result {
  return (
    followModifier(json, path) ??
    followLiteral(path) ??
    (isSelection(path) ? followSelection(json, path) : followParts(json, path))
  );
}

function isSelection(path: string): boolean {
  return path.length > 1 && (path.startsWith('[') || path.startsWith('{'));
}

/** What is behind a modifier, a literal or a selection: the rest of the path goes on from there. */
function followRest(json: string, rest: string): Result {
  return /^[|.]/.test(rest) ? follow(json, rest.slice(1)) : parseRoot(json);
}

function followModifier(json: string, path: string): Result | undefined {
  if (path.length < 2 || !path.startsWith('@')) return undefined;
  const name = modifierNamed(/^@([^.|:]*)/.exec(path)?.[1] ?? '');
  if (name === undefined) return undefined;
  const behind = path.slice(1 + name.length);
  if (!behind.startsWith(':'))
    return followRest(applyModifier(name, { json, argument: '' }, follow), behind);
  const text = behind.slice(1);
  const length = argumentLength(text);
  return followRest(
    applyModifier(name, { json, argument: text.slice(0, length) }, follow),
    text.slice(length),
  );
}

/** A JSON argument ends with its value, another one at a pipe that is in no brackets and no quotes. */
function argumentLength(text: string): number {
  if (/^[{["]/.test(text)) return squashEnd(text);
  let position = 0;
  while (position < text.length && text[position] !== '|') {
    position += /[{["(]/.test(text[position] ?? '') ? squashEnd(text.slice(position)) : 1;
  }
  return position;
}

/** `!"text"`, `!5`, `!true`: a value that is not in the document. */
function followLiteral(path: string): Result | undefined {
  if (path.length < 2 || !path.startsWith('!')) return undefined;
  const text = path.slice(1);
  if (/^[{["+\-0-9]/.test(text)) {
    const end = nestedEnd(text, 0);
    return followRest(text.slice(0, end), text.slice(end));
  }
  const word = /^[^|.]*/.exec(text)?.[0] ?? '';
  if (!/^(?:true|false|null|nan|inf)$/i.test(word)) return undefined;
  return followRest(word, text.slice(word.length) === '' ? '' : text.slice(word.length));
}

/** A selection that is not closed, or that something else follows, is passed over: what is behind it counts as the path. */
function followSelection(json: string, path: string): Result {
  const parsed = parseSelectors(path);
  if (parsed === undefined) return followParts(json, '');
  if (!/^(?:$|[|.])/.test(parsed.rest)) return followParts(json, parsed.rest);
  const isObject = path.startsWith('{');
  const parts = parsed.selectors.flatMap((selector) => {
    const result = follow(json, selector.path);
    if (!exists(result)) return [];
    const raw = result.raw === '' ? resultText(result) || 'null' : result.raw;
    return [isObject ? `${selectedName(selector)}:${raw}` : raw];
  });
  const selected = isObject ? `{${parts.join(',')}}` : `[${parts.join(',')}]`;
  return parsed.rest === '' ? jsonResult(selected) : follow(selected, parsed.rest.slice(1));
}

function selectedName({ name, path }: Selector): string {
  if (name === '') return jsonString(lastName(path));
  return name.startsWith('"') && isValid(name) ? name : jsonString(name);
}

/** What a walk found: the value, and the pipe into which it goes, which may be known before anything is found. */
type Walk = { value: Result; pipe: string | undefined };

function followParts(json: string, path: string): Result {
  const walk: Walk = { value: nothing, pipe: undefined };
  if (path.startsWith('..')) walkArray({ json, walk }, 0, path.slice(2));
  else {
    const start = json.search(/[{[]/);
    if (start !== -1) walkNested({ json, walk }, start, path);
  }
  return walk.pipe === undefined ? walk.value : follow(walk.value.raw, walk.pipe);
}

type Scan = { readonly json: string; readonly walk: Walk };

/** Behind what was read, and whether the value was found. */
type Walked = { readonly end: number; readonly found: boolean };

function walkNested(scan: Scan, start: number, path: string): Walked {
  return scan.json[start] === '{'
    ? walkObject(scan, start + 1, path)
    : walkArray(scan, start + 1, path);
}

function walkObject(scan: Scan, start: number, path: string): Walked {
  const { json, walk } = scan;
  const parsed = parseObjectPath(path);
  if (!parsed.more && parsed.piped) walk.pipe = parsed.pipe;
  let position = start;
  while (position < json.length) {
    const key = nextKey(json, position);
    if (key === undefined || key.end === undefined)
      return { end: key?.closed ?? json.length, found: false };
    const isMatch = parsed.wild ? matchesPattern(key.text, parsed.part) : key.text === parsed.part;
    const step = walkValue(scan, key.end, {
      path: parsed.path,
      enters: isMatch && parsed.more,
      takes: isMatch && !parsed.more,
    });
    if (step.found || step.broken) return { end: step.end, found: step.found };
    position = step.end;
  }
  return { end: position, found: false };
}

type Key = { readonly text: string; readonly end?: number; readonly closed?: number };

/** The next key; or where the object closes before one; or nothing, where its quote does not close. */
function nextKey(json: string, start: number): Key | undefined {
  for (let position = start; position < json.length; position += 1) {
    if (json[position] === '}') return { text: '', closed: position + 1 };
    if (json[position] !== '"') continue;
    const string = readString(json, position);
    return string.closed ? { text: stringText(string), end: string.end } : undefined;
  }
  return undefined;
}

type Step = Walked & { readonly broken: boolean };
type Wish = { readonly path: string; readonly enters: boolean; readonly takes: boolean };

/** The next value at or behind `start`: gone into, taken, or passed. */
function walkValue(scan: Scan, start: number, wish: Wish): Step {
  const { json, walk } = scan;
  for (let position = start; position < json.length; position += 1) {
    if (wish.enters && /[{[]/.test(json[position] ?? ''))
      return { ...walkNested(scan, position, wish.path), broken: false };
    const read = readValue(json, position);
    if (read === 'broken') return { end: json.length, found: false, broken: true };
    if (read === undefined) continue;
    if (wish.takes) walk.value = read.result;
    return { end: read.end, found: wish.takes, broken: false };
  }
  return { end: json.length, found: false, broken: false };
}

function walkArray(scan: Scan, start: number, path: string): Walked {
  const { json, walk } = scan;
  const parsed = parseArrayPath(path);
  if (!parsed.more && parsed.piped) walk.pipe = parsed.pipe;
  const wanted = parsed.hash ? -1 : arrayIndex(parsed.part);
  const collect = parsed.query && queryCollector(parsed, parsed.query, walk);
  const starts: number[] = [];
  let position = start;
  while (position <= json.length) {
    const isMatch = !parsed.hash && starts.length === wanted;
    starts.push(position);
    const element = nextElement(json, position);
    if (element === 'broken') return { end: json.length, found: false };
    if (element.end === undefined)
      return closeArray(scan, { parsed, starts, collect, end: element.closed });
    const step = visitElement(scan, element, { parsed, collect, isMatch });
    if (step.found) return step;
    position = step.end;
  }
  return { end: position, found: false };
}

/** As Go reads it: what does not fit into 64 bits wraps around. -1 for what is no number. */
function arrayIndex(part: string): number {
  return /^\d+$/.test(part) ? Number(BigInt.asIntN(64, BigInt(part))) : -1;
}

type Visit = {
  readonly parsed: ArrayPath;
  readonly collect: Collector | undefined;
  readonly isMatch: boolean;
};

/** An element that is gone into, asked by a query, taken, or passed. */
function visitElement(
  scan: Scan,
  element: ReadElement,
  { parsed, collect, isMatch }: Visit,
): Walked {
  if (isMatch && parsed.more && element.result.type === 'json')
    return walkNested(scan, element.start, parsed.path);
  if (collect !== undefined) return { end: element.end, found: collect.add(element.result) };
  const found = isMatch && !parsed.more;
  if (found) scan.walk.value = element.result;
  return { end: element.end, found };
}

type ReadElement = { readonly start: number; readonly end: number; readonly result: Result };
type Element = ReadElement | { readonly end?: undefined; readonly closed: number };

/** The next element; or behind the array's end, which the document's end is too. */
function nextElement(json: string, start: number): Element | 'broken' {
  for (let position = start; position < json.length; position += 1) {
    if (json[position] === ']') return { closed: position + 1 };
    const read = readValue(json, position);
    if (read === 'broken') return 'broken';
    if (read !== undefined) return { start: position, end: read.end, result: read.result };
  }
  return { closed: json.length + 1 };
}

type Closing = {
  readonly parsed: ArrayPath;
  /** Where each element was looked for; the last one is the array's end. */
  readonly starts: readonly number[];
  readonly collect: Collector | undefined;
  readonly end: number;
};

function closeArray({ json, walk }: Scan, { parsed, starts, collect, end }: Closing): Walked {
  if (parsed.hash && parsed.part === '#') {
    walk.value =
      parsed.each === undefined
        ? count(starts.length - 1)
        : eachElement(json, starts, { path: parsed.each, walk });
    return { end, found: true };
  }
  if (!exists(walk.value)) walk.value = collect?.collected() ?? nothing;
  return { end, found: false };
}

function count(length: number): Result {
  return { ...nothing, type: 'number', raw: String(length), number: length };
}

/** `#.path`: what the path gives for each element, of those that have it. */
function eachElement(
  json: string,
  starts: readonly number[],
  { path, walk }: { readonly path: string; readonly walk: Walk },
): Result {
  const split = splitPipe(path);
  if (split !== undefined) walk.pipe = split.right;
  const parts = starts.flatMap((start) => {
    const first = json.slice(start).search(/[^ \t\r\n]/);
    const element =
      first === -1 || json[start + first] === ']' ? undefined : readNext(json, start + first);
    const result =
      element === undefined ? nothing : follow(element.result.raw, split?.left ?? path);
    return exists(result) ? [result.raw === '' ? resultText(result) : result.raw] : [];
  });
  return jsonResult(`[${parts.join(',')}]`);
}

type Collector = {
  /** Whether the element is the one that is wanted, and the walk over. */
  readonly add: (element: Result) => boolean;
  /** What all that match give together, where all are wanted. */
  readonly collected: () => Result;
};

function queryCollector(parsed: ArrayPath, query: Query, walk: Walk): Collector {
  const parts: string[] = [];
  let rest = parsed.path;
  return {
    add: (element) => {
      if (element.type !== 'json' && query.path !== '') return false;
      const subject = element.type === 'json' ? follow(element.raw, query.path) : element;
      if (!queryMatches(query, subject)) return false;
      const split = parsed.more ? splitPipe(rest) : undefined;
      if (split !== undefined) {
        rest = split.left;
        walk.pipe = split.right;
      }
      const result = parsed.more ? follow(element.raw, rest) : element;
      if (!query.all) {
        walk.value = result;
        return true;
      }
      const raw = result.raw === '' ? resultText(result) : result.raw;
      if (raw !== '') parts.push(raw);
      return false;
    },
    collected: () => (query.all ? jsonResult(`[${parts.join(',')}]`) : nothing),
  };
}
