// Owns the closed list of error codes, the exit codes, and the error of wrong usage.
/**
 * What can go wrong, as a user can look it up in docs/errors.md.
 * A code names a cause that a user can act on; the message says where.
 */
export type ErrorCode =
  | 'INPUT' // empty, not UTF-8, unreadable input
  | 'COMMAND' // a program that makes the manifests failed
  | 'SYNTAX' // a document that concerns us is not valid YAML or JSON
  | 'SCHEMA' // a field is unknown, missing, of the wrong type or outside its allowed values
  | 'INVALID' // a rule of ESO's webhook or of this program is broken
  | 'UNSUPPORTED' // ESO knows it, this program does not (yet)
  | 'STORE_NOT_FOUND' // the store is neither in the stream nor in the configuration
  | 'GENERATOR_NOT_FOUND' // the generator is neither in the stream nor in the configuration
  | 'GENERATOR_DENIED' // the configuration does not allow generators of this kind
  | 'STORE_DENIED' // the store's conditions, or the configuration, forbid its use from here
  | 'CREDENTIALS' // the store's own credentials cannot be had
  | 'NOT_FOUND' // the remote secret does not exist
  | 'PROPERTY_NOT_FOUND' // the remote secret exists, the property in it does not
  | 'VALUE' // the remote value is not what the field asks for (JSON, base64, no null bytes …)
  | 'DENIED' // the provider refuses this identity
  | 'UNAVAILABLE' // the provider cannot be reached, throttles or fails
  | 'TIMEOUT' // no answer before the deadline
  | 'PROVIDER' // the provider answers with an error of another kind
  | 'TEMPLATE' // a template cannot be parsed or executed
  | 'SECRET' // the Secret that would be written is not one that Kubernetes takes
  | 'CONFLICT' // two objects want to be the same Secret
  | 'EMPTY' // the result is empty where it must not be
  | 'MISSING_TARGET' // creationPolicy Merge, and no Secret to merge into
  | 'PLAINTEXT' // a Secret would stand in a file of a package
  | 'VOLATILE' // the value is another one in every render
  | 'HOST' // what the host does next
  | 'INSECURE'; // allowed, but somebody should know

/** Exit codes of the command: 0 fine, 1 manifests or secrets, 2 usage or configuration, 3 a bug of ours. */
export const exitCode = { ok: 0, failed: 1, usage: 2, internal: 3 } as const;

/** Wrong flags, a configuration that cannot be read: exit 2. The message is for the user and holds no value. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
