// Owns the public interface of the template engine: Go's text/template, parsed and executed.
import { randomBytes } from 'node:crypto';
import { builtins } from './builtins.ts';
import { executeRun } from './execute.ts';
import type { Run, MissingKey } from './exec-state.ts';
import type { FunctionMap } from './functions.ts';
import { parse } from './parser.ts';
import type { Trees } from './parser-state.ts';
import { toByteString } from './utf8.ts';
import type { Value } from './values.ts';

/** A parsed template with the ones that it defines. Its text and name are byte strings. */
export type Template = {
  readonly name: string;
  readonly text: string;
  readonly trees: Trees;
};

type Delimiters = {
  /** `{{` if absent or empty. */
  readonly leftDelimiter?: string;
  /** `}}` if absent or empty. */
  readonly rightDelimiter?: string;
};

export type TemplateSource = Delimiters & {
  /** Error texts begin with it. */
  readonly name: string;
  /** Bytes where the text need not be UTF-8. */
  readonly text: string | Uint8Array;
};

/**
 * Parses a template. Functions are looked up while parsing, so a map may make them when it is asked.
 * Throws TemplateError with Go's text.
 */
export function parseTemplate(source: TemplateSource, functions: FunctionMap): Template {
  const name = toByteString(source.name);
  const text =
    typeof source.text === 'string'
      ? toByteString(source.text)
      : Buffer.from(source.text).toString('latin1');
  const trees = parse(
    {
      name,
      text,
      leftDelimiter: toByteString(source.leftDelimiter ?? '') || '{{',
      rightDelimiter: toByteString(source.rightDelimiter ?? '') || '}}',
    },
    { functions, builtins },
  );
  return { name, text, trees };
}

export type ExecuteOptions = {
  /** What a map without the key gives: no value, an error, or the zero of its type. */
  readonly missingKey: MissingKey;
  /** The longest output, and the longest text that a function may make. */
  readonly maxOutputBytes: number;
  /** The most work: nodes walked, calls, elements touched. A million take about a second. */
  readonly maxSteps: number;
  /** The clock of the functions that know the time, in milliseconds since 1970. */
  readonly now?: () => number;
  /** The source of the functions that make something random. */
  readonly randomBytes?: (count: number) => Uint8Array;
};

/** Executes a template with the data as its dot. Throws TemplateError; otherwise the whole output. */
export function execute(template: Template, data: Value, options: ExecuteOptions): Uint8Array {
  const run: Run = {
    ...template,
    missingKey: options.missingKey,
    context: {
      steps: options.maxSteps,
      maxBytes: options.maxOutputBytes,
      now: options.now ?? Date.now,
      randomBytes: options.randomBytes ?? randomBytes,
    },
    output: [],
    outputBytes: 0,
    nesting: 0,
  };
  const list = template.trees.get(template.name);
  if (list !== undefined) {
    executeRun(run, list, data);
  }
  return Buffer.from(run.output.join(''), 'latin1');
}
