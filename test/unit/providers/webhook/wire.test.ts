// Tests webhooks at the wire: which requests leave, which answers are values, and what goes to no other host.
import { afterEach, describe, expect, test } from 'vitest';
import type {
  Credentials,
  ReadOutcome,
  RemoteRead,
  StoreScope,
} from '../../../../plugin/providers/provider.ts';
import { provider, webhookConnection } from '../../../../plugin/providers/webhook/index.ts';
import { SecretBytes } from '../../../../plugin/secret-bytes.ts';
import {
  startEndpoint,
  type Endpoint,
  type EndpointAnswer,
  type EndpointRequest,
} from '../../../servers/endpoint.ts';
import { credentialsOf, openContext } from '../../../support/open-context.ts';

const endpoints: Endpoint[] = [];

afterEach(async () => {
  await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.stop()));
});

async function endpoint(
  answer: (request: EndpointRequest) => EndpointAnswer | undefined = () => ({ body: 'ok' }),
): Promise<Endpoint> {
  const started = await startEndpoint(answer);
  endpoints.push(started);
  return started;
}

type Spec = Readonly<Record<string, unknown>>;

const scope: StoreScope = { kind: 'SecretStore', name: 'hook', namespace: 'shop' };

const secrets: Readonly<Record<string, string>> = {
  'shop/creds/token': 'to ken/1',
  'shop/creds/user': 'Ünn',
};

/** With the labels of all its Secrets. */
function labelled(labels: Readonly<Record<string, string>> | undefined): Credentials {
  const credentials = credentialsOf({ secrets });
  return {
    ...credentials,
    secret: async (ref) => ({ ...(await credentials.secret(ref)), labels }),
  };
}

function refOf(ref: Partial<RemoteRead>): RemoteRead {
  return { key: 'key', version: '', property: '', metadataPolicy: 'None', ...ref };
}

async function read(
  spec: Spec,
  refs: readonly Partial<RemoteRead>[] = [{}],
  {
    credentials = labelled({ 'external-secrets.io/type': 'webhook' }),
    deadlineMs = 5000,
  }: { readonly credentials?: Credentials; readonly deadlineMs?: number } = {},
): Promise<readonly string[]> {
  const context = openContext({ credentials, deadlineMs });
  try {
    const connection = provider.connect({ result: {}, ...spec }, scope);
    const client = await connection.open(context);
    const outcomes = await client.read(refs.map(refOf));
    await client.close();
    return outcomes.map(textOf);
  } finally {
    context.end();
  }
}

function textOf(outcome: ReadOutcome): string {
  if (outcome.outcome === 'error') return `${outcome.error.code}: ${outcome.error.message}`;
  if (outcome.outcome === 'not-found') return outcome.outcome;
  return Buffer.from(outcome.value.reveal()).toString();
}

const creds = [{ name: 'creds', secretRef: { name: 'creds' } }];

