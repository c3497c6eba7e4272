// Owns the syntax of a path: its first part, and what is left of it.
import { modifierNamed } from './modifier-names.ts';
import { readString, squashEnd, unescape } from './scan.ts';

/** What follows a part: more of the path, or a pipe into which the result goes. */
type Rest = {
  readonly path: string;
  readonly more: boolean;
  readonly pipe: string;
  readonly piped: boolean;
};

const noRest: Rest = { path: '', more: false, pipe: '', piped: false };

export type ObjectPath = Rest & { readonly part: string; readonly wild: boolean };

/** The first part of a path at an object. A backslash takes the meaning from the character behind it. */
export function parseObjectPath(path: string): ObjectPath {
  let part = '';
  let wild = false;
  for (let position = 0; position < path.length; position += 1) {
    const character = path[position] ?? '';
    if (character === '|') return { ...pipeAt(path, position), part, wild };
    if (character === '.') return { ...behindDot(path, position), part, wild };
    if (character === '*' || character === '?') wild = true;
    if (character === '\\') position += 1;
    part += character === '\\' ? (path[position] ?? '') : character;
  }
  return { ...noRest, part, wild };
}

function pipeAt(path: string, position: number): Rest {
  return { ...noRest, pipe: path.slice(position + 1), piped: true };
}

/** A dot before a modifier, or before a selection of several, is a pipe. */
function behindDot(path: string, position: number): Rest {
  const rest = path.slice(position + 1);
  return rest !== '' && beginsPipe(rest)
    ? { ...noRest, pipe: rest, piped: true }
    : { ...noRest, path: rest, more: true };
}

function beginsPipe(text: string): boolean {
  if (!text.startsWith('@')) return text.startsWith('[') || text.startsWith('{');
  return modifierNamed(/^@([^.|:]*)/.exec(text)?.[1] ?? '') !== undefined;
}

export type Query = {
  readonly path: string;
  /** '' where only existence is asked for. */
  readonly operator: string;
  readonly value: string;
  /** `#(…)#`: all that match. */
  readonly all: boolean;
};

export type ArrayPath = Rest & {
  readonly part: string;
  /** The part has a `#`, and so is no index. */
  readonly hash: boolean;
  /** Of `#.name`: what is taken of each element. */
  readonly each: string | undefined;
  readonly query: Query | undefined;
};

/** The first part of a path at an array: an index, `#`, or a query. */
export function parseArrayPath(path: string): ArrayPath {
  let hash = false;
  let each: string | undefined;
  let query: Query | undefined;
  for (let position = 0; position < path.length; position += 1) {
    const character = path[position];
    const shared = { part: path.slice(0, position), hash, each, query };
    if (character === '|') return { ...pipeAt(path, position), ...shared };
    if (character === '.') {
      const rest = hash
        ? { ...noRest, path: path.slice(position + 1), more: true }
        : behindDot(path, position);
      return { ...rest, ...shared };
    }
    if (character !== '#') continue;
    hash = true;
    if (position > 0) continue;
    if (path[1] === '.') each = path.slice(2);
    if (path[1] !== '[' && path[1] !== '(') continue;
    const parsed = parseQuery(path);
    query = parsed?.query ?? { path: '', operator: '', value: '', all: false };
    if (parsed === undefined) break;
    position = parsed.end - 1;
  }
  return { ...noRest, part: path, hash, each, query };
}

/** `#(path operator value)`; undefined where its bracket is not closed. */
function parseQuery(text: string): { readonly query: Query; readonly end: number } | undefined {
  const { end, operatorStart, escaped } = scanQuery(text);
  if (end === undefined) return undefined;
  const all = text[end + 1] === '#';
  if (operatorStart === undefined)
    return {
      query: { path: trimBlanks(text.slice(2, end)), operator: '', value: '', all },
      end: end + 1,
    };
  const { operator, value } = splitOperator(trimBlanks(text.slice(operatorStart, end)));
  return {
    query: {
      path: trimBlanks(text.slice(2, operatorStart)),
      operator,
      value: unquoteValue(value, escaped),
      all,
    },
    end: end + 1,
  };
}

type QueryScan = {
  readonly end: number | undefined;
  readonly operatorStart: number | undefined;
  readonly escaped: boolean;
};

/** Where the query's bracket closes, and where its operator begins: the first sign of one outside inner brackets. */
function scanQuery(text: string): QueryScan {
  let depth = 1;
  let operatorStart: number | undefined;
  let escaped = false;
  for (let position = 2; position < text.length; position += 1) {
    const character = text[position] ?? '';
    if (depth === 1 && operatorStart === undefined && '!=<>%'.includes(character))
      operatorStart = position;
    else if (character === '\\') position += 1;
    else if (character === '[' || character === '(') depth += 1;
    else if (character === ']' || character === ')') depth -= 1;
    else if (character === '"') {
      const string = readString(text, position);
      escaped ||= string.raw.includes('\\');
      position = string.end - 1;
    }
    if (depth === 0) return { end: position, operatorStart, escaped };
  }
  return { end: undefined, operatorStart, escaped };
}

