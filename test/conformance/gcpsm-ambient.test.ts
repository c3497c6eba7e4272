// Tests identities that this machine has itself: application default credentials, and credential configurations that lead to one.
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ProviderError } from '../../plugin/providers/provider.ts';
import { type OpenContext } from '../../plugin/providers/provider.ts';
import { credentialsOf } from '../support/open-context.ts';
import {
  awsKeys,
  awsPool,
  callsOf,
  connectGoogle,
  serviceAccounts,
  impersonated,
  keyFile,
  machine,
  person,
  pool,
  reader,
  startBackend,
  type GoogleBackend,
} from './gcpsm-backend.ts';
import { readAs, refusalOf } from './asking.ts';

type Json = Readonly<Record<string, unknown>>;

const subject = 'system:serviceaccount:shop:app';
const impersonationUrl = `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${impersonated}:generateAccessToken`;
const metadataHost = 'http://169.254.169.254/latest';
const awsSource = {
  environment_id: 'aws1',
  region_url: `${metadataHost}/meta-data/placement/availability-zone`,
  url: `${metadataHost}/meta-data/iam/security-credentials`,
  regional_cred_verification_url:
    'https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15',
};

let google: GoogleBackend;
let folder: string;
let tokenFile: string;
let jsonFile: string;

beforeAll(async () => {
  google = await startBackend();
  google.put([{ id: 'db', versions: ['value'] }]);
  folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
  tokenFile = join(folder, 'token');
  jsonFile = join(folder, 'token.json');
  const token = serviceAccounts.tokenFor(subject, [pool.tokenAudience]);
  await writeFile(tokenFile, `${token}\n`);
  await writeFile(jsonFile, JSON.stringify({ id_token: token }));
});
beforeEach(() => google.proxy.reset());
afterAll(async () => {
  await google.stop();
  await rm(folder, { recursive: true });
});

type Use = {
  readonly auth?: unknown;
  readonly projectID?: string;
  readonly configMap?: string;
  readonly ambient?: boolean;
  readonly env?: OpenContext['env'];
};

/** Reads a secret, and answers who asked for it. */
async function asker({
  auth,
  projectID = 'shop',
  configMap = '',
  ambient = true,
  env,
}: Use): Promise<string | undefined> {
  const connect = () => connectGoogle({ auth, projectID });
  const credentials = credentialsOf({ configMaps: { 'shop/wif/config.json': configMap }, ambient });
  await readAs({ connect, credentials, env: { ...google.env, ...env } });
  return google.askedBy().at(-1);
}

const refusal = (use: Use): Promise<ProviderError> => refusalOf(asker(use));

function config(source: Json, more: Json = {}): Json {
  return {
    type: 'external_account',
    audience: pool.audience,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: 'https://sts.googleapis.com/v1/token',
    credential_source: source,
    ...more,
  };
}

