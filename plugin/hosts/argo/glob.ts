// Owns the globs of Argo CD's directory source: those of its Go library (gobwas/glob), with no character that a star stops at.
import { RE2JS } from 're2js';
import { UsageError } from '../../errors.ts';

/** An escaped character, a class, or any character. */
const token = /\\(?<escaped>.)|\[(?<not>!?)(?<members>(?:\\.|[^\]\\])+)\]|(?<character>.)/gsu;

/**
 * Whether a path fits a glob: `*` and `**` are anything, `/` too, `?` one character, `[a-z]`, `[!abc]`, `{one,other}`. Whoever
 * may edit an application writes it, so it becomes a pattern of linear time. @throws UsageError where it is none.
 */
export function globMatcher(glob: string): (path: string) => boolean {
  const source = sourceOf(glob);
  try {
    const pattern = RE2JS.compile(source, RE2JS.DOTALL);
    return (path) => pattern.matches(path);
  } catch {
    throw new UsageError(`"${glob}" is not a glob: a bracket or a brace in it is not closed`);
  }
}

function sourceOf(glob: string): string {
  let depth = 0;
  let source = '';
  for (const { groups = {} } of glob.matchAll(token)) {
    const { escaped, not, members, character = '' } = groups;
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (escaped !== undefined) source += RE2JS.quote(escaped);
    else if (members !== undefined) source += classOf(not === '!', members);
    else source += characterOf(character, depth);
  }
  return source;
}

function characterOf(character: string, depth: number): string {
  switch (character) {
    case '*':
      return '.*';
    case '?':
      return '.';
    case '{':
      return '(?:';
    case '}':
      return ')';
    case ',':
      return depth > 0 ? '|' : ',';
    // Of a class that is not closed: no pattern either.
    case '[':
      return '[';
    default:
      return RE2JS.quote(character);
  }
}

/** A range, or one of the characters. */
function classOf(isNegated: boolean, members: string): string {
  const range = /^(.)-(.)$/su.exec(members);
  const inside = range
    ? `${literal(range[1])}-${literal(range[2])}`
    : members.replaceAll(/\\(.)/gsu, '$1').replaceAll(/[\]\\[^-]/g, String.raw`\$&`);
  return `[${isNegated ? '^' : ''}${inside}]`;
}

function literal(character = ''): string {
  return /[\]\\[^-]/.test(character) ? `\\${character}` : character;
}
