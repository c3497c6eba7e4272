// Owns target.manifest: of which kind the target of an ExternalSecret is, whether that is allowed, and what is wrong with it by itself.
import { groupOf } from '../k8s/object.ts';
import type { Result } from '../results.ts';
import type { Task } from './expand.ts';
import { type Finding, findingAbout } from './subject.ts';
import { parseTargetPath, type TargetPath } from './target-path.ts';
import type { Target, TemplateFrom } from './types.ts';

type TargetKind = { readonly apiVersion: string; readonly kind: string };

const secretKind: TargetKind = { apiVersion: 'v1', kind: 'Secret' };

export function targetKind({ externalSecret }: Task): TargetKind {
  return externalSecret.spec.target.manifest ?? secretKind;
}

export function isSecretKind({ apiVersion, kind }: TargetKind): boolean {
  return apiVersion === secretKind.apiVersion && kind === secretKind.kind;
}

/** `target.name`, by default the ExternalSecret's own name. */
export function targetName({ externalSecret }: Task): string {
  return externalSecret.spec.target.name ?? externalSecret.metadata.name;
}

/** `Secret "db"`, as messages name what an ExternalSecret makes. */
export function targetTitle(task: Task): string {
  return `${targetKind(task).kind} "${targetName(task)}"`;
}

/** The same for whatever wants to be one object: of a group's versions one is as good as another. */
export function objectKey(
  { apiVersion, kind }: TargetKind,
  namespace: string,
  name: string,
): string {
  return JSON.stringify([groupOf(apiVersion), kind, namespace, name]);
}

/** Where a text goes: to entries of a map of texts, to entries of a map, or to one place. */
export type TemplateTarget = {
  readonly path: TargetPath;
  /** What KeysAndValues give is entries too. */
  readonly isTextMap: boolean;
  /** What Values give is one entry. */
  readonly isMap: boolean;
};

const keywords: Readonly<Record<string, TemplateTarget>> = {
  annotations: { path: ['metadata', 'annotations'], isTextMap: true, isMap: true },
  labels: { path: ['metadata', 'labels'], isTextMap: true, isMap: true },
  data: { path: ['data'], isTextMap: true, isMap: true },
  spec: { path: ['spec'], isTextMap: false, isMap: true },
};

/** Keywords in any case of letters; anything else is a path. An empty one is Data. */
export function templateTarget(
  text: string,
):
  | { readonly ok: true; readonly target: TemplateTarget }
  | { readonly ok: false; readonly message: string } {
  const keyword = text === '' ? 'data' : text.toLowerCase();
  const known = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined;
  if (known !== undefined) return { ok: true, target: known };
  const outcome = parseTargetPath(text);
  if (!outcome.ok) return outcome;
  return { ok: true, target: { path: outcome.path, isTextMap: false, isMap: false } };
}

/** What is wrong with target.manifest of the tasks, and with the paths that only it allows. */
export function targetKindResults(tasks: readonly Task[], isAllowed: boolean): readonly Result[] {
  return tasks.flatMap((task) =>
    kindFindings(task.externalSecret.spec.target, isAllowed).map((finding) =>
      findingAbout(task.subject, {
        ...finding,
        path: [...task.specPath, 'target', ...(finding.path ?? [])],
      }),
    ),
  );
}

function kindFindings({ manifest, template }: Target, isAllowed: boolean): readonly Finding[] {
  if (manifest === undefined) return [];
  const path = ['manifest'];
  if (!isAllowed) {
    const message =
      'generic targets are disabled: whoever operates this program allows target.manifest with --allow-generic-targets, or with spec.allowGenericTargets of the RenderConfig';
    return [{ code: 'INVALID', path, message }];
  }
  if (template === undefined && isSecretKind(manifest)) {
    const message =
      'with a manifest of v1 Secret and no template the operator writes the values below spec.data, where Kubernetes drops them: remove target.manifest';
    return [{ code: 'INVALID', path, message }];
  }
  return (template?.templateFrom ?? []).flatMap(pathFindings);
}

function pathFindings({ target }: TemplateFrom, index: number): readonly Finding[] {
  const outcome = templateTarget(target);
  if (outcome.ok) return [];
  const path = ['template', 'templateFrom', index, 'target'];
  return [{ code: 'INVALID', path, message: outcome.message }];
}
