// Tests where the texts of templateFrom come from: the input in all its forms, and a folder of the operator's. The cluster has its own suite.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { run } from '../../plugin/run.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

type Files = Readonly<Record<string, string>>;

function scratch(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'template-sources-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

type Plain = Readonly<Record<string, unknown>>;

const store: Plain = {
  apiVersion: 'external-secrets.io/v1',
  kind: 'SecretStore',
  metadata: { name: 'fake', namespace: 'shop' },
  spec: { provider: { fake: { data: [{ key: 'k', value: 'ada' }] } } },
};

function externalSecret(templateFrom: Plain): Plain {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'es', namespace: 'shop' },
    spec: {
      secretStoreRef: { name: 'fake' },
      target: { template: { templateFrom: [templateFrom] } },
      data: [{ secretKey: 'user', remoteRef: { key: 'k' } }],
    },
  };
}

const items = [{ key: 'text' }];
const fromConfigMap = externalSecret({ configMap: { name: 'texts', items } });
const fromSecret = externalSecret({ secret: { name: 'texts', items } });

function configMap(text: string, namespace = 'shop'): Plain {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'texts', namespace },
    data: { text },
  };
}

const secret: Plain = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'texts', namespace: 'shop' },
  data: { text: Buffer.from('base64 {{ .user }}').toString('base64') },
};

function stream(...objects: readonly Plain[]): string {
  return objects.map((object) => `---\n${JSON.stringify(object)}\n`).join('');
}

/** What the ExternalSecret has made of its template. */
function textIn(stdout: string | Uint8Array): string | undefined {
  const made = parseAllDocuments(Buffer.from(stdout).toString())
    .map((document) => document.toJS() as unknown)
    .flatMap((value) => {
      const plain = value as { items?: unknown[] };
      return plain.items ?? [value];
    })
    .find((value) => (value as { metadata: { name: string } }).metadata.name === 'es') as
    | { data: { text?: string } }
    | undefined;
  return Buffer.from(made?.data.text ?? '', 'base64').toString();
}

test.each<{ reason: string; files: Files; args?: readonly string[]; text: string }>([
  {
    reason: 'a ConfigMap of the stream',
    files: { 'in/a.yaml': stream(store, fromConfigMap, configMap('for {{ .user }}')) },
    text: 'for ada',
  },
  {
    reason: 'one that stands in front',
    files: { 'in/a.yaml': stream(configMap('for {{ .user }}'), store, fromConfigMap) },
    text: 'for ada',
  },
  {
    reason: 'a Secret of the stream',
    files: { 'in/a.yaml': stream(store, fromSecret, secret) },
    text: 'base64 ada',
  },
  {
    reason: 'stringData wins over data',
    files: {
      'in/a.yaml': stream(store, fromSecret, {
        ...secret,
        stringData: { text: 'plain {{ .user }}' },
      }),
    },
    text: 'plain ada',
  },
  {
    reason: 'another file of the folder',
    files: {
      'in/z.yaml': stream(configMap('for {{ .user }}')),
      'in/a.yaml': stream(store, fromConfigMap),
    },
    text: 'for ada',
  },
  {
    reason: 'an item of a List',
    files: {
      'in/a.yaml': stream(store, fromConfigMap, {
        apiVersion: 'v1',
        kind: 'List',
        items: [configMap('for {{ .user }}')],
      }),
    },
    text: 'for ada',
  },
  {
    reason: 'the folder of the operator',
    files: {
      'in/a.yaml': stream(store, fromConfigMap),
      'texts/shop/texts/text': 'mounted {{ .user }}',
    },
    args: ['--templates-directory', 'texts'],
    text: 'mounted ada',
  },
  {
    reason: 'a Secret in it',
    files: {
      'in/a.yaml': stream(store, fromSecret),
      'texts/shop/texts/text': 'mounted {{ .user }}',
    },
    args: ['--templates-directory', 'texts'],
    text: 'mounted ada',
  },
  {
    reason: 'the input comes first',
    files: {
      'in/a.yaml': stream(store, fromConfigMap, configMap('for {{ .user }}')),
      'texts/shop/texts/text': 'mounted',
    },
    args: ['--templates-directory', 'texts'],
    text: 'for ada',
  },
])('$reason', async ({ files, args = [], text }) => {
  const folder = scratch(files);
  const inFolder = args.map((arg) => (arg.startsWith('-') ? arg : join(folder, arg)));
  const { stdout, stderr, exitCode } = await run([join(folder, 'in'), ...inFolder], {});
  expect({ exitCode, stderr, text: textIn(stdout) }).toEqual({
    exitCode: 0,
    stderr: '',
    text,
  });
});

test.each<{
  reason: string;
  templateFrom: Plain;
  files: Files;
  args?: readonly string[];
  says: string;
}>([
  {
    reason: 'nowhere',
    templateFrom: { configMap: { name: 'texts', items } },
    files: {},
    says: 'configMap "texts" not found: it must be in the input',
  },
  {
    reason: 'another namespace',
    templateFrom: { configMap: { name: 'texts', items } },
    files: { 'in/b.yaml': stream(configMap('x', 'other')) },
    says: 'configMap "texts" not found',
  },
  {
    reason: 'the other kind',
    templateFrom: { secret: { name: 'texts', items } },
    files: { 'in/b.yaml': stream(configMap('x')) },
    says: 'secret "texts" not found',
  },
  {
    reason: 'another key',
    templateFrom: { configMap: { name: 'texts', items: [{ key: 'other' }] } },
    files: { 'in/b.yaml': stream(configMap('x')) },
    says: 'error in configMap texts: missing key other',
  },
  {
    reason: 'no credential of a store',
    templateFrom: { secret: { name: 'texts', items } },
    files: { 'texts/shop/texts/text': 'token' },
    args: ['--secrets-directory', 'texts'],
    says: 'secret "texts" not found',
  },
  {
    reason: 'no way out of the folder',
    templateFrom: { secret: { name: 'texts', items: [{ key: '..' }] } },
    files: { 'texts/shop/texts/text': 'x' },
    args: ['--templates-directory', 'texts'],
    says: 'error in secret texts: missing key ..',
  },
])('$reason', async ({ templateFrom, files, args = [], says }) => {
  const folder = scratch({ 'in/a.yaml': stream(store, externalSecret(templateFrom)), ...files });
  const inFolder = args.map((arg) => (arg.startsWith('-') ? arg : join(folder, arg)));
  const { stdout, stderr, exitCode } = await run([join(folder, 'in'), ...inFolder], {});
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain(says);
});
