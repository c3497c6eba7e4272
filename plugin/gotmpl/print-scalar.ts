// Owns how fmt writes booleans, numbers and strings under each verb.
import { formatFloat, type FloatFormat } from './format-float.ts';
import { write, writePadded, type Printer } from './print-state.ts';
import { canBackquote, quote, quoteRune } from './quote.ts';
import { isPrint } from './unicode.ts';
import { encodeRune, runeOffset } from './utf8.ts';

/** Each of these answers whether the verb suits the value; if not, nothing was written. */
export type WasPrinted = boolean;

export function printBool(printer: Printer, value: boolean, verb: string): WasPrinted {
  if (verb !== 't' && verb !== 'v') {
    return false;
  }
  writePadded(printer, value ? 'true' : 'false');
  return true;
}

export type Integer = { readonly value: bigint; readonly isSigned: boolean };

export function printInteger(printer: Printer, integer: Integer, verb: string): WasPrinted {
  switch (verb) {
    case 'v':
      if (printer.flags.sharpV && !integer.isSigned) {
        printHexWithPrefix(printer, integer.value);
      } else {
        writeInteger(printer, integer.value, { base: 10, verb });
      }
      return true;
    case 'd':
      writeInteger(printer, integer.value, { base: 10, verb });
      return true;
    case 'b':
      writeInteger(printer, integer.value, { base: 2, verb });
      return true;
    case 'o':
    case 'O':
      writeInteger(printer, integer.value, { base: 8, verb });
      return true;
    case 'x':
    case 'X':
      writeInteger(printer, integer.value, { base: 16, verb });
      return true;
    default:
      return printAsRune(printer, BigInt.asUintN(64, integer.value), verb);
  }
}

function printAsRune(printer: Printer, value: bigint, verb: string): WasPrinted {
  const { flags } = printer;
  const rune = value > 0x10ffffn ? -1 : Number(value);
  switch (verb) {
    case 'c':
      writePadded(printer, encodeRune(rune));
      return true;
    case 'q':
      writePadded(printer, quoteRune(rune, { asciiOnly: flags.plus }));
      return true;
    case 'U': {
      const digits = value
        .toString(16)
        .toUpperCase()
        .padStart(Math.max(4, flags.precision ?? 4), '0');
      const character = flags.sharp && isPrint(rune) ? ` '${encodeRune(rune)}'` : '';
      writePadded(printer, `U+${digits}${character}`, false);
      return true;
    }
    default:
      return false;
  }
}

/** An address, or an unsigned number under %#v. */
export function printHexWithPrefix(printer: Printer, value: bigint): void {
  const { sharp } = printer.flags;
  printer.flags.sharp = true;
  writeInteger(printer, value, { base: 16, verb: 'v' });
  printer.flags.sharp = sharp;
}

type IntegerStyle = { readonly base: 2 | 8 | 10 | 16; readonly verb: string };

function writeInteger(printer: Printer, value: bigint, { base, verb }: IntegerStyle): void {
  const { flags } = printer;
  if (flags.precision === 0 && value === 0n) {
    write(printer, ' '.repeat(flags.width ?? 0));
    return;
  }
  const sign = value < 0n ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  const magnitude = (value < 0n ? -value : value).toString(base);
  const digits = magnitude.padStart(digitCount(printer, sign), '0');
  const text = sign + basePrefix(digits, { base, verb }, flags.sharp) + digits;
  writePadded(printer, verb === 'X' ? text.toUpperCase() : text, false);
}

function digitCount({ flags }: Printer, sign: string): number {
  if (flags.precision !== undefined) {
    return flags.precision;
  }
  return flags.zero && !flags.minus ? (flags.width ?? 0) - sign.length : 0;
}

function basePrefix(digits: string, { base, verb }: IntegerStyle, isSharp: boolean): string {
  if (verb === 'O') {
    return isSharp && !digits.startsWith('0') ? '0o0' : '0o';
  }
  if (!isSharp) {
    return '';
  }
  switch (base) {
    case 2:
      return '0b';
    case 8:
      return digits.startsWith('0') ? '' : '0';
    case 16:
      return '0x';
    default:
      return '';
  }
}

type FloatStyle = { readonly format: FloatFormat; readonly precision: number };

