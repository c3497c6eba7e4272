// Owns the fetch of a prepared run: its plan, with the credentials, the clock and the bounds of this process.
import type { ClusterSource } from './cluster/source.ts';
import type { Configuration } from './configuration.ts';
import { credentialsFrom } from './credentials.ts';
import { systemClock } from './fetch/clock.ts';
import type { Answers } from './eso/data.ts';
import { fetchAll } from './fetch/fetch.ts';
import { generationFor } from './generation.ts';
import { listIfThere, readFileIfThere } from './hosts/input.ts';
import type { Prepared } from './pipeline.ts';
import type { Environment } from './outcome.ts';
import { isTrusted, withAdvice } from './policy/trusted-servers.ts';

/** Requests under way at once, over all stores: enough to hide latency, few enough not to be throttled for it. */
const concurrency = 16;

export type FetchRun = {
  readonly options: Configuration;
  readonly env: Environment;
  /** Undefined where it is off. */
  readonly cluster: ClusterSource | undefined;
};

export async function fetchValues(
  { plan, selected, trustedServers }: Prepared,
  { options, env, cluster }: FetchRun,
): Promise<Answers> {
  const trusted = [...options.trustedServers, ...trustedServers];
  const sources = { selected, readFile: readFileIfThere, listFolder: listIfThere };
  const own = credentialsFrom({ ...sources, options: withoutOperators(options) });
  const connections = plan.connections.map((planned) => {
    const { connection } = planned;
    return {
      ...planned,
      connection: isTrusted(connection, trusted) ? connection : withAdvice(connection),
    };
  });
  const operatorsStores = new Map(
    connections.map(({ connection, operatorsStore }) => [connection, operatorsStore]),
  );
  const generation = generationFor(plan, options, readFileIfThere);
  const fetched = await fetchAll(
    { connections },
    {
      env,
      credentials: (connection) => {
        if (!isTrusted(connection, trusted)) return own;
        const ofCluster = cluster?.credentialsFor(operatorsStores.get(connection));
        return credentialsFrom({ ...sources, options, cluster: ofCluster });
      },
      deadlineMs: cluster?.remainingMs() ?? options.deadlineMs,
      concurrency,
      clock: systemClock,
    },
  );
  return { ...fetched, generation };
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
