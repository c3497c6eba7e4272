// Owns the reading of a Secret or ConfigMap of the input: its keys as bytes, and the Secret as a SecretObject.
import { SecretBytes } from '../secret-bytes.ts';
import { isRecord } from './object.ts';
import type { SecretObject } from './secret.ts';

type Plain = Readonly<Record<string, unknown>>;

/** Standard base64 with padding; line ends in it are ignored, as Go's decoder does. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The keys of a Secret as the API server would store them: `stringData` over `data`. A key whose value is not base64 is left out. */
export function secretKeys(secret: Plain): ReadonlyMap<string, SecretBytes> {
  const keys = new Map<string, SecretBytes>();
  for (const [key, text] of entries(secret['data'])) {
    const value = fromBase64(text);
    if (value !== undefined) keys.set(key, value);
  }
  for (const [key, text] of entries(secret['stringData'])) keys.set(key, SecretBytes.ofText(text));
  return keys;
}

/** The bytes of a value in `data`; undefined where it is not base64. */
export function fromBase64(text: string): SecretBytes | undefined {
  const compact = text.replaceAll(/[\r\n]/g, '');
  return base64.test(compact) ? new SecretBytes(Buffer.from(compact, 'base64')) : undefined;
}

/** The keys of a ConfigMap's `data`; ESO does not look at `binaryData`. */
export function configMapKeys(configMap: Plain): ReadonlyMap<string, SecretBytes> {
  return new Map(entries(configMap['data']).map(([key, text]) => [key, SecretBytes.ofText(text)]));
}

/** A null value counts as empty, as it does for the API server. */
function entries(value: unknown): readonly (readonly [string, string])[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, text]) => {
    if (text === null) return [[key, ''] as const];
    return typeof text === 'string' ? [[key, text] as const] : [];
  });
}

/** A Secret of the input, to merge into: undefined where it holds what could not be written back (a value that is not base64, or not text). */
export function secretObject(secret: Plain): SecretObject | undefined {
  const metadata = isRecord(secret['metadata']) ? secret['metadata'] : {};
  const data = secretKeys(secret);
  const given = [secret['data'], secret['stringData']].flatMap((part) =>
    isRecord(part) ? Object.keys(part) : [],
  );
  if (given.some((key) => !data.has(key)) || typeof metadata['name'] !== 'string') return undefined;
  const { namespace, finalizers } = metadata;
  return {
    metadata: {
      name: metadata['name'],
      ...(typeof namespace === 'string' && namespace !== '' ? { namespace } : {}),
      labels: Object.fromEntries(entries(metadata['labels'])),
      annotations: Object.fromEntries(entries(metadata['annotations'])),
      ...(Array.isArray(finalizers)
        ? { finalizers: finalizers.filter((name) => typeof name === 'string') }
        : {}),
    },
    ...(typeof secret['type'] === 'string' ? { type: secret['type'] } : {}),
    ...(typeof secret['immutable'] === 'boolean' ? { immutable: secret['immutable'] } : {}),
    data,
  };
}
