// Tests the command line of `helm template`: what Argo CD itself would say, and that no parameter says more.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../../../plugin/errors.ts';
import { helmTemplate } from '../../../../plugin/hosts/argo/helm.ts';
import { readParameters } from '../../../../plugin/hosts/argo/parameters.ts';
import type { Environment } from '../../../../plugin/outcome.ts';

let outside: string;
let root: string;
let folder: string;

beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), 'eso-render-helm-'));
  root = join(outside, 'repo');
  folder = join(root, 'charts/web');
  const files = [
    'repo/charts/web/a.yaml',
    'repo/shared/b.yaml',
    'repo/x,y.yaml',
    'token',
    'repository/c.yaml',
  ];
  for (const file of files) {
    mkdirSync(dirname(join(outside, file)), { recursive: true });
    writeFileSync(join(outside, file), 'a: 1\n');
  }
  symlinkSync('../../shared/b.yaml', join(folder, 'inside.yaml'));
  symlinkSync('../../../token', join(folder, 'outside.yaml'));
  symlinkSync(outside, join(folder, 'up'));
});

afterAll(() => {
  rmSync(outside, { recursive: true });
});

function template(given: readonly unknown[], env: Environment = {}) {
  const parameters = readParameters({ ARGOCD_APP_PARAMETERS: JSON.stringify(given) }, 'helm');
  return helmTemplate({ parameters, env, folder, root });
}

/** The arguments behind those that are always there. */
function optionsOf(given: readonly unknown[], env?: Environment): readonly string[] {
  return template(given, env)
    .args.slice(3)
    .filter((option) => option !== '--include-crds');
}

test('what Argo CD says of the application and its cluster', () => {
  const env = {
    ARGOCD_APP_NAME: 'team_shop',
    ARGOCD_APP_NAMESPACE: 'live',
    KUBE_VERSION: '1.34.1',
    KUBE_API_VERSIONS: 'v1,apps/v1,apps/v1/Deployment',
  };
  expect(template([], env)).toEqual({
    args: [
      'template',
      'shop',
      '.',
      '--namespace=live',
      '--kube-version=1.34.1',
      '--api-versions=v1',
      '--api-versions=apps/v1',
      '--api-versions=apps/v1/Deployment',
      '--include-crds',
    ],
    input: 'none',
  });
});

test('outside of Argo CD: a release as Helm calls one, and nothing of a cluster', () => {
  expect(template([]).args).toEqual(['template', 'release-name', '.', '--include-crds']);
});

describe('parameters', () => {
  test.each([
    {
      reason: 'values files in their order, from the chart, from the repository, over a link',
      given: [{ name: 'values-files', array: ['/shared/b.yaml', 'a.yaml', 'inside.yaml'] }],
      expected: () => [
        `--values=${root}/shared/b.yaml`,
        `--values=${folder}/a.yaml`,
        `--values=${root}/shared/b.yaml`,
      ],
    },
    {
      reason: 'one that is not there, where that is meant',
      given: [
        { name: 'values-files', array: ['none.yaml', 'a.yaml'] },
        { name: 'ignore-missing-values-files', string: 'true' },
      ],
      expected: () => [`--values=${folder}/a.yaml`],
    },
    {
      reason: 'commas of a value are escaped, those of a list are not',
      given: [{ name: 'helm-parameters', map: { a: 'x,y', b: '{x,y}', c: String.raw`x\,y` } }],
      expected: () => [String.raw`--set=a=x\,y`, '--set=b={x,y}', String.raw`--set=c=x\,y`],
    },
    {
      reason: 'text stays text',
      given: [{ name: 'helm-string-parameters', map: { version: '1.10' } }],
      expected: () => ['--set-string=version=1.10'],
    },
    {
      reason: 'a value from a file',
      given: [{ name: 'helm-file-parameters', map: { 'a.b': 'a.yaml' } }],
      expected: () => [`--set-file=a.b=${folder}/a.yaml`],
    },
    {
      reason: 'what looks like an option is a value',
      given: [
        { name: 'namespace', string: '--post-renderer=/bin/sh' },
        { name: 'helm-parameters', map: { '--post-renderer': 'x' } },
        { name: 'api-versions', array: ['--validate'] },
      ],
      expected: () => [
        '--namespace=--post-renderer=/bin/sh',
        '--set=--post-renderer=x',
        '--api-versions=--validate',
      ],
    },
  ])('$reason', ({ given, expected }) => {
    expect(optionsOf(given)).toEqual(expected());
  });

  test('switches', () => {
    const names = ['skip-crds', 'skip-schema-validation', 'skip-tests'];
    const { args } = template(names.map((name) => ({ name, string: 'true' })));
    expect(args.slice(3)).toEqual(['--skip-schema-validation', '--skip-tests']);
  });

  test("the application's values go in by standard input, and no file is written", () => {
    const { args, input } = template([{ name: 'values', string: 'a: none' }]);
    expect(args).toContain('--values=-');
    expect(input).toEqual({ text: 'a: none' });
  });
});

