// Makes a connection in memory that follows the provider contract and answers each request as a script says.
import type { Clock } from '../../plugin/fetch/clock.ts';
import type { FetchOptions } from '../../plugin/fetch/fetch.ts';
import {
  ProviderError,
  type Connection,
  type FindOutcome,
  type ProviderErrorCode,
  type ReadOutcome,
  type SecretsClient,
} from '../../plugin/providers/provider.ts';
import { SecretBytes } from '../../plugin/secret-bytes.ts';

/** Stands in every value and in every raw cause: no message may hold it. */
export const canary = 'c4n4ry-9f1b';

export type Answer = {
  readonly kind: 'value' | 'not-found' | 'hang' | 'deaf' | 'bug' | ProviderErrorCode;
  /** How long the request takes. */
  readonly afterMs?: number;
  readonly retryAfterMs?: number;
};

/** Attempts count from 1, per request. */
export type Script = (request: string, attempt: number) => Answer;

/** What the store has seen. Two connections may write into one log. */
export type RequestLog = {
  readonly requests: { readonly request: string; readonly at: number }[];
  inFlight: number;
  mostInFlight: number;
  opened: number;
  closed: number;
};

export function requestLog(): RequestLog {
  return { requests: [], inFlight: 0, mostInFlight: 0, opened: 0, closed: 0 };
}

export type ScriptedConnection = {
  readonly clock: Clock;
  readonly log: RequestLog;
  readonly script: Script;
  /** Keys per request; a batch is the request `key+key`. */
  readonly batch?: number;
  /** A request made by `open`, as a login. */
  readonly login?: string;
  /** In place of the client's own functions. */
  readonly client?: Partial<SecretsClient>;
};

export function scriptedConnection(options: ScriptedConnection): Connection {
  const { log, login } = options;
  return {
    identity: 'scripted',
    title: 'Scripted store',
    open: async ({ call }) => {
      const attempts = new Map<string, number>();
      const ask = (request: string): Promise<boolean> =>
        call(`Get ${request}`, (signal) => {
          const attempt = (attempts.get(request) ?? 0) + 1;
          attempts.set(request, attempt);
          return respond(options, { request, attempt, signal });
        });
      if (login !== undefined) await ask(login);
      log.opened += 1;
      return { ...scriptedClient(options, ask), ...options.client };
    },
  };
}

function scriptedClient(
  { log, batch = 1 }: ScriptedConnection,
  ask: (request: string) => Promise<boolean>,
): SecretsClient {
  return {
    read: async (refs) => {
      const batches = chunks(
        refs.map(({ key }) => key),
        batch,
      );
      const outcomes = batches.map(async (keys) => {
        const outcome = await readOutcome(ask(keys.join('+')));
        return keys.map(() => outcome);
      });
      return (await Promise.all(outcomes)).flat();
    },
    find: async (query): Promise<FindOutcome> => {
      const outcome = await readOutcome(ask(`find ${query.path ?? ''}`));
      if (outcome.outcome !== 'value') return outcome;
      return { outcome: 'values', values: new Map([['found', outcome.value]]) };
    },
    close: async () => {
      log.closed += 1;
    },
  };
}

async function readOutcome(asked: Promise<boolean>): Promise<ReadOutcome> {
  try {
    if (!(await asked)) return { outcome: 'not-found' };
    return { outcome: 'value', value: SecretBytes.ofText(canary) };
  } catch (error) {
    if (error instanceof ProviderError) return { outcome: 'error', error };
    throw error;
  }
}

/** Whether the secret exists. */
async function respond(
  { clock, log, script }: ScriptedConnection,
  { request, attempt, signal }: { request: string; attempt: number; signal: AbortSignal },
): Promise<boolean> {
  const answer = script(request, attempt);
  log.requests.push({ request, at: clock.now() });
  log.inFlight += 1;
  log.mostInFlight = Math.max(log.mostInFlight, log.inFlight);
  const isDeaf = answer.kind === 'deaf';
  const leave = (): void => {
    log.inFlight -= 1;
  };
  if (isDeaf) signal.addEventListener('abort', leave, { once: true });
  await arrival(clock, answer, isDeaf ? new AbortController().signal : signal);
  if (!isDeaf) leave();
  if (signal.aborted)
    throw new ProviderError('unavailable', 'cut off', { cause: new Error(canary) });
  if (answer.kind === 'value' || isDeaf) return true;
  if (answer.kind === 'not-found') return false;
  if (answer.kind === 'bug') throw new TypeError('a bug of the provider');
  if (answer.kind === 'hang') throw new Error('a request that hangs ends by its signal only');
  throw new ProviderError(answer.kind, `the store says ${answer.kind}`, {
    cause: new Error(canary),
    ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
  });
}

const neverMs = 10 ** 9;

function arrival(clock: Clock, { kind, afterMs = 0 }: Answer, signal: AbortSignal): Promise<void> {
  return clock.sleep(kind === 'hang' || kind === 'deaf' ? neverMs : afterMs, signal);
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** The part of {@link FetchOptions} that no fetch test looks at: there is nothing to be had. */
export const emptyContext: Pick<FetchOptions, 'env' | 'credentials'> = {
  env: {},
  credentials: () => ({
    secretKey: async () => {
      throw new ProviderError('credentials', 'no Secret');
    },
    secret: async () => {
      throw new ProviderError('credentials', 'no Secret');
    },
    configMapKey: async () => {
      throw new ProviderError('credentials', 'no ConfigMap');
    },
    serviceAccount: async () => {
      throw new ProviderError('credentials', 'no ServiceAccount');
    },
    ambient: false,
  }),
};
