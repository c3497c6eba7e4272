// Owns sprig's functions that fit text into a width: wrap, wrapWith, abbrev, abbrevboth.
import { spendBytes, type Budget } from '../budget.ts';
import { function2, function3, int, text, type GoFunction } from '../functions.ts';

export const wrapFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  [
    'wrap',
    function2([int, text], text, (width, s, budget) =>
      wrap(s, { width: Number(width), separator: '\n', breaksWords: false }, budget),
    ),
  ],
  [
    'wrapWith',
    function3([int, text, text], text, ([width, separator, s], budget) =>
      wrap(s, { width: Number(width), separator: separator || '\n', breaksWords: true }, budget),
    ),
  ],
  [
    'abbrev',
    function2([int, text], text, (width, s) => (width < 4n ? s : abbreviate(s, 0, Number(width)))),
  ],
  ['abbrevboth', function3([int, int, text], text, abbreviateBoth)],
]);

type WrapStyle = {
  /** In bytes, as Go counts. */
  readonly width: number;
  readonly separator: string;
  readonly breaksWords: boolean;
};

/** goutils.WrapCustom: lines end at a space, which is left out; spaces at a line's start are dropped. */
function wrap(s: string, style: WrapStyle, budget: Budget): string {
  const width = Math.max(style.width, 1);
  spendBytes(budget, s.length + (s.length / width) * style.separator.length);
  let out = '';
  let offset = 0;
  while (s.length - offset > width) {
    if (s[offset] === ' ') {
      offset++;
      continue;
    }
    const end = lineEnd(s, offset, { ...style, width });
    if (end < 0) {
      break;
    }
    out += s.slice(offset, end) + style.separator;
    offset = s[end] === ' ' ? end + 1 : end;
  }
  return out + s.slice(offset);
}

/** Where the line that starts at `offset` ends: before a space, or within a word; -1 at the end. */
function lineEnd(s: string, offset: number, { width, breaksWords }: WrapStyle): number {
  const before = s.lastIndexOf(' ', offset + width);
  if (before >= offset) {
    return before;
  }
  return breaksWords ? offset + width : s.indexOf(' ', offset + width);
}

function abbreviateBoth([left, right, s]: readonly [bigint, bigint, string]): string {
  return right < 4n || (left > 0n && right < 7n) ? s : abbreviate(s, Number(left), Number(right));
}

/** goutils.AbbreviateFull: at most `width` bytes, dots where something is left out. */
function abbreviate(s: string, left: number, width: number): string {
  if (s.length <= width) {
    return s;
  }
  const room = width - 3;
  const offset = Math.min(
    left,
    s.length,
    Math.max(left, 0) > s.length - room ? s.length - room : left,
  );
  if (offset <= 4) {
    return `${s.slice(0, room)}...`;
  }
  if (width < 7) {
    return '';
  }
  return offset + room < s.length
    ? `...${abbreviate(s.slice(offset), 0, room)}`
    : `...${s.slice(s.length - room)}`;
}
