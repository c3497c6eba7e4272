// Owns what makes a resource of ours valid: its schema and name, and then the rules of ESO's webhook that no schema says.
import { generatorOfKind } from '../generators/registry.ts';
import { isDnsLabel, isSubdomain } from '../k8s/names.ts';
import { isRecord } from '../k8s/object.ts';
import { providerNamed } from '../providers/registry.ts';
import {
  readClusterExternalSecret as checkClusterExternalSecret,
  readExternalSecret as checkExternalSecret,
  readGenerator as checkGenerator,
  readSecretStore as checkSecretStore,
  type SchemaOutcome,
} from '../schema/read.ts';
import type { SchemaProblem } from '../schema/validate.ts';
import { clusterGeneratorProblems, innerOf } from './generators.ts';
import type { Finding } from './subject.ts';
import type {
  ClusterExternalSecret,
  ExternalSecret,
  GeneratorObject,
  SecretStore,
} from './types.ts';
import { durationProblems, storeProblems, webhookProblems } from './validate.ts';

/** The resource with its defaults, or all that is wrong with it. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Finding[] };

export function readExternalSecret(value: unknown): Read<ExternalSecret> {
  return checked(value, checkExternalSecret(value), ({ apiVersion, spec }) =>
    below(['spec'], webhookProblems(apiVersion, spec)),
  );
}

export function readClusterExternalSecret(value: unknown): Read<ClusterExternalSecret> {
  return checked(value, checkClusterExternalSecret(value), ({ apiVersion, spec }) =>
    below(['spec', 'externalSecretSpec'], webhookProblems(apiVersion, spec.externalSecretSpec)),
  );
}

/** Either kind of store. What a provider that is not ours would refuse is not known. */
export function readSecretStore(value: unknown): Read<SecretStore> {
  return checked(value, checkSecretStore(value), (store) => [
    ...storeProblems(store),
    ...providerProblems(store),
  ]);
}

function providerProblems({ kind, metadata, spec }: SecretStore): readonly SchemaProblem[] {
  const [name = '', providerSpec = {}] = Object.entries(spec.provider)[0] ?? [];
  const store = {
    kind,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  };
  return below(
    ['spec', 'provider', name],
    providerNamed(name)?.validate(providerSpec, store) ?? [],
  );
}

/** A generator of a kind that is ours, or a ClusterGenerator of any. */
export function readGenerator(value: unknown): Read<GeneratorObject> {
  return checked(value, checkGenerator(value), (object) => [
    ...clusterGeneratorProblems(object),
    ...generatorProblems(object),
  ]);
}

function generatorProblems(object: GeneratorObject): readonly SchemaProblem[] {
  const { kind, spec, path } = innerOf(object);
  return below(path, [
    ...(generatorOfKind(kind)?.problems?.(spec) ?? []),
    ...retryProblems(spec['retrySettings']),
  ]);
}

function retryProblems(settings: unknown): readonly SchemaProblem[] {
  const interval = isRecord(settings) ? settings['retryInterval'] : undefined;
  const path = ['retrySettings', 'retryInterval'];
  return durationProblems(typeof interval === 'string' ? interval : undefined, path);
}

function below(
  path: SchemaProblem['path'],
  problems: readonly SchemaProblem[],
): readonly SchemaProblem[] {
  return problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
}

function checked<T>(
  value: unknown,
  outcome: SchemaOutcome<T>,
  rules: (value: T) => readonly SchemaProblem[],
): Read<T> {
  const findings = [
    ...nameProblems(value).map((problem) => ({ ...problem, code: 'SCHEMA' as const })),
    ...(outcome.ok
      ? rules(outcome.value).map((problem) => ({ ...problem, code: 'INVALID' as const }))
      : []),
    ...(outcome.ok
      ? []
      : outcome.problems.map((problem) => ({ ...problem, code: 'SCHEMA' as const }))),
  ];
  return outcome.ok && findings.length === 0 ? outcome : { ok: false, problems: findings };
}

/** The API server's own check of names, which stands in no schema. */
function nameProblems(value: unknown): readonly SchemaProblem[] {
  const metadata = isRecord(value) && isRecord(value['metadata']) ? value['metadata'] : {};
  const { name, namespace } = metadata;
  const problems: SchemaProblem[] = [];
  if (typeof name === 'string' && !isSubdomain(name)) {
    problems.push({
      path: ['metadata', 'name'],
      message: `"${name}" is not a name that Kubernetes takes: lower-case letters, digits, "-" and ".", at most 253`,
    });
  }
  if (typeof namespace === 'string' && namespace !== '' && !isDnsLabel(namespace)) {
    problems.push({
      path: ['metadata', 'namespace'],
      message: `"${namespace}" is not the name of a namespace: lower-case letters, digits and "-", at most 63`,
    });
  }
  return problems;
}
