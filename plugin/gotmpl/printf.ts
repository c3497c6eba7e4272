// Owns fmt's Sprint, Sprintln and Sprintf.
import type { Budget } from './budget.ts';
import { createPrinter, noFlags, write, type Printer } from './print-state.ts';
import { printArgument } from './print-value.ts';
import { decodeRune } from './utf8.ts';
import { withoutInterface, type Value } from './values.ts';

/** Values as fmt.Sprint joins them: a space between two that are no strings. */
export function sprint(args: readonly Value[], budget: Budget): string {
  const printer = createPrinter(budget);
  let wasString = false;
  for (const [i, argument] of args.entries()) {
    const isString = withoutInterface(argument).kind === 'string';
    if (i > 0 && !isString && !wasString) {
      write(printer, ' ');
    }
    printArgument(printer, argument, 'v');
    wasString = isString;
  }
  return printer.out;
}

/** Values as fmt.Sprintln joins them: a space between all, a line feed behind. */
export function sprintln(args: readonly Value[], budget: Budget): string {
  const printer = createPrinter(budget);
  for (const [i, argument] of args.entries()) {
    if (i > 0) {
      write(printer, ' ');
    }
    printArgument(printer, argument, 'v');
  }
  write(printer, '\n');
  return printer.out;
}

/** Where Sprintf is in its format and its arguments. */
type Formatting = {
  readonly format: string;
  readonly args: readonly Value[];
  readonly printer: Printer;
  at: number;
  next: number;
  /** An explicit index such as [3] came directly before. */
  isAfterIndex: boolean;
  isGoodIndex: boolean;
  isReordered: boolean;
};

/** fmt.Sprintf, mistakes in the format reported in the text as Go does: `%!d(string=x)`. */
export function sprintf(format: string, args: readonly Value[], budget: Budget): string {
  const printer = createPrinter(budget);
  const state: Formatting = {
    format,
    args,
    printer,
    at: 0,
    next: 0,
    isAfterIndex: false,
    isGoodIndex: true,
    isReordered: false,
  };
  while (state.at < format.length) {
    const percent = format.indexOf('%', state.at);
    const end = percent < 0 ? format.length : percent;
    if (end > state.at) {
      write(printer, format.slice(state.at, end));
    }
    state.at = end;
    if (percent >= 0) {
      state.at++;
      formatDirective(state);
    }
  }
  if (!state.isReordered && state.next < args.length) {
    printExtra(state);
  }
  return printer.out;
}

function formatDirective(state: Formatting): void {
  const { printer } = state;
  printer.flags = noFlags();
  state.isGoodIndex = true;
  state.isAfterIndex = false;
  readFlags(state);
  readIndex(state);
  readWidth(state);
  readPrecision(state);
  if (!state.isAfterIndex) {
    readIndex(state);
  }
  if (state.at >= state.format.length) {
    write(printer, '%!(NOVERB)');
    return;
  }
  const { size } = decodeRune(state.format, state.at);
  const verb = state.format.slice(state.at, state.at + size);
  state.at += size;
  formatVerb(state, verb);
}

function formatVerb(state: Formatting, verb: string): void {
  const { printer, args } = state;
  const argument = args[state.next];
  if (verb === '%') {
    write(printer, '%');
  } else if (!state.isGoodIndex) {
    write(printer, `%!${verb}(BADINDEX)`);
  } else if (argument === undefined) {
    write(printer, `%!${verb}(MISSING)`);
  } else {
    if (verb === 'v' || verb === 'w') {
      useFlagsOfV(printer);
    }
    state.next++;
    printArgument(printer, argument, verb);
  }
}

function useFlagsOfV({ flags }: Printer): void {
  flags.sharpV = flags.sharp;
  flags.sharp = false;
  flags.plusV = flags.plus;
  flags.plus = false;
}

const flagNames: ReadonlyMap<string, 'sharp' | 'zero' | 'plus' | 'minus' | 'space'> = new Map([
  ['#', 'sharp'],
  ['0', 'zero'],
  ['+', 'plus'],
  ['-', 'minus'],
  [' ', 'space'],
] as const);

