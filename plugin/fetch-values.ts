// Owns the fetch of a prepared run: its plan, with the credentials, the clock and the bounds of this process.
import type { Configuration } from './configuration.ts';
import { credentialsFrom } from './credentials.ts';
import { systemClock } from './fetch/clock.ts';
import { fetchAll, type Fetched } from './fetch/fetch.ts';
import { listIfThere, readFileIfThere } from './hosts/input.ts';
import type { Prepared } from './pipeline.ts';
import type { Environment } from './outcome.ts';
import { isTrusted, withAdvice } from './policy/trusted-servers.ts';

/** Requests under way at once, over all stores: enough to hide latency, few enough not to be throttled for it. */
const concurrency = 16;

export async function fetchValues(
  { plan, selected, trustedServers }: Prepared,
  options: Configuration,
  env: Environment,
): Promise<Fetched> {
  const trusted = [...options.trustedServers, ...trustedServers];
  const files = { readFile: readFileIfThere, listFolder: listIfThere };
  const all = credentialsFrom({ selected, options, ...files });
  const own = credentialsFrom({ selected, options: withoutOperators(options), ...files });
  const connections = plan.connections.map((planned) => {
    const { connection } = planned;
    return {
      ...planned,
      connection: isTrusted(connection, trusted) ? connection : withAdvice(connection),
    };
  });
  return fetchAll(
    { connections },
    {
      env,
      credentials: (connection) => (isTrusted(connection, trusted) ? all : own),
      deadlineMs: options.deadlineMs,
      concurrency,
      clock: systemClock,
    },
  );
}

/** Only what is in the input. */
function withoutOperators(options: Configuration): Configuration {
  return {
    ...options,
    ambientCredentials: false,
    secretsDirectory: undefined,
    serviceAccounts: options.serviceAccounts.map(({ namespace, name, annotations = {} }) => ({
      namespace,
      name,
      annotations,
    })),
  };
}
