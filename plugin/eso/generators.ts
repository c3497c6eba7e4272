// Owns the generators of a run: which one a reference means, and what of it is to be made.
import type { Generator, Spec } from '../generators/generator.ts';
import { generatorOfKind } from '../generators/registry.ts';
import { groupOf, isRecord } from '../k8s/object.ts';
import type { Resource } from './select.ts';
import { objectTitle, type Finding } from './subject.ts';
import type { GeneratorObject, GeneratorRef } from './types.ts';

export type GeneratorResource = Resource<GeneratorObject | undefined>;

/** A generator by kind, namespace and name; a ClusterGenerator has no namespace. */
export type Generators = ReadonlyMap<string, GeneratorResource>;

/** A generator in use. */
type UsedGenerator = {
  readonly generator: Generator;
  /** Of the kind, also where a ClusterGenerator holds it. */
  readonly spec: Spec;
  /** `Password "db"`, for messages. */
  readonly title: string;
};

/** `used` is absent where the generator itself is broken, which is reported there. */
export type GeneratorOutcome =
  | { readonly ok: true; readonly used?: UsedGenerator }
  | { readonly ok: false; readonly finding: Pick<Finding, 'code' | 'message'> };

const group = 'generators.external-secrets.io';
const clusterKind = 'ClusterGenerator';

/** The generator that `ref` means, used from `namespace` (ESO 4.2). */
export function findGenerator(
  generators: Generators,
  ref: GeneratorRef,
  namespace: string,
): GeneratorOutcome {
  if (groupOf(ref.apiVersion) !== group) {
    const message = `generatorRef may only reference the generators group, but got ${ref.apiVersion}`;
    return { ok: false, finding: { code: 'INVALID', message } };
  }
  const resource = generators.get(refKey(ref, namespace));
  if (resource === undefined) {
    const message = notFoundMessage(generators, ref, namespace);
    return { ok: false, finding: { code: 'GENERATOR_NOT_FOUND', message } };
  }
  return resource.value === undefined ? { ok: true } : usedOutcome(resource.value);
}

function usedOutcome(object: GeneratorObject): GeneratorOutcome {
  const { kind, spec } = innerOf(object);
  const title = `${object.kind} "${object.metadata.name}"`;
  const generator = generatorOfKind(kind);
  if (generator !== undefined) return { ok: true, used: { generator, spec, title } };
  const message = `${title}: generators of kind ${kind} are not supported yet`;
  return { ok: false, finding: { code: 'UNSUPPORTED', message } };
}

export function refKey({ kind, name }: GeneratorRef, namespace: string): string {
  return generatorKey({ kind, name, ...(kind === clusterKind ? {} : { namespace }) });
}

export function generatorKey({
  kind,
  namespace = '',
  name,
}: {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}): string {
  return `${kind}/${namespace}/${name}`;
}

function notFoundMessage(
  generators: Generators,
  { kind, name }: GeneratorRef,
  namespace: string,
): string {
  const place = kind === clusterKind ? '' : ` in namespace "${namespace}"`;
  const near = [...generators.values()].find(({ subject }) => subject.object.name === name);
  const hint =
    near === undefined
      ? 'add it to the input or to the configuration'
      : `there is ${objectTitle(near.subject)}`;
  return `could not get ${kind} "${name}"${place}: it is neither in the input nor in the configuration; ${hint}`;
}

type Inner = {
  readonly kind: string;
  readonly spec: Spec;
  /** Where the spec stands. */
  readonly path: readonly string[];
};

/** What a ClusterGenerator holds: the settings that are named after its kind; and any other generator itself. */
export function innerOf({ kind, spec = {} }: Pick<GeneratorObject, 'kind' | 'spec'>): Inner {
  if (kind !== clusterKind) return { kind, spec, path: ['spec'] };
  const innerKind = String(spec['kind']);
  const settings = isRecord(spec['generator']) ? Object.entries(spec['generator']) : [];
  const own = settings.find(([name]) => name.toLowerCase() === `${innerKind}Spec`.toLowerCase());
  const [name = '', value] = own ?? [];
  return {
    kind: innerKind,
    spec: isRecord(value) ? value : {},
    path: ['spec', 'generator', name],
  };
}

/** The server that a generator names; none where it names none, cannot be used, or is of a kind that is not ours. */
export function serversOfGenerator(object: GeneratorObject | undefined): readonly string[] {
  if (object === undefined) return [];
  const { kind, spec } = innerOf(object);
  const scope = { kind: 'SecretStore', name: object.metadata.name, namespace: '' } as const;
  const server = generatorOfKind(kind)?.source?.(spec, scope, '').connection.server;
  return server === undefined ? [] : [server];
}

/** Class of the controller in charge; '' means any. */
export function controllerOf({ value }: GeneratorResource): string {
  const controller = value === undefined ? undefined : innerOf(value).spec['controller'];
  return typeof controller === 'string' ? controller : '';
}

/** What is wrong with a ClusterGenerator that its schema cannot say: its settings are not those of its kind. */
export function clusterGeneratorProblems({
  kind,
  spec = {},
}: GeneratorObject): readonly { readonly path: readonly string[]; readonly message: string }[] {
  if (kind !== clusterKind) return [];
  const [name = ''] = Object.keys(isRecord(spec['generator']) ? spec['generator'] : {});
  const innerKind = String(spec['kind']);
  if (name.toLowerCase() === `${innerKind}Spec`.toLowerCase()) return [];
  return [
    {
      path: ['spec', 'generator', name],
      message: `a ClusterGenerator of kind ${innerKind} has the settings of that kind, and no others`,
    },
  ];
}
