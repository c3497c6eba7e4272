// Owns docs/providers.md: which provider has what, and what a user gets when one fails, out of the results of the provider suite.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { TestCase, TestModule, TestSuite } from 'vitest/node';
import type { RunCheck } from './count-reporter.ts';

const root = resolve(import.meta.dirname, '../..');
const page = join(root, 'docs/providers.md');
const isSuite = /^(?:provider\..*|network|faults)\.test\.ts$/;
/** The reason of a skip on a machine that has less than others. */
const missing = /\(skipped: .*(?:is not on the PATH|cannot be built)/;
const isAuth = /^([a-z]+)-(?:\w+-)?(?:auth|ambient|logins)\.test\.ts$/;

/**
 * Whether the page says what the run has shown. Only a run of all providers, in which none was left out for want of a
 * program, can tell. With `UPDATE_PROVIDERS` in the environment the page is written, and the run fails all the same, so
 * that it cannot be left on.
 */
export const checkProviderPage: RunCheck = (modules) => {
  const suiteModules = modules.filter((module) => isSuite.test(nameOf(module)));
  const providers = suiteModules.flatMap(suitesOf);
  const tests = providers.flatMap((provider) => [...provider.children.allTests()]);
  const files = readdirSync(join(root, 'test/conformance')).filter(
    (file) => isSuite.test(file) || isAuth.test(file),
  );
  const isWhole = suiteModules.length + modules.filter(isAuthModule).length === files.length;
  const hasFailed = tests.some((test) => test.result().state === 'failed');
  const lacksProgram = [...providers, ...tests].some(({ name }) => missing.test(name));
  if (!isWhole || hasFailed || lacksProgram) return undefined;
  const text = pageOf(providers, modules.filter(isAuthModule));
  if (process.env['UPDATE_PROVIDERS'] !== undefined) {
    writeFileSync(page, text);
    return 'docs/providers.md is written: look at it, and run again without UPDATE_PROVIDERS';
  }
  if (readFileSync(page, 'utf8') === text) return undefined;
  return 'docs/providers.md is not what this run has shown: UPDATE_PROVIDERS=1 npm run test:conformance';
};

function nameOf({ moduleId }: TestModule): string {
  return basename(moduleId);
}

function isAuthModule(module: TestModule): boolean {
  return isAuth.test(nameOf(module));
}

function suitesOf({ children }: TestModule | TestSuite): readonly TestSuite[] {
  return [...children.suites()];
}

const groups = ['values', 'properties', 'find', 'failures', '200 reads by the command', 'network'];
const order = [
  'AWS Secrets Manager',
  'AWS Parameter Store',
  'Google Secret Manager',
  'Azure Key Vault',
  'HashiCorp Vault',
  'OpenBao',
  'Kubernetes',
  'Webhook',
  'Fake',
];

/** A provider with its suites of all files. */
type Column = { readonly name: string; readonly suites: readonly TestSuite[] };

function pageOf(providers: readonly TestSuite[], auth: readonly TestModule[]): string {
  const names = [...new Set(providers.map(({ name }) => name))];
  const columns = names
    .map((title) => ({
      name: title.replace('provider ', ''),
      suites: providers.filter(({ name }) => name === title).flatMap(suitesOf),
    }))
    .toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  return [
    '# Providers',
    'Made from the results of `npm run test:conformance`, which runs one suite for all providers, each against its server: a mark is a test that has passed. `UPDATE_PROVIDERS=1 npm run test:conformance` writes this page.',
    ...groups.flatMap((group) => featureTable(group, columns)),
    '## What a user gets when a provider fails',
    'Outcome and message of each reference, in the words of the line on standard error behind object, place, field and store. What may pass is tried again, five times in all.',
    ...outcomeTables(columns),
    '## Ways to authenticate',
    'Each with the tests that show it at the wire, by file.',
    ...auth.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)).flatMap(authList),
  ]
    .join('\n\n')
    .concat('\n');
}

/** One row for each feature; the cells of what a provider does not have point to the reason. */
function featureTable(group: string, columns: readonly Column[]): readonly string[] {
  const tests = columns.map(({ suites }) => testsOf(suites, group));
  const features = [...new Set(tests.flatMap((byName) => [...byName.keys()]))];
  const reasons = [
    ...new Set(tests.flatMap((byName) => [...byName.values()].flatMap((test) => reasonOf(test)))),
  ];
  const cell = (test: TestCase | undefined): string => {
    const [reason] = test === undefined ? [] : reasonOf(test);
    if (reason !== undefined) return `(${reasons.indexOf(reason) + 1})`;
    return test?.result().state === 'passed' ? '✓' : '';
  };
  const rows = features.map((feature) => [
    feature,
    ...tests.map((byName) => cell(byName.get(feature))),
  ]);
  return [
    `## ${group.charAt(0).toUpperCase()}${group.slice(1)}`,
    table(['', ...columns.map(({ name }) => name)], rows),
    ...(reasons.length === 0
      ? []
      : [reasons.map((reason, index) => `${index + 1}. ${reason}`).join('\n')]),
  ];
}

/** Of one group, by their names without the reasons of skips. */
function testsOf(suites: readonly TestSuite[], group: string): ReadonlyMap<string, TestCase> {
  const tests = suites
    .filter(({ name }) => name === group)
    .flatMap((suite) => [...suite.children.allTests()]);
  return new Map(tests.map((test) => [test.name.replace(skipped, ''), test]));
}

const skipped = / \(skipped: (.*)\)$/;

function reasonOf({ name }: TestCase): readonly string[] {
  const [, reason] = skipped.exec(name) ?? [];
  return reason === undefined ? [] : [reason];
}

function outcomeTables(columns: readonly Column[]): readonly string[] {
  const tests = columns.map(({ name, suites }) => ({ name, tests: testsOf(suites, 'failures') }));
  const failures = [
    ...new Set(
      tests.flatMap(({ tests: byName }) =>
        [...byName].filter(([, test]) => test.meta().outcome !== undefined).map(([name]) => name),
      ),
    ),
  ];
  return failures.flatMap((failure) => {
    const rows = tests.flatMap(({ name, tests: byName }) => {
      const outcome = byName.get(failure)?.meta().outcome;
      return outcome === undefined ? [] : [[name, outcome.code, outcome.message]];
    });
    return [`**${failure}**`, table(['', 'outcome', 'message'], rows)];
  });
}

function authList(module: TestModule): readonly string[] {
  const [, provider = ''] = isAuth.exec(nameOf(module)) ?? [];
  const tests = [...module.children.allTests()].map(
    (test) => `- ${escaped(test.fullName.replaceAll(' > ', ': '))}`,
  );
  return [`### ${provider}, ${nameOf(module)}`, [...new Set(tests)].join('\n')];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');
}
