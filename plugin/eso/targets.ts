// Owns which Secrets come out: creation and deletion policies, merging, and the conflicts between objects that want one name.
import { secretObject } from '../k8s/read-secret.ts';
import { type SecretObject, secretProblems } from '../k8s/secret.ts';
import type { Manifest } from '../manifest.ts';
import type { Result } from '../results.ts';
import { buildSecret, targetName } from './build.ts';
import type { Task } from './expand.ts';
import type { SecretMap } from './keys.ts';
import type { PlainResource } from './select.ts';
import { type Finding, findingAbout, objectTitle, type Subject } from './subject.ts';
import type { TemplateSources } from './template.ts';
import type { RenderText } from './text.ts';

/** An ExternalSecret with all its data. */
type Evaluated = { readonly task: Task; readonly data: SecretMap };

export type TargetsInput = {
  readonly evaluated: readonly Evaluated[];
  /** The Secrets of the input, that may be merged into. */
  readonly secrets: readonly PlainResource[];
  readonly sources: (namespace: string) => TemplateSources;
  readonly allowEmpty: boolean;
  /** Plain text only, where it is absent. */
  readonly renderText?: RenderText;
};

/** The Secrets by the manifest whose place they take, in order. */
export type TargetsOutcome = {
  readonly secrets: ReadonlyMap<Manifest, readonly SecretObject[]>;
  readonly results: readonly Result[];
};

/**
 * Makes the Secrets. Those that create come first, then those that merge, each in input order, so that a merge finds its
 * Secret wherever in the input it stands.
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
  const existing = groupBy(
    input.secrets,
    ({ subject }) => `${subject.object.namespace ?? ''}/${subject.object.name}`,
  );
  const outputs = new Map<string, Output>();
  for (const evaluated of ordered) {
    const key = `${evaluated.task.namespace.name}/${targetName(evaluated.task)}`;
    const outcome = makeTarget(evaluated, {
      input,
      output: outputs.get(key),
      existing: existing.get(key) ?? [],
    });
    results.push(...outcome.results);
    if (outcome.output !== undefined) outputs.set(key, outcome.output);
  }
  results.push(...[...outputs.values()].flatMap(outputResults));
  return { secrets: byManifest([...outputs.values()]), results };
}

/** A Secret of the output, the ExternalSecret that made it last, and the manifest whose place it takes. */
type Output = {
  readonly manifest: Manifest;
  readonly subject: Subject;
  readonly secret: SecretObject;
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
        message: `nothing was found, and deletionPolicy=Delete cannot delete the Secret "${targetName(task)}" with creationPolicy=${creationPolicy}: use creationPolicy Owner`,
      }),
    };
  }
  if (allowEmpty) return { emit: false };
  return {
    emit: false,
    result: findingAbout(task.subject, {
      code: 'EMPTY',
      message: `nothing was found, and without output the host would delete the Secret "${targetName(task)}" that deletionPolicy Retain keeps: correct the keys, set deletionPolicy Delete or Merge, or render with --allow-empty`,
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
    return emitSecret(evaluated, place, { manifest: task.subject.manifest });
  }
  if (place.output !== undefined)
    return emitSecret(evaluated, place, {
      manifest: place.output.manifest,
      base: place.output.secret,
    });
  const [first, second] = place.existing;
  if (first === undefined) return withoutTarget(evaluated, place);
  if (second !== undefined)
    return wrong(task, {
      code: 'CONFLICT',
      message: `two Secrets could be merged into: ${objectTitle(first.subject)} and ${objectTitle(second.subject)}`,
    });
  const base = secretObject(first.value);
  if (base === undefined)
    return wrong(task, {
      code: 'CONFLICT',
      message: `${objectTitle(first.subject)} cannot be merged into: a value in it is not base64 text`,
    });
  return emitSecret(evaluated, place, { manifest: first.subject.manifest, base });
}

function withoutTarget(evaluated: Evaluated, place: Place): TargetOutcome {
  const { task } = evaluated;
  if (task.externalSecret.spec.target.creationPolicy === 'CreateOrMerge')
    return emitSecret(evaluated, place, { manifest: task.subject.manifest });
  return wrong(task, {
    code: 'MISSING_TARGET',
    severity: 'warning',
    message: `nothing is rendered: creationPolicy Merge needs the Secret "${targetName(task)}" in the input, and it is not there`,
  });
}

function emitSecret(
  { task, data }: Evaluated,
  { input }: Place,
  target: { readonly manifest: Manifest; readonly base?: SecretObject },
): TargetOutcome {
  const { manifest, base } = target;
  const built = buildSecret({
    task,
    data,
    sources: input.sources(task.namespace.name),
    ...(input.renderText === undefined ? {} : { renderText: input.renderText }),
    ...(base === undefined ? {} : { base }),
  });
  if (!built.ok) return { results: built.results };
  return { output: { manifest, subject: task.subject, secret: built.secret }, results: [] };
}

function wrong(task: Task, finding: Finding): TargetOutcome {
  return { results: [findingAbout(task.subject, finding)] };
}

function conflictWith(task: Task, rival: Subject): Finding {
  return {
    code: 'CONFLICT',
    message: `the Secret "${targetName(task)}" is made by ${objectTitle(rival)} too: give one of them another target.name, or use creationPolicy Merge`,
  };
}

/** What Kubernetes would refuse, and what an Argo CD administrator should know. */
function outputResults({ subject, secret }: Output): readonly Result[] {
  const refused = secretProblems(secret).map(({ field, message }) =>
    findingAbout(subject, {
      code: 'SECRET',
      message: `Kubernetes would refuse the Secret "${secret.metadata.name}": ${field}: ${message}`,
    }),
  );
  if (secret.metadata.labels?.['argocd.argoproj.io/secret-type'] === undefined) return refused;
  const warning = findingAbout(subject, {
    code: 'INSECURE',
    severity: 'warning',
    message: `the Secret "${secret.metadata.name}" has the label argocd.argoproj.io/secret-type: in Argo CD's own namespace it becomes a credential of Argo CD`,
  });
  return [...refused, warning];
}

function byManifest(outputs: readonly Output[]): ReadonlyMap<Manifest, readonly SecretObject[]> {
  const grouped = groupBy(outputs, ({ manifest }) => manifest);
  return new Map(
    [...grouped].map(([manifest, made]) => [manifest, made.map(({ secret }) => secret)]),
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