describe('the request', () => {
  test('templates: escaped for a query in the URL, and as they are elsewhere', async () => {
    const { url, requests } = await endpoint();
    await read(
      {
        url: `${url}/{{ .remoteRef.key }}?v={{ .remoteRef.version }}&p={{ .remoteRef.property }}&n={{ .remoteRef.namespace }}&t={{ .creds.token | urlquery }}`,
        method: 'POST',
        headers: {
          'X-Token': '{{ .creds.token }}',
          'X-User': '{{ .creds.user }}',
          'X-Missing': '[{{ .creds.missing }}]',
          'X-Plain': 'plain',
          Host: 'elsewhere',
        },
        body: '{"key":{{ .remoteRef.key | toJson }},"p":"{{ .remoteRef.property | upper }}"}',
        secrets: creds,
      },
      [{ key: 'a b/ü', version: '1&2', property: 'x y' }],
    );
    const [request] = requests();

    expect(request?.method).toBe('POST');
    expect(request?.path).toBe('/a+b%2F%C3%BC?v=1%262&p=x+y&n=shop&t=to+ken%2F1');
    expect(request?.body).toBe('{"key":"a b/ü","p":"X Y"}');
    expect(request?.headers).toMatchObject({
      'x-token': 'to ken/1',
      'x-user': Buffer.from('Ünn').toString('latin1'),
      'x-missing': '[<no value>]',
      'x-plain': 'plain',
      host: new URL(url).host,
    });
  });

  test('GET without a body, where nothing else is said', async () => {
    const { url, requests } = await endpoint();
    await read({ url });

    expect(requests()[0]).toMatchObject({ method: 'GET', body: '' });
    expect(requests()[0]?.headers['content-length']).toBeUndefined();
  });

  test('reads that come to the same request are one', async () => {
    const { url, requests } = await endpoint(({ path }) => ({ body: path }));
    const outcomes = await read({ url: `${url}/{{ .remoteRef.key }}` }, [
      { key: 'a', property: 'x' },
      { key: 'a', property: 'y' },
      { key: 'b' },
    ]);

    expect(outcomes).toEqual(['/a', '/a', '/b']);
    expect(requests()).toHaveLength(2);
  });

  test('the path in the answer is a template', async () => {
    const { url } = await endpoint(() => ({ body: '{}' }));
    const spec = { url, result: { jsonPath: '$.{{ .remoteRef.property }}' } };
    const context = openContext({});
    const client = await provider.connect(spec, scope).open(context);
    const [outcome] = await client.read([refOf({ property: 'a.b' })]);
    await client.close();
    context.end();

    expect(outcome).toMatchObject({ outcome: 'value' });
    expect(
      outcome?.outcome === 'value' && Buffer.from(outcome.part?.reveal() ?? []).toString(),
    ).toBe('$.a.b');
  });

  test('a generator has no remoteRef, and its path is no template', async () => {
    const { url, requests } = await endpoint(() => ({ body: '{}' }));
    const spec = { url: `${url}/{{ .remoteRef.key }}`, result: { jsonPath: '$.{{ .a.b }}' } };
    const context = openContext({});
    const client = await webhookConnection(spec, scope, 'generator').open(context);
    const [outcome] = await client.read([refOf({ key: '' })]);
    await client.close();
    context.end();

    expect(requests()[0]?.path).toBe('/%3Cno%20value%3E');
    expect(
      outcome?.outcome === 'value' && Buffer.from(outcome.part?.reveal() ?? []).toString(),
    ).toBe('$.{{ .a.b }}');
  });

  test.each([
    {
      reason: 'an unknown function',
      spec: { body: '{{ nosuch }}' },
      message:
        'invalid: body: template: webhooktemplate:1: function "nosuch" not defined, in line 1, column 4: {{ nosuch }}',
    },
    {
      reason: 'a URL of another scheme',
      spec: { url: 'ftp://{{ .remoteRef.key }}' },
      message: 'invalid: url: what its template gives is no URL of http or https',
    },
    {
      reason: 'a header with a line end',
      spec: { headers: { 'X-A': '{{ "a\\nb" }}' } },
      message: 'invalid: headers.X-A: is no header that HTTP can send',
    },
    {
      reason: 'a name that is none',
      spec: { headers: { 'X A': 'a' } },
      message: 'invalid: headers.X A: is no header that HTTP can send',
    },
  ])('is not sent: $reason', async ({ spec, message }) => {
    const { url, requests } = await endpoint();

    expect(await read({ url, ...spec })).toEqual([message]);
    expect(requests()).toEqual([]);
  });
});

describe('the label of a Secret', () => {
  test.each([
    { reason: 'webhook', labels: { 'external-secrets.io/type': 'webhook' } },
    { reason: 'of a mounted directory nothing is known', labels: undefined },
  ])('is good: $reason', async ({ labels }) => {
    const { url } = await endpoint(({ headers }) => ({ body: String(headers['x-t']) }));
    const spec = { url, headers: { 'X-T': '{{ .creds.token }}' }, secrets: creds };

    expect(await read(spec, [{}], { credentials: labelled(labels) })).toEqual(['to ken/1']);
  });

  test.each([
    { reason: 'absent', labels: {} },
    { reason: 'another one', labels: { 'external-secrets.io/type': 'other' } },
  ])('is refused: $reason', async ({ labels }) => {
    const { url, requests } = await endpoint();
    const ntlm = {
      usernameSecret: { name: 'creds', key: 'user' },
      passwordSecret: { name: 'creds', key: 'token' },
    };
    for (const spec of [{ secrets: creds }, { auth: { ntlm } }]) {
      await expect(read({ url, ...spec }, [{}], { credentials: labelled(labels) })).rejects.toThrow(
        'does not have the label external-secrets.io/type: webhook',
      );
    }
    expect(requests()).toEqual([]);
  });
});

