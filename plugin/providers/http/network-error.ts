// Owns what it means that a connection could not be made, or broke, in Node's words.
import type { ProviderErrorCode } from '../provider.ts';

export type Meaning = { readonly code: ProviderErrorCode; readonly text: string };

/** Where another attempt may fare better. */
const passing: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Where the server's certificate is signed by nobody that this process knows. */
const unknownIssuer: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** The proxy of the environment did not make the connection. */
export class ProxyRefusal extends Error {
  /** As Node's own errors have one, for SDKs that pass nothing else on. */
  readonly code = 'ERR_PROXY_REFUSED';
  readonly status: number;

  constructor(host: string, status: number) {
    super(`the proxy does not connect to ${host} (status ${status})`);
    this.name = 'ProxyRefusal';
    this.status = status;
  }
}

/**
 * The meaning of an error that has Node's `code`: of DNS, of a socket, of TLS, or of the proxy on the way. Undefined for
 * any other error. Only names of hosts and codes are in the text.
 */
export function networkMeaning(error: unknown): Meaning | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof AggregateError) return networkMeaning(error.errors.at(-1));
  if (error instanceof ProxyRefusal) {
    const advice = error.status === 407 ? ': give it user and password in HTTPS_PROXY' : '';
    return {
      code: error.status >= 500 ? 'unavailable' : 'failed',
      text: `${error.message}${advice}`,
    };
  }
  if (!('code' in error) || typeof error.code !== 'string') return undefined;
  const reason = error.code;
  const code = passing.has(reason) ? 'unavailable' : 'failed';
  if (unknownIssuer.has(reason)) {
    const advice =
      'give the CA in the store (caBundle, caProvider) where it has such a field, else in NODE_EXTRA_CA_CERTS';
    return { code, text: `the server's certificate is not trusted (${reason}): ${advice}` };
  }
  if ('hostname' in error) {
    return { code, text: `cannot find the host ${String(error.hostname)} (${reason})` };
  }
  if ('address' in error && 'port' in error) {
    return {
      code,
      text: `cannot reach ${String(error.address)}:${String(error.port)} (${reason})`,
    };
  }
  return { code, text: `the connection failed (${reason})` };
}
