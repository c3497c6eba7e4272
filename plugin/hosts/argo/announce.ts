// Owns the announcement of parameters, as Argo CD's UI shows them in an application's details.
import { readFileSync } from 'node:fs';
import { isRecord } from '../../k8s/object.ts';
import { readYamlData } from '../../yaml/read-data.ts';
import { sourceType } from '../directory.ts';
import { type Parameter, parameters } from './parameters.ts';

/** Argo CD's ParameterAnnouncement. `map` is what the chart has where nothing is set. */
type Announcement = {
  readonly name: string;
  readonly title: string;
  readonly tooltip: string;
  readonly collectionType: Parameter['collectionType'];
  readonly itemType: 'boolean' | 'string';
  readonly map?: Readonly<Record<string, string>>;
};

/** The parameters of the folder's kind, in JSON. */
export function announcement(folder: string): string {
  const source = sourceType(folder);
  const defaults = source === 'helm' ? chartValues(`${folder}/values.yaml`) : {};
  const own = parameters.filter((parameter) => parameter.source === source);
  return `${JSON.stringify(own.map((parameter) => announced(parameter, defaults)))}\n`;
}

function announced(
  { name, title, tooltip, collectionType, ...rest }: Parameter,
  defaults: Readonly<Record<string, string>>,
): Announcement {
  const itemType = rest.isBoolean === true ? 'boolean' : 'string';
  const base: Announcement = { name, title, tooltip, collectionType, itemType };
  return name === 'helm-parameters' ? { ...base, map: defaults } : base;
}

/** As Argo CD shows a chart's values: one entry for each, `image.tag` and `hosts[0]`. Nothing of a file that is none. */
function chartValues(file: string): Readonly<Record<string, string>> {
  try {
    const data = readYamlData(readFileSync(file, 'utf8'));
    return data.ok ? Object.fromEntries(flat(data.value, '')) : {};
  } catch {
    return {};
  }
}

function flat(value: unknown, path: string): readonly (readonly [string, string])[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => flat(item, `${path}[${at}]`));
  if (isRecord(value))
    return Object.entries(value).flatMap(([key, item]) =>
      flat(item, path === '' ? key : `${path}.${key}`),
    );
  if (path === '' || value === null) return [];
  return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
}