describe('the answer', () => {
  test.each([
    { status: 200, outcome: 'body' },
    { status: 204, outcome: '' },
    { status: 404, outcome: 'not-found' },
    { status: 304, outcome: 'failed: endpoint gave error 304 Not Modified' },
    { status: 301, outcome: 'failed: endpoint gave error 301 Moved Permanently' },
    { status: 400, outcome: 'invalid: endpoint gave error 400 Bad Request' },
    { status: 401, outcome: 'unauthenticated: endpoint gave error 401 Unauthorized' },
    { status: 403, outcome: 'denied: endpoint gave error 403 Forbidden' },
    { status: 418, outcome: "failed: endpoint gave error 418 I'm a Teapot" },
  ])('$status is $outcome', async ({ status, outcome }) => {
    const { url } = await endpoint(() => ({ status, body: status === 204 ? '' : 'body' }));

    expect(await read({ url })).toEqual([outcome]);
  });

  test('503 and 429 are asked again', async () => {
    const statuses = [503, 429, 200];
    const { url, requests } = await endpoint(() => ({
      status: statuses.shift() ?? 500,
      headers: { 'retry-after': '0' },
      body: 'late',
    }));

    expect(await read({ url })).toEqual(['late']);
    expect(requests()).toHaveLength(3);
  });

  test('an answer that breaks off is asked for again', async () => {
    let isFirst = true;
    const { url, requests } = await endpoint(() => {
      const answer = { body: 'whole', isCut: isFirst };
      isFirst = false;
      return answer;
    });

    expect(await read({ url })).toEqual(['whole']);
    expect(requests()).toHaveLength(2);
  });

  test('none within the timeout of the store is tried again, and named', async () => {
    const { url, requests } = await endpoint(() => undefined);

    expect(await read({ url, timeout: '20ms' })).toEqual([
      expect.stringContaining('did not answer within 0.02 s, its timeout'),
    ]);
    expect(requests().length).toBeGreaterThan(1);
  });

  test('none before the deadline', async () => {
    const { url } = await endpoint(() => undefined);

    expect(await read({ url }, [{}], { deadlineMs: 100 })).toEqual([
      expect.stringMatching(/^timeout: .*GET was pending/),
    ]);
  });

  test('find is refused', async () => {
    const context = openContext({});
    const client = await provider
      .connect({ url: 'http://127.0.0.1:1', result: {} }, scope)
      .open(context);
    const outcome = await client.find({});
    context.end();

    expect(outcome).toMatchObject({ outcome: 'error', error: { code: 'invalid' } });
  });
});

