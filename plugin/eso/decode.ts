// Owns what is done to a value's bytes: decodingStrategy and nullBytePolicy.
import { SecretBytes } from '../secret-bytes.ts';

export type DecodingStrategy = 'None' | 'Base64' | 'Base64URL' | 'Auto';
export type NullBytePolicy = 'Ignore' | 'Fail';

/** The bytes, or why they cannot be had. */
export type ValueOutcome =
  | { readonly ok: true; readonly value: SecretBytes }
  | { readonly ok: false; readonly message: string };

const forms = {
  Base64: { alphabet: /^[A-Za-z0-9+/]*={0,2}$/, encoding: 'base64' },
  Base64URL: { alphabet: /^[A-Za-z0-9_-]*={0,2}$/, encoding: 'base64url' },
} as const;

/**
 * Go's base64.StdEncoding / URLEncoding: padding is required, line ends inside are ignored, anything else is an
 * error; bits left over in the last character are not looked at.
 */
function base64Bytes(bytes: Uint8Array, form: keyof typeof forms): Uint8Array | undefined {
  const { alphabet, encoding } = forms[form];
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/[\r\n]/g, '');
  if (text.length % 4 !== 0 || !alphabet.test(text)) return undefined;
  return Buffer.from(text, encoding);
}

/** `decodingStrategy` of a remoteRef, extract or find (ESO 2.4). */
export function decodeValue(value: SecretBytes, strategy: DecodingStrategy): ValueOutcome {
  if (strategy === 'None') return { ok: true, value };
  const bytes = value.reveal();
  if (strategy === 'Auto') {
    const decoded = base64Bytes(bytes, 'Base64') ?? base64Bytes(bytes, 'Base64URL');
    return { ok: true, value: decoded === undefined ? value : new SecretBytes(decoded) };
  }
  const decoded = base64Bytes(bytes, strategy);
  if (decoded === undefined) {
    return {
      ok: false,
      message: `the value is not ${strategy} (decodingStrategy ${strategy}): correct the remote value, or use decodingStrategy Auto or None`,
    };
  }
  return { ok: true, value: new SecretBytes(decoded) };
}

/** Whether `nullBytePolicy` refuses the (decoded) value. */
export function refusesNullBytes(value: SecretBytes, policy: NullBytePolicy): boolean {
  return policy === 'Fail' && value.reveal().includes(0);
}
