// Owns tokens of Vault and OpenBao: what comes of a login, what goes along with one, and whether one is still good.
import type { HttpAnswer } from '../http/answer.ts';
import { ProviderError } from '../provider.ts';
import { fieldsIn, refusal, textIn } from './answers.ts';
import type { Login } from './login.ts';
import type { Wire } from './wire.ts';

export type Token = {
  /** '' where requests go without one. */
  readonly value: string;
  /** On the clock of `performance.now()`. */
  readonly endsAt: number;
  /** What a standby must have seen to know the token: `X-Vault-Index`. */
  readonly index: string;
  /** It came of a login, and can be revoked by itself. */
  readonly isRevocable: boolean;
};

/** One that somebody else got. */
export function givenToken(value: string): Token {
  return { value, endsAt: Infinity, index: '', isRevocable: false };
}

/** The headers of a request with the token in a namespace of the service; '' is the root. */
export function tokenHeaders(
  { value, index }: Token,
  namespace: string,
): Readonly<Record<string, string>> {
  return {
    ...(value !== '' && { 'x-vault-token': value }),
    ...(namespace !== '' && { 'x-vault-namespace': namespace }),
    ...(index !== '' && { 'x-vault-index': index }),
  };
}

/** How a task of one call asks. */
export type Asking = {
  readonly wire: Wire;
  readonly namespace: string;
  readonly signal: AbortSignal;
};

/** Throws {@link ProviderError}, `unauthenticated` for a login that is refused. */
export async function logIn(login: Login, { wire, namespace, signal }: Asking): Promise<Token> {
  const request = await login.request(signal);
  const headers = tokenHeaders(givenToken(''), namespace);
  const begun = performance.now();
  const answer = await wire.send({ method: 'PUT', ...request, headers }, signal);
  if (answer.status !== 200) throw loginRefusal(answer, login);
  const auth = fieldsIn(fieldsIn(answer.body)?.get('auth'));
  const value = textIn(auth, 'client_token');
  if (value === '') {
    const message = `logging in by ${login.title}: there is no token in the answer (does it ask for a second factor?)`;
    throw new ProviderError('unauthenticated', message);
  }
  const seconds = Number(textIn(auth, 'lease_duration'));
  return {
    value,
    endsAt: seconds > 0 ? begun + seconds * 1000 : Infinity,
    index: answer.headers.get('x-vault-index') ?? '',
    isRevocable: textIn(auth, 'token_type') !== 'batch',
  };
}

/** With whatever status: nothing can be read from the store then. */
function loginRefusal(answer: HttpAnswer, { title }: Login): ProviderError {
  const error = refusal(answer, `logging in by ${title}`);
  if (error.code === 'throttled' || error.code === 'unavailable') return error;
  return new ProviderError('unauthenticated', error.message);
}

/** Whether the service knows a token. Throws {@link ProviderError}. */
export async function isKnown(token: Token, asking: Asking): Promise<boolean> {
  return (await lookUp(token, asking)).status === 200;
}

/** Whether a token is good for a minute at least, as ESO has it. Throws {@link ProviderError}. */
export async function isUsable(token: Token, asking: Asking): Promise<boolean> {
  const answer = await lookUp(token, asking);
  const data = fieldsIn(fieldsIn(answer.body)?.get('data'));
  if (answer.status !== 200 || textIn(data, 'type') === 'batch') return false;
  return textIn(data, 'expire_time') === '' || Number(textIn(data, 'ttl')) >= 60;
}

async function lookUp(token: Token, { wire, namespace, signal }: Asking): Promise<HttpAnswer> {
  const headers = tokenHeaders(token, namespace);
  const path = 'auth/token/lookup-self';
  const answer = await wire.send({ method: 'GET', path, headers }, signal);
  const { code } = refusal(answer, '');
  if (code !== 'throttled' && code !== 'unavailable') return answer;
  throw refusal(answer, 'looking up the token');
}
