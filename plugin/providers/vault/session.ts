// Owns one store's session with Vault: its token, and the requests that carry it.
import { getPath } from '../../gjson/get.ts';
import { decodeObject } from '../../gojson/decode.ts';
import { readCa } from '../ca.ts';
import { createAgents, type Agents } from '../http/agents.ts';
import { answerError, send, type HttpAnswer } from '../http/send.ts';
import { ProviderError, type OpenContext, type SecretKeyRef } from '../provider.ts';
import type { JwtSource, VaultAuth, VaultConfig } from './config.ts';

type VaultRequest = {
  /** The API's name of the call, for messages. */
  readonly name: string;
  readonly method: 'GET' | 'LIST';
  /** Below `/v1/`. */
  readonly path: string;
  readonly query?: string;
};

export type Session = {
  /** The answer's body; undefined where there is nothing. Throws {@link ProviderError}. */
  readonly ask: (request: VaultRequest) => Promise<Uint8Array | undefined>;
  readonly close: () => Promise<void>;
};

type Exchange = {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly token?: string;
  readonly namespace: string;
  readonly body?: string;
  readonly signal: AbortSignal;
};

type Send = (exchange: Exchange) => Promise<HttpAnswer>;

/** Logs in, once for the store. Throws {@link ProviderError}. */
export async function openSession(config: VaultConfig, context: OpenContext): Promise<Session> {
  const { credentials, call } = context;
  const [ca, pair] = await Promise.all([
    readCa(config.ca, credentials),
    clientPair(config, context),
  ]);
  const agents = createAgents({ ...(ca === undefined ? {} : { ca }), ...pair });
  const exchange = sender(config, agents);
  try {
    const login = await loginOf(config.auth, context);
    const token =
      'token' in login ? login.token : await loggedIn(login, { config, call, exchange });
    const { namespace } = config;
    return {
      ask: ({ name, ...request }) =>
        call(name, async (signal) =>
          bodyOf(await exchange({ ...request, token, namespace, signal })),
        ),
      close: async () => {
        if (!('token' in login)) await revoke(exchange, token, namespace);
        agents.destroy();
      },
    };
  } catch (error) {
    agents.destroy();
    throw error;
  }
}

function sender(config: VaultConfig, agents: Agents): Send {
  return ({ method, path, query = '', token, namespace, body, signal }) =>
    send(agents, {
      method,
      url: urlOf(config.server, path, query),
      headers: {
        ...Object.fromEntries<string>(config.headers),
        'X-Vault-Request': 'true',
        ...(token === undefined ? {} : { 'X-Vault-Token': token }),
        ...(namespace === '' ? {} : { 'X-Vault-Namespace': namespace }),
      },
      ...(body === undefined ? {} : { body }),
      signal,
    });
}

type LoginContext = Pick<OpenContext, 'call'> & {
  readonly config: VaultConfig;
  readonly exchange: Send;
};

function loggedIn(
  { path, body }: Extract<LoginRequest, { readonly path: string }>,
  { config, call, exchange }: LoginContext,
): Promise<string> {
  return call(`auth/${path}`, async (signal) =>
    clientToken(
      await exchange({
        method: 'PUT',
        path: `auth/${path}`,
        namespace: config.loginNamespace,
        body: JSON.stringify(body),
        signal,
      }),
    ),
  );
}

/** A token that was made for this run is of no more use. Who cannot revoke it lets it expire. */
async function revoke(exchange: Send, token: string, namespace: string): Promise<void> {
  const signal = AbortSignal.timeout(900);
  const path = 'auth/token/revoke-self';
  await exchange({ method: 'PUT', path, token, namespace, signal }).catch(() => undefined);
}

