// Owns how a request gets to Vault or OpenBao: URL, headers, client certificate, and the one redirect that is followed.
import { createSecureContext } from 'node:tls';
import { readCa, type CaSource } from '../ca.ts';
import { createAgents, type Agents } from '../http/agents.ts';
import type { HttpAnswer } from '../http/answer.ts';
import { send, type HttpRequest } from '../http/send.ts';
import { ProviderError, type Credentials, type SecretKeyRef } from '../provider.ts';
import { apiUrl, type Query } from './paths.ts';

/** Where a certificate and its private key are. */
export type CertificateRefs = { readonly certificate: SecretKeyRef; readonly key: SecretKeyRef };

export type WireConfig = {
  /** An http or https URL, maybe with a path. */
  readonly server: string;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly ca: CaSource | undefined;
  readonly certificate: CertificateRefs | undefined;
};

export type VaultRequest = {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Below `/v1/`, not encoded. */
  readonly path: string;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
};

export type Wire = {
  /** Any answer that comes. Throws what {@link send} throws. */
  readonly send: (request: VaultRequest, signal: AbortSignal) => Promise<HttpAnswer>;
  readonly agents: Agents;
  readonly close: () => void;
};

/** Throws {@link ProviderError} `credentials`. */
export async function createWire(
  { server, headers, ca, certificate }: WireConfig,
  credentials: Credentials,
): Promise<Wire> {
  const [trusted, pair] = await Promise.all([
    readCa(ca, credentials),
    certificate === undefined ? undefined : readPair(certificate, credentials),
  ]);
  const agents = createAgents({ ...(trusted !== undefined && { ca: trusted }), ...pair });
  return {
    send: (request, signal) => {
      const { method, path, query = {}, body } = request;
      const json = body === undefined ? {} : { body: JSON.stringify(body) };
      return follow(agents, {
        method,
        url: apiUrl(server, path, query),
        // An agent or proxy of Vault's may insist on the first of them.
        headers: { 'x-vault-request': 'true', ...headers, ...request.headers },
        signal,
        ...json,
      });
    },
    agents,
    close: agents.destroy,
  };
}

async function readPair(
  { certificate, key }: CertificateRefs,
  credentials: Credentials,
): Promise<{ readonly cert: string; readonly key: string }> {
  const [cert, secret] = await Promise.all(
    [certificate, key].map(async (ref) =>
      Buffer.from((await credentials.secretKey(ref)).reveal()).toString(),
    ),
  );
  const pair = { cert: cert ?? '', key: secret ?? '' };
  try {
    createSecureContext(pair);
    return pair;
  } catch {
    // The parser's words may quote the key.
    const places = [certificate, key].map(
      (ref) => `key "${ref.key}" of Secret "${ref.namespace}/${ref.name}"`,
    );
    const message = `${places.join(' and ')} are no certificate and its private key in PEM form`;
    throw new ProviderError('credentials', message);
  }
}

/** As HashiCorp's Go client: a standby names the active node, once, and the request goes there as it is, with its token. */
async function follow(agents: Agents, request: HttpRequest): Promise<HttpAnswer> {
  const answer = await send(agents, request);
  const location = locationOf(answer, request);
  if (location === undefined) return answer;
  return send(agents, { ...request, url: location });
}

function locationOf({ status, headers }: HttpAnswer, { url }: HttpRequest): URL | undefined {
  const location = headers.get('location') ?? '';
  if (![301, 302, 307].includes(status) || location === '') return undefined;
  const target = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (target === undefined || !/^https?:$/.test(target.protocol)) {
    throw new ProviderError('failed', 'the server redirects to what is no URL of http or https');
  }
  if (url.protocol === 'https:' && target.protocol === 'http:') {
    const message = `the server redirects from https to http (${target.host}), where the token would be seen`;
    throw new ProviderError('failed', message);
  }
  target.search = url.search;
  return target;
}
