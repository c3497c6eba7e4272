// Owns what the operator makes of the objects of a vault: the value of each kind, and its tags and dates (ESO 3.7).
import { encodeValue, type GoJson } from '../../gojson/value.ts';
import { ProviderError } from '../provider.ts';
import { fieldsOf, textOf } from '../spec.ts';
import type { Sdk } from './config.ts';

type Json = Readonly<Record<string, unknown>>;

/** Throws {@link ProviderError} `failed` where there is no value. */
export function secretBytes({ value }: Json): Uint8Array {
  if (typeof value === 'string') return new TextEncoder().encode(value);
  throw new ProviderError('failed', 'Key Vault answered with a secret without a value');
}

/** The certificate alone, as DER. Throws {@link ProviderError} `failed`. */
export function certificateBytes({ cer }: Json): Uint8Array {
  if (textOf(cer) !== '') return Uint8Array.from(Buffer.from(textOf(cer), 'base64'));
  throw new ProviderError('failed', 'Key Vault answered with a certificate without its content');
}

/** In the order of the old SDK; the new one sorts them. */
const keyFields: readonly string[] = 'kid kty key_ops n e d dp dq qi p q k key_hsm crv x y'.split(
  ' ',
);

/** The public half as a JWK. Throws {@link ProviderError} `failed`. */
export function keyBytes({ key }: Json, sdk: Sdk): Uint8Array {
  const jwk = fieldsOf(key);
  if (jwk['kty'] === undefined) {
    throw new ProviderError('failed', 'Key Vault answered with a key without its content');
  }
  const fields = sdk === 'old' ? keyFields : keyFields.toSorted();
  const kept = fields.filter((name) => jwk[name] !== undefined && jwk[name] !== null);
  return new TextEncoder().encode(
    JSON.stringify(Object.fromEntries(kept.map((name) => [name, jwk[name]]))),
  );
}

const dates = [
  ['attribute.expires', 'exp'],
  ['attribute.created', 'created'],
  ['attribute.updated', 'updated'],
  ['attribute.notBefore', 'nbf'],
] as const;

/** The tags, and with the old SDK the dates, as Go writes a map of them. */
export function metadataBytes({ tags, attributes }: Json, sdk: Sdk): Uint8Array {
  const all = new Map<string, GoJson>(
    Object.entries(fieldsOf(tags)).map(([name, value]) => [name, textOf(value)]),
  );
  if (sdk === 'old') {
    for (const [name, field] of dates) {
      const seconds = fieldsOf(attributes)[field];
      if (typeof seconds === 'number') all.set(name, rfc3339(seconds));
    }
  }
  return encodeValue(all, { escapeHtml: true });
}

function rfc3339(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}
