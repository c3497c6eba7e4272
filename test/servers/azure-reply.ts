// Owns the forms in which Azure's services answer: JSON, an error of Key Vault, and an error of Entra ID.
import { randomUUID } from 'node:crypto';

export type Reply = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type AzureRequest = {
  readonly method: string;
  /** Scheme and host that the client sees. */
  readonly origin: string;
  /** Decoded step by step: none of them holds a `/` of the path. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

export function ok(body: unknown): Reply {
  return { status: 200, body };
}

/** As Key Vault and Azure Resource Manager have it. */
export function serviceError(status: number, code: string, message: string): Reply {
  return { status, body: { error: { code, message } } };
}

/** RFC 6749 5.2, with what Entra ID adds. */
export function entraError(status: number, error: string, code: number, message: string): Reply {
  const [trace, correlation] = [randomUUID(), randomUUID()];
  const timestamp = new Date().toISOString();
  return {
    status,
    body: {
      error,
      error_description: `AADSTS${code}: ${message} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [code],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
    },
  };
}
