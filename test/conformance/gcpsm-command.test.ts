// Tests the whole command against Google's protocol: what its users write, the example, and what they get where they are wrong.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';
import {
  callsOf,
  serviceAccounts,
  keyFile,
  machine,
  pool,
  reader,
  startBackend,
  type GoogleBackend,
} from './gcpsm-backend.ts';

let google: GoogleBackend;
let folder: string;

beforeAll(async () => {
  google = await startBackend();
  google.put([
    {
      id: 'database',
      versions: ['{"user":"ann","credentials":{"password":"p4ss"},"port":5432,"note":null}'],
      labels: { owner: 'db' },
      annotations: { 'example.com/rotated': 'monthly' },
    },
    { id: 'database-certificate', versions: ['old', 'new'], aliases: { stable: 1 } },
    { id: 'shop-mail', versions: ['mail'], labels: { team: 'shop' } },
    { id: 'shop-key', versions: [Uint8Array.of(0, 255, 1)], labels: { team: 'shop' } },
    { id: 'disabled', versions: ['on', { value: 'off', state: 'DISABLED' }] },
    { id: 'encoded', versions: ['aGVsbG8='] },
  ]);
  folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
  const secret = join(folder, 'shop', 'gcp-key');
  await mkdir(secret, { recursive: true });
  await writeFile(join(secret, 'key.json'), JSON.stringify(keyFile));
  await writeFile(join(folder, 'token'), serviceAccounts.tokenFor('ci', [pool.tokenAudience]));
});
beforeEach(() => google.proxy.reset());
afterAll(async () => {
  await google.stop();
  await rm(folder, { recursive: true });
});

type Env = Readonly<Record<string, string>>;

function render(input: string, args: readonly string[] = [], env: Env = {}): Promise<Ended> {
  return esoRender('bundle', ['--secrets-directory', folder, ...args, '-'], {
    input,
    env: { ...definedOf(google.env), METADATA_SERVER_DETECTION: 'none', ...env },
  });
}

