// Owns sprig's encryption with a password, and its derived passwords (the Master Password algorithm).
import { createCipheriv, createDecipheriv, createHmac, scryptSync } from 'node:crypto';
import { spend } from '../budget.ts';
import type { CallContext } from '../call-context.ts';
import { FunctionError, plainFailure } from '../errors.ts';
import { function2, text, type GoFunction } from '../functions.ts';
import { stringType, uint32Type, type Value } from '../values.ts';
import { readBase64 } from './encoding.ts';

/** It takes about a tenth of a second. */
const scryptSteps = 100_000;

export const cryptoFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['encryptAES', function2([text, text], text, encrypt)],
  ['decryptAES', function2([text, text], text, decrypt)],
  [
    'derivePassword',
    {
      params: [uint32Type, stringType, stringType, stringType, stringType],
      isVariadic: false,
      result: stringType,
      call: ([counter, ...rest], context) => {
        spend(context, scryptSteps);
        return text.make(derivePassword(counter, rest.map(text.read)));
      },
    },
  ],
]);

const algorithm = 'aes-256-cbc';
const blockSize = 16;

/** The password itself is the key, cut or filled with zeros. */
function keyOf(password: string): Buffer {
  const key = Buffer.alloc(32);
  key.write(password, 'latin1');
  return key;
}

/** The initialization vector and the encrypted text, in base64. */
function encrypt(password: string, plain: string, context: CallContext): string {
  if (plain === '') {
    return '';
  }
  const iv = context.randomBytes(blockSize);
  const cipher = createCipheriv(algorithm, keyOf(password), iv);
  return Buffer.concat([iv, cipher.update(plain, 'latin1'), cipher.final()]).toString('base64');
}

function decrypt(password: string, encrypted: string): string {
  if (encrypted === '') {
    return '';
  }
  const decoded = readBase64(encrypted);
  if (typeof decoded !== 'string') {
    throw plainFailure(decoded.failure);
  }
  const bytes = Buffer.from(decoded, 'latin1');
  if (bytes.length < blockSize) {
    const capacity = Math.trunc(encrypted.length / 4) * 3;
    throw plainFailure(
      `runtime error: slice bounds out of range [:${blockSize}] with capacity ${capacity}`,
    );
  }
  if (bytes.length % blockSize !== 0) {
    throw plainFailure('crypto/cipher: input not full blocks');
  }
  const decipher = createDecipheriv(algorithm, keyOf(password), bytes.subarray(0, blockSize));
  decipher.setAutoPadding(false);
  return withoutPadding(decipher.update(bytes.subarray(blockSize)));
}

/** The last byte says how many are padding; Go does not look at the others. */
function withoutPadding(bytes: Buffer): string {
  const last = bytes.at(-1);
  if (last === undefined) {
    throw plainFailure('runtime error: index out of range [-1]');
  }
  if (last > bytes.length) {
    throw new FunctionError(`runtime error: slice bounds out of range [:${bytes.length - last}]`);
  }
  return bytes.subarray(0, bytes.length - last).toString('latin1');
}

const passwordSeed = 'com.lyndir.masterpassword';

/** What each letter of a template stands for. */
const characters: ReadonlyMap<string, string> = new Map([
  ['V', 'AEIOU'],
  ['C', 'BCDFGHJKLMNPQRSTVWXYZ'],
  ['v', 'aeiou'],
  ['c', 'bcdfghjklmnpqrstvwxyz'],
  ['A', 'AEIOUBCDFGHJKLMNPQRSTVWXYZ'],
  ['a', 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz'],
  ['n', '0123456789'],
  ['o', "@&%?,=[]_:-+*$#!'^~;()/."],
  ['x', 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()'],
]);

const passwordTemplates: ReadonlyMap<string, readonly string[]> = new Map([
  ['maximum', ['anoxxxxxxxxxxxxxxxxx', 'axxxxxxxxxxxxxxxxxno']],
  [
    'long',
    'CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno'.split(
      ' ',
    ),
  ],
  ['medium', ['CvcnoCvc', 'CvcCvcno']],
  ['short', ['Cvcn']],
  ['basic', ['aaanaaan', 'aannaaan', 'aaannaaa']],
  ['pin', ['nnnn']],
]);

function derivePassword(counter: Value | undefined, texts: readonly string[]): string {
  const [type = '', password = '', user = '', site = ''] = texts;
  const templates = passwordTemplates.get(type);
  if (templates === undefined) {
    return `cannot find password template ${type}`;
  }
  const key = scryptSync(Buffer.from(password, 'latin1'), seeded(user), 64, {
    N: 32_768,
    r: 8,
    p: 2,
    maxmem: 128 * 1024 * 1024,
  });
  const message = Buffer.concat([seeded(site), bigEndian(counterOf(counter))]);
  const seed = createHmac('sha256', key).update(message).digest();
  const template = templates[seed.readUInt8(0) % templates.length] ?? '';
  return Array.from(template, (letter, i) => characterOf(letter, seed.readUInt8(i + 1))).join('');
}

function counterOf(counter: Value | undefined): number {
  if (counter?.kind !== 'uint') {
    throw plainFailure('the counter is no uint32');
  }
  return Number(counter.value);
}

function seeded(name: string): Buffer {
  return Buffer.concat([
    Buffer.from(passwordSeed),
    bigEndian(name.length),
    Buffer.from(name, 'latin1'),
  ]);
}

function bigEndian(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

function characterOf(letter: string, byte: number): string {
  const set = characters.get(letter) ?? '';
  return set[byte % set.length] ?? '';
}