function readFlags(state: Formatting): void {
  for (;;) {
    const name = flagNames.get(state.format[state.at] ?? '');
    if (name === undefined) {
      return;
    }
    state.printer.flags[name] = true;
    state.at++;
  }
}

/** Reads an index such as [3], which says which argument comes next. */
function readIndex(state: Formatting): void {
  const { format, at } = state;
  state.isAfterIndex = false;
  if (format[at] !== '[') {
    return;
  }
  state.isReordered = true;
  const close = at + 3 <= format.length ? format.indexOf(']', at + 1) : -1;
  if (close < 0) {
    state.at++;
    state.isGoodIndex = false;
    return;
  }
  state.at = close + 1;
  const number = readNumber(format, at + 1, close);
  state.isAfterIndex = number.value !== undefined && number.end === close;
  const index = state.isAfterIndex ? (number.value ?? 0) - 1 : -1;
  if (index >= 0 && index < state.args.length) {
    state.next = index;
  } else {
    state.isGoodIndex = false;
  }
}

function readWidth(state: Formatting): void {
  const { format, printer } = state;
  const { flags } = printer;
  if (format[state.at] !== '*') {
    const { value, end } = readNumber(format, state.at, format.length);
    flags.width = value;
    state.at = end;
    if (state.isAfterIndex && value !== undefined) {
      state.isGoodIndex = false;
    }
    return;
  }
  const width = takeInteger(state);
  state.isAfterIndex = false;
  if (width === undefined) {
    write(printer, '%!(BADWIDTH)');
  } else if (width < 0) {
    flags.width = -width;
    flags.minus = true;
    flags.zero = false;
  } else {
    flags.width = width;
  }
}

function readPrecision(state: Formatting): void {
  const { format, printer } = state;
  if (format[state.at] !== '.' || state.at + 1 >= format.length) {
    return;
  }
  state.at++;
  if (state.isAfterIndex) {
    state.isGoodIndex = false;
  }
  readIndex(state);
  if (format[state.at] !== '*') {
    const { value, end } = readNumber(format, state.at, format.length);
    printer.flags.precision = value ?? 0;
    state.at = end;
    return;
  }
  const precision = takeInteger(state);
  state.isAfterIndex = false;
  if (precision === undefined || precision < 0) {
    write(printer, '%!(BADPREC)');
  } else {
    printer.flags.precision = precision;
  }
}

/** Widths and precisions beyond this are taken for mistakes. */
const maxNumber = 1_000_000;

/** The argument behind a `*`; undefined if it is no integer of a sensible size. */
function takeInteger(state: Formatting): number | undefined {
  state.at++;
  const argument = state.args[state.next];
  if (argument === undefined) {
    return undefined;
  }
  state.next++;
  const value = withoutInterface(argument);
  const number = value.kind === 'int' || value.kind === 'uint' ? Number(value.value) : undefined;
  return number === undefined || Math.abs(number) > maxNumber ? undefined : number;
}

type ScannedNumber = { readonly value: number | undefined; readonly end: number };

/** Decimal digits from `start`; a number that is too large ends the scan at `end`, as in Go. */
function readNumber(format: string, start: number, end: number): ScannedNumber {
  let value: number | undefined;
  let at = start;
  for (; at < end; at++) {
    const digit = format.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) {
      break;
    }
    if (value !== undefined && value > maxNumber) {
      return { value: undefined, end };
    }
    value = (value ?? 0) * 10 + digit;
  }
  return { value, end: at };
}

function printExtra({ printer, args, next }: Formatting): void {
  printer.flags = noFlags();
  write(printer, '%!(EXTRA ');
  for (const [i, argument] of args.slice(next).entries()) {
    const value = withoutInterface(argument);
    if (i > 0) {
      write(printer, ', ');
    }
    if (value.kind !== 'invalid') {
      write(printer, `${value.type.name}=`);
    }
    printArgument(printer, value, 'v');
  }
  write(printer, ')');
}
