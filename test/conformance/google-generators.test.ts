// Tests GCRAccessToken through the whole command: whose token it is, that Google takes it, and what is refused.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';
import {
  callsOf,
  cluster,
  serviceAccounts,
  impersonated,
  keyFile,
  machine,
  pool,
  reader,
  startBackend,
  type GoogleBackend,
} from './gcpsm-backend.ts';

type Spec = Readonly<Record<string, unknown>>;

let google: GoogleBackend;
let folder: string;

beforeAll(async () => {
  google = await startBackend();
  google.put([{ id: 'db', versions: ['value'] }]);
  folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
  await mkdir(join(folder, 'shop/gcp'), { recursive: true });
  await writeFile(join(folder, 'shop/gcp/key.json'), JSON.stringify(keyFile));
  await writeFile(
    join(folder, 'shop/gcp/other.json'),
    JSON.stringify({ ...keyFile, client_email: 'canary@x' }),
  );
  const subject = 'system:serviceaccount:shop:impersonating';
  await writeFile(
    join(folder, 'token'),
    serviceAccounts.tokenFor(subject, [cluster.pool, pool.tokenAudience]),
  );
});
beforeEach(() => google.proxy.reset());
afterAll(async () => {
  await google.stop();
  await rm(folder, { recursive: true });
});

function render(
  auth: Spec,
  args: readonly string[] = ['--allow-generator', 'GCRAccessToken'],
  names: readonly string[] = ['es'],
): Promise<Ended> {
  const generator = {
    apiVersion: 'generators.external-secrets.io/v1alpha1',
    kind: 'GCRAccessToken',
    metadata: { name: 'g', namespace: 'shop' },
    spec: { projectID: 'shop', auth },
  };
  const ref = { sourceRef: { generatorRef: { kind: 'GCRAccessToken', name: 'g' } } };
  const documents = names.map((name) => ({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace: 'shop' },
    spec: { dataFrom: [ref] },
  }));
  const account = {
    namespace: 'shop',
    name: 'impersonating',
    tokenFile: join(folder, 'token'),
    annotations: { 'iam.gke.io/gcp-service-account': impersonated },
  };
  const config = {
    apiVersion: 'eso-render.dev/v1alpha1',
    kind: 'RenderConfig',
    spec: { secretsDirectory: folder, serviceAccounts: [account] },
  };
  return writeFile(join(folder, 'config.yaml'), stringify(config)).then(() =>
    esoRender('bundle', ['--config', join(folder, 'config.yaml'), ...args, '-'], {
      input: [generator, ...documents].map((document) => stringify(document)).join('---\n'),
      env: Object.fromEntries(
        Object.entries(google.env).map(([name, value]) => [name, value ?? '']),
      ),
    }),
  );
}

function dataOf({ stdout }: Ended): readonly Readonly<Record<string, string>>[] {
  return secretsIn(stdout).map(({ data }) =>
    Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    ),
  );
}

/** Whom Google takes the sender of a request with the token for. */
async function principalOf(token: string): Promise<string | undefined> {
  const url = `${google.proxy.url}/v1/projects/shop/secrets/db/versions/latest:access`;
  const { status } = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return status === 200 ? google.askedBy().at(-1) : undefined;
}

const keyAuth = { secretRef: { secretAccessKeySecretRef: { name: 'gcp', key: 'key.json' } } };

describe('a token of', () => {
  test.each<{
    reason: string;
    auth: Spec;
    principal: string;
    calls: Readonly<Record<string, number>>;
  }>([
    {
      reason: 'a service account by its key, which is exchanged: a registry takes no JWT',
      auth: keyAuth,
      principal: reader,
      calls: { RefreshToken: 1 },
    },
    {
      reason: 'a ServiceAccount of GKE, whose cluster is in the project',
      auth: {
        workloadIdentity: {
          serviceAccountRef: { name: 'impersonating', namespace: 'elsewhere' },
          clusterLocation: cluster.location,
          clusterName: cluster.name,
        },
      },
      principal: impersonated,
      calls: { IdentityBindingToken: 1, GenerateAccessToken: 1 },
    },
    {
      reason: 'a foreign identity',
      auth: {
        workloadIdentityFederation: {
          serviceAccountRef: { name: 'impersonating', audiences: [pool.tokenAudience] },
          audience: pool.audience,
        },
      },
      principal: impersonated,
      calls: { ExchangeToken: 1, GenerateAccessToken: 1 },
    },
    { reason: 'this machine', auth: {}, principal: machine, calls: { Metadata: 1 } },
  ])('$reason', async ({ auth, principal, calls }) => {
    const ended = await render(auth);
    const [data = {}] = dataOf(ended);
    const { username, password = '', expiry, ...rest } = data;

    expect(ended.stderr).toMatch(/^warning VOLATILE .*GCRAccessToken "g" is another one in every/);
    expect({ username, rest }).toEqual({ username: 'oauth2accesstoken', rest: {} });
    expect(Math.abs(Number(expiry) - Date.now() / 1000 - 3600)).toBeLessThan(300);
    expect(callsOf(google.proxy)).toEqual(calls);
    expect(await principalOf(password)).toBe(principal);
  });

  test('one identity is got once, for all that use it', async () => {
    const ended = await render(keyAuth, ['--allow-generator', 'GCRAccessToken'], ['a', 'b', 'c']);

    expect(new Set(dataOf(ended).map(({ password }) => password)).size).toBe(1);
    expect(callsOf(google.proxy)).toEqual({ RefreshToken: 1 });
  });
});

describe('refused', () => {
  test.each<{ reason: string; auth: Spec; args?: readonly string[]; message: RegExp }>([
    {
      reason: 'a kind that nobody allowed',
      auth: {},
      args: [],
      message: /^error GENERATOR_DENIED .*--allow-generator GCRAccessToken/,
    },
    {
      reason: 'the identity of this machine, which is not to be used',
      auth: {},
      args: ['--allow-generator', 'GCRAccessToken', '--no-ambient-credentials'],
      message: /^error CREDENTIALS .*not allowed/,
    },
    {
      reason: 'a ServiceAccount of GKE without its cluster, which only a store may leave open',
      auth: { workloadIdentity: { serviceAccountRef: { name: 'impersonating' } } },
      message:
        /^error SCHEMA GCRAccessToken shop\/g .*workloadIdentity\.clusterLocation: is missing.*\n.*workloadIdentity\.clusterName: is missing/,
    },
    {
      reason: 'a key of another service account, which Google does not know',
      auth: { secretRef: { secretAccessKeySecretRef: { name: 'gcp', key: 'other.json' } } },
      message: /^error DENIED .*the key of canary@x: .*invalid_grant/,
    },
  ])('$reason', async ({ auth, args, message }) => {
    const ended = await render(auth, args);

    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(message);
  });
});
