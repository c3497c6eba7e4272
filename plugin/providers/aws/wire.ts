// Owns how a request gets to AWS: region, endpoint, connections, and the errors on the way.
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createAgents } from '../http/agents.ts';
import { userAgent } from '../http/user-agent.ts';
import { ProviderError, type OpenContext } from '../provider.ts';
import type { AwsConfig } from './config.ts';
import { toProviderError } from './errors.ts';

/** What a client of the SDK is made with, apart from credentials. */
export type ClientConfig<Handler> = {
  readonly region: string;
  readonly maxAttempts: number;
  readonly customUserAgent: string;
  readonly requestHandler: Handler;
} & Partial<OwnEndpoint>;

/** It is used as it is: the SDK would refuse to make a FIPS or a dual-stack endpoint of it. */
type OwnEndpoint = {
  readonly endpoint: string;
  readonly useFipsEndpoint: false;
  readonly useDualstackEndpoint: false;
};

type RequestHandler = Pick<
  NodeHttpHandler,
  'metadata' | 'handle' | 'httpHandlerConfigs' | 'updateHttpClientConfig'
>;

export type Wire = {
  readonly service: ClientConfig<NodeHttpHandler>;
  /** For the STS client within a credential provider, which takes no signal itself: its requests carry it. */
  readonly sts: (signal: AbortSignal) => ClientConfig<RequestHandler>;
  /** For whatever client the SDK's default chain makes, of STS or of another service. */
  readonly chain: (
    signal: AbortSignal,
  ) => Omit<ClientConfig<RequestHandler>, 'region' | keyof OwnEndpoint>;
  /** One request, by the API's name of the operation. Throws {@link ProviderError}. */
  readonly send: <T>(request: AwsRequest<T>) => Promise<T>;
  readonly destroy: () => void;
};

type AwsRequest<T> = {
  readonly operation: string;
  /** Stands before the message of an error: what was tried, where AWS does not say it. */
  readonly attempt?: string;
  readonly send: (signal: AbortSignal) => Promise<T>;
};

/** ESO's variables. Where they are absent the SDK's own (`AWS_ENDPOINT_URL…`) decide. */
const endpointVariables: ReadonlyMap<string, string> = new Map([
  ['SecretsManager', 'AWS_SECRETSMANAGER_ENDPOINT'],
  ['ParameterStore', 'AWS_SSM_ENDPOINT'],
  ['CertificateManager', 'AWS_ACM_ENDPOINT'],
  ['STS', 'AWS_STS_ENDPOINT'],
  ['ECR', 'AWS_ECR_ENDPOINT'],
  ['ECRPublic', 'AWS_ECR_PUBLIC_ENDPOINT'],
]);

/** Throws {@link ProviderError} `invalid` for an endpoint that is none. */
export function createWire({ service, region }: AwsConfig, { env, call }: OpenContext): Wire {
  const endpoint = endpointOf(service, env);
  const stsEndpoint = endpointOf('STS', env);
  const agents = createAgents();
  const requestHandler = new NodeHttpHandler({ httpAgent: agents.http, httpsAgent: agents.https });
  // Requests are bounded, timed and retried by `call`.
  const shared = { maxAttempts: 1, customUserAgent: userAgent };
  const chain: Wire['chain'] = (signal) => ({
    ...shared,
    requestHandler: signalled(requestHandler, signal),
  });
  return {
    service: { ...shared, region, ...endpoint, requestHandler },
    sts: (signal) => ({ ...chain(signal), region, ...stsEndpoint }),
    chain,
    send: ({ operation, attempt, send }) =>
      call(operation, async (signal) => {
        try {
          return await send(signal);
        } catch (error) {
          throw toProviderError(error, { region, attempt });
        }
      }),
    destroy: () => requestHandler.destroy(),
  };
}

function endpointOf(service: string, env: OpenContext['env']): Partial<OwnEndpoint> {
  const variable = endpointVariables.get(service) ?? '';
  const endpoint = env[variable] ?? '';
  if (endpoint === '') return {};
  if (/^https?:\/\//.test(endpoint) && URL.canParse(endpoint))
    return { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false };
  throw new ProviderError('invalid', `${variable} is not an http or https URL`);
}

function signalled(handler: NodeHttpHandler, abortSignal: AbortSignal): RequestHandler {
  return {
    metadata: handler.metadata,
    handle: (request, options) => handler.handle(request, { ...options, abortSignal }),
    httpHandlerConfigs: () => handler.httpHandlerConfigs(),
    updateHttpClientConfig: (key, value) => handler.updateHttpClientConfig(key, value),
  };
}
