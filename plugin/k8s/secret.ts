// Owns SecretObject: the Secret that is written, and whether Kubernetes would take it.
import { decodeObject } from '../gojson/decode.ts';
import type { SecretBytes } from '../secret-bytes.ts';
import { isDataKey, isDnsLabel, isLabelValue, isQualifiedName, isSubdomain } from './names.ts';
import type { ObjectMeta } from './object.ts';

/** A Secret ready to be written. Whoever writes it sorts the keys. */
export type SecretObject = {
  readonly metadata: ObjectMeta & { readonly finalizers?: readonly string[] };
  /** Absent: the field is not written, and the API server makes it `Opaque`. */
  readonly type?: string;
  readonly immutable?: boolean;
  readonly data: ReadonlyMap<string, SecretBytes>;
};

/** What the API server would refuse. `field` is a path in the Secret; the message holds no value of `data`. */
export type SecretProblem = { readonly field: string; readonly message: string };

const maxSecretBytes = 1024 * 1024;
const maxAnnotationBytes = 256 * 1024;

/**
 * The API server's own checks of a Secret. Made before anything is written, since Argo CD prints the values of a Secret
 * that it cannot convert, and a host applies the good half of a bad render.
 */
export function secretProblems(secret: SecretObject): readonly SecretProblem[] {
  return [...metadataProblems(secret.metadata), ...dataProblems(secret), ...typeProblems(secret)];
}

/** What is wrong with the metadata of an object of any kind. */
export function metadataProblems(metadata: SecretObject['metadata']): readonly SecretProblem[] {
  const problems: SecretProblem[] = [];
  if (!isSubdomain(metadata.name))
    problems.push({
      field: 'metadata.name',
      message: `"${metadata.name}" is not a name that Kubernetes takes`,
    });
  if (metadata.namespace !== undefined && !isDnsLabel(metadata.namespace)) {
    problems.push({
      field: 'metadata.namespace',
      message: `"${metadata.namespace}" is not the name of a namespace`,
    });
  }
  for (const finalizer of metadata.finalizers ?? []) {
    if (!isQualifiedName(finalizer))
      problems.push({
        field: 'metadata.finalizers',
        message: `"${finalizer}" is not a qualified name`,
      });
  }
  return [
    ...problems,
    ...labelProblems(metadata.labels ?? {}),
    ...annotationProblems(metadata.annotations ?? {}),
  ];
}

/** A label's value may come from a template, and so from a secret: it is not shown. */
function labelProblems(labels: Readonly<Record<string, string>>): readonly SecretProblem[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const field = `metadata.labels["${key}"]`;
    if (!isQualifiedName(key)) return [{ field, message: 'not a name that a label may have' }];
    if (isLabelValue(value)) return [];
    return [
      {
        field,
        message:
          'the value is not one that a label may have: at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit',
      },
    ];
  });
}

function annotationProblems(
  annotations: Readonly<Record<string, string>>,
): readonly SecretProblem[] {
  const problems = Object.keys(annotations)
    .filter((key) => !isQualifiedName(key.toLowerCase()))
    .map((key) => ({
      field: `metadata.annotations["${key}"]`,
      message: 'not a name that an annotation may have',
    }));
  const size = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  if (size <= maxAnnotationBytes) return problems;
  return [
    ...problems,
    {
      field: 'metadata.annotations',
      message: `${size} bytes in all, and 262144 is the most that Kubernetes takes`,
    },
  ];
}

function dataProblems({ data }: SecretObject): readonly SecretProblem[] {
  const problems = [...data.keys()]
    .filter((key) => !isDataKey(key))
    .map((key) => ({
      field: `data["${key}"]`,
      message:
        'not a key that a Secret may have: letters, digits, "-", "_" and "." only, at most 253 characters; use rewrite or conversionStrategy to change it',
    }));
  const size = [...data.values()].reduce((sum, value) => sum + value.byteLength, 0);
  if (size <= maxSecretBytes) return problems;
  return [
    ...problems,
    {
      field: 'data',
      message: `${size} bytes in all, and 1048576 is the most that a Secret may hold`,
    },
  ];
}

/** The keys that a type must have, as the API server checks them. */
function typeProblems(secret: SecretObject): readonly SecretProblem[] {
  const { data, type } = secret;
  const missing = (key: string): SecretProblem => ({
    field: `data["${key}"]`,
    message: `missing: a Secret of type ${type ?? 'Opaque'} must have it`,
  });
  switch (type) {
    case 'kubernetes.io/tls':
      return ['tls.crt', 'tls.key'].filter((key) => !data.has(key)).map(missing);
    case 'kubernetes.io/basic-auth':
      return data.has('username') || data.has('password')
        ? []
        : [missing('username'), missing('password')];
    case 'kubernetes.io/ssh-auth':
      return (data.get('ssh-privatekey')?.byteLength ?? 0) > 0 ? [] : [missing('ssh-privatekey')];
    case 'kubernetes.io/dockercfg':
      return jsonKeyProblems(data, missing('.dockercfg'), '.dockercfg');
    case 'kubernetes.io/dockerconfigjson':
      return jsonKeyProblems(data, missing('.dockerconfigjson'), '.dockerconfigjson');
    case 'kubernetes.io/service-account-token':
      return serviceAccountProblems(secret);
    default:
      return [];
  }
}

function jsonKeyProblems(
  data: SecretObject['data'],
  missing: SecretProblem,
  key: string,
): readonly SecretProblem[] {
  const value = data.get(key);
  if (value === undefined) return [missing];
  return decodeObject(value.reveal()).ok
    ? []
    : [{ field: `data["${key}"]`, message: 'not a JSON object (the value is not shown)' }];
}

function serviceAccountProblems({ metadata }: SecretObject): readonly SecretProblem[] {
  const annotation = 'kubernetes.io/service-account.name';
  if ((metadata.annotations?.[annotation] ?? '') !== '') return [];
  return [
    {
      field: `metadata.annotations["${annotation}"]`,
      message: 'missing: a Secret of type kubernetes.io/service-account-token must have it',
    },
  ];
}
