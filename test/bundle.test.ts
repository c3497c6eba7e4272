// Tests the shipped bundle: what loads at start, that it needs nothing beside it, and what an old Node is told.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { must, run } from './support/command.ts';

const dist = resolve(import.meta.dirname, '../dist');
const folder = mkdtempSync(join(tmpdir(), 'eso-render-bundle-'));
cpSync(dist, folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

type Output = {
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
  readonly inputs: Readonly<Record<string, unknown>>;
};

const { outputs } = JSON.parse(readFileSync(join(dist, 'meta.json'), 'utf8')) as {
  readonly outputs: Readonly<Record<string, Output>>;
};

/** Every source that is loaded with a chunk, before anything is asked for lazily. */
function loadedWith(chunk: string, seen = new Set<string>()): readonly string[] {
  const output = outputs[chunk];
  if (output === undefined || seen.has(chunk)) return [];
  seen.add(chunk);
  const imported = output.imports.filter(({ kind }) => kind === 'import-statement');
  return [...Object.keys(output.inputs), ...imported.flatMap(({ path }) => loadedWith(path, seen))];
}

function chunkOf(source: string): string {
  return (
    Object.keys(outputs).find((chunk) => Object.hasOwn(outputs[chunk]?.inputs ?? {}, source)) ?? ''
  );
}

test('the start loads no parser, no schema, no provider', () => {
  const loaded = loadedWith('dist/main.mjs');
  expect(loaded).toContain('plugin/run.ts');
  expect(
    loaded.filter((source) =>
      /node_modules|plugin\/(?:schema|eso\/(?!duration)|gotmpl|providers|yaml\/parse)/.test(source),
    ),
  ).toEqual([]);
});

/** A webhook's JSON path reads numbers and quotes as Go does, with the engine's own files. */
const isHeavy =
  /@aws-sdk|@smithy|asn1js|bcryptjs|plugin\/gotmpl\/(?!(?:decimal|duration|errors|format-float|parse-number|quote|time-quote|unicode|utf8)\.ts)/;

test('rendering loads no SDK and no template engine by itself', () => {
  const loaded = loadedWith(chunkOf('plugin/run-stream.ts'));
  expect(loaded).toContain('plugin/pipeline.ts');
  expect(loaded.filter((source) => isHeavy.test(source))).toEqual([]);
});

describe('opening a store loads its own provider and SDK, and no other', () => {
  // What is nested in AWS's SDK are its clients of STS and SSO, which static keys do not need.
  const providers: readonly { source: string; folders: RegExp; sdk: RegExp }[] = [
    {
      source: 'aws/secrets-manager.ts',
      folders: /^aws$/,
      sdk: /^@(?:aws-sdk\/(?!client-ssm|nested-clients)|smithy\/|aws\/)/,
    },
    {
      source: 'aws/parameter-store.ts',
      folders: /^aws$/,
      sdk: /^@(?:aws-sdk\/(?!client-secrets-manager|nested-clients)|smithy\/|aws\/)/,
    },
    { source: 'gcpsm/client.ts', folders: /^(?:gcpsm|google)$/, sdk: /^$/ },
    { source: 'azurekv/client.ts', folders: /^azure(?:kv)?$/, sdk: /^$/ },
    { source: 'kubernetes/client.ts', folders: /^kubernetes$/, sdk: /^$/ },
    { source: 'vault/client.ts', folders: /^vault(?:-api)?$/, sdk: /^$/ },
    { source: 'openbao/client.ts', folders: /^(?:openbao|vault-api)$/, sdk: /^$/ },
    { source: 'webhook/client.ts', folders: /^webhook$/, sdk: /^$/ },
  ];
  /** Of many providers, and of no SDK. */
  const shared =
    /^(?:agent-base|https?-proxy-agent|proxy-agent-negotiate|proxy-from-env|debug|ajv|re2js|yaml)$/;
  const before = new Set(loadedWith(chunkOf('plugin/run-stream.ts')));

  test.each(providers)('$source', ({ source, folders, sdk }) => {
    const loaded = loadedWith(chunkOf(`plugin/providers/${source}`)).filter(
      (input) => !before.has(input),
    );
    const others = loaded.flatMap((input) => {
      const [, folder] = /^plugin\/providers\/([\w-]+)\//.exec(input) ?? [];
      return folder === undefined || folder === 'http' || folders.test(folder) ? [] : [input];
    });
    const packages = loaded.flatMap((input) => {
      const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input) ?? [];
      return name === undefined || shared.test(name) || sdk.test(name) ? [] : [name];
    });

    expect(loaded).toContain(`plugin/providers/${source}`);
    expect(others).toEqual([]);
    expect([...new Set(packages)]).toEqual([]);
  });

  test("of AWS's SDK only the commands that are sent", () => {
    const loaded = loadedWith(chunkOf('plugin/providers/aws/parameter-store.ts'));
    const commands = loaded.flatMap((input) => {
      const [, name] = /@aws-sdk\/.*\/(\w+)Command\.js$/.exec(input) ?? [];
      return name === undefined ? [] : [name];
    });

    expect(commands.toSorted()).toEqual([
      'DescribeParameters',
      'GetParameter',
      'GetParameters',
      'GetParametersByPath',
      'ListTagsForResource',
    ]);
  });

  test('each provider is in the list', () => {
    const folders = readdirSync(resolve(import.meta.dirname, '../plugin/providers'), {
      withFileTypes: true,
    }).filter((entry) => entry.isDirectory());
    const known = providers.map((provider) => provider.folders);
    const missing = folders.filter(
      ({ name }) => name !== 'http' && !known.some((pattern) => pattern.test(name)),
    );

    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});

test('rendering loads no way to the network by itself', () => {
  const loaded = loadedWith(chunkOf('plugin/run-stream.ts'));
  expect(loaded).toContain('plugin/providers/http/answer.ts');
  expect(
    loaded.filter((source) => /https?$|http\/(?:send|agents|wires)\.ts$/.test(source)),
  ).toEqual([]);
});

/** As a module each reads all that it exports, and so loads what nobody asked for: a WebSocket client, standard input. */
test.each(['http', 'https', 'process', 'util'])('node:%s is required, not imported', (builtin) => {
  const importers = Object.entries(outputs).filter(([, { imports }]) =>
    imports.some(
      ({ path, kind }) =>
        kind === 'import-statement' && [builtin, `node:${builtin}`].includes(path),
    ),
  );
  expect(importers.map(([chunk]) => chunk)).toEqual([]);
  const required = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  expect(required).toContain(`builtin:node:${builtin}`);
});

test('rendering loads nothing of the cluster where it is off', () => {
  const loaded = loadedWith(chunkOf('plugin/run-stream.ts'));
  expect(chunkOf('plugin/cluster/client.ts')).not.toBe('');
  expect(loaded.filter((source) => /plugin\/cluster|k8s\/kubeconfig/.test(source))).toEqual([]);
});

describe('alone in a folder', () => {
  const command = join(folder, 'eso-render.mjs');

  test('it renders, without a package beside it', async () => {
    const input = readFileSync(
      resolve(import.meta.dirname, 'golden/template-action/input.yaml'),
      'utf8',
    );
    expect(await must([process.execPath, command], { cwd: folder, input })).toContain(
      'kind: Secret',
    );
  });

  test('it opens AWS from there', async () => {
    const input = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: s}
spec: {provider: {aws: {service: SecretsManager, region: eu-west-1}}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: e}
spec:
  secretStoreRef: {name: s}
  data: [{secretKey: a, remoteRef: {key: k}}]
`;
    const { code, stdout, stderr } = await run(
      [process.execPath, command, '--no-ambient-credentials'],
      { cwd: folder, input },
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^error CREDENTIALS ExternalSecret default\/e .*the use of the environment's own identity is not allowed\n$/,
    );
  });

  test('an old Node is told so in one line', async () => {
    const pretend = "Object.defineProperty(process.versions, 'node', { value: '18.20.4' })";
    const { code, stdout, stderr } = await run([
      process.execPath,
      '--import',
      `data:text/javascript,${encodeURIComponent(pretend)}`,
      command,
    ]);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: 'eso-render: Node 18.20.4 is too old: 20 or newer is needed\n',
    });
  });

  test('what a user can do wrong has no stack', async () => {
    const { code, stderr } = await run([process.execPath, command, 'no-such-file.yaml'], {
      cwd: folder,
    });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'eso-render: cannot read "no-such-file.yaml": it does not exist\n',
    });
  });
});
