// Owns the check of a value against the schema of its kind: every problem with its path, and the value with defaults.
import { isRecord } from '../k8s/object.ts';
import * as validators from './compiled/validators.js';
import { errorPath, foldErrors } from './fold.ts';
import type { SchemaError, SchemaProblem, Validator } from './validator.ts';

export type { SchemaProblem } from './validator.ts';

/** `value` is a copy with the schema's defaults; it has the shape of its kind where there are no problems. */
export type Validated = { readonly problems: readonly SchemaProblem[]; readonly value: unknown };

const schemas: Readonly<Record<string, Readonly<Record<string, Validator>>>> = {
  ClusterExternalSecret: {
    'external-secrets.io/v1': validators.clusterexternalsecret_v1,
    'external-secrets.io/v1beta1': validators.clusterexternalsecret_v1beta1,
  },
  ClusterSecretStore: {
    'external-secrets.io/v1': validators.clustersecretstore_v1,
    'external-secrets.io/v1beta1': validators.clustersecretstore_v1beta1,
  },
  ExternalSecret: {
    'external-secrets.io/v1': validators.externalsecret_v1,
    'external-secrets.io/v1beta1': validators.externalsecret_v1beta1,
  },
  RenderConfig: { 'eso-render.dev/v1alpha1': validators.renderconfig_v1alpha1 },
  SecretStore: {
    'external-secrets.io/v1': validators.secretstore_v1,
    'external-secrets.io/v1beta1': validators.secretstore_v1beta1,
  },
};

/**
 * Checks `value` as an API server with ESO's CRDs would, and refuses unknown fields besides. Defaults are filled in as it
 * does: a null where the field has a default counts as absent.
 */
export function validateKind(kind: string, apiVersion: string, value: unknown): Validated {
  const versions = Object.hasOwn(schemas, kind) ? schemas[kind] : undefined;
  if (versions === undefined) {
    const known = Object.keys(schemas).join(', ');
    return {
      problems: [{ path: ['kind'], message: `no kind that has a schema: ${known}` }],
      value,
    };
  }
  const validator = Object.hasOwn(versions, apiVersion) ? versions[apiVersion] : undefined;
  if (validator === undefined) {
    const known = Object.keys(versions).join(' or ');
    return { problems: [{ path: ['apiVersion'], message: `${kind} is read as ${known}` }], value };
  }
  const copy = plainCopy(value);
  const errors = validateWithDefaults(validator, copy);
  return { problems: foldErrors(errors, copy), value: copy };
}

/** The first pass finds what is null, and the second is made without it, so that the default takes its place. */
function validateWithDefaults(validator: Validator, copy: unknown): readonly SchemaError[] {
  const errors = errorsOf(validator, copy);
  const nulls = errors.filter(countsAsAbsent);
  if (nulls.length === 0) return errors;
  for (const error of nulls) removeAt(copy, errorPath(error.instancePath, copy));
  return errorsOf(validator, copy);
}

function errorsOf(validator: Validator, value: unknown): readonly SchemaError[] {
  return validator(value) ? [] : (validator.errors ?? []);
}

/** The API server drops such a null before it fills in defaults; metadata is read by Go, for which null is nothing. */
function countsAsAbsent({ data, instancePath, keyword, parentSchema }: SchemaError): boolean {
  const absent = 'default' in parentSchema || /^\/metadata\/[^/]+$/.test(instancePath);
  return keyword === 'type' && data === null && absent;
}

function removeAt(value: unknown, path: readonly (string | number)[]): void {
  let parent = value;
  for (const step of path.slice(0, -1)) parent = childOf(parent, step);
  const last = path.at(-1);
  if (isRecord(parent) && last !== undefined) Reflect.deleteProperty(parent, last);
}

function childOf(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return value[Number(step)];
  return isRecord(value) ? value[step] : undefined;
}

/** A bigint (beyond 2^53) becomes a number: every integer that is checked is smaller, and so stays out of its range. */
function plainCopy(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plainCopy);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainCopy(item)]));
}
