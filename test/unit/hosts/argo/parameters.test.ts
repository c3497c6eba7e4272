// Tests what an application's parameters may say, and that the announcements of plugin.yaml are those of the program.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { UsageError } from '../../../../plugin/errors.ts';
import {
  type Parameter,
  parameters,
  readParameters,
  type SourceType,
} from '../../../../plugin/hosts/argo/parameters.ts';

function read(parameters: unknown, source: SourceType) {
  return readParameters({ ARGOCD_APP_PARAMETERS: JSON.stringify(parameters) }, source);
}

test('texts, lists and maps, as Argo CD hands them over', () => {
  const parameters = read(
    [
      { name: 'release-name', string: 'blue' },
      { name: 'skip-crds', string: 'true' },
      { name: 'skip-tests', string: 'false' },
      { name: 'values', string: '' },
      { name: 'values-files', array: ['a.yaml', 'b.yaml'] },
      { name: 'helm-parameters', map: { a: '1', 'b.c': '2' } },
    ],
    'helm',
  );
  expect(parameters.text('release-name')).toBe('blue');
  expect(parameters.text('values')).toBeUndefined();
  expect(parameters.isTrue('skip-crds')).toBe(true);
  expect(parameters.isTrue('skip-tests')).toBe(false);
  expect(parameters.list('values-files')).toEqual(['a.yaml', 'b.yaml']);
  expect(parameters.list('api-versions')).toEqual([]);
  expect(parameters.entries('helm-parameters')).toEqual([
    ['a', '1'],
    ['b.c', '2'],
  ]);
});

test.each([
  { reason: 'outside of Argo CD', env: {} },
  { reason: 'an application without any', env: { ARGOCD_APP_PARAMETERS: 'null' } },
  { reason: 'an empty variable', env: { ARGOCD_APP_PARAMETERS: '' } },
  {
    reason: 'what an application sets under other names is not read',
    env: { PARAM_RECURSE: 'true', ARGOCD_ENV_RECURSE: 'true' },
  },
])('none: $reason', ({ env }) => {
  expect(readParameters(env, 'directory').isTrue('recurse')).toBe(false);
});

describe('what is refused, with the parameter named', () => {
  test.each([
    {
      reason: 'misspelt, which would silently be the default',
      source: 'helm',
      parameters: [{ name: 'value-files', array: [] }],
      named: '"value-files" is not known: this is a Helm chart, it takes values-files, ',
    },
    {
      reason: 'for another kind of folder',
      source: 'kustomize',
      parameters: [{ name: 'recurse', string: 'true' }],
      named: '"recurse" is for a folder of manifests, and this is a kustomization',
    },
    {
      reason: 'of another type',
      source: 'helm',
      parameters: [{ name: 'values-files', string: 'a.yaml' }],
      named: '"values-files" is set by its field "array"',
    },
    {
      reason: 'neither true nor false',
      source: 'directory',
      parameters: [{ name: 'recurse', string: 'yes' }],
      named: '"recurse" is true or false',
    },
    {
      reason: 'a name that every object has',
      source: 'directory',
      parameters: [{ name: 'constructor', string: 'x' }],
      named: '"constructor" is not known',
    },
    { reason: 'no list', source: 'helm', parameters: {}, named: 'ARGOCD_APP_PARAMETERS' },
    { reason: 'no names', source: 'helm', parameters: [{}], named: 'ARGOCD_APP_PARAMETERS' },
  ] as const)('$reason', ({ source, parameters, named }) => {
    expect(() => read(parameters, source)).toThrow(UsageError);
    expect(() => read(parameters, source)).toThrow(named);
  });
});

test('plugin.yaml announces the parameters of a plain folder as the program has them', () => {
  const file = join(import.meta.dirname, '../../../../plugin.yaml');
  const plugin = parse(readFileSync(file, 'utf8')) as {
    readonly spec: { readonly parameters: { readonly static: unknown } };
  };
  const own: readonly Parameter[] = parameters.filter(({ source }) => source === 'directory');
  expect(plugin.spec.parameters.static).toEqual(
    own.map(({ name, title, tooltip, collectionType, isBoolean }) => ({
      name,
      title,
      tooltip,
      collectionType,
      itemType: isBoolean === true ? 'boolean' : 'string',
    })),
  );
});
