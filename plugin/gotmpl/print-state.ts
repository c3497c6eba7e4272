// Owns the state of one fmt call: the text so far, the flags of the verb, padding.
import { spendBytes, type Budget } from './budget.ts';
import { runeCount } from './utf8.ts';

/** The flags of one verb. Absent width and precision differ from 0. */
export type Flags = {
  width: number | undefined;
  precision: number | undefined;
  minus: boolean;
  plus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  /** `%+v` and `%#v`: plus and sharp mean something else for v. */
  plusV: boolean;
  sharpV: boolean;
};

export type Printer = {
  out: string;
  flags: Flags;
  /** While a wrong verb is reported, no String method is called. */
  isErroring: boolean;
  /** How deep in lists and maps the printer is. */
  depth: number;
  readonly budget: Budget;
};

export function noFlags(): Flags {
  return {
    width: undefined,
    precision: undefined,
    minus: false,
    plus: false,
    sharp: false,
    space: false,
    zero: false,
    plusV: false,
    sharpV: false,
  };
}

export function createPrinter(budget: Budget): Printer {
  return { out: '', flags: noFlags(), isErroring: false, depth: 0, budget };
}

/** Appends bytes as they are. */
export function write(printer: Printer, bytes: string): void {
  printer.out += bytes;
  // Each part is paid for, and the whole is never longer than a text may be.
  spendBytes(printer.budget, bytes.length);
  if (printer.out.length > printer.budget.maxBytes) {
    spendBytes(printer.budget, printer.out.length);
  }
}

/** Appends bytes, filled up to the width in runes on the side that the flags say. */
export function writePadded(printer: Printer, bytes: string, allowZero = true): void {
  const { width, minus, zero } = printer.flags;
  const missing = width === undefined ? 0 : width - runeCount(bytes);
  if (missing <= 0) {
    write(printer, bytes);
    return;
  }
  const padding = (zero && !minus && allowZero ? '0' : ' ').repeat(missing);
  write(printer, minus ? bytes + padding : padding + bytes);
}
