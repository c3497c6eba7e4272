// Owns the meaning of number and character constants: which of Go's numeric types each one fits.
import type { NumberNode } from './nodes.ts';
import { parseFloat64, parseInt64, parseUint, type NumberFailure } from './parse-number.ts';
import { quote, unquoteChar } from './quote.ts';

export type NumberSource = {
  readonly pos: number;
  readonly text: string;
  readonly type: 'charConstant' | 'complex' | 'number';
};

/** The constant that a literal stands for, or Go's text of what is wrong with it. */
export function numberConstant({ pos, text, type }: NumberSource): NumberNode | string {
  switch (type) {
    case 'charConstant':
      return characterConstant(pos, text);
    case 'complex':
      return complexConstant(pos, text);
    default:
      return text.endsWith('i') ? imaginaryConstant(pos, text) : plainConstant(pos, text);
  }
}

function characterConstant(pos: number, text: string): NumberNode | string {
  const char = unquoteChar(text, 1, "'");
  if (char === undefined) {
    return 'invalid syntax';
  }
  if (text.slice(char.next) !== "'") {
    return `malformed character constant: ${text}`;
  }
  const value = BigInt(char.rune);
  return { kind: 'number', pos, text, int: value, uint: value, float: char.rune };
}

/** Both parts as Go's scanner takes them: it reads less than the lexer, and complains in other words. */
const complexParts =
  /^([-+]?(?:0[xX][\da-fA-F_.]*(?:[pP][-+]?[\d_]*)?|[\d_.]*(?:[eE][-+]?[\d_]*)?))([-+][^i]+)i$/;

function complexConstant(pos: number, text: string): NumberNode | string {
  const [, realText, imagText] = complexParts.exec(text) ?? [];
  if (realText === undefined || imagText === undefined) {
    return 'syntax error scanning complex number';
  }
  const real = parseFloat64(realText);
  if (typeof real !== 'number') {
    return floatError(realText, real);
  }
  const imag = parseFloat64(imagText);
  return typeof imag === 'number'
    ? complexNumber({ pos, text }, real, imag)
    : floatError(imagText, imag);
}

function floatError(text: string, failure: NumberFailure): string {
  const reason = failure === 'range' ? 'value out of range' : 'invalid syntax';
  return `strconv.ParseFloat: parsing ${quote(text)}: ${reason}`;
}

function imaginaryConstant(pos: number, text: string): NumberNode | string {
  const imag = parseFloat64(text.slice(0, -1));
  return typeof imag === 'number'
    ? complexNumber({ pos, text }, 0, imag)
    : `illegal number syntax: ${quote(text)}`;
}

type Literal = { readonly pos: number; readonly text: string };

function complexNumber({ pos, text }: Literal, real: number, imag: number): NumberNode {
  const node: NumberNode = { kind: 'number', pos, text, complex: { real, imag } };
  return imag === 0 ? { ...node, float: real, ...integersOf(real) } : node;
}

function plainConstant(pos: number, text: string): NumberNode | string {
  const int = parseInt64(text, 0);
  const unsigned = parseUint(text, 0);
  const uint = int === 0n ? 0n : unsigned;
  const integers = {
    ...(typeof int === 'bigint' ? { int } : {}),
    ...(typeof uint === 'bigint' ? { uint } : {}),
  };
  const whole = integers.int ?? integers.uint;
  if (whole !== undefined) {
    return { kind: 'number', pos, text, ...integers, float: Number(whole) };
  }
  const float = parseFloat64(text);
  if (typeof float !== 'number') {
    return `illegal number syntax: ${quote(text)}`;
  }
  return /[.eEpP]/.test(text)
    ? { kind: 'number', pos, text, float, ...integersOf(float) }
    : `integer overflow: ${quote(text)}`;
}

/** The integers that are exactly a float. */
function integersOf(value: number): { readonly int?: bigint; readonly uint?: bigint } {
  if (!Number.isInteger(value)) {
    return {};
  }
  const whole = BigInt(value);
  return {
    ...(BigInt.asIntN(64, whole) === whole ? { int: whole } : {}),
    ...(BigInt.asUintN(64, whole) === whole ? { uint: whole } : {}),
  };
}
