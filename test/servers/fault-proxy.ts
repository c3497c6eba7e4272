// Owns a proxy between a client and its server that counts requests and makes them fail.
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

/** What becomes of a request, instead of or before the server's answer. */
export type Fault = {
  /** Which operations; all when absent. */
  readonly operation?: string;
  /** Which requests of it, by a text in their body. */
  readonly body?: string;
  /** How many of them go through before. */
  readonly after?: number;
  /** How many requests; all when absent. */
  readonly times?: number;
  readonly delayMs?: number;
  /** The answer, with a JSON body. */
  readonly answer?: FaultAnswer;
  /** The connection breaks: before an answer, or with half of the server's answer sent. */
  readonly cut?: 'before-answer' | 'in-answer';
  /** Bytes of the server's answer are others: every seventh, from the first one on. */
  readonly garble?: boolean;
  /** Nobody listens any more, and what is under way breaks. */
  readonly kill?: boolean;
};

export type FaultAnswer = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type SeenRequest = {
  /** AWS's name (`GetSecretValue`, of the header or the form), else method and path. */
  readonly operation: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};

export type FaultProxy = {
  readonly url: string;
  /** Every request since the start or the last `reset`. */
  readonly requests: () => readonly SeenRequest[];
  /** How many requests of each operation. */
  readonly counts: () => Readonly<Record<string, number>>;
  readonly inject: (fault: Fault) => void;
  /** Forgets requests and faults. */
  readonly reset: () => void;
  readonly stop: () => Promise<void>;
};

type ActiveFault = { readonly fault: Fault; before: number; left: number };

/** Listens without TLS, also in front of a target with it, for whose certificate `ca` vouches: PEM. */
export async function startFaultProxy(targetUrl: string, ca?: string): Promise<FaultProxy> {
  let seen: SeenRequest[] = [];
  let faults: ActiveFault[] = [];
  const server = createServer((incoming, response) => {
    void handle(incoming, response);
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(incoming);
    const arrived = { operation: operationOf(incoming, body), body, headers: incoming.headers };
    seen.push(arrived);
    const { delayMs = 0, answer, cut, kill, garble = false }: Fault = take(arrived) ?? {};
    if (kill === true) return end();
    if (delayMs > 0) await wait(delayMs, undefined, { ref: false });
    if (cut === 'before-answer') {
      incoming.socket.destroy();
    } else if (answer === undefined) {
      forward(new URL(incoming.url ?? '/', targetUrl), {
        incoming,
        body,
        response,
        cut: cut !== undefined,
        garble,
        ca,
      });
    } else {
      const headers = { 'content-type': 'application/x-amz-json-1.1', ...answer.headers };
      response.writeHead(answer.status, headers).end(textOf(answer.body));
    }
  }

  function take({ operation, body }: SeenRequest): Fault | undefined {
    const active = faults.find(
      ({ fault, left }) =>
        left > 0 && (fault.operation ?? operation) === operation && body.includes(fault.body ?? ''),
    );
    if (active === undefined) return undefined;
    if (active.before > 0) {
      active.before -= 1;
      return undefined;
    }
    active.left -= 1;
    return active.fault;
  }

  function end(): void {
    server.close();
    server.closeAllConnections();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    requests: () => seen,
    counts: () => countsOf(seen),
    inject: (fault) => {
      faults.push({ fault, before: fault.after ?? 0, left: fault.times ?? Infinity });
    },
    reset: () => {
      seen = [];
      faults = [];
    },
    stop: async () => {
      if (!server.listening) return;
      end();
      await once(server, 'close');
    },
  };
}

type Forwarding = {
  readonly incoming: IncomingMessage;
  readonly body: string;
  readonly response: ServerResponse;
  /** Sends half of the answer and breaks the connection. */
  readonly cut: boolean;
  readonly garble: boolean;
  readonly ca: string | undefined;
};

function forward(url: URL, { incoming, body, response, cut, garble, ca }: Forwarding): void {
  const { method, headers } = incoming;
  const start = url.protocol === 'https:' ? requestSecurely : request;
  // The name in the certificate is the target's, whatever the client has called it.
  const secured = ca === undefined ? {} : { ca, servername: '' };
  const outgoing = start(url, { method, headers, ...secured }, (answer) => {
    void buffer(answer).then((sent) => {
      const whole = garble ? sent.map((byte, at) => (at % 7 === 0 ? byte ^ 0x80 : byte)) : sent;
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (!cut) return response.end(whole);
      return response.write(whole.subarray(0, whole.length / 2), () => incoming.socket.destroy());
    });
  });
  outgoing.on('error', () => incoming.socket.destroy());
  outgoing.end(body);
}

function operationOf({ headers, method, url }: IncomingMessage, body: string): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.slice(target.lastIndexOf('.') + 1);
  return new URLSearchParams(body).get('Action') ?? `${method} ${url}`;
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function countsOf(requests: readonly SeenRequest[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { operation } of requests) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
