// Owns one store's session with Vault or OpenBao: its token, got once and again where it has ended, and the reads with it.
import type { HttpAnswer } from '../http/answer.ts';
import type { OpenContext } from '../provider.ts';
import { errorsIn, refusal, secretIn, type RawObject } from './answers.ts';
import type { Login } from './login.ts';
import { givenToken, isKnown, logIn, tokenHeaders, type Token } from './tokens.ts';
import type { VaultRequest, Wire } from './wire.ts';

export type SessionOptions = {
  /** The service's own, of the secrets; '' for the root. */
  readonly namespace: string;
  /** Where the login goes. */
  readonly loginNamespace: string;
  /** Whether a standby must have seen the login before it answers. */
  readonly readYourWrites: boolean;
  /** A token that was given, '' for none, or how to get one. */
  readonly identity: string | Login;
};

export type Session = {
  /**
   * The fields of the secret at a path, or undefined where there is none. `name` is that of the call. One request for each
   * path and query, however often it is asked for: a find may come upon what is read by name too. Throws ProviderError.
   */
  readonly read: (
    name: string,
    path: string,
    query?: Readonly<Record<string, string>>,
  ) => Promise<RawObject | undefined>;
  /** One request, made each time it is asked for; what it may answer `isMeant` says. Throws {@link ProviderError}. */
  readonly ask: (name: string, request: VaultRequest, isMeant: IsMeant) => Promise<HttpAnswer>;
  /** What was made with the token ends with it: it is not revoked. */
  readonly keepToken: () => void;
  /** Revokes the token where a login gave it. */
  readonly close: () => Promise<void>;
};

type IsMeant = (answer: HttpAnswer) => boolean;

/** Logs in where that is how the token is got. Throws {@link ProviderError}. */
export async function openSession(
  wire: Wire,
  options: SessionOptions,
  context: Pick<OpenContext, 'call' | 'remember'>,
): Promise<Session> {
  const { namespace, loginNamespace } = options;
  const { call } = context;
  const tokens = await openTokens(wire, options, context);
  let isKept = false;
  const sendWithToken = (request: VaultRequest, signal: AbortSignal): Promise<HttpAnswer> =>
    tokens.use(signal, (token) =>
      wire.send({ ...request, headers: tokenHeaders(token, namespace) }, signal),
    );
  return {
    read: remembered((name, path, query = {}) =>
      call(name, async (signal) =>
        secretIn(await sendWithToken({ method: 'GET', path, query }, signal), path),
      ),
    ),
    ask: (name, request, isMeant) =>
      call(name, async (signal) => {
        const answer = await sendWithToken(request, signal);
        if (isMeant(answer)) return answer;
        throw refusal(answer, `${request.method} ${request.path}`);
      }),
    keepToken: () => {
      isKept = true;
    },
    close: async () => {
      const token = tokens.current();
      if (!token.isRevocable || isKept) return;
      const headers = tokenHeaders(token, loginNamespace);
      const path = 'auth/token/revoke-self';
      await call('RevokeSelf', (signal) =>
        wire.send({ method: 'PUT', path, headers, body: {} }, signal),
      );
    },
  };
}

function remembered(read: Session['read']): Session['read'] {
  const answers = new Map<string, ReturnType<Session['read']>>();
  return (name, path, query) => {
    const key = JSON.stringify([path, query]);
    const answer = answers.get(key) ?? read(name, path, query);
    answers.set(key, answer);
    return answer;
  };
}

type Tokens = {
  readonly current: () => Token;
  /** Sends a request with the token, and once more with a new one where the service does not know it any more. */
  readonly use: (
    signal: AbortSignal,
    request: (token: Token) => Promise<HttpAnswer>,
  ) => Promise<HttpAnswer>;
};

type Held = { readonly token: Token; readonly isKnown: (signal: AbortSignal) => Promise<boolean> };

async function openTokens(
  wire: Wire,
  { identity, loginNamespace: namespace, readYourWrites }: SessionOptions,
  { call, remember }: Pick<OpenContext, 'call' | 'remember'>,
): Promise<Tokens> {
  if (typeof identity === 'string') {
    remember(identity);
    const token = givenToken(identity);
    return { current: () => token, use: (_, request) => request(token) };
  }
  const get = async (signal: AbortSignal): Promise<Token> => {
    const token = await logIn(identity, { wire, namespace, signal });
    remember(token.value);
    return readYourWrites ? token : { ...token, index: '' };
  };
  const first = await call('Login', get);
  let held: Held = {
    token: first,
    isKnown: shared((signal) => isKnown(first, { wire, namespace, signal }), 'for good'),
  };
  // What is new is known: a token that may not look itself up is not renewed again and again.
  const renew = shared(async (signal) => {
    held = { token: await get(signal), isKnown: async () => true };
  }, 'while it runs');

  /** Only newer versions of Vault say that a token is none, and OpenBao never does: the service is asked for it, once. */
  async function hasEnded(used: Held, answer: HttpAnswer, signal: AbortSignal): Promise<boolean> {
    if (/\b(?:invalid|bad) token\b/.test(errorsIn(answer))) return true;
    return performance.now() >= used.token.endsAt || !(await used.isKnown(signal));
  }

  return {
    current: () => held.token,
    use: async (signal, request) => {
      const used = held;
      const answer = await request(used.token);
      if (answer.status !== 403 || !(await hasEnded(used, answer, signal))) return answer;
      if (held === used) await renew(signal);
      return request(held.token);
    },
  };
}

/** One run of a task serves all who ask meanwhile, or ever; one that failed is run again. */
function shared<T>(
  task: (signal: AbortSignal) => Promise<T>,
  howLong: 'while it runs' | 'for good',
): (signal: AbortSignal) => Promise<T> {
  let running: Promise<T> | undefined;
  const end = (): void => {
    running = undefined;
  };
  return (signal) => {
    if (running !== undefined) return running;
    running = task(signal);
    running.then(howLong === 'for good' ? undefined : end, end);
    return running;
  };
}
