// Makes the backends of the AWS tests: moto, and a proxy in front of it that counts and breaks.
import { createHash } from 'node:crypto';
import { provider } from '../../plugin/providers/aws/index.ts';
import type {
  Connection,
  Credentials,
  OpenContext,
  StoreScope,
} from '../../plugin/providers/provider.ts';
import { seedAws, type AwsSeed } from '../servers/aws-seed.ts';
import { startFaultProxy, type FaultAnswer, type FaultProxy } from '../servers/fault-proxy.ts';
import { startMoto } from '../servers/moto.ts';
import { credentialsOf } from '../support/open-context.ts';
import type { Backend, Stored, Wire } from './provider.ts';
import { secretManifest, storeManifest } from './store-input.ts';

export type AwsService = 'SecretsManager' | 'ParameterStore';

export type AwsBackend = {
  readonly proxy: FaultProxy;
  readonly env: OpenContext['env'];
  readonly credentials: Credentials;
  readonly seed: (seeds: readonly AwsSeed[]) => Promise<void>;
  readonly stop: () => Promise<void>;
};

const region = 'eu-west-1';

/** The `auth` of a store with static credentials that `credentials` of the backend knows. */
const secretRefAuth = {
  secretRef: {
    accessKeyIDSecretRef: { name: 'aws', key: 'id' },
    secretAccessKeySecretRef: { name: 'aws', key: 'key' },
  },
};

export const staticCredentials: Credentials = credentialsOf({
  secrets: { 'shop/aws/id': 'AKIAEXAMPLE', 'shop/aws/key': 'secret' },
});

export const denied: FaultAnswer = {
  status: 400,
  body: { __type: 'AccessDeniedException', Message: 'User: me is not authorized' },
};

export async function startAws(): Promise<AwsBackend> {
  const moto = await startMoto();
  const proxy = await startFaultProxy(moto.url);
  return {
    proxy,
    env: endpoints(proxy.url),
    credentials: staticCredentials,
    seed: (seeds) => seedAws({ url: moto.url, region }, seeds),
    stop: async () => {
      await proxy.stop();
      await moto.stop();
    },
  };
}

export function endpoints(url: string): Readonly<Record<string, string>> {
  return { AWS_SECRETSMANAGER_ENDPOINT: url, AWS_SSM_ENDPOINT: url, AWS_STS_ENDPOINT: url };
}

/** A store with static credentials, and whatever else its spec has. */
export function connectAws(
  service: AwsService,
  spec: Readonly<Record<string, unknown>> = {},
  scope: StoreScope = { kind: 'SecretStore', name: 'aws', namespace: 'shop' },
): Connection {
  return provider.connect({ service, region, auth: secretRefAuth, ...spec }, scope);
}

/** For the suite that all providers run. */
export async function startProvider(
  service: AwsService,
  {
    seedOf,
    versionsOf,
  }: { readonly seedOf: (secret: Stored) => AwsSeed; readonly versionsOf: Backend['versionsOf'] },
): Promise<Backend> {
  const { proxy, env, credentials, seed, stop } = await startAws();
  return {
    provider,
    env,
    credentials,
    versionsOf,
    put: (secrets) => seed(secrets.map(seedOf)),
    connect: () => connectAws(service),
    wire: wireOf(proxy, service),
    stop,
  };
}

function wireOf(proxy: FaultProxy, service: AwsService): Wire {
  return {
    proxy,
    denied,
    throttled: { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } },
    envAt: endpoints,
    storeAt: (url) => ({
      documents: [
        secretManifest('aws', { id: 'AKIAEXAMPLE', key: 'secret' }),
        storeManifest({ aws: { service, region, auth: secretRefAuth } }),
      ],
      env: endpoints(url),
    }),
  };
}

/** A UUID that is made of a key and an index, so that a test knows it. */
export function versionID(key: string, index: number): string {
  const hex = createHash('sha256').update(`${key} ${index}`).digest('hex');
  return [0, 8, 12, 16, 20, 32]
    .map((at, part, all) => hex.slice(all[part - 1] ?? 0, at))
    .slice(1)
    .join('-');
}
