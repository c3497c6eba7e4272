// Makes the output of a template with all of ESO's functions, over a dot of texts.
import { esoFunctions } from '../../../../plugin/gotmpl/eso/table.ts';
import { yamlFunctions } from '../../../../plugin/gotmpl/eso/yaml-functions.ts';
import { sprigFunctions } from '../../../../plugin/gotmpl/sprig/table.ts';
import { execute, parseTemplate } from '../../../../plugin/gotmpl/template.ts';
import { mapValue, stringMapType, stringValue } from '../../../../plugin/gotmpl/values.ts';
import { readYamlData } from '../../../../plugin/yaml/read-data.ts';

const functions = new Map([...sprigFunctions, ...yamlFunctions(readYamlData), ...esoFunctions]);
const limits = { missingKey: 'error', maxOutputBytes: 4_000_000, maxSteps: 5_000_000 } as const;

/** Texts are byte strings, as `latin1` makes them. Throws TemplateError. */
export function render(text: string, dot: Readonly<Record<string, string>> = {}): string {
  const entries = Object.entries(dot).map(([key, value]) => [key, stringValue(value)] as const);
  const data = mapValue(new Map(entries), stringMapType);
  return Buffer.from(execute(parseTemplate({ name: 'K', text }, functions), data, limits)).toString(
    'latin1',
  );
}
