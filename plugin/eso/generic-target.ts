// Owns the object that an ExternalSecret makes where target.manifest names its kind (ESO 2.9).
import { type GenericObject, genericObject } from '../k8s/generic-object.ts';
import { fromBase64 } from '../k8s/read-secret.ts';
import { isSecretObject, objectManifest, type RenderedObject } from '../k8s/rendered-object.ts';
import type { SecretObject } from '../k8s/secret.ts';
import { isBranch, leafText, type SecretTree, sealed, textLeaf } from '../k8s/secret-tree.ts';
import type { Path } from '../place.ts';
import type { SecretBytes } from '../secret-bytes.ts';
import type { Task } from './expand.ts';
import type { SecretMap } from './keys.ts';
import { carriedAnnotations, copiedAnnotations } from './metadata.ts';
import { fieldName, type Finding } from './subject.ts';
import { isSecretKind, targetKind, targetName } from './target-kind.ts';
import { setAtPath, type TargetPath, withEntries } from './target-path.ts';
import { type TargetChange, templateChanges } from './generic-template.ts';
import type { TemplateSources } from './template.ts';
import type { RenderText } from './text.ts';

export type GenericInput = {
  readonly task: Task;
  readonly data: SecretMap;
  readonly sources: TemplateSources;
  /** The object that is merged into. */
  readonly base?: RenderedObject;
  readonly renderText: RenderText;
};

type Outcome =
  | { readonly ok: true; readonly object: RenderedObject }
  /** Paths start at the target. */
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** All that is wrong is listed. */
export function buildGeneric(input: GenericInput): Outcome {
  const { task, base } = input;
  const start = base === undefined ? emptyObject(task) : sealed(objectManifest(base));
  const { template } = task.externalSecret.spec.target;
  const content =
    template === undefined
      ? { changes: [plainChange(input)], findings: [] }
      : templateChanges({ ...input, template });
  const made = applied(start, [...metadataChanges(task), ...content.changes]);
  const findings = [...content.findings, ...made.findings];
  if (findings.length > 0) return { ok: false, findings };
  const object = sameObject(start, made.tree);
  if (!object.ok) return { ok: false, findings: [object.finding] };
  return isSecretKind(targetKind(task)) ? secretOf(object.object, base) : object;
}

function emptyObject(task: Task): SecretTree {
  const { apiVersion, kind } = targetKind(task);
  const { namespace } = task.externalSecret.metadata;
  const field = kind === 'ConfigMap' || kind === 'Secret' ? 'data' : 'spec';
  const scope = namespace ? { namespace } : {};
  return sealed({ apiVersion, kind, metadata: { name: targetName(task), ...scope }, [field]: {} });
}

/** Here labels and annotations of a template are no templates. */
function metadataChanges({ externalSecret: { metadata, spec } }: Task): readonly TargetChange[] {
  const { labels = {}, annotations = {} } = metadata;
  const { template } = spec.target;
  const made =
    template === undefined
      ? { labels, annotations: copiedAnnotations(annotations) }
      : {
          labels: template.metadata?.labels ?? {},
          annotations: { ...carriedAnnotations(annotations), ...template.metadata?.annotations },
        };
  return Object.entries(made)
    .filter(([, texts]) => Object.keys(texts).length > 0)
    .map(([field, texts]) => ({
      place: ['template', 'metadata', field],
      path: ['metadata', field],
      change: withEntries(new Map(Object.entries(texts).map(([key, text]) => [key, sealed(text)]))),
    }));
}

/** A map of texts in the place of the one that is there: `data` of a ConfigMap, `spec.data` of any other kind. */
function plainChange({ task, data }: GenericInput): TargetChange {
  const path: TargetPath = targetKind(task).kind === 'ConfigMap' ? ['data'] : ['spec', 'data'];
  const texts = new Map([...data].map(([key, value]) => [key, textLeaf(value)]));
  return { place: ['manifest'], path, change: () => texts };
}

function applied(
  start: SecretTree,
  changes: readonly TargetChange[],
): { readonly tree: SecretTree; readonly findings: readonly Finding[] } {
  let tree = start;
  const findings: Finding[] = [];
  for (const { place, path, change } of changes) {
    const outcome = setAtPath(tree, path, change);
    if (outcome.ok) tree = outcome.tree;
    else {
      const message = `${fieldName(path)} cannot be set: ${outcome.message}`;
      findings.push({ code: 'TEMPLATE', path: place, message });
    }
  }
  return { tree, findings };
}

type SameOutcome =
  | { readonly ok: true; readonly object: GenericObject }
  | { readonly ok: false; readonly finding: Finding };

/** No template makes another object of it: ESO's check of the kind, and that of a name that others count on. */
function sameObject(start: SecretTree, tree: SecretTree): SameOutcome {
  const before = genericObject(start);
  const after = genericObject(tree);
  const wrong = (message: string): SameOutcome => ({
    ok: false,
    finding: { code: 'TEMPLATE', path: ['template'], message },
  });
  if (!before.ok) throw new Error(`an object to start with is none: ${before.message}`);
  if (!after.ok) return wrong(`what the templates make is no Kubernetes object: ${after.message}`);
  if (identity(before.object) === identity(after.object)) return after;
  return wrong('the templates change apiVersion, kind, name or namespace of the target');
}

function identity({ apiVersion, kind, metadata: { name, namespace } }: GenericObject): string {
  return JSON.stringify([apiVersion, kind, name, namespace]);
}

/** ESO writes the texts as they are, and Kubernetes reads them as base64. */
function secretOf(object: GenericObject, base: RenderedObject | undefined): Outcome {
  const entries = object.content.get('data');
  const data = new Map<string, SecretBytes>();
  const findings: Finding[] = [];
  for (const [key, leaf] of isBranch(entries) ? entries : []) {
    const value = fromBase64(leafText(leaf) ?? '!');
    if (value === undefined) findings.push(notBase64(key));
    else data.set(key, value);
  }
  if (findings.length > 0) return { ok: false, findings };
  const { type, immutable, metadata } = secretBase(base);
  const { finalizers } = metadata ?? {};
  return {
    ok: true,
    object: {
      metadata: { ...object.metadata, ...(finalizers === undefined ? {} : { finalizers }) },
      ...(type === undefined ? {} : { type }),
      ...(immutable === undefined ? {} : { immutable }),
      data,
    },
  };
}

function secretBase(base: RenderedObject | undefined): Partial<SecretObject> {
  return base !== undefined && isSecretObject(base) ? base : {};
}

function notBase64(key: string): Finding {
  const path: Path = ['template'];
  const message = `data["${key}"] is not base64: with target.manifest the operator writes what a template gives as it is; pipe it through b64enc, or remove target.manifest`;
  return { code: 'SECRET', path, message };
}