const floatStyles: ReadonlyMap<string, FloatStyle> = new Map<string, FloatStyle>([
  ['v', { format: 'g', precision: -1 }],
  ['b', { format: 'b', precision: -1 }],
  ['g', { format: 'g', precision: -1 }],
  ['G', { format: 'G', precision: -1 }],
  ['x', { format: 'x', precision: -1 }],
  ['X', { format: 'X', precision: -1 }],
  ['f', { format: 'f', precision: 6 }],
  ['F', { format: 'f', precision: 6 }],
  ['e', { format: 'e', precision: 6 }],
  ['E', { format: 'E', precision: 6 }],
]);

export function printFloat(printer: Printer, value: number, verb: string): WasPrinted {
  const style = floatStyles.get(verb);
  if (style === undefined) {
    return false;
  }
  const { flags } = printer;
  const precision = flags.precision ?? style.precision;
  const text = formatFloat(value, style.format, precision);
  const isNegative = text.startsWith('-');
  const magnitude = text.replace(/^[-+]/, '');
  const sign = isNegative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  if (!Number.isFinite(value)) {
    const isSigned = sign !== '' || !Number.isNaN(value);
    const infinitySign = sign === '' && isSigned ? '+' : sign;
    writePadded(printer, infinitySign + magnitude, false);
    return true;
  }
  const digits =
    flags.sharp && style.format !== 'b' ? withPoint(magnitude, style.format, precision) : magnitude;
  writeNumber(printer, sign, digits);
  return true;
}

/** Zeros go between the sign and the digits. */
function writeNumber(printer: Printer, sign: string, digits: string): void {
  const { zero, minus, width } = printer.flags;
  const isFilled = zero && !minus && sign !== '' && width !== undefined;
  writePadded(printer, sign + (isFilled ? digits.padStart(width - sign.length, '0') : digits));
}

/** The # flag: always a decimal point, and the trailing zeros that %g leaves out. */
function withPoint(magnitude: string, format: FloatFormat, precision: number): string {
  const isHex = format === 'x' || format === 'X';
  const tailStart = magnitude.search(isHex ? /[pP]/ : /[eE]/);
  const head = tailStart < 0 ? magnitude : magnitude.slice(0, tailStart);
  const tail = tailStart < 0 ? '' : magnitude.slice(tailStart);
  const countsDigits = format === 'g' || format === 'G' || format === 'x';
  const wanted = countsDigits ? (precision === -1 ? 6 : precision) : 0;
  const significant = head.replace('.', '').replace(/^0+/, '').length;
  const used = significant + (head === '0' ? 1 : 0);
  const point = head.includes('.') ? '' : '.';
  return head + point + '0'.repeat(Math.max(wanted - used, 0)) + tail;
}

export type Complex = { readonly real: number; readonly imag: number };

export function printComplex(printer: Printer, value: Complex, verb: string): WasPrinted {
  if (!floatStyles.has(verb)) {
    return false;
  }
  const { plus } = printer.flags;
  write(printer, '(');
  printFloat(printer, value.real, verb);
  printer.flags.plus = true;
  printFloat(printer, value.imag, verb);
  printer.flags.plus = plus;
  write(printer, 'i)');
  return true;
}

export function printString(printer: Printer, value: string, verb: string): WasPrinted {
  switch (verb) {
    case 'v':
      if (printer.flags.sharpV) {
        writeQuoted(printer, value);
      } else {
        writePadded(printer, truncated(printer, value));
      }
      return true;
    case 's':
      writePadded(printer, truncated(printer, value));
      return true;
    case 'x':
    case 'X':
      writeHex(printer, value, verb);
      return true;
    case 'q':
      writeQuoted(printer, value);
      return true;
    default:
      return false;
  }
}

function truncated({ flags }: Printer, value: string): string {
  return flags.precision === undefined ? value : value.slice(0, runeOffset(value, flags.precision));
}

function writeQuoted(printer: Printer, value: string): void {
  const { flags } = printer;
  const shown = truncated(printer, value);
  writePadded(
    printer,
    flags.sharp && canBackquote(shown) ? `\`${shown}\`` : quote(shown, { asciiOnly: flags.plus }),
  );
}

function writeHex(printer: Printer, value: string, verb: 'x' | 'X'): void {
  const { precision, sharp, space } = printer.flags;
  const bytes = precision === undefined ? value : value.slice(0, precision);
  const codes = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'));
  const prefix = sharp && codes.length > 0 ? '0x' : '';
  const text = prefix + codes.join(space ? ` ${prefix}` : '');
  writePadded(printer, verb === 'X' ? text.toUpperCase() : text);
}
