// Tests what a functionConfig may decide: its author is the manifests' own, so it may narrow what the operator allows, and never widen it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { esoRender } from '../support/eso-render.ts';

type Fields = Readonly<Record<string, unknown>>;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function scratch(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'function-config-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function renderConfig(spec: Fields): Fields {
  return { apiVersion: 'eso-render.dev/v1alpha1', kind: 'RenderConfig', spec };
}

const fakeStore = {
  apiVersion: 'external-secrets.io/v1',
  kind: 'SecretStore',
  metadata: { name: 'store' },
  spec: { provider: { fake: { data: [{ key: 'k', value: 'v' }] } } },
};

const externalSecret = {
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: 'app' },
  spec: {
    secretStoreRef: { name: 'store' },
    data: [{ secretKey: 'a', remoteRef: { key: 'k' } }],
  },
};

function resourceList(functionConfig: Fields): string {
  return stringify({
    apiVersion: 'config.kubernetes.io/v1',
    kind: 'ResourceList',
    functionConfig,
    items: [externalSecret],
  });
}

describe('what only the operator may say is refused', () => {
  test.each<{ reason: string; spec: Fields; field: string }>([
    {
      reason: 'a server to trust',
      spec: { trustedServers: ['https://evil.example'] },
      field: 'spec.trustedServers',
    },
    {
      reason: 'a folder of this machine',
      spec: { secretsDirectory: '/var/run/secrets' },
      field: 'spec.secretsDirectory',
    },
    {
      reason: 'a folder of texts',
      spec: { templatesDirectory: '/etc' },
      field: 'spec.templatesDirectory',
    },
    {
      reason: 'a seed',
      spec: { generators: { seedFile: '/etc/hostname' } },
      field: 'spec.generators',
    },
    {
      reason: 'generators that get or make something anew',
      spec: { generators: { allow: ['STSSessionToken'] } },
      field: 'spec.generators',
    },
    { reason: 'the cluster', spec: { kube: { enabled: true } }, field: 'spec.kube' },
    {
      reason: 'values in objects that hosts do not mask',
      spec: { allowGenericTargets: true },
      field: 'spec.allowGenericTargets',
    },
    {
      reason: 'a file of this machine',
      spec: { serviceAccounts: [{ namespace: 'a', name: 'b', tokenFile: '/token' }] },
      field: 'spec.serviceAccounts[0].tokenFile',
    },
  ])('$reason', async ({ spec, field }) => {
    const { code, stderr } = await esoRender('bundle', [], {
      input: resourceList(renderConfig({ stores: [fakeStore], ...spec })),
    });
    expect({ code, says: stderr.includes(`${field} cannot stand in a functionConfig`) }).toEqual({
      code: 2,
      says: true,
    });
  });
});

/** A store that sends a Secret of the operator's to the server that it names. */
function sendingStore(url: string): Fields {
  return {
    ...fakeStore,
    spec: {
      provider: {
        webhook: {
          url,
          headers: { authorization: '{{ .own.token }}' },
          result: { jsonPath: '$.value' },
          secrets: [{ name: 'own', secretRef: { name: 'own', namespace: 'default' } }],
        },
      },
    },
  };
}

test('its stores make no server trusted, as those of the operator do', async () => {
  const heard: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    heard.push(request.headers.authorization);
    response.end('{"value":"v"}');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const store = sendingStore(`http://127.0.0.1:${port}/`);
  const folder = scratch({
    'own/default/own/token': 'of the operator',
    'config.yaml': stringify(renderConfig({ stores: [store] })),
  });
  const args = ['--secrets-directory', join(folder, 'own')];
  try {
    const author = await esoRender('bundle', args, {
      input: resourceList(renderConfig({ stores: [store] })),
    });
    expect({ code: author.code, heard: [...heard] }).toEqual({ code: 1, heard: [] });
    expect(author.stderr).toContain('--trusted-server');

    const operator = await esoRender('bundle', [...args, '--config', join(folder, 'config.yaml')], {
      input: resourceList(renderConfig({})),
    });
    expect({ code: operator.code, heard }).toEqual({ code: 0, heard: ['of the operator'] });
  } finally {
    server.close();
  }
});

describe('the configuration of the operator', () => {
  const config = renderConfig({ stores: [fakeStore] });

  test.each(['--config', 'ESO_RENDER_CONFIG'])('is named by %s', async (name) => {
    const path = join(scratch({ 'config.yaml': stringify(config) }), 'config.yaml');
    const outcome = await esoRender('bundle', name === '--config' ? ['--config', path] : [], {
      input: resourceList(renderConfig({})),
      env: name === '--config' ? {} : { ESO_RENDER_CONFIG: path },
    });
    expect({ code: outcome.code, stderr: outcome.stderr }).toEqual({ code: 0, stderr: '' });
    expect(outcome.stdout).toContain('kind: Secret');
  });

  test('of both, --config is the one that is read', async () => {
    const path = join(scratch({ 'config.yaml': stringify(config) }), 'config.yaml');
    const outcome = await esoRender('bundle', ['--config', path], {
      input: resourceList(renderConfig({})),
      env: { ESO_RENDER_CONFIG: '/nowhere' },
    });
    expect(outcome.code).toBe(0);
  });
});

test('a store of the input wins over one of the functionConfig, and that over one of the file', async () => {
  const storeWith = (value: string): Fields => ({
    ...fakeStore,
    spec: { provider: { fake: { data: [{ key: 'k', value }] } } },
  });
  const path = join(
    scratch({ 'config.yaml': stringify(renderConfig({ stores: [storeWith('file')] })) }),
    'config.yaml',
  );
  const outcome = await esoRender('bundle', ['--config', path], {
    input: resourceList(renderConfig({ stores: [storeWith('function')] })),
  });
  expect(outcome.stdout).toContain(Buffer.from('function').toString('base64'));
});
