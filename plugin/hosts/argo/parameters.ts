// Owns the parameters of an application that eso-render takes: what they are called, and how Argo CD hands them over.
import { isRecord } from '../../k8s/object.ts';
import { UsageError } from '../../errors.ts';
import type { Environment } from '../../outcome.ts';

/** What a folder is to Argo CD. */
export type SourceType = 'directory' | 'kustomize' | 'helm';

/** As Argo CD's announcements call them; a parameter holds one of these. */
type CollectionType = 'string' | 'array' | 'map';

export type Parameter = {
  readonly name: string;
  readonly collectionType: CollectionType;
  /** `true` and `false` as a string. */
  readonly isBoolean?: true;
  readonly source: SourceType;
  readonly title: string;
  readonly tooltip: string;
};

/** All of them. What is not here is refused: a name that is misspelt would silently give other manifests. */
export const parameters = [
  {
    name: 'recurse',
    collectionType: 'string',
    isBoolean: true,
    source: 'directory',
    title: 'Recurse',
    tooltip: 'true: read the manifests of the folders below, too',
  },
  {
    name: 'include',
    collectionType: 'string',
    source: 'directory',
    title: 'Include',
    tooltip: 'glob of the files that are manifests, such as {*.yaml,prod/*.yml}',
  },
  {
    name: 'exclude',
    collectionType: 'string',
    source: 'directory',
    title: 'Exclude',
    tooltip: 'glob of the files that are no manifests, such as config/*',
  },
  {
    name: 'values-files',
    collectionType: 'array',
    source: 'helm',
    title: 'Values files',
    tooltip: 'in this order; relative to the chart, or with a leading / to the repository',
  },
  {
    name: 'ignore-missing-values-files',
    collectionType: 'string',
    isBoolean: true,
    source: 'helm',
    title: 'Ignore missing values files',
    tooltip: 'true: a values file that is not there is left out',
  },
  {
    name: 'values',
    collectionType: 'string',
    source: 'helm',
    title: 'Values',
    tooltip: 'YAML, after the values files',
  },
  {
    name: 'helm-parameters',
    collectionType: 'map',
    source: 'helm',
    title: 'Helm parameters',
    tooltip: 'single values, as --set takes them; after everything else',
  },
  {
    name: 'helm-string-parameters',
    collectionType: 'map',
    source: 'helm',
    title: 'Helm parameters that are text',
    tooltip: 'single values, as --set-string takes them',
  },
  {
    name: 'helm-file-parameters',
    collectionType: 'map',
    source: 'helm',
    title: 'Helm parameters from files',
    tooltip: 'files whose content is the value, as --set-file takes them',
  },
  {
    name: 'release-name',
    collectionType: 'string',
    source: 'helm',
    title: 'Release name',
    tooltip: "the chart's release; by default the application's name",
  },
  {
    name: 'namespace',
    collectionType: 'string',
    source: 'helm',
    title: 'Namespace',
    tooltip: "the release's namespace; by default the application's destination",
  },
  {
    name: 'kube-version',
    collectionType: 'string',
    source: 'helm',
    title: 'Kubernetes version',
    tooltip: 'for the chart; by default that of the destination',
  },
  {
    name: 'api-versions',
    collectionType: 'array',
    source: 'helm',
    title: 'API versions',
    tooltip: 'for the chart; by default those of the destination',
  },
  {
    name: 'skip-crds',
    collectionType: 'string',
    isBoolean: true,
    source: 'helm',
    title: 'Skip CRDs',
    tooltip: "true: leave the chart's crds folder out",
  },
  {
    name: 'skip-schema-validation',
    collectionType: 'string',
    isBoolean: true,
    source: 'helm',
    title: 'Skip schema validation',
    tooltip: "true: values need not fit the chart's values.schema.json",
  },
  {
    name: 'skip-tests',
    collectionType: 'string',
    isBoolean: true,
    source: 'helm',
    title: 'Skip tests',
    tooltip: "true: leave the chart's tests out",
  },
] as const;

type NameOf<Type extends CollectionType> = Extract<
  (typeof parameters)[number],
  { readonly collectionType: Type }
>['name'];

/** What an application sets. */
export type Parameters = {
  readonly text: (name: NameOf<'string'>) => string | undefined;
  readonly isTrue: (name: NameOf<'string'>) => boolean;
  readonly list: (name: NameOf<'array'>) => readonly string[];
  readonly entries: (name: NameOf<'map'>) => readonly (readonly [key: string, value: string])[];
};

type Given = Readonly<Record<string, unknown>> & { readonly name: string };

/** Argo CD's JSON of `spec.source.plugin.parameters`. Its `PARAM_*` say the same, and are not read. */
const variable = 'ARGOCD_APP_PARAMETERS';

/** @throws UsageError for a parameter that is not known, is of another type, or is not for this source. */
export function readParameters(env: Environment, source: SourceType): Parameters {
  const given = new Map(parametersIn(env).map((one) => [one.name, one]));
  for (const one of given.values()) check(one, source);
  const fieldOf = (name: string, field: CollectionType): unknown => given.get(name)?.[field];
  const text: Parameters['text'] = (name) => {
    const value = fieldOf(name, 'string');
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    text,
    isTrue: (name) => text(name) === 'true',
    list: (name) => texts(fieldOf(name, 'array')),
    entries: (name) => textEntries(fieldOf(name, 'map')),
  };
}

function parametersIn(env: Environment): readonly Given[] {
  const json = env[variable];
  if (json === undefined || json === '') return [];
  const value = parsed(json);
  // An application without any has null here.
  if (value === null) return [];
  if (Array.isArray(value) && value.every(isGiven)) return value;
  throw new UsageError(`${variable} is not Argo CD's list of parameters`);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isGiven(value: unknown): value is Given {
  return isRecord(value) && typeof value['name'] === 'string';
}

function check(given: Given, source: SourceType): void {
  const parameter: Parameter | undefined = parameters.find(({ name }) => name === given.name);
  if (parameter === undefined) {
    const known = parameters.filter((one) => one.source === source).map(({ name }) => name);
    const all = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
    throw new UsageError(
      `the parameter "${given.name}" is not known: this is ${kindOf(source)}, ${all}`,
    );
  }
  if (parameter.source !== source)
    throw new UsageError(
      `the parameter "${given.name}" is for ${kindOf(parameter.source)}, and this is ${kindOf(source)}`,
    );
  if (given[parameter.collectionType] === undefined)
    throw new UsageError(
      `the parameter "${given.name}" is set by its field "${parameter.collectionType}"`,
    );
  if (parameter.isBoolean && !['true', 'false', ''].includes(String(given['string'])))
    throw new UsageError(`the parameter "${given.name}" is true or false`);
  if (textsOf(given).some((text) => text.includes('\0')))
    throw new UsageError(`the parameter "${given.name}" holds a NUL character`);
}

/** All that is set, and that could become an argument. */
function textsOf(given: Given): readonly string[] {
  const { string: text, array, map } = given;
  return [...(typeof text === 'string' ? [text] : []), ...texts(array), ...textEntries(map).flat()];
}

/** For messages. */
function kindOf(source: SourceType): string {
  switch (source) {
    case 'directory':
      return 'a folder of manifests';
    case 'kustomize':
      return 'a kustomization';
    case 'helm':
      return 'a Helm chart';
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function textEntries(value: unknown): readonly (readonly [string, string])[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    typeof item === 'string' ? [[key, item] as const] : [],
  );
}
