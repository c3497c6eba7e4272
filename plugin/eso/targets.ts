// Owns which objects come out: creation and deletion policies, merging, and the conflicts between objects that want one name.
import { genericObject } from '../k8s/generic-object.ts';
import { secretObject } from '../k8s/read-secret.ts';
import { isSecretObject, type RenderedObject } from '../k8s/rendered-object.ts';
import { sealed } from '../k8s/secret-tree.ts';
import type { Manifest } from '../manifest.ts';
import type { Result } from '../results.ts';
import { buildSecret } from './build.ts';
import type { Task } from './expand.ts';
import { buildGeneric } from './generic-target.ts';
import { objectResults } from './object-results.ts';
import type { SecretMap } from './keys.ts';
import type { PlainResource } from './select.ts';
import { type Finding, findingAbout, objectTitle, type Subject } from './subject.ts';
import { isSecretKind, objectKey, targetKind, targetName, targetTitle } from './target-kind.ts';
import type { TemplateSources } from './template.ts';
import { renderPlainText, type RenderText } from './text.ts';

/** An ExternalSecret with all its data. */
type Evaluated = { readonly task: Task; readonly data: SecretMap };

export type TargetsInput = {
  readonly evaluated: readonly Evaluated[];
  /** The objects of the input that may be merged into. */
  readonly objects: readonly PlainResource[];
  readonly sources: (namespace: string) => TemplateSources;
  readonly allowEmpty: boolean;
  /** Plain text only, where it is absent. */
  readonly renderText?: RenderText;
};

/** The objects by the manifest whose place they take, in order. */
export type TargetsOutcome = {
  readonly objects: ReadonlyMap<Manifest, readonly RenderedObject[]>;
  readonly results: readonly Result[];
};

/**
 * Makes the objects. Those that create come first, then those that merge, each in input order, so that a merge finds its
 * object wherever in the input it stands.
 */
export function makeTargets(input: TargetsInput): TargetsOutcome {
  const results: Result[] = [];
  const wanted = input.evaluated.filter((evaluated) => {
    const fate = fateOf(evaluated, input.allowEmpty);
    if (fate.result !== undefined) results.push(fate.result);
    return fate.emit;
  });
  const ordered = [
    ...wanted.filter(({ task }) => !merges(task)),
    ...wanted.filter(({ task }) => merges(task)),
  ];
  const existing = groupBy(input.objects, ({ subject: { object } }) =>
    objectKey(object, object.namespace ?? '', object.name),
  );
  const outputs = new Map<string, Output>();
  for (const evaluated of ordered) {
    const { task } = evaluated;
    const key = objectKey(targetKind(task), task.namespace.name, targetName(task));
    const outcome = makeTarget(evaluated, {
      input,
      output: outputs.get(key),
      existing: existing.get(key) ?? [],
    });
    results.push(...outcome.results);
    if (outcome.output !== undefined) outputs.set(key, outcome.output);
  }
  results.push(...[...outputs.values()].flatMap(objectResults));
  return { objects: byManifest([...outputs.values()]), results };
}

/** An object of the output, the ExternalSecret that made it last, and the manifest whose place it takes. */
type Output = {
  readonly manifest: Manifest;
  readonly subject: Subject;
  readonly object: RenderedObject;
};

function merges({ externalSecret }: Task): boolean {
  const { creationPolicy } = externalSecret.spec.target;
  return creationPolicy === 'Merge' || creationPolicy === 'CreateOrMerge';
}

/** What creationPolicy None and an empty result mean (ESO 2.6, 2.7). */
function fateOf(
  { task, data }: Evaluated,
  allowEmpty: boolean,
): { readonly emit: boolean; readonly result?: Result } {
  const { creationPolicy, deletionPolicy } = task.externalSecret.spec.target;
  if (creationPolicy === 'None') return { emit: false };
  if (data.size > 0 || deletionPolicy === 'Merge') return { emit: true };
  if (deletionPolicy === 'Delete' && creationPolicy === 'Owner') return { emit: false };
  if (deletionPolicy === 'Delete') {
    return {
      emit: false,
      result: findingAbout(task.subject, {
        code: 'INVALID',
        path: [...task.specPath, 'target', 'deletionPolicy'],
        message: `nothing was found, and deletionPolicy=Delete cannot delete the ${targetTitle(task)} with creationPolicy=${creationPolicy}: use creationPolicy Owner`,
      }),
    };
  }
  if (allowEmpty) return { emit: false };
  return {
    emit: false,
    result: findingAbout(task.subject, {
      code: 'EMPTY',
      message: `nothing was found, and without output the host would delete the ${targetTitle(task)} that deletionPolicy Retain keeps: correct the keys, set deletionPolicy Delete or Merge, or render with --allow-empty`,
    }),
  };
}

