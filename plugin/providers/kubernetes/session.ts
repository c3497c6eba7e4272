// Owns one session with an API server: requests that carry its identity, and what is answered to them.
import { isPathSegment, apiPath, resourceName, statusIn } from '../../k8s/api.ts';
import type { ApiPath, ApiResource } from '../../k8s/api.ts';
import { isRecord } from '../../k8s/object.ts';
import { createAgents, type Agents, type TlsOptions } from '../http/agents.ts';
import { answerError, type HttpAnswer } from '../http/answer.ts';
import { send } from '../http/send.ts';
import { ProviderError, type OpenContext } from '../provider.ts';

type Json = Readonly<Record<string, unknown>>;

/** Which server, and as whom. */
export type Identity = {
  /** With the path that stands in front of the API's own; without a slash at its end. */
  readonly server: string;
  readonly tls: TlsOptions;
  /** The value of the header; absent where the certificate says who asks, or nobody. */
  readonly authorization?: string;
  /** Another value in the place of one that is refused; absent where there is no other. */
  readonly renew?: () => Promise<string>;
};

type ApiRequest = ApiPath & {
  /** For messages: `GetSecret`. */
  readonly call: string;
  readonly verb: 'get' | 'list' | 'create';
  readonly resource: ApiResource;
  /** Of the object that is to be answered. */
  readonly kind: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
};

/** `unserved`: the server has no such resource, as where a CRD is not installed. */
type ApiAnswer =
  | { readonly outcome: 'object'; readonly object: Json }
  | { readonly outcome: 'absent' | 'unserved' };

export type Session = {
  /** Throws {@link ProviderError}. */
  readonly ask: (request: ApiRequest) => Promise<ApiAnswer>;
  readonly close: () => void;
};

export function createSession(identity: Identity, call: OpenContext['call']): Session {
  const agents = createAgents(identity.tls);
  const authorized = authorizer(identity);
  return {
    ask: async (request) => {
      checkSegments(request);
      return call(request.call, async (signal) => {
        const answer = await authorized((authorization) =>
          sendRequest(agents, request, { server: identity.server, authorization, signal }),
        );
        return readAnswer(answer, request);
      });
    },
    close: agents.destroy,
  };
}

/** Sends with the identity, and once more with a new one where the server knows that one no longer: renewed once for all. */
function authorizer(
  identity: Identity,
): (sending: (authorization: string | undefined) => Promise<HttpAnswer>) => Promise<HttpAnswer> {
  const { renew } = identity;
  let current = identity.authorization;
  let renewal: Promise<string> | undefined;
  return async (sending) => {
    const used = current;
    const answer = await sending(used);
    if (answer.status !== 401 || renew === undefined) return answer;
    if (current === used) {
      renewal ??= renew().finally(() => {
        renewal = undefined;
      });
      current = await renewal;
    }
    return sending(current);
  };
}

function checkSegments({ namespace, name }: ApiRequest): void {
  const wrong = [namespace, name].find((part) => part !== undefined && !isPathSegment(part));
  if (wrong === undefined) return;
  throw new ProviderError('invalid', `"${wrong}" is no name that an object can have`);
}

function sendRequest(
  agents: Agents,
  { verb, resource, query, body, ...path }: ApiRequest,
  {
    server,
    authorization,
    signal,
  }: {
    readonly server: string;
    readonly authorization: string | undefined;
    readonly signal: AbortSignal;
  },
): Promise<HttpAnswer> {
  const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
  return send(agents, {
    method: verb === 'create' ? 'POST' : 'GET',
    url: new URL(`${server}${apiPath(resource, path)}${search}`),
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(authorization === undefined ? {} : { authorization }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal,
  });
}

function readAnswer(answer: HttpAnswer, request: ApiRequest): ApiAnswer {
  const json = jsonOf(answer);
  if (answer.status === 200 || answer.status === 201) {
    if (isRecord(json) && json['kind'] === request.kind) return { outcome: 'object', object: json };
    const attempt = attemptOf(request);
    if (json !== undefined) {
      throw new ProviderError('failed', `${attempt}: the answer is no ${request.kind}`);
    }
    // One that was cut short on its way comes with 200 too: another attempt may fare better.
    const message = `${attempt}: HTTP ${answer.status} with an answer that is not to be understood`;
    throw new ProviderError('unavailable', message);
  }
  const status = statusIn(json);
  if (answer.status === 404 && status?.reason === 'NotFound') {
    // For a resource that it does not serve, a server that is no kube-apiserver answers like that too.
    return { outcome: status.message.startsWith('the server could not') ? 'unserved' : 'absent' };
  }
  if (answer.status === 404 && isPageNotFound(answer)) return { outcome: 'unserved' };
  throw answerError(answer, `${attemptOf(request)}: ${saidOf(answer, status)}`);
}

/** `cannot list secrets in namespace "shop"`. */
function attemptOf({ verb, resource, namespace, name, subresource }: ApiRequest): string {
  const what = resourceName(resource) + (subresource === undefined ? '' : `/${subresource}`);
  const which = name === undefined ? '' : ` "${name}"`;
  const where = namespace === undefined ? '' : ` in namespace "${namespace}"`;
  return `cannot ${verb} ${what}${which}${where}`;
}

const longestMessage = 500;
/** A JWT, that a server or a proxy may repeat when it refuses it. */
const tokens = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** What the API says itself; the body of anything else is not shown. */
function saidOf({ status }: HttpAnswer, said: ReturnType<typeof statusIn>): string {
  if (said === undefined) return `HTTP ${status}, and not in the form of the Kubernetes API`;
  const text = said.message || said.reason || `HTTP ${status}`;
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(tokens, '(a token)')
    .slice(0, longestMessage);
}

/** The API server's plain words for a path that it does not serve. */
function isPageNotFound({ body }: HttpAnswer): boolean {
  return new TextDecoder().decode(body.subarray(0, 64)).trim() === '404 page not found';
}

/** Undefined where the body is no JSON. A parser's own words would quote it. */
function jsonOf({ body }: HttpAnswer): unknown {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(body));
    return json;
  } catch {
    return undefined;
  }
}
