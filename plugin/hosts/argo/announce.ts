// Owns the announcement of parameters, as Argo CD's UI shows them in an application's details.
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../k8s/object.ts';
import type { Environment } from '../../outcome.ts';
import { readYamlData } from '../../yaml/read-data.ts';
import { isInside, sourceType } from '../directory.ts';
import { repositoryRoot } from './application.ts';
import { type Parameter, parameters } from './parameters.ts';

/** Argo CD's ParameterAnnouncement. */
type Announcement = {
  readonly name: string;
  readonly title: string;
  readonly tooltip: string;
  readonly collectionType: Parameter['collectionType'];
  readonly itemType: 'boolean' | 'string';
};

/** Those of a chart, in JSON, with its values; none for another folder: a plain folder's are the same everywhere, and stand in plugin.yaml. */
export function dynamicAnnouncements(folder: string, env: Environment): string {
  if (sourceType(folder) !== 'helm') return '[]\n';
  const map = chartValues(join(folder, 'values.yaml'), repositoryRoot(folder, env));
  const own = parameters
    .filter(({ source }) => source === 'helm')
    .map(announced)
    .map((one) => (one.name === 'helm-parameters' ? { ...one, map } : one));
  return `${JSON.stringify(own)}\n`;
}

function announced({ name, title, tooltip, collectionType, isBoolean }: Parameter): Announcement {
  const itemType = isBoolean === true ? 'boolean' : 'string';
  return { name, title, tooltip, collectionType, itemType };
}

/**
 * As Argo CD shows a chart's values: one entry for each, `image.tag` and `hosts[0]`. Nothing of a file that is none, or that a
 * link takes from outside of the repository.
 */
function chartValues(file: string, root: string): Readonly<Record<string, string>> {
  try {
    if (!isInside(realpathSync(root), realpathSync(file))) return {};
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
