// Owns sprig's functions that make something random, from bytes that nobody can guess.
import { spendBytes } from '../budget.ts';
import type { CallContext } from '../call-context.ts';
import { plainFailure } from '../errors.ts';
import { function0, function1, function2, int, text, type GoFunction } from '../functions.ts';
import { splitText } from './strings.ts';

const digits = '0123456789';
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');

export const randomFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['randAlpha', randomText(letters)],
  ['randAlphaNum', randomText(letters + digits)],
  ['randNumeric', randomText(digits)],
  ['randAscii', randomText(ascii)],
  ['randBytes', function1([int], text, randomBase64)],
  ['randInt', function2([int, int], int, randomInt)],
  ['shuffle', function1([text], text, shuffle)],
  ['uuidv4', function0(text, uuid)],
]);

/** That many characters of the alphabet; none for a negative number, as goutils drops its error. */
function randomText(alphabet: string): GoFunction {
  return function1([int], text, (count, context) => {
    spendBytes(context, Number(count));
    let out = '';
    for (let i = 0n; i < count; i++) {
      out += alphabet[Number(randomBelow(BigInt(alphabet.length), context))] ?? '';
    }
    return out;
  });
}

/** A number from 0 up to, and without, the limit; each as likely as any other. */
function randomBelow(limit: bigint, context: CallContext): bigint {
  const range = 2n ** 64n;
  const fair = range - (range % limit);
  for (;;) {
    const number = Buffer.from(context.randomBytes(8)).readBigUInt64BE();
    if (number < fair) {
      return number % limit;
    }
  }
}

function randomBase64(count: bigint, context: CallContext): string {
  if (count < 0n) {
    throw plainFailure('runtime error: makeslice: len out of range');
  }
  spendBytes(context, Number(count) * 2);
  return Buffer.from(context.randomBytes(Number(count))).toString('base64');
}

function randomInt(min: bigint, max: bigint, context: CallContext): bigint {
  if (max <= min) {
    throw plainFailure('invalid argument to Intn');
  }
  return min + randomBelow(max - min, context);
}

/** The characters in any order. */
function shuffle(s: string, context: CallContext): string {
  const left = splitText(s, '');
  spendBytes(context, s.length * 64);
  let out = '';
  while (left.length > 0) {
    const index = Number(randomBelow(BigInt(left.length), context));
    out += left[index] ?? '';
    const last = left.pop();
    if (last !== undefined && index < left.length) {
      left[index] = last;
    }
  }
  return out;
}

function uuid(context: CallContext): string {
  const bytes = Buffer.from(context.randomBytes(16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
