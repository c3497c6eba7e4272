// Owns the forms in which Google's services answer: JSON, an API's error, and an error of OAuth.

export type Reply = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type GoogleRequest = {
  readonly method: string;
  /** Decoded step by step: none of them holds a `/` of the path. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

/** google.rpc.Code by name, with the HTTP status that it travels under. */
const statuses = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const;

export function ok(body: unknown, headers: Reply['headers'] = {}): Reply {
  return { status: 200, body, headers };
}

/** AIP-193. */
export function apiError(status: keyof typeof statuses, message: string): Reply {
  const code = statuses[status];
  const details = [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'STAND_IN', domain: 'tests' },
  ];
  return { status: code, body: { error: { code, message, status, details } } };
}

/** RFC 6749 5.2. */
export function oauthError(error: string, error_description: string): Reply {
  return { status: 400, body: { error, error_description } };
}
