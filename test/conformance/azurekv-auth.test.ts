// Tests as whom Azure is asked: which tokens are got where, what is checked in them, and what is refused before anything leaves.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ProviderError } from '../../plugin/providers/provider.ts';
import {
  type Credentials,
  type OpenContext,
  type StoreScope,
} from '../../plugin/providers/provider.ts';
import { createAuthority } from '../support/certificates.ts';
import { credentialsOf } from '../support/open-context.ts';
import {
  applications,
  callsOf,
  clientSecret,
  serviceAccounts,
  connectAzure,
  directoryOf,
  identityHeader,
  secretAuth,
  secretCredentials,
  serviceFault,
  startBackend,
  tenant,
  twoIdentities,
  type AzureBackend,
} from './azurekv-backend.ts';
import { readAs, refusalOf } from './asking.ts';
import { refOf, withClient } from './provider.ts';

type Spec = Readonly<Record<string, unknown>>;

const { reader, stranger, system, assigned } = applications;
const namespaced: StoreScope = { kind: 'SecretStore', name: 'azure', namespace: 'shop' };
const clusterWide: StoreScope = { kind: 'ClusterSecretStore', name: 'azure', namespace: 'shop' };
const clientAnnotation = 'azure.workload.identity/client-id';
const tenantAnnotation = 'azure.workload.identity/tenant-id';
const annotated = { [clientAnnotation]: reader, [tenantAnnotation]: tenant };
const exchange = 'api://AzureADTokenExchange';

let azure: AzureBackend;
let folder: string;
/** PEM: the reader's certificate and its key, and those of nobody. */
let pair: string;
let strangerPair: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
  const authority = await createAuthority('entra');
  const [own, other] = await Promise.all(
    ['reader', 'other'].map((name) => authority.issue('client', name)),
  );
  pair = `${own?.key}${authority.ca}${own?.cert}`;
  strangerPair = `${other?.cert}${other?.key}`;
  await authority.remove();
  azure = await startBackend({ directory: directoryOf(own?.cert) });
  azure.put({ secrets: [{ name: 'db', versions: ['value'] }] });
});
beforeEach(() => azure.proxy.reset());
afterAll(async () => {
  await azure.stop();
  await rm(folder, { recursive: true });
});

type Use = {
  readonly spec?: Spec;
  readonly scope?: StoreScope;
  readonly credentials?: Credentials;
  readonly env?: OpenContext['env'];
  readonly backend?: AzureBackend;
};

/** Reads a secret, and answers who asked for it. */
async function asker({
  spec = {},
  scope = namespaced,
  credentials = secretCredentials,
  env = {},
  backend = azure,
}: Use): Promise<string | undefined> {
  const vaultUrl = backend.proxy.url;
  const connect = () => connectAzure({ ...secretAuth, vaultUrl, ...spec }, scope);
  await readAs({ connect, credentials, env: { ...backend.env, ...env } });
  return backend.askedBy().at(-1);
}

const refusal = (use: Use): Promise<ProviderError> => refusalOf(asker(use));

/** The form that was sent to Entra ID, and the headers of that request. */
function sentToEntra(): {
  readonly form: Readonly<Record<string, string>>;
  readonly headers: Spec;
} {
  const request = azure.proxy.requests().find(({ operation }) => operation.startsWith('POST'));
  if (request === undefined) throw new Error('nothing was sent to Entra ID');
  return {
    form: Object.fromEntries(new URLSearchParams(request.body)),
    headers: request.headers,
  };
}

function partsOf(jwt: string): readonly Spec[] {
  return jwt
    .split('.', 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Spec);
}

