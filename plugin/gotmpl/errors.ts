// Owns the errors of the template engine, and what of their text may hold a value.

/** Which arguments of a function the text of its failure may quote. */
export type Quoted = 'any' | 'first' | 'none';

/**
 * What a template function failed with, in Go's words. The text may quote an argument, and arguments
 * may be secrets: any of them, unless the function says less.
 */
export class FunctionError extends Error {
  readonly quoted: Quoted;

  constructor(message: string, quoted: Quoted = 'any') {
    super(message);
    this.name = 'FunctionError';
    this.quoted = quoted;
  }
}

/** A failure whose text is made of types, positions and counts only. */
export function plainFailure(message: string): FunctionError {
  return new FunctionError(message, 'none');
}

/** Runs what may fail; the text of its failure begins with the prefix then. */
export function prefixed<T>(prefix: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    throw new FunctionError(`${prefix}: ${error.message}`, error.quoted);
  }
}

/** Output, steps or nesting beyond what the caller allows. No function may catch it and go on. */
export class LimitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LimitError';
  }
}

export type TemplateErrorPlace = {
  readonly stage: 'parse' | 'execute';
  /** Counted from 1. */
  readonly line: number;
  /** In bytes from 0, as Go counts; of a text that cannot be parsed, that of the item that was read last, which Go does not tell. */
  readonly column?: number;
  /** The source of the node that failed, as Go prints it: text of the template, never a value. */
  readonly action?: string;
  /** The function that does not exist, where that is the error, so that another one can be proposed. */
  readonly unknownFunction?: string;
};

export type TemplateErrorText = {
  /** Go's text up to where it may quote a value. */
  readonly text: string;
  /** The rest of Go's text, where that may quote a value. */
  readonly valueText?: string;
};

/**
 * A template that cannot be parsed or executed. `message` holds no value and may be shown; Go's whole
 * text, which can quote one, needs `revealGoText`. A class, so that the rest stays in a private field.
 */
export class TemplateError extends Error {
  readonly place: TemplateErrorPlace;
  readonly #valueText: string;

  constructor(error: TemplateErrorText, place: TemplateErrorPlace) {
    super(error.text);
    this.name = 'TemplateError';
    this.place = place;
    this.#valueText = error.valueText ?? '';
  }

  /** Whether Go's text says more than `message`. */
  get holdsValue(): boolean {
    return this.#valueText !== '';
  }

  /** Go's error text as it is, which may quote a value: for comparison and tests, never for a log. */
  revealGoText(): string {
    return this.message + this.#valueText;
  }
}
