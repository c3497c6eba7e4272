// Owns fetching a chart's dependencies, as Argo CD does where they are missing: helm is told their repositories, and builds them in.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../errors.ts';
import { isRecord } from '../../k8s/object.ts';
import type { Environment } from '../../outcome.ts';
import { RenderError } from '../../results.ts';
import { readYamlData } from '../../yaml/read-data.ts';
import { causeOf } from '../cause.ts';
import type { Output } from './program.ts';

/** Runs helm with these arguments, and these variables beside those that it has anyway. */
type Helm = (title: string, args: readonly string[], own: Environment) => Promise<Output>;

/**
 * Puts the dependencies of the chart in the current folder under its `charts/`. Those beside it need nothing; repositories are
 * asked only with `remote`. What helm keeps of them is in a folder of this run alone, and goes with it.
 *
 * @throws RenderError where helm fails, or where an address holds a login
 */
export async function buildDependencies(
  helm: Helm,
  { env, remote }: { readonly env: Environment; readonly remote: boolean },
): Promise<void> {
  const repositories = await repositoriesOf('Chart.yaml');
  refuseLogins(repositories);
  // The operator's own list is for reading only, and may hold logins: it is used as it is.
  const isListed = (env['HELM_REPOSITORY_CONFIG'] ?? '') !== '';
  const home = await newHome();
  const own = {
    ...foldersIn(home),
    ...(isListed ? {} : { HELM_REPOSITORY_CONFIG: `${home}/repositories.yaml` }),
  };
  try {
    if (remote && !isListed)
      for (const url of repositories.filter((one) => one.startsWith('https://')))
        await helm('helm repo add', ['repo', 'add', url.replaceAll('/', '-'), url], own);
    const refresh = remote ? [] : ['--skip-refresh'];
    await helm('helm dependency build', ['dependency', 'build', ...refresh, '.'], own);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function repositoriesOf(file: string): Promise<readonly string[]> {
  const data = readYamlData(await readFile(file, 'utf8'));
  const { dependencies } = data.ok && isRecord(data.value) ? data.value : {};
  const all = Array.isArray(dependencies) ? dependencies : [];
  const named = all.map((one: unknown) => (isRecord(one) ? one['repository'] : undefined));
  return [...new Set(named.filter((one) => typeof one === 'string'))];
}

/** They would stand in the arguments of a program, and in its words. */
function refuseLogins(repositories: readonly string[]): void {
  const hasLogin = repositories.some((one) => /^[a-z]+:\/\/[^/]*@/i.test(one));
  if (!hasLogin) return;
  throw new RenderError([
    {
      code: 'INPUT',
      severity: 'error',
      message:
        'the address of a dependency holds a login: leave it out, and let the operator name the repository in the file of HELM_REPOSITORY_CONFIG: docs/argocd.md',
      place: { file: 'Chart.yaml', document: 1, line: 1, column: 1 },
    },
  ]);
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
