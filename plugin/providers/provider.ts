// Owns the contract of a provider: what it is asked, what it answers, and what it is given. Types and ProviderError only.
import type { SecretBytes } from '../secret-bytes.ts';

/** One remote value. `version` is '' for the newest. */
export type RemoteRead = {
  readonly key: string;
  readonly version: string;
  /** Only where the request depends on it ({@link Provider.readsProperty}); else it is for {@link Provider.select} alone. */
  readonly property?: string;
  readonly metadataPolicy: 'None' | 'Fetch';
};

/** ESO's `dataFrom[].find`: which secrets, by name and tags below a path. */
export type FindQuery = {
  readonly path?: string;
  readonly name?: { readonly regexp?: string };
  readonly tags?: Readonly<Record<string, string>>;
};

export type ReadOutcome =
  | {
      readonly outcome: 'value';
      readonly value: SecretBytes;
      /** Which part of it the store itself names, for `select`: webhook's `result.jsonPath`. */
      readonly part?: SecretBytes;
    }
  /** ESO's NoSecret: forgiven unless deletionPolicy is Retain. */
  | { readonly outcome: 'not-found' }
  | { readonly outcome: 'error'; readonly error: ProviderError };

export type FindOutcome =
  | { readonly outcome: 'values'; readonly values: ReadonlyMap<string, SecretBytes> }
  | { readonly outcome: 'not-found' }
  | { readonly outcome: 'error'; readonly error: ProviderError };

/** Which part of a value is meant. `not-found` is ESO's NoSecret, `error` an ordinary error; messages hold no value. */
export type Selection =
  | { readonly outcome: 'value'; readonly value: SecretBytes }
  | { readonly outcome: 'not-found' }
  | {
      readonly outcome: 'error';
      readonly code: 'PROPERTY_NOT_FOUND' | 'VALUE';
      readonly message: string;
    };

/** As {@link Selection}, for `extract`: the keys and values in it, in the order of the document. */
export type MapSelection =
  | { readonly outcome: 'map'; readonly map: ReadonlyMap<string, SecretBytes> }
  | Exclude<Selection, { readonly outcome: 'value' }>;

/** What selects within a value: `property` of the remoteRef, '' when absent, and the `part` that came with the value. */
export type SelectRef = RemoteRead & { readonly property: string; readonly part?: SecretBytes };

/** Who uses the store: settles in which namespace its references are looked up (ESO 1.6). */
export type StoreScope = {
  readonly kind: 'SecretStore' | 'ClusterSecretStore';
  readonly name: string;
  /** Namespace of the ExternalSecret. */
  readonly namespace: string;
};

/** A Secret or a ConfigMap. */
export type ObjectRef = {
  readonly namespace: string;
  readonly name: string;
};
export type SecretKeyRef = ObjectRef & {
  readonly key: string;
};
export type ServiceAccountRef = ObjectRef & {
  readonly audiences: readonly string[];
};

/** Gives a store its own credentials. Throws {@link ProviderError} with code `credentials`. */
export type Credentials = {
  readonly secretKey: (ref: SecretKeyRef) => Promise<SecretBytes>;
  /** All keys of a Secret. `labels` is undefined where its source knows none (a directory). */
  readonly secret: (ref: ObjectRef) => Promise<{
    readonly labels: Readonly<Record<string, string>> | undefined;
    readonly data: ReadonlyMap<string, SecretBytes>;
  }>;
  /** The bytes of a ConfigMap's key: CA certificates, configuration; no secret. */
  readonly configMapKey: (ref: SecretKeyRef) => Promise<Uint8Array>;
  /** Annotations of the ServiceAccount, and a token of it for the audiences. Where the token lives on, `expirationSeconds` is not heard. */
  readonly serviceAccount: (ref: ServiceAccountRef) => Promise<{
    readonly annotations: Readonly<Record<string, string>>;
    readonly token: (
      audiences: readonly string[],
      expirationSeconds?: number,
    ) => Promise<SecretBytes>;
  }>;
  /** Whether the environment's own identity may be used: by a store without `auth`, or where ESO takes the controller's. */
  readonly ambient: boolean;
};

