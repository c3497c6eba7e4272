// Owns answering a ResourceList: always the whole list, with the findings as its results, also where rendering failed.
import { configuration } from './configuration.ts';
import { exitCode, UsageError } from './errors.ts';
import { openResourceList, type ResourceListSource } from './hosts/resource-list.ts';
import { isWrittenBack } from './hosts/written-back.ts';
import type { Edit, Manifest } from './manifest.ts';
import { plaintextProblems } from './policy/plaintext.ts';
import { render } from './render.ts';
import { hasErrors, reportText } from './report.ts';
import type { Result } from './results.ts';
import type { InputCommand } from './cli.ts';
import type { Environment, RunOutcome } from './outcome.ts';

/** kustomize shows standard error only, and kpt the results: both get the findings. */
export async function runResourceList(
  bytes: Uint8Array,
  command: InputCommand,
  env: Environment,
): Promise<RunOutcome> {
  const source = openResourceList(bytes);
  const { edits, results, code } = await renderList(source, command, env);
  return {
    stdout: command.noItems ? noItems : source.emitWithResults(edits, results),
    stderr: reportText(results, command.format),
    exitCode: code,
  };
}

/** kustomize compares what a validator answers with what it had after adding annotations of its own: every item would differ. */
const noItems = 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n';

type ListOutcome = {
  readonly edits: ReadonlyMap<Manifest, Edit>;
  readonly results: readonly Result[];
  readonly code: number;
};

const unchanged: ReadonlyMap<Manifest, Edit> = new Map();

async function renderList(
  source: ResourceListSource,
  command: InputCommand,
  env: Environment,
): Promise<ListOutcome> {
  try {
    const { edits, results } = await renderItems(source, command, env);
    const failed = hasErrors(results);
    return {
      edits: failed ? unchanged : edits,
      results,
      code: failed ? exitCode.failed : exitCode.ok,
    };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return {
      edits: unchanged,
      results: [{ code: 'INVALID', severity: 'error', message: error.message }],
      code: exitCode.usage,
    };
  }
}

async function renderItems(
  source: ResourceListSource,
  command: InputCommand,
  env: Environment,
): Promise<Omit<ListOutcome, 'code'>> {
  const options = configuration(command, env, source.functionConfig);
  const isRefused = source.hasFiles && !options.allowPlaintext && isWrittenBack(env);
  const rendering = await render(source.manifests, {
    ...command,
    options,
    env,
    ...(isRefused ? { objections: plaintextProblems } : {}),
  });
  return {
    edits: rendering.edits ?? unchanged,
    results: [...source.problems, ...rendering.results],
  };
}