function definedOf(env: GoogleBackend['env']): Env {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

const keyAuth =
  '{secretRef: {secretAccessKeySecretRef: {name: gcp-key, key: key.json, namespace: shop}}}';

function store(spec: string, version = 'v1'): string {
  return `apiVersion: external-secrets.io/${version}
kind: ClusterSecretStore
metadata: {name: google}
spec:
  provider:
    gcpsm: ${spec}
`;
}

function externalSecret(spec: string, name = 'app', version = 'v1'): string {
  return `apiVersion: external-secrets.io/${version}
kind: ExternalSecret
metadata: {name: ${name}, namespace: web}
spec:
  secretStoreRef: {name: google, kind: ClusterSecretStore}
  ${spec}
`;
}

const keyStore = store(`{projectID: shop, auth: ${keyAuth}}`);

/** The data of the only Secret, as text; bytes that are no text stay base64. */
function dataOf({ code, stdout, stderr }: Ended): Readonly<Record<string, string>> {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [secret] = secretsIn(stdout);
  return Object.fromEntries(
    Object.entries(secret?.data ?? {}).map(([key, base64]) => {
      const text = Buffer.from(base64, 'base64').toString();
      return [key, text.includes('\uFFFD') ? base64 : text];
    }),
  );
}

describe('what users write', () => {
  test.each([
    {
      reason: 'a secret',
      spec: 'data: [{secretKey: a, remoteRef: {key: shop-mail}}]',
      data: { a: 'mail' },
    },
    {
      reason: 'bytes',
      spec: 'data: [{secretKey: a, remoteRef: {key: shop-key}}]',
      data: { a: 'AP8B' },
    },
    {
      reason: 'a property, and a number of it',
      spec: 'data: [{secretKey: a, remoteRef: {key: database, property: credentials.password}}, {secretKey: b, remoteRef: {key: database, property: port}}]',
      data: { a: 'p4ss', b: '5432' },
    },
    {
      reason: 'versions',
      spec: 'data: [{secretKey: a, remoteRef: {key: database-certificate, version: stable}}, {secretKey: b, remoteRef: {key: database-certificate, version: "2"}}, {secretKey: c, remoteRef: {key: database-certificate, version: latest}}]',
      data: { a: 'old', b: 'new', c: 'new' },
    },
    {
      reason: 'metadata',
      spec: 'data: [{secretKey: a, remoteRef: {key: database, metadataPolicy: Fetch, property: annotations.example.com/rotated}}, {secretKey: b, remoteRef: {key: database, metadataPolicy: Fetch}}]',
      data: {
        a: 'monthly',
        b: '{"annotations":{"example.com/rotated":"monthly"},"labels":{"owner":"db"}}',
      },
    },
    {
      reason: 'all that is in a secret',
      spec: 'dataFrom: [{extract: {key: database}}]',
      data: { user: 'ann', credentials: '{"password":"p4ss"}', port: '5432', note: '' },
    },
    {
      reason: 'a part of it',
      spec: 'dataFrom: [{extract: {key: database, property: credentials}}]',
      data: { password: 'p4ss' },
    },
    {
      reason: 'secrets by name, with another name',
      spec: 'dataFrom: [{find: {name: {regexp: "^shop-m"}}, rewrite: [{regexp: {source: "shop-(.*)", target: "SHOP_$1"}}]}]',
      data: { SHOP_mail: 'mail' },
    },
    {
      reason: 'secrets by label',
      spec: 'dataFrom: [{find: {tags: {team: shop}}}]',
      data: { 'shop-mail': 'mail', 'shop-key': 'AP8B' },
    },
    {
      reason: 'secrets below a path',
      spec: 'dataFrom: [{find: {path: shop-, name: {regexp: mail}}}]',
      data: { 'shop-mail': 'mail' },
    },
    {
      reason: 'base64 in a secret',
      spec: 'data: [{secretKey: a, remoteRef: {key: encoded, decodingStrategy: Base64}}]',
      data: { a: 'hello' },
    },
  ])('$reason', async ({ spec, data }) => {
    const ended = await render([keyStore, externalSecret(spec)].join('---\n'));

    expect(dataOf(ended)).toEqual(data);
    expect(google.askedBy().at(-1)).toBe(reader);
  });

  test('a v1beta1 store', async () => {
    const input = [
      store(`{projectID: shop, auth: ${keyAuth}}`, 'v1beta1'),
      externalSecret('data: [{secretKey: a, remoteRef: {key: shop-mail}}]', 'app', 'v1beta1'),
    ].join('---\n');

    expect(dataOf(await render(input))).toEqual({ a: 'mail' });
  });

  test('a policy for a version that is disabled', async () => {
    const policy = `{projectID: shop, secretVersionSelectionPolicy: LatestOrFetch, auth: ${keyAuth}}`;
    const input = externalSecret('data: [{secretKey: a, remoteRef: {key: disabled}}]');

    expect(dataOf(await render([store(policy), input].join('---\n')))).toEqual({ a: 'on' });
  });

  test('the example', async () => {
    const example = resolve(import.meta.dirname, '../../examples/gcpsm/manifests.yaml');

    expect(dataOf(await render(await readFile(example, 'utf8')))).toEqual({
      password: 'p4ss',
      certificate: 'old',
      'shop-mail': 'mail',
      'shop-key': 'AP8B',
    });
  });
});

describe('identities', () => {
  const input = externalSecret('data: [{secretKey: a, remoteRef: {key: shop-mail}}]');

  test('the machine, and its project', async () => {
    const ended = await render([store('{}'), input].join('---\n'), [], {
      METADATA_SERVER_DETECTION: '',
    });

    expect(dataOf(ended)).toEqual({ a: 'mail' });
    expect(google.askedBy().at(-1)).toBe(machine);
  });

  test("a CI job's own token, by a credential configuration", async () => {
    const config = JSON.stringify({
      type: 'external_account',
      audience: pool.audience,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: 'https://sts.googleapis.com/v1/token',
      credential_source: { file: join(folder, 'token') },
    });
    const configMap = `apiVersion: v1
kind: ConfigMap
metadata: {name: wif, namespace: web}
data: {config.json: ${JSON.stringify(config)}}
`;
    const auth = '{workloadIdentityFederation: {credConfig: {name: wif, key: config.json}}}';
    // A stream's ConfigMaps are read only where one of its own documents has the kind's name in it.
    const federated = `# with the ConfigMap wif\n${store(`{projectID: shop, auth: ${auth}}`)}`;
    const ended = await render([configMap, federated, input].join('---\n'));

    expect(dataOf(ended)).toEqual({ a: 'mail' });
    expect(google.askedBy().at(-1)).toBe('pool:ci');
  });

  test('no identity of the environment where that is not allowed', async () => {
    const ended = await render([store('{projectID: shop}'), input].join('---\n'), [
      '--no-ambient-credentials',
    ]);

    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /^error CREDENTIALS ExternalSecret web\/app .*the use of the environment's own identity is not allowed\n$/,
    );
    expect(google.proxy.requests()).toEqual([]);
  });

  test('nobody at all', async () => {
    const ended = await render([store('{projectID: shop}'), input].join('---\n'));

    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^error CREDENTIALS .*METADATA_SERVER_DETECTION=none/);
  });
});

