// Owns making an application's manifests as Argo CD's repo-server would: kustomization, Helm chart, or the folder's own files.
import type { Environment } from '../../outcome.ts';
import { RenderError, type Result } from '../../results.ts';
import { fileNames, linksOut, type ManifestFile, readDirectory, sourceType } from '../directory.ts';
import type { InputFile } from '../input.ts';
import { repositoryRoot } from './application.ts';
import { helmTemplate } from './helm.ts';
import { isManifestFile } from './manifest-files.ts';
import { readParameters } from './parameters.ts';
import { outputOf, type Output, type Program } from './program.ts';
import { toolEnvironment, wantedNetwork } from './tool-environment.ts';

/** What the operator says of the programs. */
type Tools = {
  readonly kustomize: string;
  readonly helm: string;
  /** They may fetch: remote bases, dependencies of a chart. */
  readonly remote: boolean;
};

export type ToolOptions = {
  readonly tools: Tools;
  /** Milliseconds that are left for a program. */
  readonly timeLeft: () => number;
};

/** `notes` are for people, and no reason to fail. */
export type Generated = { readonly files: readonly InputFile[]; readonly notes: readonly Result[] };

/** Options are asked for only where a program is run. */
export async function generate(
  env: Environment,
  toolOptions: () => ToolOptions,
): Promise<Generated> {
  switch (sourceType('.')) {
    case 'directory':
      return readFolder(env);
    case 'kustomize':
      return buildKustomization(env, toolOptions());
    case 'helm':
      return templateChart(env, toolOptions());
  }
}

/** The output of a program as an input with a name that is no file's. */
export function outputFile(title: string, { stdout, notes }: Output): Generated {
  return { files: [{ file: `output of ${title}`, bytes: stdout }], notes };
}

async function readFolder(env: Environment): Promise<Generated> {
  const root = repositoryRoot('.', env);
  const options = { ...(await directoryOptions(env)), hidden: true, root };
  refuseJsonnet([...fileNames('.', options)].filter((name) => name.endsWith('.jsonnet')));
  const all = readDirectory('.', options);
  const files = all.filter(isManifestFile);
  const others = all.filter((file) => !files.includes(file));
  return { files, notes: others.map(leftOut) };
}

/** Which files an application's parameters take. */
export async function directoryOptions(env: Environment): Promise<{
  readonly recurse: boolean;
  readonly takes: (name: string) => boolean;
}> {
  const parameters = readParameters(env, 'directory');
  const included = await matcherOf(parameters.text('include'));
  const excluded = await matcherOf(parameters.text('exclude'));
  return {
    recurse: parameters.isTrue('recurse'),
    takes: (name) => (included?.(name) ?? true) && !(excluded?.(name) ?? false),
  };
}

async function matcherOf(
  glob: string | undefined,
): Promise<((name: string) => boolean) | undefined> {
  return glob === undefined ? undefined : (await import('./glob.ts')).globMatcher(glob);
}

function refuseJsonnet(names: readonly string[]): void {
  refuseFiles(names, {
    code: 'UNSUPPORTED',
    message:
      'Jsonnet is not evaluated here: leave the file out with the parameter "exclude", or have a plugin of your own run jsonnet: docs/argocd.md',
  });
}

function leftOut({ file }: ManifestFile): Result {
  return {
    code: 'INPUT',
    severity: 'info',
    message: 'this is no manifest, and is left out, as Argo CD does',
    place: { file, document: 1, line: 1, column: 1 },
  };
}

async function buildKustomization(
  env: Environment,
  { tools, timeLeft }: ToolOptions,
): Promise<Generated> {
  readParameters(env, 'kustomize');
  const title = 'kustomize build';
  const program = {
    title,
    argv: [tools.kustomize, 'build', '.'],
    env: toolEnvironment(env, tools),
    input: 'none',
  } as const;
  return outputFile(title, await explained(tools, () => outputOf(program, timeLeft())));
}

async function templateChart(
  env: Environment,
  { tools, timeLeft }: ToolOptions,
): Promise<Generated> {
  const root = repositoryRoot('.', env);
  refuseLinks(linksOut('.', root));
  const parameters = readParameters(env, 'helm');
  const { args, input } = helmTemplate({ parameters, env, folder: '.', root });
  const run = (
    title: string,
    rest: readonly string[],
    given: Pick<Program, 'env' | 'input'>,
  ): Promise<Output> => outputOf({ title, argv: [tools.helm, ...rest], ...given }, timeLeft());
  const toolEnv = toolEnvironment(env, tools);
  const template = async (): Promise<Output> => run('helm template', args, { env: toolEnv, input });
  return explained(tools, async () => {
    try {
      return outputFile('helm template', await template());
    } catch (error) {
      if (!lacksDependency(error)) throw error;
      const { buildDependencies } = await import('./chart-dependencies.ts');
      await buildDependencies(
        (title, rest, own) => run(title, rest, { env: { ...toolEnv, ...own }, input: 'none' }),
        { env: toolEnv, remote: tools.remote, root },
      );
      return outputFile('helm template', await template());
    }
  });
}

/** Helm's loader follows links: what lies outside would become a part of the chart, a token of this process too. */
function refuseLinks(names: readonly string[]): void {
  refuseFiles(names, {
    code: 'INPUT',
    message: 'a link that leads out of the repository, or nowhere: Helm would follow it',
  });
}

function refuseFiles(names: readonly string[], finding: Pick<Result, 'code' | 'message'>): void {
  if (names.length === 0) return;
  throw new RenderError(
    names.map((file) => ({
      ...finding,
      severity: 'error',
      place: { file, document: 1, line: 1, column: 1 },
    })),
  );
}

function lacksDependency(error: unknown): boolean {
  return messagesOf(error).some((message) =>
    /found in (?:Chart|requirements)\.yaml, but missing in charts/.test(message),
  );
}

function messagesOf(error: unknown): readonly string[] {
  return error instanceof RenderError ? error.results.map(({ message }) => message) : [];
}

const remedies = {
  local:
    'nothing is fetched here: commit it to the repository (a chart\'s dependencies with "helm dependency build", a remote base as a folder), or let the operator set spec.tools.remote',
  remote:
    'the sidecar has to reach the repository; one that asks for a login is named by the operator, in a file for HELM_REPOSITORY_CONFIG or HELM_REGISTRY_CONFIG (docs/argocd.md); a chart with its dependencies committed under charts/ needs neither',
} as const;

/** A tool that could not fetch says little about why. */
async function explained<T>({ remote }: Tools, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const [message = ''] = messagesOf(error);
    const isFetch = /^helm (?:repo add|dependency build) /.test(message);
    if (!(error instanceof RenderError) || !(isFetch || (!remote && wantedNetwork(message))))
      throw error;
    const remedy = remote ? remedies.remote : remedies.local;
    throw new RenderError(
      error.results.map((result) => ({ ...result, message: `${result.message}; ${remedy}` })),
      error.exitCode,
    );
  }
}
