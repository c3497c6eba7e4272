// Tests the generator of Azure through the whole command, under Azure's own names: who asks for what, what the Secret holds, and what is refused.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startCloudFront, type CloudFront } from '../servers/cloud-front.ts';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';
import {
  applications,
  clientSecret,
  serviceAccounts,
  startBackend,
  tenant,
  type AzureBackend,
} from './azurekv-backend.ts';

const { reader, stranger, system } = applications;
const registry = 'shop.azurecr.io';
const evil = 'registry.evil.example';
const username = '00000000-0000-0000-0000-000000000000';

let azure: AzureBackend;
let front: CloudFront;
let folder: string;

beforeAll(async () => {
  azure = await startBackend();
  front = await startCloudFront(azure.proxy.url, ['login.microsoftonline.com', registry]);
  folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
  const secret = join(folder, 'shop', 'azure');
  await mkdir(secret, { recursive: true });
  // As an editor leaves them: the operator does not count the line end.
  await writeFile(join(secret, 'id'), `${reader}\n`);
  await writeFile(join(secret, 'secret'), `${clientSecret}\n`);
  await writeFile(join(secret, 'strangerId'), stranger);
  await writeFile(join(folder, 'ca.pem'), front.ca);
  const subject = 'system:serviceaccount:shop:reader';
  await writeFile(
    join(folder, 'token'),
    serviceAccounts.tokenFor(subject, ['api://AzureADTokenExchange']),
  );
});
beforeEach(() => azure.proxy.reset());
afterAll(async () => {
  await front.stop();
  await azure.stop();
  await rm(folder, { recursive: true });
});

function principal(id = 'id'): string {
  return `tenantId: ${tenant}, auth: {servicePrincipal: {secretRef: {clientId: {name: azure, key: ${id}}, clientSecret: {name: azure, key: secret}}}}`;
}

function generator(spec: string, host = registry): string {
  return `apiVersion: generators.external-secrets.io/v1alpha1
kind: ACRAccessToken
metadata: {name: acr, namespace: shop}
spec: {registry: ${host}, ${spec}}
`;
}

function use(name = 'pull'): string {
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: ${name}, namespace: shop}
spec:
  dataFrom:
    - sourceRef: {generatorRef: {kind: ACRAccessToken, name: acr}}
`;
}

type Env = Readonly<Record<string, string>>;

function render(
  documents: readonly string[],
  args: readonly string[] = ['--allow-generator', 'ACRAccessToken'],
  env: Env = {},
): Promise<Ended> {
  return esoRender('bundle', ['--secrets-directory', folder, ...args, '-'], {
    input: documents.join('---\n'),
    env: {
      HTTPS_PROXY: front.url,
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
      AZURE_POD_IDENTITY_AUTHORITY_HOST: azure.proxy.url,
      AZURE_CLIENT_ID: reader,
      AZURE_TENANT_ID: tenant,
      AZURE_FEDERATED_TOKEN_FILE: join(folder, 'token'),
      ...env,
    },
  });
}

function dataOf({ code, stdout, stderr }: Ended): readonly Readonly<Record<string, string>>[] {
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^warning VOLATILE /) as unknown,
  });
  return secretsIn(stdout).map(({ data }) =>
    Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    ),
  );
}

/** Path and form of what was posted, in order. */
function posted(): readonly (readonly [string, Readonly<Record<string, string>>])[] {
  return azure.proxy
    .requests()
    .filter(({ operation }) => operation.startsWith('POST '))
    .map(({ operation, body }) => [
      operation.slice('POST '.length),
      Object.fromEntries(new URLSearchParams(body)),
    ]);
}

describe('what is given', () => {
  test('a refresh token, exchanged for one of Entra ID for all of Azure', async () => {
    const [data] = dataOf(await render([generator(principal()), use()]));

    expect(data).toEqual({
      username,
      password: expect.stringMatching(new RegExp(`^refresh-\\d+-${reader}$`)) as unknown,
    });
    const [login, exchange, ...rest] = posted();
    expect(login).toEqual([
      `/${tenant}/oauth2/v2.0/token`,
      {
        grant_type: 'client_credentials',
        client_id: reader,
        client_secret: clientSecret,
        scope: 'https://management.azure.com/.default',
      },
    ]);
    expect(exchange).toEqual([
      '/oauth2/exchange',
      {
        grant_type: 'access_token',
        service: registry,
        tenant,
        access_token: expect.stringMatching(/^eyJ/) as unknown,
      },
    ]);
    expect(rest).toEqual([]);
  });

  test('an access token for what the scope says', async () => {
    const scope = 'repository:shop/web:pull,push';
    const [data] = dataOf(await render([generator(`${principal()}, scope: "${scope}"`), use()]));

    expect(data).toEqual({ username, password: `access-${scope}-${reader}` });
    expect(posted().at(-1)).toEqual([
      '/oauth2/token',
      {
        grant_type: 'refresh_token',
        service: registry,
        scope,
        refresh_token: expect.stringMatching(/^refresh-/) as unknown,
      },
    ]);
  });

  const account = `apiVersion: v1
