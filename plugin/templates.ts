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
  const functions = withCommon(more);
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

/** Says why a text of a manifest is no template; undefined where it is one. */
export function templateParser(
  more: TemplateFunctions,
): (template: { readonly name: string; readonly text: string }) => string | undefined {
  const functions = withCommon(more);
  return ({ name, text }) => {
    try {
      parseTemplate({ name, text }, functions);
      return undefined;
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return problemMessage(error, { text, functions });
    }
  };
}

function withCommon(more: TemplateFunctions): TemplateFunctions {
  return new Map([...sprigFunctions, ...yamlFunctions(readYamlData), ...more]);
}

/** Not even what Go says: it names fields, functions and constants of the text. */
function placeMessage(name: string, { place: { stage, line, column } }: TemplateError): string {
  const place = column === undefined ? `${line}` : `${line}:${column}`;
  return `template: ${name}:${place}: the template cannot be ${stage === 'parse' ? 'parsed' : 'executed'} (its text comes from a Secret, and is not shown)`;
}

type Place = TemplateError['place'];

type Failed = { readonly text: string | SecretBytes; readonly functions: TemplateFunctions };

/** Go's text as far as it holds no value, what may have been meant, and the line of the template. */
function problemMessage(error: TemplateError, { text, functions }: Failed): string {
  const hidden = error.holdsValue ? ' (the rest may quote a value, and is not shown)' : '';
  const { unknownFunction } = error.place;
  const nearest =
    unknownFunction === undefined ? undefined : nearestName(unknownFunction, [...functions.keys()]);
  const meant = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  const source = typeof text === 'string' ? Buffer.from(text) : Buffer.from(text.reveal());
  return `${error.message.trimEnd()}${hidden}${meant}${quotedLine(source, error.place)}`;
}

/** Of a long line, so much before and behind the place. */
const shownBefore = 60;
const shownBehind = 60;

/** The template's own text, never a value. Columns count UTF-16 units from 1, as editors do. */
function quotedLine(source: Buffer, { line, column = 0, unknownFunction }: Place): string {
  const text = source.toString('latin1').split('\n')[line - 1] ?? '';
  // The parser has read on behind a function before it looks it up.
  const found = unknownFunction === undefined ? -1 : text.lastIndexOf(unknownFunction, column);
  const before = fromLatin1(text.slice(0, found === -1 ? column : found));
  const behind = fromLatin1(text.slice(found === -1 ? column : found));
  const shown = `${cut(before, -shownBefore)}${cut(behind, shownBehind)}`.trim();
  return shown === '' ? '' : `, in line ${line}, column ${before.length + 1}: ${shown}`;
}

function fromLatin1(text: string): string {
  return Buffer.from(text, 'latin1').toString();
}

/** So many characters at the beginning, or at the end where `count` is negative. */
function cut(text: string, count: number): string {
  if (text.length <= Math.abs(count)) return text;
  return count < 0 ? `…${text.slice(count)}` : `${text.slice(0, count)}…`;
}
