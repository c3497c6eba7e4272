// Owns how the requests of every provider reach the network: connections that are kept, extra CAs, client certificates,
// and the proxy of the environment (docs/adr/0012).
import { setMaxListeners } from 'node:events';
import { Agent as HttpAgent, type ClientRequest } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions } from 'node:https';
import { Agent, type AgentConnectOpts } from 'agent-base';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { ProxyRefusal } from './network-error.ts';

/** PEM texts. `ca` stands in the place of all other CAs, as `RootCAs` does in Go. */
export type TlsOptions = Pick<
  AgentOptions,
  'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'
>;

/** One for each scheme, as Node and the SDKs want them. */
export type Agents = {
  readonly http: HttpAgent;
  readonly https: HttpAgent;
  /** Ends the connections that are kept. */
  readonly destroy: () => void;
};

/** Requests are bounded and timed by `OpenContext.call`, so nothing is bounded here. */
const kept = { keepAlive: true, maxSockets: Infinity };

/**
 * For one connection of a store. `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` of this process (and their
 * lower-case forms) decide for each host; without `ca` Node's own CAs hold, with those of `NODE_EXTRA_CA_CERTS`.
 */
export function createAgents(tls: TlsOptions = {}): Agents {
  const http = new RoutingAgent(
    new HttpAgent(kept),
    (proxy, signal) => new HttpProxyAgent(proxy, { ...kept, signal }),
  );
  const secured = { ...kept, ...tls };
  const https = new RoutingAgent(
    new HttpsAgent(secured),
    (proxy, signal) => new TunnelAgent(proxy, { tls, signal }),
  );
  return {
    http,
    https,
    destroy: () => {
      http.destroy();
      https.destroy();
    },
  };
}

type TunnelOptions = { readonly tls: TlsOptions; readonly signal: AbortSignal };
type ConnectAnswer = { readonly statusCode: number };

/** TLS with the server, through a proxy that connects to it. */
class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #tls: TlsOptions;

  constructor(proxy: string, { tls, signal }: TunnelOptions) {
    super(proxy, { ...kept, signal });
    this.#tls = tls;
    // What a proxy answers to CONNECT is not the server's: passed on as if it were, a 404 would mean that a secret does not exist.
    this.on('proxyConnect', ({ statusCode }: ConnectAnswer, request: ClientRequest) => {
      if (statusCode !== 200) request.destroy(new ProxyRefusal(request.host, statusCode));
    });
  }

  /** The store's CA and certificate are for the server, and not for a proxy that speaks TLS itself. */
  override connect(
    ...[request, options]: Parameters<HttpsProxyAgent<string>['connect']>
  ): ReturnType<HttpsProxyAgent<string>['connect']> {
    return super.connect(request, { ...options, ...this.#tls });
  }
}

/** Chooses for each host whether to go to it directly or through a proxy. */
class RoutingAgent extends Agent {
  readonly #direct: HttpAgent;
  readonly #throughProxy: (proxy: string, signal: AbortSignal) => HttpAgent;
  readonly #proxies = new Map<string, HttpAgent>();
  /** A connection to a proxy that has not answered yet is no agent's: it would keep the process from ending. */
  readonly #ended = new AbortController();

  constructor(direct: HttpAgent, throughProxy: (proxy: string, signal: AbortSignal) => HttpAgent) {
    super(kept);
    // Node 20 warns on stderr from the eleventh listener on; here every connection is one.
    setMaxListeners(0, this.#ended.signal);
    this.#direct = direct;
    this.#throughProxy = throughProxy;
  }

  override connect(_request: unknown, options: AgentConnectOpts): HttpAgent {
    const proxy = getProxyForUrl(urlOf(options));
    if (proxy === '') return this.#direct;
    const known = this.#proxies.get(proxy);
    if (known !== undefined) return known;
    const agent = this.#throughProxy(proxy, this.#ended.signal);
    this.#proxies.set(proxy, agent);
    return agent;
  }

  override destroy(): void {
    this.#direct.destroy();
    for (const agent of this.#proxies.values()) agent.destroy();
    this.#ended.abort();
    super.destroy();
  }
}

function urlOf({ secureEndpoint, host, port }: AgentConnectOpts): string {
  const name = host ?? 'localhost';
  return `${secureEndpoint ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