kind: ServiceAccount
metadata:
  name: reader
  namespace: shop
  annotations:
    azure.workload.identity/client-id: ${reader}
    azure.workload.identity/tenant-id: ${tenant}
`;

  test.each([
    { reason: 'the machine', auth: '{managedIdentity: {}}', who: system },
    {
      reason: 'a named identity of it',
      auth: `{managedIdentity: {identityId: ${system}}}`,
      who: system,
    },
    {
      reason: 'the workload identity of this process',
      auth: '{workloadIdentity: {}}',
      who: reader,
    },
    {
      reason: 'a ServiceAccount',
      auth: '{workloadIdentity: {serviceAccountRef: {name: reader}}}',
      who: reader,
    },
    {
      reason: 'the first of two',
      auth: '{managedIdentity: {}, workloadIdentity: {}}',
      who: system,
    },
  ])('to $reason', async ({ auth, who }) => {
    const config = join(folder, 'config.yaml');
    await writeFile(
      config,
      `apiVersion: eso-render.dev/v1alpha1
kind: RenderConfig
metadata: {name: config}
spec:
  generators: {allow: [ACRAccessToken]}
  serviceAccounts: [{name: reader, namespace: shop, tokenFile: ${join(folder, 'token')}}]
`,
    );
    const ended = await render([account, generator(`auth: ${auth}`), use()], ['--config', config]);

    expect(dataOf(ended)).toEqual([
      { username, password: expect.stringContaining(who) as unknown },
    ]);
  });

  test('one token to all that use it, also where a ClusterGenerator holds it', async () => {
    const cluster = `apiVersion: generators.external-secrets.io/v1alpha1
kind: ClusterGenerator
metadata: {name: acr}
spec:
  kind: ACRAccessToken
  generator: {acrAccessTokenSpec: {registry: ${registry}, ${principal()}}}
`;
    const byCluster = use('third').replace('kind: ACRAccessToken', 'kind: ClusterGenerator');
    const ended = await render([
      generator(principal()),
      cluster,
      use('first'),
      use('second'),
      byCluster,
    ]);

    const passwords = dataOf(ended).map(({ password }) => password);
    expect([passwords.length, new Set(passwords).size]).toEqual([3, 1]);
    expect(posted()).toHaveLength(2);
  });
});

describe('what is refused', () => {
  async function refusal(documents: readonly string[], args?: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await render(documents, args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).not.toContain(clientSecret);
    expect(stderr).not.toMatch(/eyJ|refresh-\d/);
    return stderr;
  }

  test('without the permission of the operator nobody is asked', async () => {
    expect(await refusal([generator(principal()), use()], [])).toMatch(/^error GENERATOR_DENIED /);
    expect(posted()).toEqual([]);
  });

  test.each([
    {
      reason: 'an identity that may not pull',
      spec: principal('strangerId'),
      message:
        /^error DENIED .*the token of shop\.azurecr\.io: DENIED: requested access is denied$/m,
    },
    {
      reason: 'a scope that the registry does not take',
      spec: `${principal()}, scope: everything`,
      message: /the token of shop\.azurecr\.io: INVALID: scope$/m,
    },
    {
      reason: 'nobody',
      spec: 'auth: {}',
      message:
        /^error INVALID ACRAccessToken .*auth: must have one of servicePrincipal, managedIdentity, workloadIdentity$/m,
    },
    {
      reason: 'an application without a tenant',
      spec: principal().replace(/^tenantId: \S+, /, ''),
      message: /^error INVALID ACRAccessToken .*tenantId: must be the ID or domain of a tenant$/m,
    },
    {
      reason: 'a cloud without registries',
      spec: `${principal()}, environmentType: AzureStackCloud`,
      message: /environmentType: AzureStackCloud has no registries that tokens are got for$/m,
    },
  ])('$reason', async ({ spec, message }) => {
    expect(await refusal([generator(spec), use()])).toMatch(message);
  });

  test('a registry that is a path to another one', async () => {
    const stderr = await refusal([generator(principal(), `"${registry}/x"`), use()]);

    expect(stderr).toMatch(/registry: must be the host of a registry, such as shop\.azurecr\.io$/m);
  });

  test.each([
    { reason: 'the secrets directory', spec: principal() },
    { reason: 'the machine', spec: 'auth: {managedIdentity: {}}' },
    { reason: 'the process', spec: 'auth: {workloadIdentity: {}}' },
  ])('a token of $reason for a server that only a manifest names', async ({ spec }) => {
    const asked = front.asked().length;
    const stderr = await refusal([generator(spec, evil), use()]);

    expect(stderr).toMatch(/^error CREDENTIALS .*https:\/\/registry\.evil\.example may have them/);
    expect(front.asked().slice(asked)).toEqual([]);
    expect(azure.proxy.requests()).toEqual([]);
  });

  test.each([
    { reason: 'Entra ID', operation: `POST /${tenant}/oauth2/v2.0/token` },
    { reason: 'the registry', operation: 'POST /oauth2/exchange' },
  ])('what $reason never answers', async ({ operation }) => {
    azure.proxy.inject({ operation, answer: { status: 503, body: '' } });

    expect(await refusal([generator(principal()), use()])).toMatch(/^error UNAVAILABLE /);
  });
});
