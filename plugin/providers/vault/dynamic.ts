// Owns what a VaultDynamicSecret asks of Vault (ESO 4.2): one request, at a path of any engine.
import { SecretBytes } from '../../secret-bytes.ts';
import type { HttpAnswer } from '../http/answer.ts';
import type { OpenContext, ReadOutcome, RemoteRead, SecretsClient } from '../provider.ts';
import { fieldsIn, secretIn, textIn, type RawObject } from '../vault-api/answers.ts';
import { openStore } from '../vault-api/client.ts';
import type { Session } from '../vault-api/session.ts';
import type { VaultRequest } from '../vault-api/wire.ts';
import { identityOf } from './auth/identity.ts';
import type { VaultConfig } from './config.ts';
import { requestIn, type DynamicRequest } from './dynamic-request.ts';

/** Logs in. Each read is a request; its answer is Vault's own, or `null` where that is empty. Throws ProviderError. */
export function openDynamic(config: VaultConfig, context: OpenContext): Promise<SecretsClient> {
  return openStore(
    config,
    {
      identityOf: (wire) => identityOf(config, wire, context),
      read: (session, ref) => ask(session, ref, context),
      find: async () => ({ outcome: 'not-found' }),
    },
    context,
  );
}

async function ask(
  session: Session,
  { key }: RemoteRead,
  { remember }: Pick<OpenContext, 'remember'>,
): Promise<ReadOutcome> {
  const request = requestIn(key);
  const answer = await session.ask(request.method, sentFor(request), meantBy(request));
  const secret = isEmpty(answer) ? undefined : secretIn(answer, request.path);
  if (secret === undefined) return { outcome: 'value', value: SecretBytes.ofText('null') };
  const token = textIn(fieldsIn(secret.get('auth')), 'client_token');
  remember(token);
  if (token !== '' || hasLease(secret)) session.keepToken();
  return { outcome: 'value', value: new SecretBytes(answer.body) };
}

/** As HashiCorp's client sends it. */
function sentFor({ method, path, parameters, query }: DynamicRequest): VaultRequest {
  switch (method) {
    case 'GET':
      return { method, path, query };
    case 'LIST':
      return { method: 'GET', path, query: { list: 'true' } };
    case 'DELETE':
      return { method, path };
    default:
      return { method: 'PUT', path, body: parameters };
  }
}

/** What is not there to be read is an empty answer; what is not there to be written to, or deleted, is an error. */
function meantBy({ method }: DynamicRequest): (answer: HttpAnswer) => boolean {
  const reads = method === 'GET' || method === 'LIST';
  return ({ status, body }) =>
    status === 200 ||
    status === 204 ||
    (status === 404 && (reads || (fieldsIn(body)?.has('data') ?? false)));
}

function isEmpty({ status, body }: HttpAnswer): boolean {
  return status === 204 || (status === 200 && body.length === 0);
}

/** A lease ends with the token that it was made with. */
function hasLease(secret: RawObject): boolean {
  return textIn(secret, 'lease_id') !== '';
}
