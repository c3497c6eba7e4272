// Owns sprig's functions on letters: upper and lower case, titles, initials.
import { spend } from '../budget.ts';
import { function1, text, type GoFunction } from '../functions.ts';
import {
  isDigit,
  isLetter,
  isLower,
  isSpace,
  isTitle,
  isUpper,
  toLower,
  toTitle,
  toUpper,
} from '../unicode.ts';
import { beyondAscii, encodeRune, runesOf } from '../utf8.ts';
import { toKebabCase, toPascalCase, toSnakeCase } from './word-case.ts';

export const caseFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['upper', ofRunes(upper)],
  ['lower', ofRunes(lower)],
  ['title', ofRunes(title)],
  ['untitle', ofRunes(untitle)],
  ['swapcase', ofRunes(swapCase)],
  ['initials', ofRunes(initials)],
  ['nospace', ofRunes(withoutSpace)],
  ['camelcase', ofRunes(toPascalCase)],
  ['snakecase', ofRunes(toSnakeCase)],
  ['kebabcase', ofRunes(toKebabCase)],
]);

/** A function that looks at each rune, which is more work than the bytes alone. */
function ofRunes(convert: (bytes: string) => string): GoFunction {
  return function1([text], text, (bytes, budget) => {
    spend(budget, Math.ceil(bytes.length / 4));
    return convert(bytes);
  });
}

function upper(bytes: string): string {
  return beyondAscii.test(bytes) ? mapRunes(bytes, toUpper) : bytes.toUpperCase();
}

function lower(bytes: string): string {
  return beyondAscii.test(bytes) ? mapRunes(bytes, toLower) : bytes.toLowerCase();
}

function mapRunes(bytes: string, map: (rune: number) => number): string {
  return runesOf(bytes)
    .map((rune) => encodeRune(map(rune)))
    .join('');
}

/** strings.Title: the first letter of each word; an underscore does not end a word. */
function title(bytes: string): string {
  let before = 0x20;
  return mapRunes(bytes, (rune) => {
    const isFirst = isSeparator(before);
    before = rune;
    return isFirst ? toTitle(rune) : rune;
  });
}

function isSeparator(rune: number): boolean {
  if (rune < 0x80) {
    return !isLetter(rune) && !isDigit(rune) && rune !== 0x5f;
  }
  return !isLetter(rune) && !isDigit(rune) && isSpace(rune);
}

function untitle(bytes: string): string {
  let isFirst = true;
  return mapRunes(bytes, (rune) => {
    if (isSpace(rune)) {
      isFirst = true;
      return rune;
    }
    const changed = isFirst ? toLower(rune) : rune;
    isFirst = false;
    return changed;
  });
}

/** goutils.SwapCase: a lower case letter after a space gets its title case. */
function swapCase(bytes: string): string {
  let isAfterSpace = true;
  return mapRunes(bytes, (rune) => {
    if (isUpper(rune) || isTitle(rune)) {
      isAfterSpace = false;
      return toLower(rune);
    }
    if (!isLower(rune)) {
      isAfterSpace = isSpace(rune);
      return rune;
    }
    const changed = isAfterSpace ? toTitle(rune) : toUpper(rune);
    isAfterSpace = false;
    return changed;
  });
}

/** goutils.Initials goes through bytes and takes each for a rune. */
function initials(bytes: string): string {
  let out = '';
  let isFirst = true;
  for (const byte of bytes) {
    const rune = byte.charCodeAt(0);
    const isGap = isSpace(rune);
    if (isFirst && !isGap) {
      out += encodeRune(rune);
    }
    isFirst = isGap;
  }
  return out;
}

/** goutils.DeleteWhiteSpace goes through bytes as well, and spoils what is not ASCII if it finds a space. */
function withoutSpace(bytes: string): string {
  const kept = Array.from(bytes, (byte) => byte.charCodeAt(0)).filter((rune) => !isSpace(rune));
  return kept.length === bytes.length ? bytes : kept.map(encodeRune).join('');
}
