// Owns regular expressions as Go's regexp package has them: RE2 on bytes, in time linear in the text.
import { RE2JS } from 're2js';
import { spend, spendBytes, type Budget } from './budget.ts';
import { FunctionError } from './errors.ts';
import { canBackquote, quote } from './quote.ts';
import { isDigit, isLetter } from './unicode.ts';
import { badUtf8At, decodeRune, fromByteString, toByteString } from './utf8.ts';

/** Where the groups of a match are, as byte offsets; group 0 is the match. Undefined if not matched. */
type Match = readonly (Span | undefined)[];
type Span = { readonly start: number; readonly end: number };

export type Pattern = {
  readonly source: string;
  readonly compiled: RE2JS;
  readonly groupNames: ReadonlyMap<string, number>;
};

/** Up to here a pattern costs next to nothing; from here each of its characters may be looked at for each one of the text. */
const shortPattern = 1000;

/**
 * regexp.Compile. Throws FunctionError with Go's text, which quotes the pattern: the first argument of every function that has
 * one.
 */
export function compilePattern(source: string, budget: Budget): Pattern {
  // Some microseconds for each character.
  spend(budget, 4 * source.length);
  const bad = badUtf8At(source);
  if (bad !== undefined) {
    const rest = source.slice(bad);
    throw new FunctionError(`error parsing regexp: invalid UTF-8: \`${rest}\``, 'first');
  }
  try {
    const compiled = RE2JS.compile(fromByteString(source));
    const groups = Object.entries(compiled.namedGroups());
    return {
      source,
      compiled,
      groupNames: new Map(groups.map(([name, index]) => [toByteString(name), index])),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FunctionError(toByteString(goReason(reason)), 'first');
  }
}

/** The library has Go's words, but leaves out the part of the pattern where that is empty. */
function goReason(reason: string): string {
  return reason.endsWith('`') ? reason : `${reason}: \`\``;
}

/** regexp.MustCompile: the same error, in the words of its panic. */
export function mustCompilePattern(source: string, budget: Budget): Pattern {
  try {
    return compilePattern(source, budget);
  } catch (error) {
    if (!(error instanceof FunctionError)) {
      throw error;
    }
    const shown = canBackquote(source) ? `\`${source}\`` : quote(source);
    throw new FunctionError(`regexp: Compile(${shown}): ${error.message}`, 'first');
  }
}

/** Finds the first match that starts at an offset or behind it. */
type Finder = (from: number) => Match | undefined;

function finderIn(pattern: Pattern, text: string, budget: Budget): Finder {
  const matcher = pattern.compiled.matcher(Buffer.from(text, 'latin1'));
  const groupCount = pattern.compiled.groupCount();
  const { length } = pattern.source;
  const weight = length <= shortPattern ? 1 : length;
  return (from) => {
    // A search may look at all of the rest, however near the match is.
    spend(budget, 1 + Math.ceil(((text.length - from) * weight) / 256));
    if (!matcher.find(from)) {
      return undefined;
    }
    return Array.from({ length: groupCount + 1 }, (_, group) => {
      const start = matcher.start(group);
      return start < 0 ? undefined : { start, end: matcher.end(group) };
    });
  };
}

export function matches(pattern: Pattern, text: string, budget: Budget): boolean {
  return finderIn(pattern, text, budget)(0) !== undefined;
}

/** FindString: the text of the first match; empty if there is none. */
export function findFirst(pattern: Pattern, text: string, budget: Budget): string {
  const [span] = finderIn(pattern, text, budget)(0) ?? [];
  return span === undefined ? '' : text.slice(span.start, span.end);
}

/** FindAllString: at most `limit` matches, all if it is negative; undefined where Go's list is nil. */
export function findAll(pattern: Pattern, text: string, search: Search): string[] | undefined {
  const spans = spansOf(pattern, text, search);
  return spans.length === 0 ? undefined : spans.map(({ start, end }) => text.slice(start, end));
}

export type Search = { readonly limit: number; readonly budget: Budget };

/** Matches one behind the other; an empty one directly behind another does not count. */
function spansOf(pattern: Pattern, text: string, { limit, budget }: Search): Span[] {
  const find = finderIn(pattern, text, budget);
  const found: Span[] = [];
  let previousEnd = -1;
  const isFull = (): boolean => limit >= 0 && found.length >= limit;
  for (let at = 0; at <= text.length && !isFull();) {
    const [span] = find(at) ?? [];
    if (span === undefined) {
      break;
    }
    const isEmpty = span.end === at;
    if (!isEmpty || span.start !== previousEnd) {
      found.push(span);
    }
    at = isEmpty ? at + Math.max(decodeRune(text, at).size, 1) : span.end;
    previousEnd = span.end;
  }
  return found;
}

/** Split: the text between at most `limit - 1` matches. A limit of 0 gives nothing, not even a list. */
export function splitByPattern(
  pattern: Pattern,
  text: string,
  search: Search,
): string[] | undefined {
  const { limit } = search;
  if (limit === 0) {
    return undefined;
  }
  if (pattern.source !== '' && text === '') {
    return [''];
  }
  const parts: string[] = [];
  let start = 0;
  let end = 0;
  for (const span of spansOf(pattern, text, search)) {
    if (limit > 0 && parts.length === limit - 1) {
      break;
    }
    end = span.start;
    if (span.end !== 0) {
      parts.push(text.slice(start, end));
    }
    start = span.end;
  }
  return end === text.length ? parts : [...parts, text.slice(start)];
}

export type Replacement = {
  readonly text: string;
  /** Whether `$1` and `${name}` in it stand for groups. */
  readonly isTemplate: boolean;
  readonly budget: Budget;
};

/** ReplaceAllString, and ReplaceAllLiteralString. */
export function replaceMatches(pattern: Pattern, text: string, replacement: Replacement): string {
  const { budget } = replacement;
  const find = finderIn(pattern, text, budget);
  let out = '';
  let lastEnd = 0;
  for (let at = 0; at <= text.length;) {
    const match = find(at);
    const [span] = match ?? [];
    if (match === undefined || span === undefined) {
      break;
    }
    out += text.slice(lastEnd, span.start);
    if (span.end > lastEnd || span.start === 0) {
      out += replacement.isTemplate
        ? expand(replacement.text, { pattern, text, match })
        : replacement.text;
      spendBytes(budget, out.length);
    }
    lastEnd = span.end;
    at = Math.max(span.end, at + Math.max(decodeRune(text, at).size, 1));
  }
  return out + text.slice(lastEnd);
}

type Expansion = { readonly pattern: Pattern; readonly text: string; readonly match: Match };

/** Puts groups in the place of their names; a dollar sign that begins none stays. */
function expand(template: string, expansion: Expansion): string {
  let out = '';
  for (let at = 0; at < template.length;) {
    const dollar = template.indexOf('$', at);
    if (dollar < 0) {
      return out + template.slice(at);
    }
    out += template.slice(at, dollar);
    const name = groupNameAt(template, dollar + 1);
    if (template[dollar + 1] === '$') {
      out += '$';
      at = dollar + 2;
    } else if (name === undefined) {
      out += '$';
      at = dollar + 1;
    } else {
      out += groupText(name.text, expansion);
      at = name.end;
    }
  }
  return out;
}

type GroupName = { readonly text: string; readonly end: number };

/** The longest name there is: `$1W` means the group that is called 1W. */
function groupNameAt(template: string, start: number): GroupName | undefined {
  const isBraced = template[start] === '{';
  const from = isBraced ? start + 1 : start;
  let end = from;
  for (;;) {
    const { rune, size } = decodeRune(template, end);
    if (size === 0 || !(isLetter(rune) || isDigit(rune) || rune === 0x5f)) {
      break;
    }
    end += size;
  }
  if (end === from || (isBraced && template[end] !== '}')) {
    return undefined;
  }
  return { text: template.slice(from, end), end: isBraced ? end + 1 : end };
}

function groupText(name: string, { pattern, text, match }: Expansion): string {
  const isNumber = /^(?:0|[1-9][0-9]{0,8})$/.test(name);
  const index = isNumber ? Number(name) : pattern.groupNames.get(name);
  const span = index === undefined ? undefined : match[index];
  return span === undefined ? '' : text.slice(span.start, span.end);
}

/** QuoteMeta: a pattern that matches the text. */
export function quoteMeta(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}
