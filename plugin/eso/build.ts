// Owns the Secret of one ExternalSecret: its data, and what target and template make of it (ESO 2.5).
import type { SecretObject } from '../k8s/secret.ts';
import type { Task } from './expand.ts';
import type { SecretMap } from './keys.ts';
import { carriedAnnotations, copiedAnnotations } from './metadata.ts';
import type { Finding } from './subject.ts';
import { targetName } from './target-kind.ts';
import { executeTemplate, type Templated, type TemplateSources } from './template.ts';
import type { RenderText } from './text.ts';

/** `base` is the Secret that is merged into; absent where a new one is made. */
export type BuildInput = {
  readonly task: Task;
  readonly data: SecretMap;
  readonly sources: TemplateSources;
  readonly base?: SecretObject;
  readonly renderText: RenderText;
};

export type BuildOutcome =
  | { readonly ok: true; readonly object: SecretObject }
  /** Paths start at the target. */
  | { readonly ok: false; readonly findings: readonly Finding[] };

export function buildSecret(input: BuildInput): BuildOutcome {
  const { template } = input.task.externalSecret.spec.target;
  if (template === undefined) return { ok: true, object: plainSecret(input) };
  const { templated, problems } = executeTemplate({ ...input, template });
  if (problems.length === 0) return { ok: true, object: templatedSecret(input, templated) };
  return {
    ok: false,
    findings: problems.map((problem) => ({ ...problem, path: ['template', ...problem.path] })),
  };
}

/** Without a template the labels and annotations are the ExternalSecret's own. */
function plainSecret({ task, data, base }: BuildInput): SecretObject {
  const { labels = {}, annotations = {} } = task.externalSecret.metadata;
  return assemble(task, base, {
    data: new Map([...(base?.data ?? []), ...data]),
    labels,
    annotations: copiedAnnotations(annotations),
  });
}

/** The provider's data is in it under mergePolicy Merge, or where the template makes no data at all. */
function templatedSecret({ task, data, base }: BuildInput, templated: Templated): SecretObject {
  const { metadata, spec } = task.externalSecret;
  const { template } = spec.target;
  const makesData =
    Object.keys(template?.data ?? {}).length > 0 || (template?.templateFrom ?? []).length > 0;
  const provided = template?.mergePolicy === 'Merge' || !makesData ? data : [];
  return assemble(task, base, {
    data: new Map([...(base?.data ?? []), ...provided, ...templated.data]),
    labels: templated.labels,
    annotations: { ...carriedAnnotations(metadata.annotations ?? {}), ...templated.annotations },
  });
}

function assemble(task: Task, base: SecretObject | undefined, made: Templated): SecretObject {
  const { target } = task.externalSecret.spec;
  const type = target.template?.type || base?.type;
  const immutable = target.immutable === true || base?.immutable === true;
  return {
    metadata: metadataOf(task, base?.metadata, made),
    ...(type === undefined ? {} : { type }),
    ...(immutable ? { immutable } : {}),
    data: made.data,
  };
}

/** A Secret that is merged into stays in the namespace it names, or names none. */
function metadataOf(
  task: Task,
  base: SecretObject['metadata'] | undefined,
  made: Templated,
): SecretObject['metadata'] {
  const { metadata, spec } = task.externalSecret;
  const added = spec.target.template?.metadata?.finalizers ?? [];
  const { namespace } = base ?? metadata;
  return {
    name: targetName(task),
    ...(namespace ? { namespace } : {}),
    labels: { ...base?.labels, ...made.labels },
    annotations: { ...base?.annotations, ...made.annotations },
    finalizers: [...(base?.finalizers ?? []), ...added],
  };
}
