// Owns webhooks through the whole command: the example, and requests counted.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  startEndpoint,
  type Endpoint,
  type EndpointAnswer,
  type EndpointRequest,
} from '../servers/endpoint.ts';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';

let folder = '';
let endpoint: Endpoint;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webhook-'));
  await mkdir(join(folder, 'shop/password-manager'), { recursive: true });
  await writeFile(join(folder, 'shop/password-manager/token'), 'sesame');
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => endpoint.stop());

async function start(
  answer: (request: EndpointRequest) => EndpointAnswer | undefined,
): Promise<void> {
  endpoint = await startEndpoint(answer);
}

function render(input: string, args: readonly string[] = []): Promise<Ended> {
  return esoRender('source', args, { input });
}

function dataOf(ended: Ended): unknown {
  expect(ended).toMatchObject({ stderr: '', code: 0 });
  return secretsIn(ended.stdout).map(({ data }) =>
    Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    ),
  );
}

const items: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  db: { password: 'p4ss' },
  mail: { user: 'shop', host: 'mail' },
};

function passwordManager({ path, headers }: EndpointRequest): EndpointAnswer {
  if (headers.authorization !== 'Bearer sesame') return { status: 401 };
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const item = items[pathname.replace('/v1/items/', '')];
  const field = searchParams.get('field') ?? '';
  const data = field === '' ? item : item?.[field];
  return data === undefined ? { status: 404 } : { body: JSON.stringify({ data }) };
}

describe('the example', () => {
  async function manifests(): Promise<string> {
    const file = resolve(import.meta.dirname, '../../examples/webhook/manifests.yaml');
    const text = await readFile(file, 'utf8');
    return text.replace('https://secrets.example.com', endpoint.url);
  }

  test('gives its Secret', async () => {
    await start(passwordManager);
    const argv = ['--secrets-directory', folder, '--trusted-server', endpoint.url];
    const ended = await render(await manifests(), argv);

    expect(dataOf(ended)).toEqual([{ host: 'mail', password: 'p4ss', user: 'shop' }]);
    expect(endpoint.requests()).toHaveLength(2);
  });

  test('sends nothing to a server that is not trusted', async () => {
    await start(passwordManager);
    const ended = await render(await manifests(), ['--secrets-directory', folder]);

    expect(ended).toMatchObject({ stdout: '', code: 1 });
    expect(ended.stderr).toContain(`where ${endpoint.url} may have them`);
    expect(endpoint.requests()).toEqual([]);
  });
});

test('50 namespaces that read the same over a ClusterSecretStore ask once', async () => {
  await start(() => ({ body: '{"a":"1","b":"2"}' }));
  const store = `apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: hook}
spec: {provider: {webhook: {url: '${endpoint.url}/{{ .remoteRef.key }}', result: {jsonPath: $.a}}}}
`;
  const users = Array.from(
    { length: 50 },
    (_, index) => `---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: user, namespace: n${index}}
spec:
  secretStoreRef: {name: hook, kind: ClusterSecretStore}
  data: [{secretKey: a, remoteRef: {key: shared}}]
`,
  );
  const ended = await render(store + users.join(''));

  expect(dataOf(ended)).toEqual(users.map(() => ({ a: '1' })));
  expect(endpoint.requests()).toHaveLength(1);
});

test('the generator asks its endpoint, with a Secret of its label', async () => {
  await start(({ headers, body, method }) =>
    headers.authorization === 'Bearer sesame' && method === 'POST' && body === '{"size":3}'
      ? { body: '{"made":{"user":"u1","n":1.5}}' }
      : { status: 400 },
  );
  const manifests = (label: string): string => `apiVersion: generators.external-secrets.io/v1alpha1
kind: Webhook
metadata: {name: accounts}
spec:
  url: ${endpoint.url}/accounts
  method: POST
  headers: {Authorization: 'Bearer {{ .api.token }}'}
  body: '{"size":3}'
  result: {jsonPath: $.made}
  secrets: [{name: api, secretRef: {name: api}}]
---
apiVersion: v1
kind: Secret
metadata: {name: api, labels: {external-secrets.io/type: ${label}}}
stringData: {token: sesame}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: account}
spec:
  dataFrom: [{sourceRef: {generatorRef: {kind: Webhook, name: accounts}}}]
`;
  const good = await render(manifests('webhook'));
  const refused = await render(manifests('other'));

  expect(good).toMatchObject({ stderr: '', code: 0 });
  expect(secretsIn(good.stdout).find(({ name }) => name === 'account')?.data).toEqual({
    user: Buffer.from('u1').toString('base64'),
    n: Buffer.from('1.5').toString('base64'),
  });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('does not have the label external-secrets.io/type: webhook');
  expect(endpoint.requests()).toHaveLength(1);
});
