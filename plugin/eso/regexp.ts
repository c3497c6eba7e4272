// Owns Go's regexp.ReplaceAllString over RE2: which matches count, and how `$1` and `${name}` expand.
import { RE2JS, type Matcher } from 're2js';

type Replacement =
  | {
      readonly ok: true;
      /** Undefined where the result is longer than the text by more than {@link maxGrowth} characters. */
      readonly replace: (text: string) => string | undefined;
    }
  | { readonly ok: false; readonly message: string };

/** No key of a Secret is longer than 253; a chain of operations that multiply would use up all memory. */
export const maxGrowth = 4096;

/**
 * `rewrite.regexp` {source, target} as a function. RE2 syntax and linear time; every match is replaced, and `target`
 * expands as Go's Regexp.Expand says: `$1x` is the group named `1x`, `${1}x` is group 1, an unknown group is empty.
 */
export function compileReplacement(source: string, target: string): Replacement {
  const pattern = compileRe2(source);
  if (!pattern.ok) return pattern;
  const parts = parseTarget(target);
  return { ok: true, replace: (text) => replaceAll(pattern.re, parts, text) };
}

/** A pattern as Go's regexp.Compile takes it, or RE2's own words for what is wrong with it. */
export function compileRe2(
  source: string,
): { readonly ok: true; readonly re: RE2JS } | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, re: RE2JS.compile(source) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : 'not RE2 syntax' };
  }
}

/** Go ignores an empty match right behind another match, and goes on one character after it. */
function replaceAll(re: RE2JS, parts: readonly TargetPart[], text: string): string | undefined {
  const matcher = re.matcher(text);
  const groups = re.namedGroups();
  const limit = text.length + maxGrowth;
  let output = '';
  let lastEnd = 0;
  let position = 0;
  while (position <= text.length && matcher.find(position)) {
    const start = matcher.start();
    const end = matcher.end();
    output += text.slice(lastEnd, start);
    if (end > lastEnd || start === 0) {
      for (const part of parts) {
        output += typeof part === 'string' ? part : groupText(part.group, matcher, groups);
        if (output.length > limit) return undefined;
      }
    }
    lastEnd = end;
    position = Math.max(end, position + characterLength(text, position));
  }
  const replaced = output + text.slice(lastEnd);
  return replaced.length > limit ? undefined : replaced;
}

function characterLength(text: string, position: number): number {
  return (text.codePointAt(position) ?? 0) > 0xff_ff ? 2 : 1;
}

type TargetPart = string | { readonly group: number | string };

const reference = /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;

function parseTarget(target: string): readonly TargetPart[] {
  const parts: TargetPart[] = [];
  let last = 0;
  for (const match of target.matchAll(reference)) {
    parts.push(target.slice(last, match.index));
    const name = match[1] ?? match[2];
    parts.push(name === undefined ? '$' : { group: groupOf(name) });
    last = match.index + match[0].length;
  }
  parts.push(target.slice(last));
  return parts;
}

/** Only a number without leading zeros and below 10^9 names a group by its position. */
function groupOf(name: string): number | string {
  return /^(?:0|[1-9][0-9]{0,8})$/.test(name) ? Number(name) : name;
}

function groupText(
  group: number | string,
  matcher: Matcher,
  groups: Readonly<Record<string, number>>,
): string {
  const index = typeof group === 'number' ? group : groups[group];
  if (index === undefined || index > matcher.groupCount()) return '';
  return matcher.group(index) ?? '';
}