function splitOperator(text: string): { readonly operator: string; readonly value: string } {
  if (text.length === 1) return { operator: text, value: '' };
  const operator = /^(?:!=|!%|<=|>=|==|[<>=%])/.exec(text)?.[0] ?? '';
  return {
    operator: operator === '==' ? '=' : operator,
    value: trimBlanks(text.slice(operator.length)),
  };
}

function unquoteValue(value: string, escaped: boolean): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  const inner = value.slice(1, -1);
  return escaped ? unescape(inner) : inner;
}

/** Without the blanks and control characters at both ends. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && (text[start] ?? '') <= ' ') start += 1;
  while (end > start && (text[end - 1] ?? '') <= ' ') end -= 1;
  return text.slice(start, end);
}

/** Left and right of the first pipe that is not inside a query; undefined where there is none. */
export function splitPipe(
  path: string,
): { readonly left: string; readonly right: string } | undefined {
  if (!path.includes('|')) return undefined;
  if (path.startsWith('{')) return splitPipeBehindSelection(path);
  for (let position = 0; position < path.length; position += 1) {
    const character = path[position];
    if (character === '\\') position += 1;
    else if (character === '.') {
      const end = queryEndBehindDot(path, position);
      if (end === undefined) return undefined;
      position = end;
    } else if (character === '|')
      return { left: path.slice(0, position), right: path.slice(position + 1) };
  }
  return undefined;
}

/** The text is looked at without its first bracket: only what that hides is skipped. */
function splitPipeBehindSelection(
  path: string,
): { readonly left: string; readonly right: string } | undefined {
  const end = 1 + squashEnd(path.slice(1));
  return path[end] === '|' ? { left: path.slice(0, end), right: path.slice(end + 1) } : undefined;
}

/** Behind `.#(…)` its last bracket, else the dot itself; undefined where the path ends. */
function queryEndBehindDot(path: string, dot: number): number | undefined {
  if (dot === path.length - 1) return undefined;
  if (path[dot + 1] !== '#') return dot;
  const open = path[dot + 2];
  if (open === undefined) return undefined;
  if (open !== '[' && open !== '(') return dot + 2;
  const close = open === '[' ? ']' : ')';
  let depth = 1;
  for (let position = dot + 3; position < path.length; position += 1) {
    const character = path[position];
    if (character === '\\') position += 1;
    else if (character === open) depth += 1;
    else if (character === close) depth -= 1;
    else if (character === '"') position = readString(path, position).end - 1;
    if (depth === 0) return position;
  }
  return path.length;
}

export type Selector = { readonly name: string; readonly path: string };

/** `{a,"n":b.c}` or `[a,b]` at the start of a path; undefined where its bracket is not closed. */
export function parseSelectors(
  path: string,
): { readonly selectors: readonly Selector[]; readonly rest: string } | undefined {
  const selectors: Selector[] = [];
  let depth = 1;
  let start = 1;
  let colon = 0;
  let inModifier = false;
  const push = (end: number): void => {
    selectors.push(
      colon === 0
        ? { name: '', path: path.slice(start, end) }
        : { name: path.slice(start, colon), path: path.slice(colon + 1, end) },
    );
    start = end + 1;
    colon = 0;
    inModifier = false;
  };
  for (let position = 1; position < path.length; position += 1) {
    const character = path[position] ?? '';
    if (character === '\\' || character === '"') {
      position = quotedEnd(path, position);
      continue;
    }
    depth += depthChange(character);
    if (depth === 0) {
      push(position);
      return { selectors, rest: path.slice(position + 1) };
    }
    if (character === ',' && depth === 1) push(position);
    else if (character === '@') inModifier ||= '.|'.includes(path[position - 1] ?? '');
    else if (character === ':' && !inModifier && colon === 0 && depth === 1) colon = position;
  }
  return undefined;
}

/** The character behind a backslash, or the quote that closes the one here. */
function quotedEnd(path: string, position: number): number {
  return path[position] === '"' ? readString(path, position).end - 1 : position + 1;
}

function depthChange(character: string): number {
  if ('[({'.includes(character)) return 1;
  return '])}'.includes(character) ? -1 : 0;
}

/** The name that a selected value gets: the last part of its path, or `_` where that is no plain name. */
export function lastName(path: string): string {
  const name = path.slice(lastSeparator(path) + 1);
  return Array.from(name).some((character) => character < ' ' || '[]{}()#|!'.includes(character))
    ? '_'
    : name;
}

function lastSeparator(path: string): number {
  for (let position = path.length - 1; position >= 0; position -= 1) {
    const isSeparator = path[position] === '|' || path[position] === '.';
    if (isSeparator && path[position - 1] !== '\\') return position;
  }
  return -1;
}
