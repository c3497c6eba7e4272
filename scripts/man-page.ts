// Owns the man page, made of the description of the command line.
import {
  exitCodes,
  nothingOnFailure,
  type OptionDescription,
  optionList,
  synopsis,
  usageOf,
  verbList,
} from '../plugin/command-line.ts';

const examples: readonly (readonly [command: string, meaning: string])[] = [
  [
    'helm template shop ./chart | eso-render | kubectl apply -f -',
    'Renders what another program prints.',
  ],
  ['eso-render validate manifests/', 'Checks a folder in CI; no secret is read.'],
  ['source <(eso-render completion bash)', 'Completes the options in this shell.'],
];

/** In roff, with the macros of man(7). There is no date: the same sources give the same page. */
export function manPage(version: string): string {
  return [
    `.TH ESO-RENDER 1 "" "eso-render ${roff(version)}" "User Commands"`,
    '.SH NAME',
    `eso\\-render \\- ${roff(synopsis)}`,
    '.SH SYNOPSIS',
    ...verbList().flatMap(({ name, input }, at) => [
      ...(at === 0 ? [] : ['.br']),
      `.B eso\\-render ${name === 'render' ? '' : roff(name)}`.trimEnd(),
      ...(input === '' ? [] : [`.I ${roff(input)}`]),
    ]),
    '.SH VERBS',
    ...verbList().flatMap(({ name, input, help }) => tagged(`${name} ${input}`.trimEnd(), help)),
    '.SH OPTIONS',
    ...optionList().flatMap(([name, option]) => tagged(usageOf(name, option), helpOf(option))),
    '.SH EXIT STATUS',
    ...Object.entries(exitCodes).flatMap(([code, meaning]) => tagged(code, sentence(meaning))),
    '.PP',
    roff(nothingOnFailure),
    '.SH ENVIRONMENT',
    ...tagged('ARGOCD_APP_NAMESPACE', "Argo CD's destination: the namespace where none is given."),
    '.SH EXAMPLES',
    ...examples.flatMap(([command, meaning]) => tagged(command, meaning)),
    '',
  ].join('\n');
}

function helpOf({ help }: OptionDescription): string {
  return sentence(help);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function tagged(tag: string, text: string): readonly string[] {
  return ['.TP', `.B ${roff(tag)}`, roff(text)];
}

/** A hyphen that can be copied, three dots for the character that roff does not read, and no line that starts as a request does. */
function roff(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('…', '...');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
