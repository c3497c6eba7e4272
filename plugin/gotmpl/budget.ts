// Owns the limits of one execution: how much work and how much text a template may make.
import { LimitError } from './errors.ts';

export type Budget = {
  /** What is left: nodes walked, calls made, elements touched, and 16 bytes of text count as one. */
  steps: number;
  /** The longest output, and the longest string that a function may make. */
  readonly maxBytes: number;
};

/** Takes steps from the budget; throws LimitError when there are none left. */
export function spend(budget: Budget, steps: number): void {
  budget.steps -= steps;
  if (budget.steps < 0) {
    throw new LimitError('the template takes too many steps');
  }
}

/** Refuses a text of that many bytes if it is too long, and counts the work of making it. */
export function spendBytes(budget: Budget, bytes: number): void {
  if (bytes > budget.maxBytes) {
    throw new LimitError(`a text of the template is longer than ${budget.maxBytes} bytes`);
  }
  spend(budget, stepsOfBytes(bytes));
}

/** The work of looking at a text of that many bytes. */
export function stepsOfBytes(bytes: number): number {
  return Math.ceil(bytes / 16);
}