describe('redirects', () => {
  const sensitive = {
    Authorization: 'Bearer {{ .creds.token }}',
    Cookie: 'a=b',
    'X-Token': '{{ .creds.token }}',
    'X-Plain': 'plain',
    'Content-Type': 'text/plain',
  };

  async function redirected(
    status: number,
    {
      toHost,
      body,
      method = 'POST',
    }: { readonly toHost: string; readonly body: string; readonly method?: string },
  ): Promise<{ readonly outcome: string; readonly request: EndpointRequest | undefined }> {
    const target = await endpoint(({ path }) => ({ body: path }));
    const { url } = await endpoint(() => ({
      status,
      headers: { location: `http://${toHost}:${target.port}/there` },
    }));
    const [outcome = ''] = await read({ url, method, headers: sensitive, body, secrets: creds });
    return { outcome, request: target.requests()[0] };
  }

  test.each([
    { status: 301, method: 'GET', body: '' },
    { status: 302, method: 'GET', body: '' },
    { status: 303, method: 'GET', body: '' },
    { status: 307, method: 'POST', body: 'plain' },
    { status: 308, method: 'POST', body: 'plain' },
  ])('$status asks by $method', async ({ status, method, body }) => {
    const { outcome, request } = await redirected(status, { toHost: '127.0.0.1', body: 'plain' });

    expect(outcome).toBe('/there');
    expect(request).toMatchObject({ method, body });
    expect(request?.headers['x-token']).toBe('to ken/1');
    expect(request?.headers.authorization).toBe('Bearer to ken/1');
    expect(request?.headers['content-type']).toBe(method === 'POST' ? 'text/plain' : undefined);
    expect(request?.headers.referer).toBeUndefined();
  });

  test('another host gets no header that a template made, and none that Go keeps back', async () => {
    const { outcome, request } = await redirected(307, { toHost: 'localhost', body: 'plain' });

    expect(outcome).toBe('/there');
    expect(request?.headers).toMatchObject({ 'x-plain': 'plain', 'content-type': 'text/plain' });
    for (const name of ['authorization', 'cookie', 'x-token'])
      expect(request?.headers[name]).toBeUndefined();
  });

  test('another host gets no body that a template made', async () => {
    const { outcome, request } = await redirected(308, {
      toHost: 'localhost',
      body: '{{ .creds.token }}',
    });

    expect(outcome).toMatch(/^failed: .*to another host \(localhost:\d+\): name that in url$/);
    expect(request).toBeUndefined();
  });

  test('what was left behind does not come back', async () => {
    const home = await endpoint(({ path }) =>
      path === '/start'
        ? { status: 302, headers: { location: `http://localhost:${away.port}/` } }
        : { body: 'home' },
    );
    const away = await endpoint(() => ({ status: 302, headers: { location: `${home.url}/end` } }));
    await read({ url: `${home.url}/start`, headers: sensitive, secrets: creds });

    expect(home.requests().map(({ headers }) => headers['x-token'])).toEqual([
      'to ken/1',
      undefined,
    ]);
  });

  test('relative ones, and ten requests at most', async () => {
    const { url, requests } = await endpoint(({ path }) => ({
      status: 302,
      headers: { location: `${Number(path.slice(1)) + 1}` },
    }));

    expect(await read({ url: `${url}/1` })).toEqual(['failed: stopped after 10 redirects']);
    expect(
      requests()
        .map(({ path }) => path)
        .at(-1),
    ).toBe('/10');
  });

  test('to another scheme is an error', async () => {
    const { url } = await endpoint(() => ({
      status: 302,
      headers: { location: 'file:///etc/passwd' },
    }));

    expect(await read({ url })).toEqual([
      'failed: the endpoint redirects to what is no URL of http or https',
    ]);
  });
});

test('NTLM with the credentials of Secrets, and no header that would stand in its way', async () => {
  const { url, requests } = await endpoint(({ headers }) =>
    headers.authorization === undefined
      ? { status: 401, headers: { 'www-authenticate': 'NTLM' } }
      : { body: String(headers.authorization.startsWith('NTLM TlRMTVNTUAAB')) },
  );
  const ntlm = {
    usernameSecret: { name: 'creds', key: 'user' },
    passwordSecret: { name: 'creds', key: 'token' },
  };

  expect(await read({ url, auth: { ntlm }, headers: { Authorization: 'Basic x' } })).toEqual([
    'true',
  ]);
  expect(requests()[0]?.headers.authorization).toBeUndefined();
  await expect(
    read({ url, auth: { ntlm: { ...ntlm, passwordSecret: { name: 'creds', key: 'no' } } } }),
  ).rejects.toMatchObject({ code: 'credentials' });
});

test('a value never stands in what an error prints', async () => {
  const { url } = await endpoint(() => ({ body: 'canary' }));
  const connection = provider.connect({ url, result: { jsonPath: '$.a' } }, scope);
  const context = openContext({});
  const client = await connection.open(context);
  const [outcome] = await client.read([refOf({})]);
  context.end();
  if (outcome?.outcome !== 'value') throw new Error('no value');
  const { value, part = SecretBytes.ofText('') } = outcome;
  const selection = provider.select(value, { ...refOf({}), property: '', part });

  expect(JSON.stringify(selection)).not.toContain('canary');
  expect(selection.outcome).toBe('error');
});
