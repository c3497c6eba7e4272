// Owns the payload of a version, as AccessSecretVersion answers it: whether it arrived whole, and its bytes.
import { SecretBytes } from '../../secret-bytes.ts';
import { ProviderError } from '../provider.ts';
import { fieldsOf, textOf } from '../spec.ts';
import { crc32c } from './crc32c.ts';

type Json = Readonly<Record<string, unknown>>;

/** Throws {@link ProviderError}: `unavailable` where another attempt may fare better, `failed` where there is no value. */
export function checkPayload({ payload }: Json): void {
  const { data, dataCrc32c } = fieldsOf(payload);
  if (textOf(data) === '') {
    throw new ProviderError('failed', 'invalid secret received. no secret string');
  }
  const isWhole =
    dataCrc32c === undefined || textOf(dataCrc32c) === String(crc32c(bytesOf(textOf(data))));
  if (!isWhole) {
    throw new ProviderError('unavailable', 'the payload does not match its checksum (dataCrc32c)');
  }
}

/** Of an answer that was checked. */
export function payloadOf({ payload }: Json): SecretBytes {
  return new SecretBytes(bytesOf(textOf(fieldsOf(payload)['data'])));
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}
