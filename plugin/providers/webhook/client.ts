// Owns an open webhook: the Secrets of its templates, its requests, and what an endpoint's status means (ESO 3.10).
import { STATUS_CODES } from 'node:http';
import { SecretBytes } from '../../secret-bytes.ts';
import { readCa } from '../ca.ts';
import { createAgents, type Agents, type TlsOptions } from '../http/agents.ts';
import { answerError, type HttpAnswer } from '../http/answer.ts';
import { send } from '../http/send.ts';
import {
  ProviderError,
  type Credentials,
  type ObjectRef,
  type OpenContext,
  type ReadOutcome,
  type RemoteRead,
  type SecretKeyRef,
  type SecretsClient,
} from '../provider.ts';
import type { WebhookConfig } from './config.ts';
import { authenticate, type NtlmUser } from './ntlm/exchange.ts';
import { follow, type Outgoing } from './redirects.ts';
import { fieldRenderer, prepare, type RequestParts } from './request.ts';

type Open = RequestParts & {
  readonly user: NtlmUser | undefined;
  readonly tls: TlsOptions;
  readonly agents: Agents;
  readonly call: OpenContext['call'];
};

/** @throws ProviderError `credentials` */
export async function openWebhook(
  config: WebhookConfig,
  { credentials, call }: OpenContext,
): Promise<SecretsClient> {
  const [render, ca, user, ...secrets] = await Promise.all([
    fieldRenderer(config),
    readCa(config.ca, credentials),
    ntlmUser(config, credentials),
    ...config.secrets.map(
      async ({ name, ref }) => [name, await labelledSecret(ref, credentials)] as const,
    ),
  ]);
  const tls = ca === undefined ? {} : { ca };
  const agents = createAgents(tls);
  const open: Open = { config, secrets, render, user, tls, agents, call };
  return {
    read: (refs) => readAll(open, refs),
    find: async () => ({
      outcome: 'error',
      error: new ProviderError('invalid', 'a webhook has no find: name each secret'),
    }),
    close: async () => agents.destroy(),
  };
}

const label = 'external-secrets.io/type';

/** Only what was made for it goes to an endpoint. A mounted directory knows no labels, and who mounts it decides. */
async function labelledSecret(
  ref: ObjectRef,
  credentials: Credentials,
): Promise<ReadonlyMap<string, SecretBytes>> {
  const { labels, data } = await credentials.secret(ref);
  if (labels === undefined || labels[label] === 'webhook') return data;
  throw new ProviderError(
    'credentials',
    `Secret "${ref.namespace}/${ref.name}" does not have the label ${label}: webhook, without which a webhook may not use it`,
  );
}

async function ntlmUser(
  { ntlm }: WebhookConfig,
  credentials: Credentials,
): Promise<NtlmUser | undefined> {
  if (ntlm === undefined) return undefined;
  const text = async (ref: SecretKeyRef): Promise<string> => {
    const value = (await labelledSecret(ref, credentials)).get(ref.key);
    if (value !== undefined) return Buffer.from(value.reveal()).toString();
    throw new ProviderError(
      'credentials',
      `cannot find secret data for key "${ref.key}" in Secret "${ref.namespace}/${ref.name}"`,
    );
  };
  const [name, password] = await Promise.all([text(ntlm.user), text(ntlm.password)]);
  return { name, password };
}

/** Reads that come to the same request share its answer. */
async function readAll(open: Open, refs: readonly RemoteRead[]): Promise<readonly ReadOutcome[]> {
  const answers = new Map<string, Promise<SecretBytes | undefined>>();
  const ask = (outgoing: Outgoing): Promise<SecretBytes | undefined> => {
    const key = requestKey(outgoing);
    const answer = answers.get(key) ?? exchange(open, outgoing);
    answers.set(key, answer);
    return answer;
  };
  return Promise.all(refs.map((ref) => readOne(open, ref, ask)));
}

async function readOne(
  open: Open,
  ref: RemoteRead,
  ask: (outgoing: Outgoing) => Promise<SecretBytes | undefined>,
): Promise<ReadOutcome> {
  try {
    const { outgoing, jsonPath } = prepare(open, ref);
    const value = await ask(outgoing);
    if (value === undefined) return { outcome: 'not-found' };
    const part = jsonPath === '' ? {} : { part: SecretBytes.ofText(jsonPath) };
    return { outcome: 'value', value, ...part };
  } catch (error) {
    if (error instanceof ProviderError) return { outcome: 'error', error };
    throw error;
  }
}

function requestKey({ method, url, headers, body }: Outgoing): string {
  const bytes = body === undefined ? '' : Buffer.from(body.bytes).toString('latin1');
  return JSON.stringify([method, url.href, headers, bytes]);
}

/** The body of the answer; undefined where there is no such secret. */
function exchange(open: Open, outgoing: Outgoing): Promise<SecretBytes | undefined> {
  const { config, call } = open;
  return call(config.method, (signal) =>
    within(config.timeoutMs, signal, async (limited) => {
      const answer = await follow(outgoing, (request, isAtHome) =>
        sendOne(open, { request, isAtHome, signal: limited }),
      );
      return valueOf(answer);
    }),
  );
}

/** An own timeout is not the deadline's: another attempt may fare better. */
async function within<T>(
  timeoutMs: number | undefined,
  signal: AbortSignal,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (timeoutMs === undefined) return task(signal);
  const timeout = AbortSignal.timeout(Math.min(Math.ceil(timeoutMs), 2 ** 31 - 1));
  try {
    return await task(AbortSignal.any([signal, timeout]));
  } catch (error) {
    if (!timeout.aborted || signal.aborted) throw error;
    const message = `the endpoint did not answer within ${timeoutMs / 1000} s, its timeout`;
    throw new ProviderError('unavailable', message, { cause: error });
  }
}

type Sending = {
  readonly request: Outgoing;
  readonly isAtHome: boolean;
  readonly signal: AbortSignal;
};

function sendOne(
  { user, tls, agents }: Open,
  { request, isAtHome, signal }: Sending,
): Promise<HttpAnswer> {
  const { method, url, body } = request;
  const headers = Object.fromEntries(request.headers.map(({ name, value }) => [name, value]));
  const whole = {
    method,
    url,
    headers,
    signal,
    ...(body === undefined ? {} : { body: body.bytes }),
  };
  if (user === undefined || !isAtHome) return send(agents, whole);
  return authenticate(whole, user, tls);
}

function valueOf(answer: HttpAnswer): SecretBytes | undefined {
  const { status, body } = answer;
  if (status >= 200 && status < 300) return new SecretBytes(body);
  if (status === 404) return undefined;
  throw answerError(
    answer,
    `endpoint gave error ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd(),
  );
}
