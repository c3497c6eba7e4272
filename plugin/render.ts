// Owns a run on manifests, whichever host they come from: what is read of the cluster, the plan, the fetch, the Secrets.
import type { InputCommand } from './cli.ts';
import type { ClusterSource } from './cluster/source.ts';
import type { Configuration } from './configuration.ts';
import type { Plan } from './eso/plan.ts';
import { selectResources } from './eso/select.ts';
import type { TextFolder } from './eso/wanted.ts';
import { fetchValues } from './fetch-values.ts';
import { listIfThere, readFileIfThere } from './hosts/input.ts';
import type { Edit, Manifest } from './manifest.ts';
import { mountedKeys } from './mounted-keys.ts';
import type { Environment } from './outcome.ts';
import {
  type ClusterObjects,
  complete,
  type Inputs,
  prepare,
  type Prepared,
  selectInputs,
} from './pipeline.ts';
import { hasErrors } from './report.ts';
import type { Result } from './results.ts';
import { engineFor, templateResults } from './template-engine.ts';

export type Run = {
  readonly verb: InputCommand['verb'];
  readonly options: Configuration;
  readonly env: Environment;
  /** What the host has against making the Secrets of a plan, asked before anything of it is fetched. */
  readonly objections?: (plan: Plan) => readonly Result[];
};

export type Rendering = {
  readonly results: readonly Result[];
  /** Absent where the run ended before. */
  readonly prepared?: Prepared;
  /** Absent under `validate` and `plan`, which fetch nothing, and where the run ended before. */
  readonly edits?: ReadonlyMap<Manifest, Edit>;
};

/** Throws UsageError where the cluster is to be read, and it is not known which. */
export async function render(manifests: readonly Manifest[], run: Run): Promise<Rendering> {
  const inputs = selectInputs(manifests, run.options);
  const cluster = await clusterOf(run);
  try {
    return await renderWith(cluster, inputs, run);
  } finally {
    cluster?.close();
  }
}

/** Nothing of it is loaded where it is off. */
async function clusterOf({ options, env }: Run): Promise<ClusterSource | undefined> {
  const { kube, deadlineMs } = options;
  if (kube === undefined) return undefined;
  return (await import('./cluster/source.ts')).openClusterSource({ kube, deadlineMs }, env);
}

async function renderWith(
  cluster: ClusterSource | undefined,
  inputs: Inputs,
  run: Run,
): Promise<Rendering> {
  const { options, env } = run;
  const needsTexts = run.verb !== 'validate' && run.verb !== 'plan';
  const textFolder = textFolderIn(options.templatesDirectory);
  const read = await cluster?.objectsFor(inputs, { ...options, needsTexts, textFolder });
  if (read !== undefined && hasErrors(read.results)) {
    const given = [inputs.configured, inputs.functionConfig, inputs.selected];
    return { results: [...given.flatMap(({ results }) => results), ...read.results] };
  }
  const prepared = prepare(inputs, read ?? noObjects, options);
  if (!needsTexts) {
    return { prepared, results: [...prepared.results, ...(await templateResults(prepared))] };
  }
  const objections = run.objections?.(prepared.plan) ?? [];
  if (objections.length > 0) return { prepared, results: [...prepared.results, ...objections] };
  const fetched = await fetchValues(prepared, { options, env, cluster });
  const { edits, results } = complete(prepared, fetched, {
    ...options,
    textFolder,
    renderText: await engineFor(prepared),
  });
  return { prepared, edits, results };
}

function textFolderIn(directory: string | undefined): TextFolder {
  if (directory === undefined) return () => new Map();
  const reader = { readFile: readFileIfThere, listFolder: listIfThere };
  return (namespace, name) => mountedKeys(directory, { namespace, name }, reader);
}

const noObjects: ClusterObjects = { selected: selectResources([], ''), absence: () => '' };
