// Owns decrypting the private key of an exported certificate: PKCS#8 in PEM form (RFC 5958, RFC 8018).
import { decrypt, encryptedKeyIn, passwordOf } from '../../gotmpl/crypto/pfx-crypto.ts';
import { readKey } from '../../gotmpl/crypto/private-key.ts';
import { FunctionError, LimitError } from '../../gotmpl/errors.ts';
import { decodePem, pemText } from '../../gotmpl/pem.ts';
import { ProviderError } from '../provider.ts';

/** Rounds of a key derivation count too: AWS uses 2,048. */
const mostSteps = 10_000_000;

/**
 * The key as AWS has it, bytes unchanged, in PEM form. One that is not encrypted is left as it is. Throws
 * {@link ProviderError}, whose message holds nothing of the key.
 */
export function decryptedKey(pem: string, passphrase: string): string {
  const { block } = decodePem(pem);
  if (block?.type === 'PRIVATE KEY') return pem;
  if (block?.type !== 'ENCRYPTED PRIVATE KEY') throw unreadable('it is no PKCS#8 key in PEM form');
  const context = {
    steps: mostSteps,
    maxBytes: 0,
    now: Date.now,
    randomBytes: () => new Uint8Array(),
  };
  try {
    const { algorithm, encrypted } = infoIn(block.bytes);
    const key = decrypt(encrypted, passwordOf(passphrase), { algorithm, context });
    // The padding of nonsense is right once in 256 times.
    if (readKey(key, 'pkcs8') === undefined) throw unreadable('what it holds is no private key');
    return pemText('PRIVATE KEY', key);
  } catch (error) {
    if (error instanceof LimitError) throw unreadable('its key derivation takes too many rounds');
    if (error instanceof FunctionError) throw unreadable(error.message.replace(/^pkcs12: /, ''));
    throw error;
  }
}

function infoIn(der: Uint8Array): ReturnType<typeof encryptedKeyIn> {
  try {
    return encryptedKeyIn(der);
  } catch (error) {
    // Its text would name the first bytes.
    if (error instanceof FunctionError) throw unreadable('it is no EncryptedPrivateKeyInfo');
    throw error;
  }
}

function unreadable(reason: string): ProviderError {
  return new ProviderError('failed', `failed to decrypt exported private key: ${reason}`);
}