describe('credConfig', () => {
  const federated = (more: Json = {}): unknown => ({
    workloadIdentityFederation: { credConfig: { name: 'wif', key: 'config.json' }, ...more },
  });
  const use = (json: unknown, more: Json = {}): Use => ({
    auth: federated(more),
    configMap: typeof json === 'string' ? json : JSON.stringify(json),
  });

  test('the token in a file is exchanged', async () => {
    expect(await asker(use(config({ file: tokenFile })))).toBe(`pool:${subject}`);
    expect(callsOf(google.proxy)).toEqual({ ExchangeToken: 1, AccessSecretVersion: 1 });
  });

  test('the token in a field of a file is exchanged', async () => {
    const format = { type: 'json', subject_token_field_name: 'id_token' };

    expect(await asker(use(config({ file: jsonFile, format })))).toBe(`pool:${subject}`);
  });

  test('the token of a URL is exchanged, when it is externalTokenEndpoint', async () => {
    const url = `${google.proxy.url}/issue?audience=google`;
    const access_token = serviceAccounts.tokenFor(subject, [pool.tokenAudience]);
    google.proxy.inject({
      operation: 'GET /issue?audience=google',
      answer: { status: 200, body: { access_token } },
    });
    const source = {
      url,
      headers: { Metadata: 'True' },
      format: { type: 'json', subject_token_field_name: 'access_token' },
    };

    expect(await asker(use(config(source), { externalTokenEndpoint: url }))).toBe(
      `pool:${subject}`,
    );
    expect(google.proxy.requests()[0]?.headers['metadata']).toBe('True');
  });

  test('the identity of AWS in the environment is exchanged', async () => {
    const json = config(awsSource, {
      audience: awsPool,
      subject_token_type: 'urn:ietf:params:aws:token-type:aws4_request',
    });
    const env = {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: awsKeys['id'],
      AWS_SECRET_ACCESS_KEY: awsKeys['secret'],
      AWS_SESSION_TOKEN: 'session',
    };

    expect(await asker({ ...use(json), env })).toBe(`aws:${awsKeys['id']}`);
  });

  test("the store's audience wins, and a client goes along", async () => {
    const json = config(
      { file: tokenFile },
      { audience: 'other', client_id: 'id', client_secret: 'client-secret' },
    );

    expect(await asker(use(json, { audience: pool.audience }))).toBe(`pool:${subject}`);
    expect(google.proxy.requests()[0]?.headers['authorization']).toBe(
      `Basic ${Buffer.from('id:client-secret').toString('base64')}`,
    );
  });

  test.each([
    { reason: 'for an hour', more: {}, lifetime: '3600s' },
    {
      reason: 'for as long as it says',
      more: { service_account_impersonation: { token_lifetime_seconds: 900 } },
      lifetime: '900s',
    },
  ])('the service account in it is impersonated $reason', async ({ more, lifetime }) => {
    const json = config(
      { file: tokenFile },
      { service_account_impersonation_url: impersonationUrl, ...more },
    );

    expect(await asker(use(json))).toBe(impersonated);
    const sent = google.proxy.requests().find(({ operation }) => operation.includes(':generate'));
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({ lifetime });
  });

  const elsewhere = 'https://sts.example.com/v1/token';
  const file = { file: '/token' };
  const pod = '/var/run/secrets/kubernetes.io/serviceaccount';
  test.each([
    {
      reason: 'another type',
      json: config(file, { type: 'service_account' }),
      problem: 'type is not external_account',
    },
    {
      reason: 'no audience',
      json: config(file, { audience: undefined }),
      problem: 'audience is empty',
    },
    {
      reason: 'a token for a stranger',
      json: config(file, { token_url: elsewhere }),
      problem: 'token_url is not https://sts.googleapis.com/v1/token',
    },
    {
      reason: 'a token for a stranger that ESO lets in',
      json: config(file, { token_url: 'https://sts.example/v1/token' }),
      problem: 'token_url is not',
    },
    {
      reason: 'another universe',
      json: config(file, { universe_domain: 'example.com' }),
      problem: 'universe_domain is not googleapis.com',
    },
    {
      reason: 'impersonation by a stranger',
      json: config(file, {
        service_account_impersonation_url: impersonationUrl.replace('googleapis', 'example'),
      }),
      problem: 'service_account_impersonation_url is not one of iamcredentials.googleapis.com',
    },
    {
      reason: 'another method of IAM',
      json: config(file, { service_account_impersonation_url: `${impersonationUrl}/x` }),
      problem: 'service_account_impersonation_url is not',
    },
    {
      reason: 'an executable',
      json: config({ executable: { command: 'curl' } }),
      problem: 'credential_source.executable is not allowed',
    },
    {
      reason: 'an executable beside a file',
      json: config({ ...file, executable: {} }),
      problem: 'credential_source.executable is not allowed',
    },
    {
      reason: 'nothing',
      json: config({}),
      problem: 'one of credential_source.file, .url and .environment_id should be there',
    },
    {
      reason: "this pod's own token",
      json: config({ file: `${pod}/token` }),
      problem: "credential_source.file is this pod's own token",
    },
    {
      reason: "this pod's own token on another way",
      json: config({ file: `/proc/self/root${pod}/x/../..//serviceaccount/token` }),
      problem: "credential_source.file is this pod's own token",
    },
    {
      reason: 'a URL that is not expected',
      json: config({ url: 'https://example.com/' }),
      problem: 'credential_source.url "https://example.com/" is not externalTokenEndpoint ""',
    },
    {
      reason: 'no format',
      json: config({ ...file, format: { type: 'xml' } }),
      problem: 'credential_source.format.type is unknown',
    },
    {
      reason: 'no field',
      json: config({ ...file, format: { type: 'json' } }),
      problem: 'credential_source.format.subject_token_field_name is missing',
    },
    {
      reason: 'another environment',
      json: config({ ...awsSource, environment_id: 'gcp1' }),
      problem: 'credential_source.environment_id must start with aws',
    },
    {
      reason: 'AWS keys of a stranger',
      json: config({
        ...awsSource,
        url: 'http://example.com/latest/meta-data/iam/security-credentials',
      }),
      problem: "credential_source.url is not the one of AWS's metadata service",
    },
    {
      reason: 'an AWS region of a stranger',
      json: config({ ...awsSource, region_url: 'http://example.com/' }),
      problem: "credential_source.region_url is not the one of AWS's metadata service",
    },
    {
      reason: 'an AWS session of a stranger',
      json: config({ ...awsSource, imdsv2_session_token_url: 'http://example.com/' }),
      problem:
        "credential_source.imdsv2_session_token_url is not the one of AWS's metadata service",
    },
    {
      reason: 'another request to sign',
      json: config({
        ...awsSource,
        regional_cred_verification_url: 'https://iam.amazonaws.com?Action=ListUsers',
      }),
      problem: 'credential_source.regional_cred_verification_url is not',
    },
  ])('is refused before anything is read or asked: $reason', async ({ json, problem }) => {
    const { code, message } = await refusal(use(json));

    expect(code).toBe('credentials');
    expect(message).toContain(
      'key "config.json" of ConfigMap "shop/wif" is no credential configuration that can be used: ',
    );
    expect(message).toContain(problem);
    expect(google.proxy.requests()).toEqual([]);
  });

  test('everything that is wrong is told at once', async () => {
    const { message } = await refusal(
      use(config({ executable: {} }, { audience: '', token_url: elsewhere })),
    );

    expect(message.split('; ')).toHaveLength(3);
  });

  test.each([
    {
      reason: 'no JSON',
      json: '{',
      message: 'key "config.json" of ConfigMap "shop/wif" is no JSON object',
    },
    {
      reason: 'a file that is not there',
      json: config({ file: '/nonexistent/token' }),
      message: 'cannot read /nonexistent/token (ENOENT)',
    },
    {
      reason: 'a field that is not there',
      json: config({
        file: '/etc/hosts',
        format: { type: 'json', subject_token_field_name: 'x' },
      }),
      message: 'there is no field x with a token in /etc/hosts',
    },
  ])('$reason', async ({ json, message }) => {
    expect(await refusal(use(json))).toMatchObject({ code: 'credentials', message });
    expect(google.proxy.requests()).toEqual([]);
  });

  test("leads to this machine's own identity, which may not be allowed", async () => {
    const { code, message } = await refusal({
      ...use(config({ file: tokenFile })),
      ambient: false,
    });

    expect(code).toBe('credentials');
    expect(message).toContain(
      "a token of the environment's own, and the use of that identity is not allowed",
    );
    expect(google.proxy.requests()).toEqual([]);
  });
});

