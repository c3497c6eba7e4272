// Owns the text of --help, made of the description of the command line.
import {
  commandsExitCode,
  exitCodes,
  nothingOnFailure,
  optionList,
  synopsis,
  usageOf,
  verbList,
} from './command-line.ts';

const width = 88;

export function helpText(): string {
  return [
    `eso-render: ${synopsis}.`,
    '',
    'Usage:',
    ...verbList().flatMap(({ name, input, help }) =>
      entry(`eso-render ${verbOf(name, input)}`, help, 33),
    ),
    '',
    'Options:',
    ...optionList().flatMap(([name, option]) => {
      const usage = usageOf(name, option);
      return entry(option.short === undefined ? `    ${usage}` : usage, option.help, 31);
    }),
    '',
    ...wrapped(`Exit: ${exitText()}. ${commandsExitCode} ${nothingOnFailure}`, width),
    '',
  ].join('\n');
}

/** `render` may be left out, so it stands in brackets. */
function verbOf(name: string, input: string): string {
  return `${name === 'render' ? '[render]' : name} ${input}`.trimEnd();
}

function exitText(): string {
  return Object.entries(exitCodes)
    .map(([code, meaning]) => `${code} ${meaning}`)
    .join(', ');
}

/** A term and, from `column` on, what it means; what a long term leaves too little room for starts below it. */
function entry(term: string, meaning: string, column: number): readonly string[] {
  const lines = wrapped(meaning, width - column).map((line) => ' '.repeat(column) + line);
  const first = `  ${term} `;
  if (first.length > column) return [first.trimEnd(), ...lines];
  return lines.map((line, at) => (at === 0 ? first.padEnd(column) + line.trimStart() : line));
}

function wrapped(text: string, limit: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > limit) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
