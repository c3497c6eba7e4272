// Owns the command line of `helm template` for an application, as Argo CD's repo-server makes it.
import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import type { Environment } from '../../outcome.ts';
import { isInside } from '../directory.ts';
import { applicationName, buildEnvironment, substitute } from './application.ts';
import type { Parameters } from './parameters.ts';
import type { Program } from './program.ts';

export type HelmApplication = {
  readonly parameters: Parameters;
  readonly env: Environment;
  /** The chart's folder. */
  readonly folder: string;
  /** The repository: files lie in it, whichever links lead to them. */
  readonly root: string;
};

/** Helm's own rule (chartutil.ValidateReleaseName). */
const releaseName = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const longestReleaseName = 53;

/**
 * Arguments behind `helm`, and what it reads. Every value is joined to its option, so that none can be an option; the
 * release's name is an argument of its own and no `--name-template`, which would be a template over the environment.
 *
 * @throws UsageError where a parameter leads out of the repository or is not what its option takes.
 */
export function helmTemplate(application: HelmApplication): {
  readonly args: readonly string[];
  readonly input: Program['input'];
} {
  const { parameters, env } = application;
  const values = parameters.text('values');
  const versions = parameters.list('api-versions');
  const args = [
    ...option('namespace', parameters.text('namespace') ?? env['ARGOCD_APP_NAMESPACE']),
    ...option('kube-version', parameters.text('kube-version') ?? env['KUBE_VERSION']),
    ...setOptions(application),
    ...valuesFiles(application).map((file) => `--values=${file}`),
    ...(values === undefined ? [] : ['--values=-']),
    ...(versions.length > 0 ? versions : clusterVersions(env)).map(
      (one) => `--api-versions=${one}`,
    ),
    ...(parameters.isTrue('skip-crds') ? [] : ['--include-crds']),
    ...(parameters.isTrue('skip-schema-validation') ? ['--skip-schema-validation'] : []),
    ...(parameters.isTrue('skip-tests') ? ['--skip-tests'] : []),
  ];
  return {
    args: ['template', releaseOf(application), '.', ...args],
    input: values === undefined ? 'none' : { text: values },
  };
}

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined || value === '' ? [] : [`--${name}=${value}`];
}

function releaseOf({ parameters, env }: HelmApplication): string {
  const name = parameters.text('release-name') ?? applicationName(env) ?? 'release-name';
  if (releaseName.test(name) && name.length <= longestReleaseName) return name;
  throw new UsageError(
    `"${name}" cannot be the name of a Helm release: lower-case letters, digits, "-" and ".", ${longestReleaseName} characters at most; the parameter "release-name" sets another one`,
  );
}

function clusterVersions(env: Environment): readonly string[] {
  return (env['KUBE_API_VERSIONS'] ?? '').split(',').filter((version) => version !== '');
}

function setOptions(application: HelmApplication): readonly string[] {
  const { parameters, env } = application;
  return [
    ...parameters
      .entries('helm-parameters')
      .map(([name, value]) => `--set=${name}=${escaped(substitute(value, env))}`),
    ...parameters
      .entries('helm-string-parameters')
      .map(([name, value]) => `--set-string=${name}=${escaped(substitute(value, env))}`),
    ...parameters
      .entries('helm-file-parameters')
      .map(([name, path]) => `--set-file=${fileParameter(name)}=${fileOf(path, application)}`),
  ];
}

/** A comma would begin a second value, except in a list, `{a,b}`; one with a backslash is escaped already. */
function escaped(value: string): string {
  if (value.startsWith('{') && value.endsWith('}')) return value;
  return value.replaceAll(/(?<!\\),/g, String.raw`\,`);
}

/** With one of these in it, a name would hold the path of a file of its own. */
function fileParameter(name: string): string {
  if (!/[=,\\]/.test(name)) return name;
  throw new UsageError(`helm-file-parameters: "${name}" cannot have "=", "," or a backslash in it`);
}

function valuesFiles(application: HelmApplication): readonly string[] {
  const ignoresMissing = application.parameters.isTrue('ignore-missing-values-files');
  return application.parameters.list('values-files').flatMap((path) => {
    const file = realFile(path, application);
    return file === undefined && ignoresMissing ? [] : [usable(path, file)];
  });
}

function fileOf(path: string, application: HelmApplication): string {
  return usable(path, realFile(path, application));
}

function usable(path: string, file: string | undefined): string {
  if (file === undefined) throw new UsageError(`"${path}" is no file of the repository`);
  // Helm takes a list here.
  if (!/[",\n\r]/.test(file)) return file;
  throw new UsageError(`"${path}": Helm takes no comma or quote in a path`);
}

/** The real path of a file of the repository, or nothing where it is none. What lies outside is not even looked for. */
function realFile(path: string, application: HelmApplication): string | undefined {
  const root = realpathSync(application.root);
  const place = placeOf(path, application);
  if (!isInside(resolve(application.root), place)) throw leadsOut(path);
  if (statSync(place, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const file = realpathSync(place);
  if (isInside(root, file)) return file;
  throw leadsOut(path);
}

function leadsOut(path: string): UsageError {
  return new UsageError(`"${path}" leads out of the repository`);
}

/** A path with a leading `/` begins at the repository's root. */
function placeOf(path: string, { env, folder, root }: HelmApplication): string {
  const first = /^\$\{?(?<source>\w+)\}?\//.exec(path)?.groups?.['source'];
  if (first !== undefined && !Object.hasOwn(buildEnvironment(env), first))
    throw new UsageError(
      `"${path}" is a file of another source: a plugin is not sent the other sources of an application; commit the file to the repository of the chart`,
    );
  const name = substitute(path, env);
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(name))
    throw new UsageError(`"${path}" is an address: values come from files of the repository`);
  return name.startsWith('/') ? resolve(root, `.${name}`) : resolve(folder, name);
}
