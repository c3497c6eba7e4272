// Owns ESO's use of the template engine: Go's text/template with sprig's and ESO's functions, over a dot of keys and texts.
import { TemplateError } from '../gotmpl/errors.ts';
import { yamlFunctions } from '../gotmpl/eso/yaml-functions.ts';
import type { GoFunction } from '../gotmpl/functions.ts';
import { sprigFunctions } from '../gotmpl/sprig/table.ts';
import { execute, parseTemplate } from '../gotmpl/template.ts';
import { mapValue, stringMapType, stringValue, type Value } from '../gotmpl/values.ts';
import { toByteString } from '../gotmpl/utf8.ts';
import { nearestName } from '../schema/nearest-name.ts';
import { SecretBytes } from '../secret-bytes.ts';
import { readYamlData } from '../yaml/read-data.ts';
import type { SecretMap } from './keys.ts';
import { hasAction, type RenderText } from './text.ts';

/** A Secret holds 1 MiB at most, so no text of it needs more. */
const maxOutputBytes = 4 * 1024 * 1024;
const maxSteps = 5_000_000;

type Functions = ReadonlyMap<string, GoFunction>;

/** ESO's engine v2 (ESO 5). The dot is a `map[string]string` of bytes. `more` are functions that not every run loads. */
export function goTemplateEngine(more: Functions): RenderText {
  const functions: Functions = new Map([
    ...sprigFunctions,
    ...yamlFunctions(readYamlData),
    ...more,
  ]);
  return ({ name, text, missingKey }, dot) => {
    if (!hasAction(text)) return { ok: true, value: SecretBytes.ofText(text) };
    try {
      const template = parseTemplate({ name, text }, functions);
      const bytes = execute(template, dotValue(dot), { missingKey, maxOutputBytes, maxSteps });
      return { ok: true, value: new SecretBytes(bytes) };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return { ok: false, message: problemMessage(error, { text, functions }) };
    }
  };
}

function dotValue(dot: SecretMap): Value {
  const entries = [...dot].map(([key, value]): [string, Value] => [
    toByteString(key),
    stringValue(Buffer.from(value.reveal()).toString('latin1')),
  ]);
  return mapValue(new Map(entries), stringMapType);
}

type Failed = { readonly text: string; readonly functions: Functions };

/** Go's text as far as it holds no value, what may have been meant, and the line of the template. */
function problemMessage(error: TemplateError, { text, functions }: Failed): string {
  const hidden = error.holdsValue ? ' (the rest may quote a value, and is not shown)' : '';
  const { unknownFunction, line } = error.place;
  const nearest =
    unknownFunction === undefined ? undefined : nearestName(unknownFunction, [...functions.keys()]);
  const meant = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  return `${error.message.trimEnd()}${hidden}${meant}${quotedLine(text, line)}`;
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
