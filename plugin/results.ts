// Owns Result: one finding about one place of the input, and its line of text.
import type { ErrorCode } from './errors.ts';
import type { ObjectRef } from './k8s/object.ts';
import type { Place } from './manifest.ts';

export type Severity = 'error' | 'warning' | 'info';

/** One finding. `message` says cause and remedy; it never holds a value of a secret. */
export type Result = {
  readonly code: ErrorCode;
  readonly severity: Severity;
  readonly message: string;
  /** The object that it is about, where it could be read that far. */
  readonly object?: ObjectRef;
  /** Where that object, or the field, stands in the input. */
  readonly place?: Place;
  /** Path of the field, as in `spec.data[1].remoteRef.key`. */
  readonly field?: string;
};