describe('an application and its secret', () => {
  test('one request for a token for the vault, and one with it', async () => {
    expect(await asker({})).toBe(reader);
    expect(callsOf(azure.proxy)).toEqual({ Token: 1, GetSecret: 1 });
    const { form, headers } = sentToEntra();
    expect(form).toEqual({
      grant_type: 'client_credentials',
      client_id: reader,
      client_secret: clientSecret,
      scope: 'https://vault.azure.net/.default',
    });
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(headers['user-agent']).toMatch(/^eso-render\//);
  });

  test.each([
    { reason: 'a SecretStore looks into its own namespace only', scope: namespaced, place: 'shop' },
    { reason: 'a ClusterSecretStore where the reference says', scope: clusterWide, place: 'infra' },
  ])('$reason', async ({ scope, place }) => {
    const ref = (key: string): Spec => ({ name: 'sp', key, namespace: 'infra' });
    const authSecretRef = { clientId: ref('id'), clientSecret: ref('secret') };
    const secrets = { [`${place}/sp/id`]: reader, [`${place}/sp/secret`]: clientSecret };

    expect(
      await asker({ spec: { authSecretRef }, scope, credentials: credentialsOf({ secrets }) }),
    ).toBe(reader);
  });

  const withSecrets = (id: string, secret: string): Credentials =>
    credentialsOf({ secrets: { 'shop/azure/clientId': id, 'shop/azure/clientSecret': secret } });

  test.each<{ reason: string; use: Use; code: string; message: RegExp }>([
    {
      reason: 'another secret',
      use: { credentials: withSecrets(reader, 'wrong') },
      code: 'unauthenticated',
      message: /invalid_client: AADSTS7000215: Invalid client secret provided\.$/,
    },
    {
      reason: 'an application that nobody knows',
      use: { credentials: withSecrets('cccccccc-0000-0000-0000-000000000001', clientSecret) },
      code: 'unauthenticated',
      message: /unauthorized_client: AADSTS700016/,
    },
    {
      reason: 'an ID with a line end, as echo writes it into a file',
      use: { credentials: withSecrets(`${reader}\n`, clientSecret) },
      code: 'credentials',
      message: /^the client ID holds what no ID can hold, maybe a line end$/,
    },
    {
      reason: 'an ID that is empty',
      use: { credentials: withSecrets('', clientSecret) },
      code: 'credentials',
      message: /^the client ID is empty$/,
    },
    {
      reason: 'a tenant that nobody knows',
      use: { spec: { tenantId: 'fabrikam.example' } },
      code: 'unauthenticated',
      message: /invalid_request: AADSTS90002: Tenant 'fabrikam\.example' not found\.$/,
    },
    {
      reason: 'a token for another cloud',
      use: { spec: { environmentType: 'ChinaCloud' } },
      code: 'unauthenticated',
      message:
        /AKV10022: Invalid audience\. Expected https:\/\/vault\.azure\.net, found: https:\/\/vault\.azure\.cn\.$/,
    },
    {
      reason: 'an application that may read nothing',
      use: { credentials: withSecrets(stranger, clientSecret) },
      code: 'denied',
      message: /Forbidden: .* does not have secrets get permission on key vault\.$/,
    },
    {
      reason: 'a Secret that is not there',
      use: { credentials: credentialsOf({}) },
      code: 'credentials',
      message: /shop\/azure\/clientId does not exist/,
    },
  ])('refused: $reason', async ({ code, message, use }) => {
    const error = await refusal(use);

    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain(clientSecret);
  });

  test('a token that ends under way is renewed once, for all that carried it', async () => {
    const connect = () => connectAzure({ ...secretAuth, vaultUrl: azure.proxy.url });
    const refs = Array.from({ length: 20 }, (_, index) => refOf({ key: `none-${index}` }));
    const outcomes = await withClient(
      { connect, credentials: secretCredentials, env: azure.env },
      async (client) => {
        azure.revokeAll();
        return client.read(refs);
      },
    );

    expect(outcomes.every(({ outcome }) => outcome === 'not-found')).toBe(true);
    expect(callsOf(azure.proxy)['Token']).toBe(2);
  });

  test('one that is refused again is not asked for again', async () => {
    azure.proxy.inject({
      operation: 'GET /secrets/db?api-version=7.4',
      answer: serviceFault(401, 'Unauthorized', 'AKV10032: Invalid issuer.'),
    });
    const error = await refusal({});

    expect(error).toMatchObject({
      code: 'unauthenticated',
      message: 'Unauthorized: AKV10032: Invalid issuer.',
    });
    expect(callsOf(azure.proxy)).toEqual({ Token: 2, GetSecret: 2 });
  });
});

describe('an application and its certificate', () => {
  const spec: Spec = {
    authSecretRef: {
      clientId: { name: 'azure', key: 'clientId' },
      clientCertificate: { name: 'azure', key: 'pem' },
    },
  };
  const withPem = (pem: string): Credentials =>
    credentialsOf({ secrets: { 'shop/azure/clientId': reader, 'shop/azure/pem': pem } });

  test('its key signs a JWT for that endpoint alone, with the certificate that belongs to it', async () => {
    expect(await asker({ spec, credentials: withPem(pair) })).toBe(reader);
    const { client_assertion = '', ...form } = sentToEntra().form;
    expect(form).toEqual({
      grant_type: 'client_credentials',
      client_id: reader,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      scope: 'https://vault.azure.net/.default',
    });
    const [header, claims] = partsOf(client_assertion);
    expect(Object.keys(header ?? {})).toEqual(['alg', 'typ', 'x5t#S256', 'x5c']);
    const { nbf, exp, jti, ...rest } = claims ?? {};
    expect(rest).toEqual({
      aud: `${azure.proxy.url}/${tenant}/oauth2/v2.0/token`,
      iss: reader,
      sub: reader,
    });
    expect(Number(exp) - Number(nbf)).toBe(600);
    expect(jti).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each<{ reason: string; pem: () => string; code: string; message: RegExp }>([
    {
      reason: 'a certificate that the application does not have',
      pem: () => strangerPair,
      code: 'unauthenticated',
      message: /AADSTS700027: Client assertion failed: no certificate has this thumbprint\.$/,
    },
    {
      reason: 'no key',
      pem: () => pair.slice(pair.indexOf('-----BEGIN CERTIFICATE')),
      code: 'credentials',
      message: /^key "pem" of Secret "shop\/azure" holds no RSA key in PEM form$/,
    },
    {
      reason: 'no certificate',
      pem: () => pair.slice(0, pair.indexOf('-----BEGIN CERTIFICATE')),
      code: 'credentials',
      message: /holds no certificate in PEM form that belongs to its key$/,
    },
    {
      reason: 'a certificate of another key',
      pem: () =>
        pair.slice(0, pair.indexOf('-----BEGIN CERTIFICATE')) +
        strangerPair.slice(0, strangerPair.indexOf('-----BEGIN PRIVATE')),
      code: 'credentials',
      message: /holds no certificate in PEM form that belongs to its key$/,
    },
    {
      reason: 'no PEM, which is not shown',
      pem: () => 'c4n4ry',
      code: 'credentials',
      message: /holds no RSA key in PEM form$/,
    },
  ])('refused: $reason', async ({ pem, code, message }) => {
    const error = await refusal({ spec, credentials: withPem(pem()) });

    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('c4n4ry');
  });
});

describe('the identity of the machine', () => {
  const spec: Spec = { authType: 'ManagedIdentity', tenantId: undefined, authSecretRef: undefined };
  const ambient = credentialsOf({ ambient: true });

  /** What the machine was asked. */
  function asked(backend = azure): {
    readonly path: string;
    readonly query: Spec;
    readonly headers: Spec;
  } {
    const request = backend.proxy
      .requests()
      .find(({ operation }) => operation.startsWith('GET /m'));
    const url = new URL((request?.operation ?? '').slice('GET '.length), 'http://x');
    const query = Object.fromEntries(url.searchParams);
    return { path: url.pathname, query, headers: request?.headers ?? {} };
  }

  test('of a virtual machine', async () => {
    expect(await asker({ spec, credentials: ambient })).toBe(system);
    const { path, query, headers } = asked();
    expect(path).toBe('/metadata/identity/oauth2/token');
    expect(query).toEqual({ 'api-version': '2018-02-01', resource: 'https://vault.azure.net' });
    expect(headers['metadata']).toBe('true');
    expect(callsOf(azure.proxy)).toEqual({ Metadata: 1, GetSecret: 1 });
  });

  test('of an App Service', async () => {
    const env = {
      IDENTITY_ENDPOINT: `${azure.proxy.url}/msi/token`,
      IDENTITY_HEADER: identityHeader,
    };

    expect(await asker({ spec, credentials: ambient, env })).toBe(system);
    const { path, query, headers } = asked();
    expect(path).toBe('/msi/token');
    expect(query).toEqual({ 'api-version': '2019-08-01', resource: 'https://vault.azure.net' });
    expect(headers['x-identity-header']).toBe(identityHeader);
  });

  describe('where there are two', () => {
    let two: AzureBackend;

    beforeAll(async () => {
      two = await startBackend({ directory: directoryOf('', twoIdentities) });
      two.put({ secrets: [{ name: 'db', versions: ['value'] }] });
    });
    beforeEach(() => two.proxy.reset());
    afterAll(() => two.stop());

    test.each([
      { reason: 'by its client ID', identityId: assigned, sent: { client_id: assigned } },
      {
        reason: 'by its resource ID',
        identityId: twoIdentities[assigned],
        sent: { msi_res_id: twoIdentities[assigned] },
      },
    ])('$reason', async ({ identityId, sent }) => {
      const use = { spec: { ...spec, identityId }, credentials: ambient, backend: two };

      expect(await asker(use)).toBe(assigned);
      expect(asked(two).query).toMatchObject(sent);
    });

    test.each([
      {
        reason: 'none is named',
        identityId: undefined,
        message: /Multiple user assigned identities/,
      },
      { reason: 'another is named', identityId: reader, message: /Identity not found$/ },
    ])('refused: $reason', async ({ identityId, message }) => {
      const use = { spec: { ...spec, identityId }, credentials: ambient, backend: two };
      const error = await refusal(use);

      expect(error.code).toBe('unauthenticated');
      expect(error.message).toMatch(message);
    });
  });

  test.each<{ reason: string; use: Use; code: string; message: RegExp }>([
    {
      reason: 'where it may not be used',
      use: { credentials: credentialsOf({}) },
      code: 'credentials',
      message:
        /^the managed identity is the environment's own, and the use of that is not allowed$/,
    },
    {
      reason: 'on no machine of Azure',
      use: { env: { AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:9' } },
      code: 'credentials',
      message:
        /^there is no managed identity at 127\.0\.0\.1:9, so this is no machine of Azure \(cannot reach .*ECONNREFUSED\)\)$/,
    },
    {
      reason: 'a variable that holds no URL',
      use: { env: { AZURE_POD_IDENTITY_AUTHORITY_HOST: 'localhost' } },
      code: 'invalid',
      message: /^AZURE_POD_IDENTITY_AUTHORITY_HOST is not an http or https URL$/,
    },
  ])('refused: $reason', async ({ code, message, use }) => {
    const error = await refusal({ spec, credentials: ambient, ...use });

    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(azure.proxy.requests()).toEqual([]);
  });

  test.each([
    {
      reason: "another cloud's service at that address",
      status: 404,
      body: '<html>',
      code: 'credentials',
    },
    { reason: 'a service that is updated', status: 410, body: '', code: 'unavailable' },
    { reason: 'a service that is busy', status: 429, body: '', code: 'throttled' },
    { reason: 'a service that fails', status: 500, body: '', code: 'unavailable' },
  ])('$reason', async ({ status, body, code }) => {
    azure.proxy.inject({ answer: { status, body } });

    expect(await refusal({ spec, credentials: ambient })).toMatchObject({ code });
  });
});

describe('workload identity of a ServiceAccount', () => {
  const spec: Spec = {
    authType: 'WorkloadIdentity',
    tenantId: undefined,
    authSecretRef: undefined,
    serviceAccountRef: { name: 'reader' },
  };
  const ids = { 'shop/azure/id': reader, 'shop/azure/tenant': tenant };
  const clientRef = { clientId: { name: 'azure', key: 'id' } };
  const bothRefs = { ...clientRef, tenantId: { name: 'azure', key: 'tenant' } };
  const account = (annotations: Readonly<Record<string, string>>): Credentials =>
    serviceAccounts.credentials({ secrets: ids, serviceAccounts: { 'shop/reader': annotations } });

  test('its token stands in the place of a secret', async () => {
    expect(await asker({ spec, credentials: account(annotated) })).toBe(reader);
    const { client_assertion = '', ...form } = sentToEntra().form;
    expect(form).toEqual({
      grant_type: 'client_credentials',
      client_id: reader,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      scope: 'https://vault.azure.net/.default',
    });
    expect(partsOf(client_assertion)[1]).toMatchObject({
      sub: 'system:serviceaccount:shop:reader',
      aud: [exchange],
    });
  });

  test('more audiences', async () => {
    const serviceAccountRef = { name: 'reader', audiences: ['x'] };

    expect(
      await asker({ spec: { ...spec, serviceAccountRef }, credentials: account(annotated) }),
    ).toBe(reader);
    expect(partsOf(sentToEntra().form['client_assertion'] ?? '')[1]).toMatchObject({
      aud: [exchange, 'x'],
    });
  });

  const client = { [clientAnnotation]: reader };
  const newSdk = { useAzureSDK: true };

  test.each<{
    reason: string;
    more: Spec;
    annotations: Readonly<Record<string, string>>;
    env?: OpenContext['env'];
  }>([
    { reason: 'both by a Secret', more: { authSecretRef: bothRefs }, annotations: {} },
    {
      reason: 'the application by a Secret, the tenant by the store',
      more: { authSecretRef: clientRef, tenantId: tenant },
      annotations: {},
    },
    {
      reason: 'the tenant of a Secret before that of the store',
      more: { authSecretRef: bothRefs, tenantId: 'fabrikam' },
      annotations: {},
    },
    { reason: 'the tenant by the store', more: { tenantId: tenant }, annotations: client },
    {
      reason: 'the tenant by the environment',
      more: {},
      annotations: client,
      env: { AZURE_TENANT_ID: tenant },
    },
  ])('named: $reason', async ({ more, annotations, env = {} }) => {
    expect(
      await asker({ spec: { ...spec, ...more }, credentials: account(annotations), env }),
    ).toBe(reader);
  });

  const missingTenant = /^missing tenantID/;
  const missingClient = /^missing clientID/;

  test.each<{
    reason: string;
    more: Spec;
    annotations: Readonly<Record<string, string>>;
    env?: OpenContext['env'];
    message: RegExp;
  }>([
    {
      reason: 'two applications',
      more: { authSecretRef: clientRef },
      annotations: annotated,
      message: /^multiple clientID found\. Check secretRef and serviceAccountRef$/,
    },
    {
      reason: 'two tenants',
      more: { tenantId: tenant },
      annotations: annotated,
      message: /^multiple tenantID found\./,
    },
    { reason: 'no application', more: {}, annotations: {}, message: missingClient },
    { reason: 'no tenant', more: {}, annotations: client, message: missingTenant },
    {
      reason: 'an application that the new SDK does not look for in a Secret',
      more: { ...newSdk, authSecretRef: bothRefs },
      annotations: {},
      message: missingClient,
    },
    {
      reason: 'a tenant that it does not look for in the environment',
      more: newSdk,
      annotations: client,
      env: { AZURE_TENANT_ID: tenant },
      message: missingTenant,
    },
  ])('refused: $reason', async ({ more, annotations, env = {}, message }) => {
    // For the new SDK a vault of Microsoft's, whom it need not ask for anything.
    const vaultUrl =
      more === newSdk || 'useAzureSDK' in more ? 'https://shop.vault.azure.net' : azure.proxy.url;
    const error = await refusal({
      spec: { ...spec, vaultUrl, ...more },
      credentials: account(annotations),
      env,
    });

    expect(error.code).toBe('credentials');
    expect(error.message).toMatch(message);
    expect(azure.proxy.requests()).toEqual([]);
  });

  test('the tenant of the store before that of the ServiceAccount, with the new SDK', async () => {
    const own = await startBackend({ resource: '' });
    own.put({ secrets: [{ name: 'db', versions: ['value'] }] });
    const annotations = { ...annotated, [tenantAnnotation]: 'fabrikam' };
    const use = {
      spec: { ...spec, ...newSdk, tenantId: tenant },
      credentials: account(annotations),
    };

    expect(await asker({ ...use, backend: own })).toBe(reader);
    await own.stop();
  });

  test.each([
    {
      reason: 'a ServiceAccount that the application does not trust',
      name: 'other',
      message:
        /AADSTS700213: No matching federated identity record found for presented assertion subject 'system:serviceaccount:shop:other'\.$/,
    },
  ])('refused: $reason', async ({ name, message }) => {
    const credentials = serviceAccounts.credentials({
      serviceAccounts: { [`shop/${name}`]: annotated },
    });
    const error = await refusal({ spec: { ...spec, serviceAccountRef: { name } }, credentials });

    expect(error.code).toBe('unauthenticated');
    expect(error.message).toMatch(message);
  });
});

describe('workload identity of this process', () => {
  const spec: Spec = {
    authType: 'WorkloadIdentity',
    tenantId: undefined,
    authSecretRef: undefined,
  };
  const ambient = credentialsOf({ ambient: true });
  const subject = 'system:serviceaccount:shop:reader';

  async function envWith(token: string): Promise<OpenContext['env']> {
    const file = join(folder, 'token');
    await writeFile(file, `${token}\n`);
    return {
      AZURE_CLIENT_ID: reader,
      AZURE_TENANT_ID: tenant,
      AZURE_FEDERATED_TOKEN_FILE: file,
      // The webhook sets it, and the store says which cloud it is.
      AZURE_AUTHORITY_HOST: 'http://127.0.0.1:9/',
    };
  }

  test('its file stands in the place of a secret', async () => {
    const env = await envWith(serviceAccounts.tokenFor(subject, [exchange]));

    expect(await asker({ spec, credentials: ambient, env })).toBe(reader);
    expect(sentToEntra().form).toMatchObject({ client_id: reader });
  });

  test('the file is read again for a new token', async () => {
    const env = await envWith(serviceAccounts.tokenFor(subject, [exchange]));
    const connect = () => connectAzure({ ...spec, vaultUrl: azure.proxy.url });
    const backend = { connect, credentials: ambient, env: { ...azure.env, ...env } };
    const [outcome] = await withClient(backend, async (client) => {
      azure.revokeAll();
      await envWith('not a token any more');
      return client.read([refOf({ key: 'db' })]);
    });

    expect(outcome).toMatchObject({ outcome: 'error', error: { code: 'unauthenticated' } });
  });

  test.each([
    {
      reason: 'a token for somebody else',
      token: () => serviceAccounts.tokenFor(subject, ['sts']),
      message: /AADSTS700212: .* audience 'sts'\.$/,
    },
    {
      reason: 'a token that has expired',
      token: () => serviceAccounts.tokenFor(subject, [exchange], -5),
      message: /AADSTS700027: .*expired\.$/,
    },
    { reason: 'what is no token', token: () => 'x', message: /AADSTS700211/ },
  ])('refused: $reason', async ({ token, message }) => {
    const error = await refusal({ spec, credentials: ambient, env: await envWith(token()) });

    expect(error.code).toBe('unauthenticated');
    expect(error.message).toMatch(message);
  });

  test.each<{
    reason: string;
    env: OpenContext['env'];
    credentials?: Credentials;
    message: RegExp;
  }>([
    {
      reason: 'no variables',
      env: {},
      message:
        /^missing environment variables\. AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE must be set$/,
    },
    {
      reason: 'no file',
      env: { AZURE_CLIENT_ID: 'a', AZURE_TENANT_ID: 't', AZURE_FEDERATED_TOKEN_FILE: '/nowhere' },
      message: /^unable to read token file \/nowhere \(ENOENT\)$/,
    },
    {
      reason: 'where it may not be used',
      env: {},
      credentials: credentialsOf({}),
      message: /the use of the environment's own workload identity is not allowed$/,
    },
  ])('refused: $reason', async ({ env, credentials = ambient, message }) => {
    const error = await refusal({ spec, credentials, env });

    expect(error.code).toBe('credentials');
    expect(error.message).toMatch(message);
    expect(azure.proxy.requests()).toEqual([]);
  });
});

describe("a cloud of somebody's own", () => {
  const own = (endpoint: string): Spec => ({
    environmentType: 'AzureStackCloud',
    useAzureSDK: true,
    customCloudConfig: { activeDirectoryEndpoint: endpoint },
  });

  test('says itself whom its tokens are for, and gives them where the store says', async () => {
    const stack = await startBackend({ resource: '' });
    stack.put({ secrets: [{ name: 'db', versions: ['value'] }] });
    const { url } = stack.proxy;
    // The operator's variable is for Microsoft's clouds.
    const env = { AZURE_ENTRA_ENDPOINT: 'http://127.0.0.1:9' };

    expect(await asker({ spec: own(`${url}/`), env, backend: stack })).toBe(reader);
    const [challenge, token] = stack.proxy.requests();
    expect(challenge?.operation).toBe('GET /secrets?maxresults=1&api-version=7.4');
    expect(challenge?.headers['authorization']).toBeUndefined();
    expect(new URLSearchParams(token?.body).get('scope')).toBe(`${url}/.default`);
    await stack.stop();
  });

  test.each([
    {
      reason: 'a vault that asks for a token that is good elsewhere',
      header: 'Bearer authorization="https://x/t", resource="https://vault.azure.net"',
      message:
        /^the vault asks for a token for https:\/\/vault\.azure\.net, and 127\.0\.0\.1:\d+ is not in that domain$/,
    },
    {
      reason: 'a vault that does not ask',
      header: 'Basic realm="x"',
      message:
        /^the vault does not say whom its tokens are for \(HTTP 401 to a request without one\)$/,
    },
  ])('refused: $reason', async ({ header, message }) => {
    azure.proxy.inject({
      answer: { status: 401, body: {}, headers: { 'www-authenticate': header } },
    });
    const error = await refusal({ spec: own(azure.proxy.url) });

    expect(error.code).toBe('failed');
    expect(error.message).toMatch(message);
    expect(azure.proxy.requests()).toHaveLength(1);
  });
});