describe('no auth: application default credentials', () => {
  /** The environment in which a file with these credentials is named. */
  async function named(json: Json): Promise<OpenContext['env']> {
    const path = join(folder, 'named.json');
    await writeFile(path, JSON.stringify(json));
    return { GOOGLE_APPLICATION_CREDENTIALS: path };
  }
  const authorized = { type: 'authorized_user', ...person };

  test.each<{ reason: string; json: () => Json; expected: string; calls: Json }>([
    { reason: "a service account's key", json: () => keyFile, expected: reader, calls: {} },
    { reason: 'a person', json: () => authorized, expected: 'person', calls: { RefreshToken: 1 } },
    {
      reason: 'a foreign identity',
      json: () => config({ file: tokenFile }),
      expected: `pool:${subject}`,
      calls: { ExchangeToken: 1 },
    },
    {
      reason: 'a service account that a person impersonates',
      json: () => ({
        type: 'impersonated_service_account',
        service_account_impersonation_url: impersonationUrl,
        source_credentials: authorized,
        delegates: [],
      }),
      expected: impersonated,
      calls: { RefreshToken: 1, GenerateAccessToken: 1 },
    },
    {
      reason: 'a service account that another one impersonates',
      json: () => ({
        type: 'impersonated_service_account',
        service_account_impersonation_url: impersonationUrl,
        source_credentials: keyFile,
      }),
      expected: impersonated,
      calls: { GenerateAccessToken: 1 },
    },
  ])('GOOGLE_APPLICATION_CREDENTIALS: $reason', async ({ json, expected, calls }) => {
    expect(await asker({ env: await named(json()) })).toBe(expected);
    expect(callsOf(google.proxy)).toEqual({ ...calls, AccessSecretVersion: 1 });
  });

  test.each([
    { reason: 'in the home of its user', variable: 'HOME', below: '.config/gcloud' },
    { reason: 'where gcloud is told to keep it', variable: 'CLOUDSDK_CONFIG', below: '' },
  ])("gcloud's own file, $reason", async ({ variable, below }) => {
    const place = join(folder, variable, below);
    await mkdir(place, { recursive: true });
    const file = join(place, 'application_default_credentials.json');
    await writeFile(file, JSON.stringify(authorized));

    expect(await asker({ env: { [variable]: join(folder, variable) } })).toBe('person');
  });

  test.each([
    {
      reason: 'of the file',
      json: { ...authorized, quota_project_id: 'pay' },
      env: {},
      expected: 'pay',
    },
    {
      reason: 'of the environment',
      json: { ...authorized, quota_project_id: 'pay' },
      env: { GOOGLE_CLOUD_QUOTA_PROJECT: 'env' },
      expected: 'env',
    },
    { reason: 'of nobody', json: authorized, env: {}, expected: undefined },
  ])('the quota $reason counts', async ({ json, env, expected }) => {
    expect(await asker({ env: { ...(await named(json)), ...env } })).toBe('person');
    expect(google.proxy.requests().at(-1)?.headers['x-goog-user-project']).toBe(expected);
  });

  test('the machine, and its project', async () => {
    expect(await asker({ projectID: '' })).toBe(machine);
    expect(callsOf(google.proxy)).toEqual({ Metadata: 2, AccessSecretVersion: 1 });
  });

  test.each<{ reason: string; json: Json; message: string }>([
    {
      reason: 'a type that nobody knows',
      json: { type: 'gdch_service_account' },
      message: 'is of the type "gdch_service_account", which is not supported',
    },
    {
      reason: 'a token for a stranger',
      json: config({ file: '/x' }, { token_url: 'http://example.com' }),
      message: 'token_url is not https://sts.googleapis.com/v1/token',
    },
    {
      reason: 'impersonation by a stranger',
      json: {
        type: 'impersonated_service_account',
        service_account_impersonation_url: 'https://example.com/',
        source_credentials: authorized,
      },
      message: 'does not say which service account is impersonated by whom',
    },
  ])('a file that is refused: $reason', async ({ json, message }) => {
    const error = await refusal({ env: await named(json) });

    expect(error.code).toBe('credentials');
    expect(error.message).toContain(message);
    expect(google.proxy.requests()).toEqual([]);
  });

  test.each([
    {
      reason: 'a file that is not there',
      env: { GOOGLE_APPLICATION_CREDENTIALS: '/nonexistent' },
      ambient: true,
      message: 'cannot read /nonexistent (ENOENT)',
    },
    {
      reason: 'no machine of Google Cloud',
      env: { GCE_METADATA_HOST: '127.0.0.1:1' },
      ambient: true,
      message: 'there is no metadata server at 127.0.0.1:1',
    },
    {
      reason: 'not allowed',
      env: {},
      ambient: false,
      message:
        "the store has no auth, and the use of the environment's own identity is not allowed",
    },
  ])('$reason', async ({ env, ambient, message }) => {
    const error = await refusal({ env, ambient });

    expect(error.code).toBe('credentials');
    expect(error.message).toContain(message);
    expect(google.proxy.requests()).toEqual([]);
  });

  test('an address at which nobody answers is no machine of Google Cloud, and found so at once', async () => {
    google.proxy.inject({ delayMs: 60_000 });
    const startedAt = performance.now();
    const { code, message } = await refusal({});

    expect(code).toBe('credentials');
    expect(message).toMatch(/^there is no metadata server at .*\(no answer of .* within 3 s\)$/);
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    expect(callsOf(google.proxy)).toEqual({ Metadata: 1 });
  });

  test('a refresh token that is refused is not shown', async () => {
    const error = await refusal({
      env: await named({ ...authorized, refresh_token: 'expired-refresh-token' }),
    });

    expect(error).toMatchObject({
      code: 'unauthenticated',
      message:
        'the refresh token of the application default credentials: invalid_grant: Token has been expired or revoked.',
    });
  });
});