type Place = {
  readonly input: Pick<TargetsInput, 'sources' | 'renderText'>;
  readonly output: Output | undefined;
  readonly existing: readonly PlainResource[];
};
type TargetOutcome = { readonly output?: Output; readonly results: readonly Result[] };

function makeTarget(evaluated: Evaluated, place: Place): TargetOutcome {
  const { task } = evaluated;
  if (!merges(task)) {
    const rival = place.output?.subject ?? place.existing[0]?.subject;
    if (rival !== undefined) return wrong(task, conflictWith(task, rival));
    return emitObject(evaluated, place, { manifest: task.subject.manifest });
  }
  if (place.output !== undefined)
    return emitObject(evaluated, place, {
      manifest: place.output.manifest,
      base: place.output.object,
    });
  const [first, second] = place.existing;
  if (first === undefined) return withoutTarget(evaluated, place);
  if (second !== undefined)
    return wrong(task, {
      code: 'CONFLICT',
      message: `two objects could be merged into: ${objectTitle(first.subject)} and ${objectTitle(second.subject)}`,
    });
  const base = existingObject(task, first);
  if (!base.ok)
    return wrong(task, {
      code: 'CONFLICT',
      message: `${objectTitle(first.subject)} cannot be merged into: ${base.message}`,
    });
  return emitObject(evaluated, place, {
    manifest: first.subject.manifest,
    base: base.object,
  });
}

function existingObject(
  task: Task,
  { value }: PlainResource,
):
  | { readonly ok: true; readonly object: RenderedObject }
  | { readonly ok: false; readonly message: string } {
  if (!isSecretKind(targetKind(task))) return genericObject(sealed(value));
  const object = secretObject(value);
  return object === undefined
    ? { ok: false, message: 'a value in it is not base64 text' }
    : { ok: true, object };
}

function withoutTarget(evaluated: Evaluated, place: Place): TargetOutcome {
  const { task } = evaluated;
  if (task.externalSecret.spec.target.creationPolicy === 'CreateOrMerge')
    return emitObject(evaluated, place, { manifest: task.subject.manifest });
  return wrong(task, {
    code: 'MISSING_TARGET',
    severity: 'warning',
    message: `nothing is rendered: creationPolicy Merge needs the ${targetTitle(task)} in the input, and it is not there`,
  });
}

function emitObject(
  { task, data }: Evaluated,
  { input: { sources, renderText = renderPlainText } }: Place,
  { manifest, base }: { readonly manifest: Manifest; readonly base?: RenderedObject },
): TargetOutcome {
  const input = { task, data, sources: sources(task.namespace.name), renderText };
  const built = buildObject(input, base);
  if (built.ok)
    return { output: { manifest, subject: task.subject, object: built.object }, results: [] };
  return {
    results: built.findings.map((finding) =>
      findingAbout(task.subject, {
        ...finding,
        path: [...task.specPath, 'target', ...(finding.path ?? [])],
      }),
    ),
  };
}

function buildObject(
  input: Omit<Parameters<typeof buildGeneric>[0], 'base'>,
  base: RenderedObject | undefined,
): ReturnType<typeof buildGeneric> {
  if (input.task.externalSecret.spec.target.manifest !== undefined)
    return buildGeneric({ ...input, ...(base === undefined ? {} : { base }) });
  return buildSecret({
    ...input,
    ...(base !== undefined && isSecretObject(base) ? { base } : {}),
  });
}

function wrong(task: Task, finding: Finding): TargetOutcome {
  return { results: [findingAbout(task.subject, finding)] };
}

function conflictWith(task: Task, rival: Subject): Finding {
  return {
    code: 'CONFLICT',
    message: `the ${targetTitle(task)} is made by ${objectTitle(rival)} too: give one of them another target.name, or use creationPolicy Merge`,
  };
}

function byManifest(outputs: readonly Output[]): ReadonlyMap<Manifest, readonly RenderedObject[]> {
  const grouped = groupBy(outputs, ({ manifest }) => manifest);
  return new Map(
    [...grouped].map(([manifest, made]) => [manifest, made.map(({ object }) => object)]),
  );
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
