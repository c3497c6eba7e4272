// Owns ESO's rsaDecrypt.
import { constants, privateDecrypt, type KeyObject } from 'node:crypto';
import { FunctionError, plainFailure } from '../errors.ts';
import { text, type GoFunction } from '../functions.ts';
import { decodePem } from '../pem.ts';
import { stringType } from '../values.ts';
import { parsePrivateKey } from '../crypto/private-key.ts';

const hashes: ReadonlyMap<string, string> = new Map([
  ['SHA1', 'sha1'],
  ['SHA512', 'sha512'],
]);

/** (scheme, hash, encrypted bytes, private key in PEM) → bytes. Any other hash is SHA-256. */
export const rsaDecrypt: GoFunction = {
  params: [stringType, stringType, stringType, stringType],
  isVariadic: false,
  result: stringType,
  call: (args) => {
    const [scheme = '', hash = '', input = '', pem = ''] = args.map(text.read);
    return text.make(decrypt(scheme, { hash, input, pem }));
  },
};

type Encrypted = { readonly hash: string; readonly input: string; readonly pem: string };

function decrypt(scheme: string, { hash, input, pem }: Encrypted): string {
  if (scheme === 'None') return input;
  if (scheme !== 'RSA-OAEP') {
    throw new FunctionError(`decryption scheme ${scheme} is not supported`, 'first');
  }
  const key = rsaKeyOf(pem);
  try {
    const bytes = privateDecrypt(
      {
        key,
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: hashes.get(hash) ?? 'sha256',
      },
      Buffer.from(input, 'latin1'),
    );
    return bytes.toString('latin1');
  } catch {
    throw plainFailure('error decrypting data with RSA: crypto/rsa: decryption error');
  }
}

function rsaKeyOf(pem: string): KeyObject {
  const { block } = decodePem(pem);
  if (block === undefined) throw plainFailure('failed to decode PEM block');
  const key = parsePrivateKey(block.bytes);
  if (key === undefined) {
    throw plainFailure('could not parse private key: unable to parse private key type');
  }
  if (key.asymmetricKeyType !== 'rsa') throw plainFailure('could not parse RSA private key');
  return key;
}