describe('requests', () => {
  test('50 ExternalSecrets on one secret are one request', async () => {
    const secrets = Array.from({ length: 50 }, (_, index) =>
      externalSecret('data: [{secretKey: a, remoteRef: {key: shop-mail}}]', `es-${index}`),
    );
    const { code, stdout } = await render([keyStore, ...secrets].join('---\n'));

    expect({ code, secrets: secretsIn(stdout).length }).toEqual({ code: 0, secrets: 50 });
    expect(callsOf(google.proxy)).toEqual({ AccessSecretVersion: 1 });
  });

  test.each(['validate', 'plan'])('%s makes none', async (command) => {
    const spec = 'dataFrom: [{find: {name: {regexp: .}}}]';
    const input = [keyStore, externalSecret(spec)].join('---\n');
    const { code } = await esoRender('bundle', [command], { input, env: definedOf(google.env) });

    expect(code).toBe(0);
    expect(google.proxy.requests()).toEqual([]);
  });
});

describe('failures', () => {
  test('what is missing, denied and misspelt is told at once, each with its place', async () => {
    const input = [
      keyStore,
      externalSecret('data: [{secretKey: a, remoteRef: {key: nowhere}}]', 'a'),
      externalSecret('data: [{secretKey: a, remoteRef: {key: database, property: x}}]', 'b'),
      externalSecret('data: [{secretKey: a, remoteRef: {key: disabled}}]', 'c'),
      externalSecret('data: [{secretKey: a, remoteRef: {key: shop-mail}}]', 'd'),
    ].join('---\n');
    const { code, stdout, stderr } = await render(input);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(
      stderr
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split(' ').slice(1, 4).join(' ')),
    ).toEqual([
      'NOT_FOUND ExternalSecret web/a',
      'PROPERTY_NOT_FOUND ExternalSecret web/b',
      'PROVIDER ExternalSecret web/c',
    ]);
    expect(stderr).toContain('Google Secret Manager, project shop');
    expect(stderr).not.toContain('p4ss');
  });

  test('a store that is wrong is told before anything is asked', async () => {
    const wrong = store('{location: a.example.com/, auth: {workloadIdentityFederation: {}}}');
    const { code, stderr } = await render(
      [wrong, externalSecret('data: [{secretKey: a, remoteRef: {key: b}}]')].join('---\n'),
    );

    expect(code).toBe(1);
    expect(stderr).toContain('spec.provider.gcpsm.location: ');
    expect(stderr).toContain('must have exactly one of credConfig');
    expect(google.proxy.requests()).toEqual([]);
  });
});
