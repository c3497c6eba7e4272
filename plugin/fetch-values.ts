// Owns the fetch of a prepared run: its plan, with the credentials, the clock and the bounds of this process.
import type { Configuration } from './configuration.ts';
import { credentialsFrom } from './credentials.ts';
import { systemClock } from './fetch/clock.ts';
import { fetchAll, type Fetched } from './fetch/fetch.ts';
import { listIfThere, readFileIfThere } from './hosts/input.ts';
import type { Prepared } from './pipeline.ts';
import type { Environment } from './outcome.ts';

/** Requests under way at once, over all stores: enough to hide latency, few enough not to be throttled for it. */
const concurrency = 16;

export async function fetchValues(
  { plan, selected }: Prepared,
  options: Configuration,
  env: Environment,
): Promise<Fetched> {
  return fetchAll(plan, {
    env,
    credentials: credentialsFrom({
      selected,
      options,
      readFile: readFileIfThere,
      listFolder: listIfThere,
    }),
    deadlineMs: options.deadlineMs,
    concurrency,
    clock: systemClock,
  });
}
