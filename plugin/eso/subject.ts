// Owns how a finding about an object, or about one of its fields, is put together.
import type { ErrorCode } from '../errors.ts';
import { isRecord, objectName, type ObjectRef } from '../k8s/object.ts';
import type { Manifest } from '../manifest.ts';
import type { Path } from '../place.ts';
import { placeText, type Result, type Severity } from '../results.ts';

/** An object of the input that findings are about. */
export type Subject = {
  readonly object: ObjectRef;
  readonly manifest: Manifest;
};

export type Finding = {
  readonly code: ErrorCode;
  readonly message: string;
  /** The field, from the top of the manifest; absent when the object as a whole is meant. */
  readonly path?: Path;
  readonly severity?: Severity;
};

export function findingAbout(subject: Subject, finding: Finding): Result {
  const { code, message, path, severity = 'error' } = finding;
  return {
    code,
    severity,
    message,
    object: subject.object,
    place: subject.manifest.locate(path ?? []),
    ...(path === undefined ? {} : { field: fieldName(path) }),
  };
}

/** `SecretStore shop/aws (app/store.yaml:3)`, to name a second object in a message. */
export function objectTitle({ object, manifest }: Subject): string {
  return `${objectName(object)} (${placeText(manifest.locate([]))})`;
}

/** `spec.data[1].remoteRef`, and `metadata.labels["a.b/c"]` where a key has dots or slashes. */
export function fieldName(path: Path): string {
  let name = '';
  for (const part of path) {
    if (typeof part === 'number') name += `[${part}]`;
    else if (/^[A-Za-z0-9_-]+$/.test(part)) name += name === '' ? part : `.${part}`;
    else name += `[${JSON.stringify(part)}]`;
  }
  return name;
}

/** What can be told of an object before it is known to be valid. `namespace` is given to what is namespaced. */
export function subjectOf(manifest: Manifest, namespace: string | undefined): Subject {
  const value = isRecord(manifest.value) ? manifest.value : {};
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
  const text = (given: unknown): string => (typeof given === 'string' ? given : '');
  const own = text(metadata['namespace']);
  const scope = namespace === undefined ? {} : { namespace: own === '' ? namespace : own };
  return {
    manifest,
    object: {
      apiVersion: text(value['apiVersion']),
      kind: text(value['kind']),
      ...scope,
      name: text(metadata['name']),
    },
  };
}
