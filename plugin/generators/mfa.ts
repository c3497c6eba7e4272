// Owns the generator MFA: a one-time password by the clock (TOTP, RFC 6238), always with SHA-1, as in ESO.
import { createHmac } from 'node:crypto';
import { answerClient } from '../providers/answer-client.ts';
import type { Connection } from '../providers/provider.ts';
import { secretKeyRef, textOf } from '../providers/spec.ts';
import { SecretBytes } from '../secret-bytes.ts';
import { decodeBase32 } from './base32.ts';
import type { Generated, Generator, GeneratorInput, Spec } from './generator.ts';

export const generator: Generator = {
  kind: 'MFA',
  needsSeed: false,
  source: (spec, scope) => {
    const { namespace, name, key } = secretKeyRef(spec['secret'], {
      ...scope,
      kind: 'SecretStore',
    });
    return {
      connection: secretsOf(namespace),
      read: { key: `${name}/${key}`, version: '', metadataPolicy: 'None' },
    };
  },
  generate,
};

/** Secrets of the namespace, where stores too have their credentials from. */
function secretsOf(namespace: string): Connection {
  return {
    identity: `secrets of ${namespace}`,
    title: `Secrets of namespace "${namespace}"`,
    open: async ({ credentials }) =>
      answerClient(
        (ref) => {
          const [name = '', key = ''] = ref.key.split('/');
          return credentials.secretKey({ namespace, name, key });
        },
        async () => {},
      ),
  };
}

/** More than ten digits are zeros in front. */
const longest = 100;

function generate(spec: Spec, { now, fetched }: GeneratorInput): Generated {
  const token = new TextDecoder().decode(fetched?.reveal()).replaceAll(' ', '').toUpperCase();
  const secret = decodeBase32(token);
  if (secret === undefined)
    return {
      ok: false,
      message: 'the Secret holds no key for one-time passwords: base32 without padding',
    };
  const when = textOf(spec['when']);
  const time = when === '' ? now : Date.parse(when);
  if (Number.isNaN(time)) return { ok: false, message: 'when is no date of RFC 3339' };
  const seconds = Math.floor(time / 1000);
  const period = positive(spec['timePeriod']) ?? 30;
  const length = positive(spec['length']) ?? 6;
  if (length > longest) return { ok: false, message: `length must not be above ${longest}` };
  const map = new Map([
    ['token', code(secret, { step: Math.floor(seconds / period), length })],
    ['timeLeft', String(period - (seconds % period))],
  ]);
  return {
    ok: true,
    map: new Map([...map].map(([key, value]) => [key, SecretBytes.ofText(value)])),
    ...(when === '' ? { volatile: 'its one-time password depends on the time' } : {}),
  };
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** RFC 4226 5.3. */
function code(
  secret: Uint8Array,
  { step, length }: { readonly step: number; readonly length: number },
): string {
  const counter = Buffer.alloc(8);
  counter.writeBigInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 0x0f;
  const number = BigInt(digest.readUInt32BE(offset) & 0x7fffffff);
  return String(number % 10n ** BigInt(Math.min(length, 10))).padStart(length, '0');
}
