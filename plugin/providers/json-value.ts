// Owns ESO's JSON map extraction (2.4): a JSON object to its keys and values.
import { decodeObject, rawToBytes } from '../gojson/decode.ts';
import { SecretBytes } from '../secret-bytes.ts';
import type { MapSelection } from './provider.ts';

/** A JSON string becomes its text, null becomes empty, and everything else stays as it is spelled. */
export function selectJsonMap(json: Uint8Array): MapSelection {
  const decoded = decodeObject(json);
  if (!decoded.ok) {
    const message =
      decoded.problem === 'syntax' ? 'the value is not JSON' : 'the value is not a JSON object';
    return { outcome: 'error', code: 'VALUE', message: `${message}, which extract needs` };
  }
  const values = [...decoded.entries].map(
    ([key, raw]) => [key, new SecretBytes(rawToBytes(raw))] as const,
  );
  return { outcome: 'map', map: new Map(values) };
}
