// Owns the connections of one store: through the proxies of the environment, and past them to this machine's own services.
import { Agent } from 'node:http';
import { ProviderError } from '../provider.ts';
import { createAgents, type Agents } from './agents.ts';
import type { HttpAnswer } from './answer.ts';
import { send, type HttpRequest } from './send.ts';

/** One request; its failures are ProviderErrors, and its answer is any that came. */
export type Send = (request: Omit<HttpRequest, 'signal'>) => Promise<HttpAnswer>;

/** What a task of one call may use. */
export type Network = {
  readonly send: Send;
  /** Past every proxy, to this machine's own services, which answer at once or not at all. */
  readonly sendDirect: Send;
};

export type Wires = {
  /** For the requests of one call. */
  readonly network: (signal: AbortSignal) => Network;
  /** Ends the connections that are kept. */
  readonly close: () => void;
};

/** As Google's and Azure's libraries: where no such service is, an address of its kind mostly does not even refuse. */
const directTimeoutMs = 3_000;

export function createWires(): Wires {
  const agents = createAgents();
  const direct = { ...agents, http: new Agent({ keepAlive: true }) };
  return {
    network: (signal) => ({
      send: (request) => send(agents, { ...request, signal }),
      sendDirect: (request) => sendInTime(direct, { ...request, signal }),
    }),
    close: () => {
      agents.destroy();
      direct.http.destroy();
    },
  };
}

async function sendInTime(agents: Agents, request: HttpRequest): Promise<HttpAnswer> {
  const late = AbortSignal.timeout(directTimeoutMs);
  try {
    return await send(agents, { ...request, signal: AbortSignal.any([request.signal, late]) });
  } catch (error) {
    if (error !== late.reason) throw error;
    const message = `no answer of ${request.url.host} within ${directTimeoutMs / 1000} s`;
    throw new ProviderError('unavailable', message);
  }
}
