// Owns private keys as Go's x509 reads and writes them.
import { createPrivateKey, type KeyObject } from 'node:crypto';

const forms = ['pkcs1', 'pkcs8', 'sec1'] as const;

/** The key in any of the three forms, tried in ESO's order; undefined where it is none. */
export function parsePrivateKey(der: Uint8Array): KeyObject | undefined {
  for (const type of forms) {
    const key = readKey(der, type);
    if (key !== undefined) return key;
  }
  return undefined;
}

/** In one form. */
export function readKey(der: Uint8Array, type: (typeof forms)[number]): KeyObject | undefined {
  try {
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type });
  } catch {
    return undefined;
  }
}

export function pkcs8Of(key: KeyObject): Uint8Array {
  return key.export({ format: 'der', type: 'pkcs8' });
}
