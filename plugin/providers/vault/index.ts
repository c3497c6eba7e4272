// Owns the `vault` provider as far as it needs no network; the rest loads when a store is opened.
import { getPath } from '../../gjson/get.ts';
import { decodeObject, rawToBytes } from '../../gojson/decode.ts';
import { decodeValue, type GoJson, valueBytes } from '../../gojson/value.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import { caProblems } from '../ca.ts';
import type { MapSelection, Provider, Selection, SelectRef } from '../provider.ts';
import { referenceProblems } from '../spec.ts';
import { vaultConfig } from './config.ts';

export const provider: Provider = {
  name: 'vault',
  validate: (spec, store) => [
    ...caProblems(spec, store),
    ...references.flatMap((path) => referenceProblems(spec, path, store)),
  ],
  connect: (spec, scope) => {
    const config = vaultConfig(spec, scope);
    return {
      identity: `vault ${JSON.stringify(config)}`,
      title: `Vault, ${config.server.replace(/\/\/[^/@]*@/, '//')}`,
      server: config.server,
      open: async (context) => (await import('./client.ts')).openVault(config, context),
    };
  },
  select,
  selectMap,
  findConvertsKeys: false,
};

const references = [
  ['auth', 'tokenSecretRef'],
  ['auth', 'appRole', 'secretRef'],
  ['auth', 'appRole', 'roleRef'],
  ['auth', 'kubernetes', 'serviceAccountRef'],
  ['auth', 'kubernetes', 'secretRef'],
  ['auth', 'ldap', 'secretRef'],
  ['auth', 'userPass', 'secretRef'],
  ['auth', 'jwt', 'secretRef'],
  ['auth', 'jwt', 'kubernetesServiceAccountToken', 'serviceAccountRef'],
  ['auth', 'cert', 'clientCert'],
  ['auth', 'cert', 'secretRef'],
  ['tls', 'certSecretRef'],
  ['tls', 'keySecretRef'],
] as const;

/** A key of the document as it stands, else a path in it (ESO 3.6). */
function select(value: SecretBytes, { property }: SelectRef): Selection {
  if (property === '' || value.reveal().length === 0) return { outcome: 'value', value };
  const decoded = decodeObject(value.reveal());
  const exact = decoded.ok ? decoded.entries.get(property) : undefined;
  const selected = exact === undefined ? getPath(value.reveal(), property) : rawToBytes(exact);
  if (selected !== undefined) return { outcome: 'value', value: new SecretBytes(selected) };
  const message = `cannot find secret data for key: "${property}"`;
  return { outcome: 'error', code: 'PROPERTY_NOT_FOUND', message };
}

/** Go reads the document into an interface: numbers are float64. */
function selectMap(value: SecretBytes, ref: SelectRef): MapSelection {
  const selection = select(value, ref);
  if (selection.outcome !== 'value') return selection;
  const decoded = decodeValue(selection.value.reveal());
  const entries = decoded.ok ? entriesOf(decoded.value) : undefined;
  if (entries === undefined) {
    const message = 'the value is not a JSON object, which extract needs';
    return { outcome: 'error', code: 'VALUE', message };
  }
  const values = [...entries].map(([key, one]) => [key, new SecretBytes(valueBytes(one))] as const);
  return { outcome: 'map', map: new Map(values) };
}

function entriesOf(value: GoJson): ReadonlyMap<string, GoJson> | undefined {
  if (value === null) return new Map();
  return typeof value === 'object' && 'entries' in value && 'get' in value ? value : undefined;
}
