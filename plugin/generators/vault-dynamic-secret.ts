// Owns the generator VaultDynamicSecret: what Vault answers to a request, mostly credentials that it makes for it (ESO 4.2).
import { remarshal } from '../gojson/remarshal.ts';
import { rawToBytes } from '../gojson/decode.ts';
import { decodeValue, valueBytes, type GoJson } from '../gojson/value.ts';
import type { SpecProblem } from '../providers/provider.ts';
import { fieldsOf, textOf } from '../providers/spec.ts';
import { fieldsIn } from '../providers/vault-api/answers.ts';
import {
  dynamicConnection,
  dynamicRead,
  dynamicRequest,
} from '../providers/vault/dynamic-request.ts';
import { vaultProblems } from '../providers/vault/validate.ts';
import { SecretBytes } from '../secret-bytes.ts';
import type { Generated, Generator, GeneratorInput, Spec } from './generator.ts';

export const generator: Generator = {
  kind: 'VaultDynamicSecret',
  needsSeed: false,
  guard:
    'has Vault do something in every render: mostly it makes credentials, which stay until their lease ends',
  problems,
  source: ({ provider, retrySettings, ...spec }, scope, use) => ({
    connection: dynamicConnection(fieldsOf(provider), scope),
    read: dynamicRead(dynamicRequest(spec), use),
    ...(retrySettings !== undefined && { retrySettings: fieldsOf(retrySettings) }),
  }),
  generate,
};

/** References are looked up in the ExternalSecret's namespace, whatever they say: there is none to refuse. */
function problems(spec: Spec): readonly SpecProblem[] {
  const provider = { ...fieldsOf(spec['provider']), caProvider: undefined };
  const { parameters } = spec;
  return [
    ...vaultProblems(provider, { kind: 'ClusterSecretStore' }).map(({ path, message }) => ({
      path: ['provider', ...path],
      message,
    })),
    ...(textOf(spec['path']) === '' ? [{ path: ['path'], message: 'must not be empty' }] : []),
    ...(parameters === undefined || isObject(parameters)
      ? []
      : [{ path: ['parameters'], message: 'must be an object' }]),
  ];
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Json = ReadonlyMap<string, GoJson>;

function generate(spec: Spec, { fetched }: GeneratorInput): Generated {
  if (fetched === undefined) throw new Error('the answer of Vault was not fetched');
  const body = fetched.reveal();
  const decoded = decodeValue(body);
  if (!decoded.ok) return { ok: false, message: 'the answer of Vault is no JSON that can be read' };
  const secret = decoded.value;
  if (!(secret instanceof Map)) return emptyAnswer(spec['allowEmptyResponse'] === true);
  const volatile = volatileReason(spec, secret);
  const map = resultOf(spec['resultType'], secret, body);
  return { ok: true, map, ...(volatile !== undefined && { volatile }) };
}

function emptyAnswer(isAllowed: boolean): Generated {
  if (isAllowed) return { ok: true, map: new Map() };
  return {
    ok: false,
    message:
      'empty response from Vault: is the path right? allowEmptyResponse says that it is meant',
  };
}

/** A plain reading of what is there gives the same again. */
function volatileReason(spec: Spec, secret: Json): string | undefined {
  const { method } = dynamicRequest(spec);
  if (hasText(secret.get('lease_id')) || secret.get('auth') instanceof Map)
    return 'Vault makes credentials for it';
  if (method !== 'GET' && method !== 'LIST') return `it is a request of method ${method}`;
  return spec['resultType'] === 'Raw' ? 'the answer holds the ID of its request' : undefined;
}

function hasText(value: GoJson | undefined): boolean {
  return typeof value === 'string' && value !== '';
}

function resultOf(
  resultType: unknown,
  secret: Json,
  body: Uint8Array,
): ReadonlyMap<string, SecretBytes> {
  if (resultType === 'Auth') return valuesOf(authOf(secret.get('auth')) ?? new Map());
  return resultType === 'Raw' ? valuesOf(rawOf(secret)) : dataOf(body);
}

/** Numbers are spelled as Vault spells them here; in the other parts they pass through float64, as in ESO. */
function dataOf(body: Uint8Array): ReadonlyMap<string, SecretBytes> {
  const data = fieldsIn(fieldsIn(body)?.get('data')) ?? new Map<string, Uint8Array>();
  return new Map(
    [...data].map(([key, raw]) => [key, new SecretBytes(rawToBytes(remarshal(raw) ?? raw))]),
  );
}

function valuesOf(entries: Json): ReadonlyMap<string, SecretBytes> {
  return new Map([...entries].map(([key, value]) => [key, new SecretBytes(valueBytes(value))]));
}

/** The fields of the structs of HashiCorp's client, and what they are where the answer does not have them. */
const secretFields: Json = new Map<string, GoJson>([
  ['request_id', ''],
  ['lease_id', ''],
  ['lease_duration', 0],
  ['renewable', false],
  ['data', null],
  ['warnings', null],
]);
const authFields: Json = new Map<string, GoJson>([
  ['client_token', ''],
  ['accessor', ''],
  ['policies', null],
  ['token_policies', null],
  ['identity_policies', null],
  ['metadata', null],
  ['orphan', false],
  ['entity_id', ''],
  ['lease_duration', 0],
  ['renewable', false],
  ['mfa_requirement', null],
]);
const wrapFields: Json = new Map<string, GoJson>([
  ['token', ''],
  ['accessor', ''],
  ['ttl', 0],
  ['creation_time', '0001-01-01T00:00:00Z'],
  ['creation_path', ''],
  ['wrapped_accessor', ''],
]);

function rawOf(secret: Json): Json {
  const optional: readonly (readonly [string, GoJson | undefined])[] = [
    ['auth', authOf(secret.get('auth'))],
    ['wrap_info', structOf(wrapFields, secret.get('wrap_info'))],
    ['mount_type', hasText(secret.get('mount_type')) ? secret.get('mount_type') : undefined],
  ];
  const there = optional.flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return new Map([...(structOf(secretFields, secret) ?? []), ...there]);
}

function authOf(auth: GoJson | undefined): Json | undefined {
  return structOf(authFields, auth);
}

function structOf(fields: Json, value: GoJson | undefined): Json | undefined {
  if (!(value instanceof Map)) return undefined;
  return new Map([...fields].map(([key, zero]) => [key, value.get(key) ?? zero]));
}
