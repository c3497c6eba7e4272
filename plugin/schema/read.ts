// Owns the step from unknown input to the types of eso/types.ts: what has passed its schema has the type of its kind.
import { isRecord } from '../k8s/object.ts';
import { type SchemaProblem, validateKind } from './validate.ts';
import type {
  ClusterExternalSecret,
  ExternalSecret,
  GeneratorObject,
  RenderConfig,
  SecretStore,
} from '../eso/types.ts';

/** The value with the defaults of its schema, or all that its schema refuses. Paths start at the top of the value. */
export type SchemaOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

export function readExternalSecret(value: unknown): SchemaOutcome<ExternalSecret> {
  return readShape(['ExternalSecret'], value);
}

export function readClusterExternalSecret(value: unknown): SchemaOutcome<ClusterExternalSecret> {
  return readShape(['ClusterExternalSecret'], value);
}

/** A SecretStore or a ClusterSecretStore. */
export function readSecretStore(value: unknown): SchemaOutcome<SecretStore> {
  return readShape(['SecretStore', 'ClusterSecretStore'], value);
}

/** A ClusterGenerator, or a generator whose kind has a schema. */
export function readGenerator(value: unknown): SchemaOutcome<GeneratorObject> {
  return readShape(generatorKinds, value);
}

const generatorKinds = [
  'ACRAccessToken',
  'ClusterGenerator',
  'ECRAuthorizationToken',
  'Fake',
  'GCRAccessToken',
  'MFA',
  'Password',
  'SSHKey',
  'STSSessionToken',
  'UUID',
  'VaultDynamicSecret',
  'Webhook',
];

export function readRenderConfig(value: unknown): SchemaOutcome<RenderConfig> {
  return readShape(['RenderConfig'], value);
}

type Kinds = ExternalSecret | ClusterExternalSecret | GeneratorObject | SecretStore | RenderConfig;

function readShape<T extends Kinds>(kinds: readonly T['kind'][], given: unknown): SchemaOutcome<T> {
  const { kind, apiVersion } = isRecord(given) ? given : {};
  if (!kinds.some((name) => name === kind)) {
    return { ok: false, problems: [{ path: ['kind'], message: `must be ${kinds.join(' or ')}` }] };
  }
  const { problems, value } = validateKind(
    String(kind),
    typeof apiVersion === 'string' ? apiVersion : '',
    given,
  );
  if (problems.length > 0) return { ok: false, problems };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema of the kind, which T is written after, has held
  return { ok: true, value: value as T };
}
