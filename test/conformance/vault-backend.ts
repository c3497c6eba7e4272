// Makes the backend of the tests of Vault's API: a real OpenBao, a proxy in front of it that counts and breaks, a KV engine, an AppRole.
import type { Backend, Stored } from './provider.ts';
import { remarshal } from '../../plugin/gojson/remarshal.ts';
import type { Connection, Provider, StoreScope } from '../../plugin/providers/provider.ts';
import { startFaultProxy, type FaultAnswer } from '../servers/fault-proxy.ts';
import { startOpenBao } from '../servers/openbao.ts';
import { askVault, type VaultServer } from '../servers/vault-seed.ts';
import { credentialsOf } from '../support/open-context.ts';
import { secretManifest, storeManifest } from './store-input.ts';

type Spec = Readonly<Record<string, unknown>>;

const scope: StoreScope = { kind: 'SecretStore', name: 'vault', namespace: 'shop' };
const engine = 'kv';
const auth: Spec = { tokenSecretRef: { name: 'creds', key: 'token' } };
const policy = `path "${engine}/*" { capabilities = ["read", "list"] }`;

/** The suite says by the environment which server is meant. */
const serverVariable = 'TEST_SERVER';

function faultOf(status: number, message: string): FaultAnswer {
  return {
    status,
    body: { errors: [message] },
    headers: { 'content-type': 'application/json' },
  };
}

/** `spec` is that of the store, but for its server and its auth. */
export async function startVaultBackend(provider: Provider, spec: Spec = {}): Promise<Backend> {
  const server = await startOpenBao();
  const proxy = await startFaultProxy(server.url);
  const ask = (path: string, body?: unknown): Promise<unknown> =>
    askVault(server, { method: 'POST', path, body });
  await ask(`sys/mounts/${engine}`, { type: 'kv', options: { version: '2' } });
  await ask('sys/policies/acl/reader', { policy });
  const secretID = await makeAppRole(server);
  const connect = (login: Spec): Connection =>
    connectionTo(provider, { path: engine, ...spec, auth: login });
  return {
    provider,
    env: { [serverVariable]: proxy.url },
    credentials: credentialsOf({
      secrets: { 'shop/creds/token': server.token, 'shop/creds/secret-id': secretID },
    }),
    put: async (secrets) => {
      for (const secret of secrets) await putSecret(ask, secret);
    },
    connect: () => connect(auth),
    versionsOf: ({ versions }: Stored) => versions.map((_, index) => String(index + 1)),
    // The server spells numbers anew.
    wholeOf: (value) =>
      remarshal(Buffer.from(JSON.stringify(JSON.parse(documentOf(value))))) ?? value,
    nameOf: (key) => key.replace(/^\//, ''),
    wire: {
      proxy,
      denied: faultOf(403, '1 error occurred: * permission denied: not authorized'),
      throttled: faultOf(429, 'request path is rate limited'),
      envAt: (url) => ({ [serverVariable]: url }),
      storeAt: (url, ca = {}) => ({
        documents: [
          secretManifest('creds', { token: server.token }),
          storeManifest({ [provider.name]: { server: url, path: engine, ...spec, ...ca, auth } }),
        ],
        remoteRef: (key) => ({ key, property: 'value' }),
      }),
      session: {
        connect: () =>
          connect({
            appRole: {
              path: 'approle',
              roleId: 'reader-role',
              secretRef: { name: 'creds', key: 'secret-id' },
            },
          }),
        expire: async () => {
          await ask('sys/leases/revoke-prefix/auth/approle/login', {});
        },
      },
    },
    stop: async () => {
      await proxy.stop();
      await server.stop();
    },
  };
}

function connectionTo(provider: Provider, spec: Spec): Connection {
  const at = (server: string): Connection => provider.connect({ server, ...spec }, scope);
  return {
    ...at('http://127.0.0.1'),
    open: async (context) => at(context.env[serverVariable] ?? '').open(context),
  };
}

async function makeAppRole(server: VaultServer): Promise<string> {
  const ask = (path: string, body: unknown): Promise<unknown> =>
    askVault(server, { method: 'POST', path, body });
  const secretID = '8c5b1f0e-secret-id-of-the-tests';
  await ask('sys/auth/approle', { type: 'approle' });
  await ask('auth/approle/role/reader', { token_policies: 'reader' });
  await ask('auth/approle/role/reader/role-id', { role_id: 'reader-role' });
  await ask('auth/approle/role/reader/custom-secret-id', { secret_id: secretID });
  return secretID;
}

/** An engine keeps objects: what is none becomes the one key `value` of one. As JSON. */
function documentOf(value: Uint8Array): string {
  const text = new TextDecoder().decode(value);
  return text.startsWith('{') ? text : JSON.stringify({ value: text });
}

async function putSecret(
  ask: (path: string, body: unknown) => Promise<unknown>,
  { key, versions }: Stored,
): Promise<void> {
  const path = key.split('/').filter(Boolean).map(encodeURIComponent).join('/');
  for (const version of versions)
    await ask(`${engine}/data/${path}`, `{"data":${documentOf(version)}}`);
}
