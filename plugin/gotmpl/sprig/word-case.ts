// Owns the splitting of identifiers into words, and the case styles made of them, as xstrings 1.5 does.
import { isLetter, isNumber, isPunct, isSpace, isUpper, toLower, toUpper } from '../unicode.ts';
import { decodeRune, encodeRune, lastRuneSize, runeError, runesOf } from '../utf8.ts';

type WordType = 'number' | 'upper' | 'alphabet' | 'connector' | 'punct' | 'other' | 'end';

type Word = { readonly type: WordType; readonly text: string };

const noWord: Word = { type: 'end', text: '' };

/** A rune with the bytes before it that are no UTF-8. */
type Unit = { readonly rune: number; readonly text: string };

export function toSnakeCase(bytes: string): string {
  return joinWords(wordsOf(unitsOf(bytes)), 0x5f);
}

export function toKebabCase(bytes: string): string {
  return joinWords(wordsOf(unitsOf(bytes)), 0x2d);
}

/** Each word gets a capital; further capitals at its start become small; single connectors vanish. */
export function toPascalCase(bytes: string): string {
  const runes = runesOf(bytes);
  const start = runes.findIndex((rune) => !isConnector(rune));
  if (start < 0) {
    // xstrings writes the last connector twice where there is nothing else.
    return bytes + bytes.slice(bytes.length - lastRuneSize(bytes, bytes.length));
  }
  const out = runes.slice(0, start);
  let isInCapitals = isUpper(runes[start] ?? 0);
  let current = toUpper(runes[start] ?? 0);
  for (const rune of runes.slice(start + 1)) {
    const before = current;
    current = rune;
    if (isConnector(before) && isConnector(rune)) {
      out.push(before);
    } else if (isConnector(before)) {
      isInCapitals = isUpper(rune);
      current = toUpper(rune);
    } else {
      isInCapitals &&= isUpper(rune);
      current = isInCapitals ? toLower(rune) : rune;
      out.push(before);
    }
  }
  return [...out, current].map(encodeRune).join('');
}

function isConnector(rune: number): boolean {
  return rune === 0x2d || rune === 0x5f || isSpace(rune);
}

/** Letters that have words in the Latin sense: all but CJK ideographs. */
function isAlphabet(rune: number): boolean {
  const isIdeograph =
    (rune >= 0x4e00 && rune <= 0x9fcc) ||
    (rune >= 0x3400 && rune <= 0x4d85) ||
    (rune >= 0x20000 && rune <= 0x2b81d);
  return isLetter(rune) && !isIdeograph;
}

function unitsOf(bytes: string): Unit[] {
  const units: Unit[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length;) {
    const { rune, size } = decodeRune(bytes, at);
    at += size;
    if (rune !== runeError) {
      units.push({ rune, text: bytes.slice(start, at) });
      start = at;
    }
  }
  if (start < bytes.length) {
    units.push({ rune: units.at(-1)?.rune ?? runeError, text: bytes.slice(start) });
  }
  return units;
}

function wordsOf(units: readonly Unit[]): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < units.length;) {
    const type = typeOf(units[at]?.rune ?? runeError);
    const end =
      type === 'upper' ? upperWordEnd(units, at) : runEnd(units, at + 1, continuation[type]);
    const text = units
      .slice(at, end)
      .map((unit) => unit.text)
      .join('');
    words.push({ type, text });
    at = end;
  }
  return words;
}

function typeOf(rune: number): Exclude<WordType, 'end'> {
  if (isConnector(rune)) {
    return 'connector';
  }
  if (isPunct(rune)) {
    return 'punct';
  }
  if (isUpper(rune)) {
    return 'upper';
  }
  if (isAlphabet(rune)) {
    return 'alphabet';
  }
  return isNumber(rune) ? 'number' : 'other';
}

/** What may follow the first rune of a word of that type. */
const continuation = {
  connector: isConnector,
  punct: isPunct,
  alphabet: isSmall,
  number: isNumber,
  other: (rune: number): boolean => typeOf(rune) === 'other',
} as const;

function isSmall(rune: number): boolean {
  return isAlphabet(rune) && !isUpper(rune);
}

function runEnd(
  units: readonly Unit[],
  start: number,
  continues: (rune: number) => boolean,
): number {
  let at = start;
  while (at < units.length && continues(units[at]?.rune ?? runeError)) {
    at++;
  }
  return at;
}

/** A capital with small letters, or capitals without the one that begins the next word. */
function upperWordEnd(units: readonly Unit[], at: number): number {
  const next = units[at + 1];
  if (next === undefined || !isUpper(next.rune)) {
    return runEnd(units, at + 1, isSmall);
  }
  const end = runEnd(units, at + 1, isUpper);
  const after = units[end];
  return after !== undefined && isAlphabet(after.rune) ? end - 1 : end;
}

/** The words one by one, and the text so far. */
type Joining = {
  readonly words: readonly Word[];
  readonly connector: number;
  at: number;
  out: string;
};

function joinWords(words: readonly Word[], connector: number): string {
  const joining: Joining = { words, connector, at: 0, out: '' };
  while (joining.at < words.length - 1) {
    const word = wordNow(joining);
    if (word.type !== 'connector') {
      append(joining, word);
    }
    joining.at++;
    joinNext(joining, word);
  }
  append(joining, wordNow(joining));
  return joining.out;
}

function wordNow({ words, at }: Joining): Word {
  return words[at] ?? noWord;
}

function joinNext(joining: Joining, before: Word): void {
  switch (before.type) {
    case 'number':
      appendRun(joining);
      connect(joining);
      return;
    case 'connector':
      append(joining, before);
      return;
    case 'punct':
      return;
    default:
      joinLetters(joining);
  }
}

/** Behind letters: a number starts a word of its own only if letters follow it. */
function joinLetters(joining: Joining): void {
  const number = wordNow(joining);
  if (number.type !== 'number') {
    connect(joining);
    return;
  }
  if (joining.at === joining.words.length - 1) {
    return;
  }
  joining.at++;
  if (wordNow(joining).type !== 'alphabet') {
    append(joining, number);
    connect(joining);
    return;
  }
  joining.out += encodeRune(joining.connector);
  append(joining, number);
  appendRun(joining);
  connect(joining);
}

function appendRun(joining: Joining): void {
  for (;;) {
    const word = wordNow(joining);
    if (word.type !== 'alphabet' && word.type !== 'number') {
      return;
    }
    append(joining, word);
    joining.at++;
  }
}

function connect(joining: Joining): void {
  const { type } = wordNow(joining);
  if (type !== 'end' && type !== 'connector' && type !== 'punct') {
    joining.out += encodeRune(joining.connector);
  }
}

function append(joining: Joining, { type, text }: Word): void {
  const isChanged = type === 'upper' || type === 'connector';
  joining.out += isChanged
    ? runesOf(text)
        .map((rune) => encodeRune(lowered(rune, joining.connector)))
        .join('')
    : text;
}

function lowered(rune: number, connector: number): number {
  if (isConnector(rune)) {
    return connector;
  }
  return isUpper(rune) ? toLower(rune) : rune;
}
