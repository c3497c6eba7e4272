// Owns fetching a chart's dependencies, as Argo CD does where they are missing: helm is told their repositories, and builds them in.
import { existsSync, realpathSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import { isRecord } from '../../k8s/object.ts';
import type { Environment } from '../../outcome.ts';
import { RenderError, type Result } from '../../results.ts';
import { readYamlData } from '../../yaml/read-data.ts';
import { causeOf } from '../cause.ts';
import { isInside, linksOut } from '../directory.ts';
import { readFileIfThere } from '../input.ts';
import type { Output } from './program.ts';

/** Runs helm with these arguments, and these variables beside those that it has anyway. */
type Helm = (title: string, args: readonly string[], own: Environment) => Promise<Output>;

export type DependencyOptions = {
  readonly env: Environment;
  /** Repositories may be asked. */
  readonly remote: boolean;
  /** The repository: what is built in lies in it, whichever links lead there. */
  readonly root: string;
};

/**
 * Puts the dependencies of the chart in the current folder under its `charts/`. Those beside it need nothing; repositories are
 * asked only with `remote`. What helm keeps of them is in a folder of this run alone, and goes with it.
 *
 * @throws RenderError where helm fails, where an address holds a login, or where one leads out of the repository
 */
export async function buildDependencies(
  helm: Helm,
  { env, remote, root }: DependencyOptions,
): Promise<void> {
  const addresses = [...new Set(dependencyFiles.flatMap(addressesIn))];
  if (addresses.some(hasLogin)) throw refusal(hidden);
  const out = addresses.flatMap((one) => leadsOut(one, root));
  if (out.length > 0) throw refusal(`${out.join(', ')}: ${outside}`);
  // The operator's own list is for reading only, and may hold logins: it is used as it is.
  const isListed = (env['HELM_REPOSITORY_CONFIG'] ?? '') !== '';
  const home = await newHome();
  const list = isListed ? {} : { HELM_REPOSITORY_CONFIG: `${home}/repositories.yaml` };
  const own = { ...foldersIn(home), ...list };
  try {
    if (remote && !isListed)
      for (const url of repositoriesIn('Chart.yaml'))
        await helm('helm repo add', ['repo', 'add', url.replaceAll('/', '-'), url], own);
    const refresh = remote ? [] : ['--skip-refresh'];
    await helm('helm dependency build', ['dependency', 'build', ...refresh, '.'], own);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Where helm finds dependencies: it takes what it builds in from the lock, if there is one. */
const dependencyFiles = ['Chart.yaml', 'Chart.lock', 'requirements.yaml', 'requirements.lock'];

function read(file: string): unknown {
  const bytes = readFileIfThere(file);
  if (bytes === undefined) return undefined;
  const data = readYamlData(Buffer.from(bytes).toString());
  if (data.ok) return data.value;
  throw new RenderError([{ ...finding(file), message: data.message }]);
}

/** Whatever their field is called: helm does not look at the case of its letters. */
function addressesIn(file: string): readonly string[] {
  return textsIn(read(file)).filter((text) => /^[a-z]+:\/\//i.test(text));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isRecord(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** As Argo CD takes them: those of OCI need no word before. */
function repositoriesIn(file: string): readonly string[] {
  const chart = read(file);
  const dependencies = isRecord(chart) ? chart['dependencies'] : undefined;
  const all = Array.isArray(dependencies) ? dependencies : [];
  const named = all.map((one: unknown) => (isRecord(one) ? one['repository'] : undefined));
  const texts = named.filter((one) => typeof one === 'string');
  return [...new Set(texts.filter((one) => one.startsWith('https://')))];
}

function hasLogin(address: string): boolean {
  return /^[a-z]+:\/\/[^/]*@/i.test(address);
}

/** A dependency beside the chart that is not of the repository, and its links that are not: helm would pack what is there. */
function leadsOut(address: string, root: string): readonly string[] {
  const [, path] = /^file:\/\/(.*)$/is.exec(address) ?? [];
  if (path === undefined) return [];
  const folder = resolve(path);
  if (!isInside(realpathSync(root), resolve(realpathSync('.'), path))) return [path];
  if (!existsSync(folder)) return [];
  if (!isInside(realpathSync(root), realpathSync(folder))) return [path];
  return linksOut(folder, root).map((name) => join(path, name));
}

/** Not named: it would stand in a message, and in the arguments of a program. */
const hidden =
  'the address of a dependency holds a login: leave it out, and let the operator name the repository in the file of HELM_REPOSITORY_CONFIG: docs/argocd.md';
const outside =
  'a dependency beside the chart leads out of the repository, or a link in it does: helm would build it in';

function refusal(message: string): RenderError {
  return new RenderError([{ ...finding('Chart.yaml'), message }]);
}

function finding(file: string): Pick<Result, 'code' | 'severity' | 'place'> {
  return {
    code: 'INPUT',
    severity: 'error',
    place: { file, document: 1, line: 1, column: 1 },
  };
}

/** Only the temporary folder can be written where the root file system cannot. */
async function newHome(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'eso-render-helm-'));
  } catch (error) {
    throw new UsageError(
      `helm needs a temporary folder, and none can be made in ${tmpdir()}: ${causeOf(error)}; TMPDIR names another place`,
    );
  }
}

function foldersIn(home: string): Environment {
  return {
    HELM_CACHE_HOME: `${home}/cache`,
    HELM_CONFIG_HOME: `${home}/config`,
    HELM_DATA_HOME: `${home}/data`,
    HELM_REPOSITORY_CACHE: `${home}/cache/repository`,
    HELM_CONTENT_CACHE: `${home}/cache/content`,
  };
}