describe('what is refused', () => {
  test.each([
    { reason: 'a path out of the repository', path: '../../../token', words: 'leads out' },
    { reason: 'whether there is such a file is not told', path: '../../../no', words: 'leads out' },
    { reason: 'a link out of it', path: 'outside.yaml', words: 'leads out' },
    { reason: 'a folder that is a link out of it', path: 'up/token', words: 'leads out' },
    {
      reason: 'a neighbour whose name begins alike',
      path: '../../../repository/c.yaml',
      words: 'leads out',
    },
    { reason: 'an absolute path is one of the repository', path: '/etc/passwd', words: 'no file' },
    { reason: 'a folder', path: '/shared', words: 'no file' },
    { reason: 'standard input', path: '-', words: 'no file' },
    { reason: 'a file of another source', path: '$values/c.yaml', words: 'other sources' },
    { reason: 'the same with braces', path: '${values}/c.yaml', words: 'other sources' },
    { reason: 'an address', path: 'https://example.com/v.yaml', words: 'is an address' },
    { reason: 'an address of a plugin of Helm', path: 'secrets+age://x', words: 'is an address' },
    { reason: 'a second file in the name of the first', path: '/x,y.yaml', words: 'no comma' },
  ])('$reason: $path', ({ path, words }) => {
    for (const given of [
      { name: 'values-files', array: [path] },
      { name: 'helm-file-parameters', map: { a: path } },
    ]) {
      expect(() => template([given])).toThrow(UsageError);
      expect(() => template([given])).toThrow(words);
    }
  });

  test('a missing file outside is no less refused where missing ones are left out', () => {
    const given = [
      { name: 'values-files', array: ['../../../no.yaml'] },
      { name: 'ignore-missing-values-files', string: 'true' },
    ];
    expect(() => template(given)).toThrow('leads out');
  });

  test.each(['a=/etc/passwd,b', 'a,b', 'a=b', String.raw`a\,b`])(
    'a file of its own in the name of a parameter: %s',
    (name) => {
      const given = [{ name: 'helm-file-parameters', map: { [name]: 'a.yaml' } }];
      expect(() => template(given)).toThrow('cannot have');
    },
  );

  test.each([
    { reason: 'a template over the environment', name: '{{ env "TOKEN" }}' },
    { reason: 'an option', name: '--post-renderer' },
    { reason: 'capitals', name: 'Shop' },
    { reason: 'too long', name: 'a'.repeat(54) },
    { reason: 'two lines', name: 'a\nb' },
  ])('a release of that name: $reason', ({ name }) => {
    expect(() => template([{ name: 'release-name', string: name }])).toThrow('Helm release');
  });
});

test('whatever is set, every argument is an option that Argo CD uses, and its value', () => {
  const known =
    /^--(?:(?:namespace|kube-version|api-versions|set|set-string)=|(?:include-crds|values=-)$)/u;
  const text = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom('--debug', '-f', '-', '\n--x'),
  );
  const map = fc.dictionary(text, text);
  fc.assert(
    fc.property(
      text,
      text,
      map,
      map,
      fc.array(text),
      (namespace, version, set, texts, versions) => {
        const { args } = template([
          { name: 'namespace', string: namespace },
          { name: 'kube-version', string: version },
          { name: 'values', string: version },
          { name: 'helm-parameters', map: set },
          { name: 'helm-string-parameters', map: texts },
          { name: 'api-versions', array: versions },
        ]);
        expect(args.slice(0, 3)).toEqual(['template', 'release-name', '.']);
        expect(args.slice(3).filter((arg) => !known.test(arg))).toEqual([]);
      },
    ),
  );
});
