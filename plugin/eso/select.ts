// Owns the step from manifests to resources: what each manifest is to us, and what is wrong with it by itself.
import { generatorOfKind } from '../generators/registry.ts';
import { groupOf, isRecord } from '../k8s/object.ts';
import type { Manifest } from '../manifest.ts';
import type { Result } from '../results.ts';
import { nearestName } from '../nearest-name.ts';
import { findingAbout, type Subject, subjectOf } from './subject.ts';
import type {
  ClusterExternalSecret,
  ExternalSecret,
  GeneratorObject,
  SecretStore,
} from './types.ts';
import {
  readClusterExternalSecret,
  readExternalSecret,
  readGenerator,
  readSecretStore,
  type Read,
} from './read.ts';

/** A resource with the manifest that it comes from. */
export type Resource<T> = { readonly subject: Subject; readonly value: T };

/** Plain content, of what is only looked up: Secret, ConfigMap, Namespace, ServiceAccount, PushSecret, any other. */
export type PlainResource = Resource<Readonly<Record<string, unknown>>>;

/** The input, sorted by what it is to us. */
export type Selected = {
  readonly externalSecrets: readonly Resource<ExternalSecret>[];
  readonly clusterExternalSecrets: readonly Resource<ClusterExternalSecret>[];
  /** A store that is broken stands here with no value: it is there, and cannot be used. */
  readonly stores: readonly Resource<SecretStore | undefined>[];
  /** One that is broken stands here with no value. */
  readonly generators: readonly Resource<GeneratorObject | undefined>[];
  readonly pushSecrets: readonly PlainResource[];
  readonly secrets: readonly PlainResource[];
  readonly configMaps: readonly PlainResource[];
  readonly namespaces: readonly PlainResource[];
  readonly serviceAccounts: readonly PlainResource[];
  /** Of kinds that are nothing to us, as far as they were read. */
  readonly others: readonly PlainResource[];
  readonly results: readonly Result[];
};

type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K];
};
type Sorter = (selected: Mutable<Selected>, manifest: Manifest, namespace: string) => void;

/**
 * Sorts the manifests. An object without a namespace is in `namespace`. A resource of ours that breaks its schema or a
 * rule of ESO's webhook is reported with all its problems.
 */
export function selectResources(manifests: readonly Manifest[], namespace: string): Selected {
  const selected: Mutable<Selected> = {
    externalSecrets: [],
    clusterExternalSecrets: [],
    stores: [],
    generators: [],
    pushSecrets: [],
    secrets: [],
    configMaps: [],
    namespaces: [],
    serviceAccounts: [],
    others: [],
    results: [],
  };
  for (const manifest of manifests) sorterOf(manifest)(selected, manifest, namespace);
  return selected;
}

const esoGroup = 'external-secrets.io';
const generatorsGroup = 'generators.external-secrets.io';

const esoKinds: Readonly<Record<string, Sorter>> = {
  ExternalSecret: (selected, manifest, namespace) =>
    add(selected, selected.externalSecrets, {
      subject: subjectOf(manifest, namespace),
      read: readExternalSecret,
    }),
  ClusterExternalSecret: (selected, manifest) =>
    add(selected, selected.clusterExternalSecrets, {
      subject: subjectOf(manifest, undefined),
      read: readClusterExternalSecret,
    }),
  SecretStore: (selected, manifest, namespace) =>
    addStore(selected, subjectOf(manifest, namespace)),
  ClusterSecretStore: (selected, manifest) => addStore(selected, subjectOf(manifest, undefined)),
  PushSecret: (selected, manifest, namespace) =>
    addPlain(selected.pushSecrets, subjectOf(manifest, namespace)),
  ClusterPushSecret: (selected, manifest) =>
    addPlain(selected.pushSecrets, subjectOf(manifest, undefined)),
};

const coreKinds: Readonly<Record<string, Sorter>> = {
  Secret: (selected, manifest, namespace) =>
    addPlain(selected.secrets, subjectOf(manifest, namespace)),
  ConfigMap: (selected, manifest, namespace) =>
    addPlain(selected.configMaps, subjectOf(manifest, namespace)),
  ServiceAccount: (selected, manifest, namespace) =>
    addPlain(selected.serviceAccounts, subjectOf(manifest, namespace)),
  Namespace: (selected, manifest) => addPlain(selected.namespaces, subjectOf(manifest, undefined)),
};

