// Runs the provider suite for Azure Key Vault.
import { provider } from '../../plugin/providers/azurekv/index.ts';
import type { Connection, OpenContext, SecretsClient } from '../../plugin/providers/provider.ts';
import { versionOf } from '../servers/azure-vault.ts';
import { freePort } from '../support/free-port.ts';
import {
  connectMovable,
  endpoints,
  secretCredentials,
  serviceFault,
  startBackend,
} from './azurekv-backend.ts';
import { describeProvider, type Backend } from './provider.ts';

/** The suite's keys are paths; names of Azure hold no `/`. */
function nameOf(key: string): string {
  return key.replace(/^\//, '').replaceAll('/', '-');
}

function withPaths(connection: Connection): Connection {
  return {
    ...connection,
    open: async (context) => {
      const client = await connection.open(context);
      return {
        ...client,
        read: (refs) => client.read(refs.map((ref) => ({ ...ref, key: nameOf(ref.key) }))),
        find: (query) => client.find(pathless(query)),
      };
    },
  };
}

function pathless(query: Parameters<SecretsClient['find']>[0]): typeof query {
  const { regexp } = query.name ?? {};
  return regexp === undefined ? query : { ...query, name: { regexp: nameOf(regexp) } };
}

async function start(): Promise<Backend> {
  const backend = await startBackend();
  const connect = (): Connection => withPaths(connectMovable());
  // The suite counts and breaks reads: the login is not among them.
  const envAt = (vault: string): OpenContext['env'] => endpoints(backend.url, vault);
  return {
    provider,
    env: envAt(backend.proxy.url),
    credentials: secretCredentials,
    stop: backend.stop,
    connect,
    nameOf,
    put: async (secrets) =>
      backend.put({
        secrets: secrets.map(({ key, versions }) => ({
          name: nameOf(key),
          versions: versions.map((value) => new TextDecoder().decode(value)),
        })),
      }),
    versionsOf: ({ key, versions }) => versions.map((_, index) => versionOf(nameOf(key), index)),
    wire: {
      proxy: backend.proxy,
      downEnv: envAt(`http://127.0.0.1:${await freePort()}`),
      denied: serviceFault(403, 'Forbidden', 'Caller is not authorized to perform action'),
      throttled: serviceFault(429, 'Throttled', 'Request was not processed because too many'),
      envAt,
      session: { connect, expire: async () => backend.revokeAll() },
    },
  };
}

describeProvider('Azure Key Vault', start, {
  binary: 'a value of Azure is a text',
  unicodeKey: 'names of Azure hold letters, digits and "-" only',
  findOperator: 'without name and tags Azure gives every enabled secret',
});
