// Owns the classes of runes that Go's lexer and printer ask for.

const letter = /^\p{L}$/u;
const digit = /^\p{Nd}$/u;
const visible = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

/** unicode.IsLetter */
export function isLetter(rune: number): boolean {
  const lower = rune | 0x20;
  return rune < 0x80 ? lower >= 0x61 && lower <= 0x7a : isIn(letter, rune);
}

/** unicode.IsDigit: decimal digits of any script. */
export function isDigit(rune: number): boolean {
  return rune < 0x80 ? rune >= 0x30 && rune <= 0x39 : isIn(digit, rune);
}

/** unicode.IsPrint and strconv.IsPrint: letters, marks, numbers, punctuation, symbols, and U+0020. */
export function isPrint(rune: number): boolean {
  return rune < 0x80 ? rune >= 0x20 && rune < 0x7f : isIn(visible, rune);
}

function isIn(set: RegExp, rune: number): boolean {
  return rune >= 0 && rune <= 0x10ffff && set.test(String.fromCodePoint(rune));
}

const upper = /^\p{Lu}$/u;
const lower = /^\p{Ll}$/u;
const titleCase = /^\p{Lt}$/u;
const punctuation = /^\p{P}$/u;
const number = /^\p{N}$/u;
const space = /^[\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

/** unicode.IsUpper */
export function isUpper(rune: number): boolean {
  return isIn(upper, rune);
}

/** unicode.IsLower */
export function isLower(rune: number): boolean {
  return isIn(lower, rune);
}

/** unicode.IsTitle: letters such as U+01C5 that hold an upper and a lower case one. */
export function isTitle(rune: number): boolean {
  return isIn(titleCase, rune);
}

/** unicode.IsPunct */
export function isPunct(rune: number): boolean {
  return isIn(punctuation, rune);
}

/** unicode.IsNumber */
export function isNumber(rune: number): boolean {
  return isIn(number, rune);
}

/** unicode.IsSpace: the White_Space property. */
export function isSpace(rune: number): boolean {
  return isIn(space, rune);
}

/** unicode.ToUpper: one rune for one, where JavaScript may answer with several. */
export function toUpper(rune: number): number {
  return oneRune(String.fromCodePoint(rune).toUpperCase()) ?? greekCapital(rune) ?? rune;
}

/** unicode.ToLower: one rune for one. */
export function toLower(rune: number): number {
  return rune === 0x130 ? 0x69 : (oneRune(String.fromCodePoint(rune).toLowerCase()) ?? rune);
}

/** unicode.ToTitle: as upper case but for digraphs and Georgian. */
export function toTitle(rune: number): number {
  if ((rune >= 0x1c4 && rune <= 0x1cc) || (rune >= 0x1f1 && rune <= 0x1f3)) {
    return rune >= 0x1f1 ? 0x1f2 : rune - ((rune - 0x1c4) % 3) + 1;
  }
  const isGeorgian = (rune >= 0x10d0 && rune <= 0x10fa) || (rune >= 0x10fd && rune <= 0x10ff);
  return isGeorgian ? rune : toUpper(rune);
}

function oneRune(text: string): number | undefined {
  const rune = text.codePointAt(0) ?? 0;
  return String.fromCodePoint(rune) === text ? rune : undefined;
}

/** Greek letters with iota subscript have a capital of their own in the simple mapping. */
function greekCapital(rune: number): number | undefined {
  if (rune >= 0x1f80 && rune <= 0x1faf) {
    return rune | 8;
  }
  return rune === 0x1fb3 || rune === 0x1fc3 || rune === 0x1ff3 ? rune + 9 : undefined;
}
