// Owns what is said of arguments that are not understood, and what was probably meant.
import { parseArgs } from 'node:util';
import { type OptionDescription, optionList, options, usageOf, verbList } from './command-line.ts';
import { nearestName } from './nearest-name.ts';

/** The first thing that is wrong with arguments which the parser refuses. */
export function wrongArguments(argv: readonly string[]): string {
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const known = new Map<string, OptionDescription>(optionList());
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const option = known.get(name);
    if (option === undefined) return unknownOption(name, rawName);
    if (option.type === 'boolean' && value !== undefined) return `--${name} takes no value`;
    if (option.type === 'string' && (value === undefined || isOption(token)))
      return `--${name} needs a value: ${usageOf(name, option)}`;
  }
  return 'the arguments cannot be read; see eso-render --help';
}

/** `--deadline --kube`: what looks like an option is none's value, unless it stands behind `=`. */
function isOption(token: {
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}): boolean {
  return token.inlineValue !== true && (token.value?.startsWith('-') ?? false);
}

function unknownOption(name: string, rawName: string): string {
  const nearest = nearestName(
    name,
    optionList().map(([known]) => known),
  );
  const advice =
    nearest === undefined ? 'eso-render --help lists them' : `did you mean "--${nearest}"?`;
  return `unknown option "${rawName}"; ${advice}`;
}

/** For several words where one could stand: `; …`. */
export function inputAdvice(word: string): string {
  return meantVerb(word) ?? '; a folder of files is one';
}

/** For a word that is no path: `; …`; nothing where it can only be meant as a path. */
export function pathAdvice(word: string): string {
  if (!/^[a-z]+$/u.test(word)) return '';
  return meantVerb(word) ?? '; eso-render --help lists verbs and options';
}

function meantVerb(word: string): string | undefined {
  const nearest = nearestName(
    word,
    verbList().map(({ name }) => name),
  );
  return nearest === undefined ? undefined : `; did you mean the verb "${nearest}"?`;
}
