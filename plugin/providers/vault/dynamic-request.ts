// Owns the request of a VaultDynamicSecret, as its spec says it and as a read carries it, and its connection.
import type { Connection, RemoteRead, StoreScope } from '../provider.ts';
import { fieldsOf, textOf, textsOf } from '../spec.ts';
import { serverTitle } from '../vault-api/server.ts';
import { unsaidRetries, vaultConfig } from './config.ts';

type Spec = Readonly<Record<string, unknown>>;

export type DynamicRequest = {
  /** GET, LIST, DELETE; any other writes. */
  readonly method: string;
  readonly path: string;
  /** What is written. */
  readonly parameters: Spec;
  /** Of a GET. */
  readonly query: Readonly<Record<string, readonly string[]>>;
};

export function dynamicRequest(spec: Spec): DynamicRequest {
  const query = Object.entries(fieldsOf(spec['getParameters']));
  return {
    method: textOf(spec['method']) || 'GET',
    path: textOf(spec['path']),
    parameters: fieldsOf(spec['parameters']),
    query: Object.fromEntries(query.map(([name, texts]) => [name, textsOf(texts)])),
  };
}

/** `use` tells it from the same request of another, which Vault may answer with other credentials. */
export function dynamicRead(request: DynamicRequest, use: string): RemoteRead {
  return { key: JSON.stringify([request, use]), version: '', metadataPolicy: 'None' };
}

/** Of the key of a read that {@link dynamicRead} made. */
export function requestIn(key: string): DynamicRequest {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- dynamicRead has written it
  const [request] = JSON.parse(key) as [DynamicRequest, string];
  return request;
}

/** `spec` is that of the provider in the generator. */
export function dynamicConnection(spec: Spec, scope: StoreScope): Connection {
  const config = vaultConfig(spec, scope);
  const server = serverTitle(config.wire.server);
  return {
    identity: `vault dynamic ${JSON.stringify(config)}`,
    title: `Vault, ${server}`,
    server,
    unsaidRetries,
    open: async (context) => (await import('./dynamic.ts')).openDynamic(config, context),
  };
}
