// Owns which servers may be given what the operator of this process holds: his identity, his Secrets, his tokens
// (docs/adr/0013).
import { ProviderError, type Connection } from '../providers/provider.ts';

/**
 * Whether a connection may use what is the operator's own: where the store names no server itself, or one that is in
 * `trusted`, as a whole URL or by its origin.
 */
export function isTrusted(
  { server }: Pick<Connection, 'server'>,
  trusted: readonly string[],
): boolean {
  if (server === undefined || trusted.includes(server)) return true;
  const origin = originOf(server);
  return origin !== undefined && trusted.some((one) => originOf(one) === origin);
}

function originOf(server: string): string | undefined {
  return URL.canParse(server) ? new URL(server).origin : undefined;
}

/** The same connection, which says what to do when it is short of credentials that only a trusted server would get. */
export function withAdvice(connection: Connection): Connection {
  const { server } = connection;
  if (server === undefined) return connection;
  const origin = originOf(server) ?? server;
  return {
    ...connection,
    open: async (context) => {
      try {
        return await connection.open(context);
      } catch (error) {
        if (!(error instanceof ProviderError) || error.code !== 'credentials') throw error;
        const advice = `credentials of this process itself (its identity, the secrets directory, token files) go to no server that only a manifest names: where ${origin} may have them, add it with --trusted-server or in RenderConfig.spec.trustedServers`;
        throw new ProviderError('credentials', `${error.message}; ${advice}`);
      }
    },
  };
}
