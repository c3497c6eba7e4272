// Owns authentication by NTLM: a request is repeated on one connection until the server knows who asks.
import { setImmediate } from 'node:timers/promises';
import { createAgents, type TlsOptions } from '../../http/agents.ts';
import type { HttpAnswer } from '../../http/answer.ts';
import { send, type HttpRequest } from '../../http/send.ts';
import { authenticateMessage, negotiateMessage } from './messages.ts';

/** `name` as `user`, `DOMAIN\user` or `user@domain`. */
export type NtlmUser = { readonly name: string; readonly password: string };

/**
 * First without credentials; where the server does not ask for NTLM, with Basic. The connection is this exchange's own:
 * NTLM proves the identity of a connection, and no other request may go over it.
 */
export async function authenticate(
  request: HttpRequest,
  user: NtlmUser,
  tls: TlsOptions,
): Promise<HttpAnswer> {
  const agents = createAgents(tls);
  const ask = async (authorization?: string): Promise<HttpAnswer> => {
    const { authorization: _, ...others } = request.headers ?? {};
    const headers = authorization === undefined ? others : { ...others, authorization };
    const answer = await send(agents, { ...request, headers });
    // The connection is free for the next request a turn after its answer has ended.
    await setImmediate();
    return answer;
  };
  try {
    const anonymous = await ask();
    if (anonymous.status !== 401) return anonymous;
    if (challengeOf(anonymous) !== undefined) return await negotiate(anonymous, user, ask);
    const basic = await ask(basicCredentials(user));
    if (basic.status !== 401 || challengeOf(basic) === undefined) return basic;
    return await negotiate(basic, user, ask);
  } finally {
    agents.destroy();
  }
}

async function negotiate(
  asked: HttpAnswer,
  { name, password }: NtlmUser,
  ask: (authorization: string) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const { domain, user, namesTarget } = accountOf(name);
  const { scheme = 'NTLM' } = challengeOf(asked) ?? {};
  const answer = await ask(`${scheme} ${negotiateMessage(domain).toString('base64')}`);
  const challenge = challengeOf(answer);
  if (challenge === undefined || challenge.data === '') return answer;
  const message = authenticateMessage(Buffer.from(challenge.data, 'base64'), {
    user,
    password,
    namesTarget,
  });
  return ask(`${challenge.scheme} ${message.toString('base64')}`);
}

const schemes = [
  { scheme: 'NTLM', form: /(?:^|,\s*)NTLM\b ?([\w+/=]*)/ },
  { scheme: 'Negotiate', form: /(?:^|,\s*)Negotiate\b ?([\w+/=]*)/ },
] as const;

type Offer = { readonly scheme: (typeof schemes)[number]['scheme']; readonly data: string };

/** NTLM, where it is offered, before Negotiate. */
function challengeOf({ headers }: HttpAnswer): Offer | undefined {
  const offered = headers.get('www-authenticate') ?? '';
  for (const { scheme, form } of schemes) {
    const match = form.exec(offered);
    if (match !== null) return { scheme, data: match[1] ?? '' };
  }
  return undefined;
}

function accountOf(name: string): {
  readonly domain: string;
  readonly user: string;
  readonly namesTarget: boolean;
} {
  const slash = name.indexOf('\\');
  if (slash >= 0)
    return { domain: name.slice(0, slash), user: name.slice(slash + 1), namesTarget: true };
  return { domain: '', user: name, namesTarget: !name.includes('@') };
}

function basicCredentials({ name, password }: NtlmUser): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}