/** What is otherwise ambient, given by `fetch/`. */
export type OpenContext = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly credentials: Credentials;
  /** Takes what was got with the credentials, a session's token, out of whatever the store says when it fails. */
  readonly remember: (credential: string) => void;
  /**
   * Makes one network call: bounded concurrency, retry with backoff of what is retryable, the deadline, and the
   * circuit of a store that is down are all in here. `task` must pass the signal on and throw {@link ProviderError}
   * only. `name` is the API's own name of the call (`BatchGetSecretValue`), for messages.
   */
  readonly call: <T>(name: string, task: (signal: AbortSignal) => Promise<T>) => Promise<T>;
};

/** An open connection. It reads; nothing here writes (docs/adr/0001). */
export type SecretsClient = {
  /** One outcome per ref, in their order. Refs are distinct. Never rejects for what a user can cause. */
  readonly read: (refs: readonly RemoteRead[]) => Promise<readonly ReadOutcome[]>;
  readonly find: (query: FindQuery) => Promise<FindOutcome>;
  readonly close: () => Promise<void>;
};

/** A configured store, not yet opened. */
export type Connection = {
  /** Equal for two uses that would send the same requests with the same identity: their reads are shared. */
  readonly identity: string;
  /** For messages: `AWS Secrets Manager, eu-west-1`. */
  readonly title: string;
  /**
   * The URL that the store names itself, to which its credentials go; absent where they go to the provider's own
   * services. What the operator of this process holds is given to no server that he does not trust (docs/adr/0013).
   */
  readonly server?: string;
  /** How often a call is tried again where the store has `retrySettings` without `maxRetries`; absent for the usual number. */
  readonly unsaidRetries?: number;
  readonly open: (context: OpenContext) => Promise<SecretsClient>;
  /** Of values of this store, where it is another than the provider's. */
  readonly selection?: Pick<Provider, 'select' | 'selectMap'>;
};

/** A mistake in a store's spec that its schema cannot say. `path` starts below `spec.provider.<name>`. */
export type SpecProblem = { readonly path: readonly (string | number)[]; readonly message: string };

/** A backend. Pure but for what `connect().open` does; the SDK loads in there. */
export type Provider = {
  /** ESO's key in `spec.provider`. */
  readonly name: string;
  /** Rules of ESO's ValidateStore for this provider (ESO 1.4, 1.6, 3). `storeNamespace` is absent for a ClusterSecretStore. */
  readonly validate: (
    spec: Readonly<Record<string, unknown>>,
    store: { readonly kind: StoreScope['kind']; readonly namespace?: string },
  ) => readonly SpecProblem[];
  /** Spec (already valid against its schema, defaults applied) to connection. No I/O. */
  readonly connect: (spec: Readonly<Record<string, unknown>>, scope: StoreScope) => Connection;
  /** ESO's GetSecret after the call: `property`, in this provider's look-up order (ESO 3). */
  readonly select: (value: SecretBytes, ref: SelectRef) => Selection;
  /** ESO's GetSecretMap after the call. */
  readonly selectMap: (value: SecretBytes, ref: SelectRef) => MapSelection;
  /** Whether a read is another one for each `property`. */
  readonly readsProperty?: true;
  /** Whether `find` converts keys before `rewrite` sees them (ESO 0.3). */
  readonly findConvertsKeys: boolean;
};

export type ProviderErrorCode =
  | 'denied' // this identity may not
  | 'unauthenticated' // this identity is not accepted at all: the whole store is unusable
  | 'credentials' // the store's credentials cannot be had: the whole store is unusable
  | 'throttled' // retryable
  | 'unavailable' // network, 5xx: retryable, and the store counts as down when it stays so
  | 'timeout' // no answer before the deadline
  | 'invalid' // the provider refuses the request as it is
  | 'failed'; // anything else the provider says

/** A failed call, mapped once from the SDK's error. `message` is safe to show: no value, token, URL user-info or request body. */
export class ProviderError extends Error {
  readonly code: ProviderErrorCode;
  /** From `Retry-After`, in milliseconds. */
  readonly retryAfterMs?: number;

  constructor(
    code: ProviderErrorCode,
    message: string,
    options?: { readonly cause?: unknown; readonly retryAfterMs?: number },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ProviderError';
    this.code = code;
    if (options?.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}
