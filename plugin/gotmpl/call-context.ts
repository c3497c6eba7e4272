// Owns what a function of a template gets besides its arguments: the budget, the clock, random bytes.
import type { Budget } from './budget.ts';

export type CallContext = Budget & {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** That many bytes that nobody can guess. */
  readonly randomBytes: (count: number) => Uint8Array;
};