function urlOf(server: string, path: string, query: string): URL {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const text = `${server}/v1/${encoded}${query}`;
  if (/^https?:\/\//.test(server) && URL.canParse(text)) return new URL(text);
  throw new ProviderError('invalid', 'server is no URL of http or https');
}

async function clientPair(
  { clientPair: pair }: VaultConfig,
  context: OpenContext,
): Promise<{ readonly cert?: string; readonly key?: string }> {
  if (pair === undefined) return {};
  return { cert: await textAt(pair.cert, context), key: await textAt(pair.key, context) };
}

type LoginRequest =
  | { readonly token: string }
  | { readonly path: string; readonly body: Readonly<Record<string, string>> };

async function loginOf(auth: VaultAuth, context: OpenContext): Promise<LoginRequest> {
  switch (auth.kind) {
    case 'token':
      return { token: (await textAt(auth.ref, context)).trim() };
    case 'appRole': {
      const role =
        typeof auth.roleId === 'string' ? auth.roleId : (await textAt(auth.roleId, context)).trim();
      const secret = (await textAt(auth.secretRef, context)).trim();
      return { path: `${auth.path}/login`, body: { role_id: role, secret_id: secret } };
    }
    case 'password':
      return {
        path: `${auth.path}/login/${auth.username}`,
        body: { password: await textAt(auth.secretRef, context) },
      };
    case 'jwt':
      return {
        path: `${auth.path}/login`,
        body: { role: auth.role, jwt: (await jwtOf(auth.token, context)).trim() },
      };
    case 'none':
      return { token: ambientToken(context) };
    default:
      throw new ProviderError('invalid', `the login by ${auth.name} is not supported yet`);
  }
}

async function jwtOf(source: JwtSource, { credentials }: OpenContext): Promise<string> {
  const bytes =
    source.from === 'secret'
      ? await credentials.secretKey(source.ref)
      : await (
          await credentials.serviceAccount(source.ref)
        ).token(source.ref.audiences, source.expirationSeconds);
  return new TextDecoder().decode(bytes.reveal());
}

function ambientToken({ credentials, env }: OpenContext): string {
  const token = credentials.ambient ? (env['VAULT_TOKEN'] ?? '') : '';
  if (token !== '') return token;
  const message = credentials.ambient
    ? 'the store has no auth, and VAULT_TOKEN is not set'
    : "the store has no auth, and the use of the environment's own identity is not allowed";
  throw new ProviderError('credentials', message);
}

async function textAt(ref: SecretKeyRef, { credentials }: OpenContext): Promise<string> {
  return new TextDecoder().decode((await credentials.secretKey(ref)).reveal());
}

function clientToken(answer: HttpAnswer): string {
  const token = answer.status === 200 ? getPath(answer.body, 'auth.client_token') : undefined;
  if (token !== undefined && token.length > 0) return Buffer.from(token).toString();
  const error = refusal(answer);
  // Vault answers a wrong password with 400 and 403: nobody is logged in, so that nothing can be read.
  const code = error.code === 'invalid' || error.code === 'denied' ? 'unauthenticated' : error.code;
  throw new ProviderError(code, `unable to log in: ${error.message}`);
}

/** Nothing is a 404 of Vault's own: no errors in it, or the metadata of a version that was deleted. */
function bodyOf(answer: HttpAnswer): Uint8Array | undefined {
  if (answer.status === 200) return answer.body;
  if (answer.status === 204) return undefined;
  if (answer.status === 404 && decodeObject(answer.body).ok) {
    const errors = getPath(answer.body, 'errors.#');
    if (errors === undefined || Buffer.from(errors).toString() === '0') return undefined;
  }
  throw refusal(answer);
}

/** Vault's own words, on one line. */
function refusal(answer: HttpAnswer): ProviderError {
  const errors = getPath(answer.body, 'errors.0');
  const words =
    errors === undefined
      ? ''
      : `: ${Buffer.from(errors).toString().replaceAll(/\s+/g, ' ').slice(0, 300)}`;
  return answerError(answer, `status ${answer.status}${words}`);
}
