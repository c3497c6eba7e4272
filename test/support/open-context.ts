// Makes what a provider is opened with: real retries and a real deadline, and credentials from a table.
import { createCall } from '../../plugin/fetch/call.ts';
import { systemClock } from '../../plugin/fetch/clock.ts';
import { startDeadline } from '../../plugin/fetch/deadline.ts';
import { createSlots } from '../../plugin/fetch/slots.ts';
import {
  ProviderError,
  type Credentials,
  type OpenContext,
} from '../../plugin/providers/provider.ts';
import { SecretBytes } from '../../plugin/secret-bytes.ts';

export type ContextOptions = {
  readonly env?: OpenContext['env'];
  readonly credentials?: Credentials;
  readonly deadlineMs?: number;
};

/** `end` stops the deadline's timer. */
export function openContext({
  env = {},
  credentials = credentialsOf({}),
  deadlineMs = 60_000,
}: ContextOptions): OpenContext & { readonly end: () => void } {
  const deadline = startDeadline(systemClock, deadlineMs);
  const call = createCall({
    clock: systemClock,
    slots: createSlots(8),
    deadline,
    retry: { maxRetries: 4, retryIntervalMs: 5 },
  });
  return { env, credentials, call, remember: () => {}, end: deadline.end };
}

export type CredentialTable = {
  /** By `namespace/name/key`. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** By `namespace/name/key`. */
  readonly configMaps?: Readonly<Record<string, string>>;
  /** By `namespace/name`. A token is `namespace/name for <audiences>`. */
  readonly serviceAccounts?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly ambient?: boolean;
};

export function credentialsOf({
  secrets = {},
  configMaps = {},
  serviceAccounts = {},
  ambient = false,
}: CredentialTable): Credentials {
  return {
    ambient,
    secretKey: async ({ namespace, name, key }) =>
      SecretBytes.ofText(found(secrets, `${namespace}/${name}/${key}`)),
    secret: async ({ namespace, name }) => {
      const prefix = `${namespace}/${name}/`;
      const keys = Object.entries(secrets).filter(([path]) => path.startsWith(prefix));
      return {
        labels: undefined,
        data: new Map(
          keys.map(([path, value]) => [path.slice(prefix.length), SecretBytes.ofText(value)]),
        ),
      };
    },
    configMapKey: async ({ namespace, name, key }) =>
      new TextEncoder().encode(found(configMaps, `${namespace}/${name}/${key}`)),
    serviceAccount: async ({ namespace, name }) => ({
      annotations: found(serviceAccounts, `${namespace}/${name}`),
      token: async (audiences) =>
        SecretBytes.ofText(`${namespace}/${name} for ${audiences.join(',')}`),
    }),
  };
}

function found<T>(table: Readonly<Record<string, T>>, key: string): T {
  const value = table[key];
  if (value === undefined) throw new ProviderError('credentials', `${key} does not exist`);
  return value;
}
