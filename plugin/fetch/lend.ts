// Owns that what a store was given to prove who it is does not come back in what it says when it fails.
import { type Credentials, ProviderError } from '../providers/provider.ts';
import type { SecretBytes } from '../secret-bytes.ts';

export type Lent = {
  /** As the credentials that were lent, and each value that is asked for is remembered. */
  readonly credentials: Credentials;
  /** What was got with them, a session's token, counts as given too. */
  readonly remember: (credential: string) => void;
  /** The error, with `(a credential)` in its message where a value stood that was given out before. */
  readonly withhold: (error: ProviderError) => ProviderError;
};

/** A shorter one is a word, that a message may well hold by itself: "secret", "admin". */
const shortest = 8;
/** So much of the start is enough to know one again: a long message is cut, maybe within a token. */
const startLength = 16;

/** For one connection: a service behind a proxy, or a proxy, may answer with the request that it refuses. */
export function lend(credentials: Credentials): Lent {
  const given = new Set<string>();
  const rememberText = (credential: string): void => {
    const text = credential.trim();
    if (text.length >= shortest) given.add(text);
  };
  const remember = (value: SecretBytes): SecretBytes => {
    rememberText(new TextDecoder().decode(value.reveal()));
    return value;
  };
  return {
    remember: rememberText,
    credentials: {
      ambient: credentials.ambient,
      secretKey: async (ref) => remember(await credentials.secretKey(ref)),
      secret: async (ref) => {
        const secret = await credentials.secret(ref);
        for (const value of secret.data.values()) remember(value);
        return secret;
      },
      configMapKey: credentials.configMapKey,
      serviceAccount: async (ref) => {
        const { annotations, token } = await credentials.serviceAccount(ref);
        return { annotations, token: async (...wanted) => remember(await token(...wanted)) };
      },
    },
    withhold: (error) => withoutAny(error, given),
  };
}

function withoutAny(error: ProviderError, given: ReadonlySet<string>): ProviderError {
  const message = [...given].reduce(without, error.message);
  if (message === error.message) return error;
  const { code, retryAfterMs } = error;
  return new ProviderError(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
}

function without(message: string, credential: string): string {
  const start = credential.slice(0, startLength);
  const rest = credential.slice(start.length);
  const [before = '', ...after] = message.split(start);
  return [before, ...after.map((text) => text.slice(sharedLength(text, rest)))].join(
    '(a credential)',
  );
}

function sharedLength(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  for (let length = 0; length < most; length++) if (one[length] !== other[length]) return length;
  return most;
}