const foreign: Sorter = (selected, manifest, namespace) => {
  addPlain(selected.others, subjectOf(manifest, namespace));
  const isClusterWide = subjectOf(manifest, undefined).object.kind.startsWith('Cluster');
  const subject = subjectOf(manifest, isClusterWide ? undefined : namespace);
  if (isMeantForUs(subject)) selected.results.push(misspeltGroup(subject));
};

const renderedKinds = [
  'ExternalSecret',
  'ClusterExternalSecret',
  'SecretStore',
  'ClusterSecretStore',
];

/** A kind of ours in a group that is nearly ours, or in none; one of another project is not: `kubernetes-client.io`. */
function isMeantForUs({ object: { apiVersion, kind } }: Subject): boolean {
  if (apiVersion === '' || !renderedKinds.includes(kind)) return false;
  const group = groupOf(apiVersion);
  return group === '' || nearestName(group, [esoGroup]) !== undefined;
}

function misspeltGroup(subject: Subject): Result {
  const { apiVersion, kind } = subject.object;
  return findingAbout(subject, {
    code: 'INVALID',
    severity: 'warning',
    path: ['apiVersion'],
    message: `"${apiVersion}" is not the group of this kind, so the object is passed on and not rendered: ${kind} is read as ${esoGroup}/v1`,
  });
}

/** Of kinds that are not ours it is only known that they are there. */
const generator: Sorter = (selected, manifest, namespace) => {
  const isClusterWide = subjectOf(manifest, undefined).object.kind === 'ClusterGenerator';
  const subject = subjectOf(manifest, isClusterWide ? undefined : namespace);
  const isOurs = isClusterWide || generatorOfKind(subject.object.kind) !== undefined;
  const value = isOurs ? readChecked(selected, subject, readGenerator) : foreignGenerator(subject);
  selected.generators.push({ subject, value });
};

function foreignGenerator({ object, manifest }: Subject): GeneratorObject {
  const { spec } = isRecord(manifest.value) ? manifest.value : {};
  const { apiVersion, kind, name } = object;
  return { apiVersion, kind, metadata: { name }, spec: isRecord(spec) ? spec : {} };
}

const unknownKind: Sorter = (selected, manifest, namespace) => {
  const subject = subjectOf(manifest, namespace);
  selected.results.push(
    findingAbout(subject, {
      code: 'UNSUPPORTED',
      path: ['kind'],
      message: `${subject.object.apiVersion} has no kind "${subject.object.kind}" that can be rendered: ${Object.keys(esoKinds).join(', ')}`,
    }),
  );
};

function sorterOf(manifest: Manifest): Sorter {
  const { apiVersion, kind } = subjectOf(manifest, undefined).object;
  switch (groupOf(apiVersion)) {
    case '':
      return (apiVersion === 'v1' ? ownEntry(coreKinds, kind) : undefined) ?? foreign;
    case esoGroup:
      return ownEntry(esoKinds, kind) ?? unknownKind;
    case generatorsGroup:
      return generator;
    default:
      return foreign;
  }
}

/** `kind` is text of the input: `constructor` must find nothing. */
function ownEntry(table: Readonly<Record<string, Sorter>>, kind: string): Sorter | undefined {
  return Object.hasOwn(table, kind) ? table[kind] : undefined;
}

function addPlain(list: PlainResource[], subject: Subject): void {
  if (isRecord(subject.manifest.value)) list.push({ subject, value: subject.manifest.value });
}

function add<T>(
  selected: Mutable<Selected>,
  list: Resource<T>[],
  given: { readonly subject: Subject; readonly read: (value: unknown) => Read<T> },
): void {
  const value = readChecked(selected, given.subject, given.read);
  if (value !== undefined) list.push({ subject: given.subject, value });
}

function addStore(selected: Mutable<Selected>, subject: Subject): void {
  selected.stores.push({ subject, value: readChecked(selected, subject, readSecretStore) });
}

function readChecked<T>(
  selected: Mutable<Selected>,
  subject: Subject,
  read: (value: unknown) => Read<T>,
): T | undefined {
  const outcome = read(subject.manifest.value);
  if (outcome.ok) return outcome.value;
  selected.results.push(...outcome.problems.map((problem) => findingAbout(subject, problem)));
  return undefined;
}
