// Owns the check of a value against the schema of its kind: every problem with its path, and the value with defaults.
import { isRecord } from '../k8s/object.ts';
import * as validators from './compiled/validators.js';
import { foldErrors } from './fold.ts';
import type { SchemaProblem, Validator } from './validator.ts';

export type { SchemaProblem } from './validator.ts';

/** `value` is a copy with the schema's defaults; it has the shape of its kind where there are no problems. */
export type Validated = { readonly problems: readonly SchemaProblem[]; readonly value: unknown };

const generators = 'generators.external-secrets.io/v1alpha1';

const schemas: Readonly<Record<string, Readonly<Record<string, Validator>>>> = {
  ACRAccessToken: { [generators]: validators.acraccesstoken_v1alpha1 },
  ClusterExternalSecret: {
    'external-secrets.io/v1': validators.clusterexternalsecret_v1,
    'external-secrets.io/v1beta1': validators.clusterexternalsecret_v1beta1,
  },
  ClusterGenerator: { [generators]: validators.clustergenerator_v1alpha1 },
  ClusterSecretStore: {
    'external-secrets.io/v1': validators.clustersecretstore_v1,
    'external-secrets.io/v1beta1': validators.clustersecretstore_v1beta1,
  },
  ECRAuthorizationToken: { [generators]: validators.ecrauthorizationtoken_v1alpha1 },
  ExternalSecret: {
    'external-secrets.io/v1': validators.externalsecret_v1,
    'external-secrets.io/v1beta1': validators.externalsecret_v1beta1,
  },
  Fake: { [generators]: validators.fake_v1alpha1 },
  GCRAccessToken: { [generators]: validators.gcraccesstoken_v1alpha1 },
  MFA: { [generators]: validators.mfa_v1alpha1 },
  Password: { [generators]: validators.password_v1alpha1 },
  RenderConfig: { 'eso-render.dev/v1alpha1': validators.renderconfig_v1alpha1 },
  SecretStore: {
    'external-secrets.io/v1': validators.secretstore_v1,
    'external-secrets.io/v1beta1': validators.secretstore_v1beta1,
  },
  SSHKey: { [generators]: validators.sshkey_v1alpha1 },
  STSSessionToken: { [generators]: validators.stssessiontoken_v1alpha1 },
  UUID: { [generators]: validators.uuid_v1alpha1 },
  VaultDynamicSecret: { [generators]: validators.vaultdynamicsecret_v1alpha1 },
  Webhook: { [generators]: validators.webhook_v1alpha1 },
};

/**
 * Checks `value` as an API server with ESO's CRDs would, and refuses unknown fields besides. Defaults are filled in as it
 * does.
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
  const problems = validator(copy) ? [] : foldErrors(validator.errors ?? [], copy);
  return { problems, value: copy };
}

/**
 * What is checked. A null in a field counts as absent, as the API server prunes it before it fills in defaults. A bigint
 * (beyond 2^53) becomes a number: every integer that is checked is smaller, and so stays out of its range.
 */
function plainCopy(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plainCopy);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, plainCopy(item)]));
}
