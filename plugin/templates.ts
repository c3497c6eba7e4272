// Owns how a template of ESO's is executed: with its functions, within bounds, and with errors that hold no value.
import { yamlFunctions } from './gotmpl/eso/yaml-functions.ts';
import { TemplateError } from './gotmpl/errors.ts';
import type { GoFunction } from './gotmpl/functions.ts';
import { sprigFunctions } from './gotmpl/sprig/table.ts';
import { type ExecuteOptions, execute, parseTemplate } from './gotmpl/template.ts';
import type { Value } from './gotmpl/values.ts';
import { nearestName } from './nearest-name.ts';
import { SecretBytes } from './secret-bytes.ts';
import { readYamlData } from './yaml/read-data.ts';

/** A Secret holds 1 MiB at most, so no text of it needs more. */
const maxOutputBytes = 4 * 1024 * 1024;
const maxSteps = 5_000_000;

export type TemplateFunctions = ReadonlyMap<string, GoFunction>;

type TemplateText = {
  /** As Go's messages name the template. */
  readonly name: string;
  readonly text: string | SecretBytes;
  readonly missingKey: ExecuteOptions['missingKey'];
  /** The text is a Secret's own, and nothing of it may be shown. */
  readonly isSecret?: boolean;
};

type Rendered =
  | { readonly ok: true; readonly value: SecretBytes }
  | { readonly ok: false; readonly message: string };

type RenderTemplate = (template: TemplateText, dot: Value) => Rendered;

/** ESO's engine v2 (ESO 5), with its default delimiters. `more` are functions that not every run loads. */
export function templateEngine(more: TemplateFunctions): RenderTemplate {
  const functions: TemplateFunctions = new Map([
    ...sprigFunctions,
    ...yamlFunctions(readYamlData),
    ...more,
  ]);
  return ({ name, text, missingKey, isSecret = false }, dot) => {
    try {
      const source = typeof text === 'string' ? text : text.reveal();
      const template = parseTemplate({ name, text: source }, functions);
      const bytes = execute(template, dot, { missingKey, maxOutputBytes, maxSteps });
      return { ok: true, value: new SecretBytes(bytes) };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const message = isSecret
        ? placeMessage(name, error)
        : problemMessage(error, { text, functions });
      return { ok: false, message };
    }
  };
}

/** Not even what Go says: it names fields, functions and constants of the text. */
function placeMessage(name: string, { place: { stage, line, column } }: TemplateError): string {
  const place = column === undefined ? `${line}` : `${line}:${column}`;
  return `template: ${name}:${place}: the template cannot be ${stage === 'parse' ? 'parsed' : 'executed'} (its text comes from a Secret, and is not shown)`;
}

type Failed = { readonly text: string | SecretBytes; readonly functions: TemplateFunctions };

/** Go's text as far as it holds no value, what may have been meant, and the line of the template. */
function problemMessage(error: TemplateError, { text, functions }: Failed): string {
  const hidden = error.holdsValue ? ' (the rest may quote a value, and is not shown)' : '';
  const { unknownFunction, line } = error.place;
  const nearest =
    unknownFunction === undefined ? undefined : nearestName(unknownFunction, [...functions.keys()]);
  const meant = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  const shown = typeof text === 'string' ? text : new TextDecoder().decode(text.reveal());
  return `${error.message.trimEnd()}${hidden}${meant}${quotedLine(shown, line)}`;
}

const longestLine = 120;

/** The template's own text, never a value; nothing where it is one line, which the place shows. */
function quotedLine(text: string, line: number): string {
  const lines = text.trimEnd().split('\n');
  const source = lines[line - 1]?.trim() ?? '';
  if (lines.length < 2 || source === '') return '';
  const shown = source.length > longestLine ? `${source.slice(0, longestLine)}…` : source;
  return `, in the line: ${shown}`;
}
