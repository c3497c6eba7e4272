// Tests ExternalSecrets in a functionConfig: their Secrets are added to the items, as a generator of kustomize makes them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseCommand } from '../../plugin/cli.ts';
import type { RunOutcome } from '../../plugin/outcome.ts';
import { runResourceList } from '../../plugin/run-resource-list.ts';

type Item = {
  readonly kind: string;
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
};
type List = { readonly items: readonly Item[] };

const hash = { 'kustomize.config.k8s.io/needs-hash': 'true' };
const externalSecret = {
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: 'db', annotations: hash },
  spec: {
    secretStoreRef: { name: 'store' },
    data: [{ secretKey: 'a', remoteRef: { key: 'k' } }],
  },
};
const store = {
  apiVersion: 'external-secrets.io/v1',
  kind: 'SecretStore',
  metadata: { name: 'store' },
  spec: { provider: { fake: { data: [{ key: 'k', value: 'v' }] } } },
};
const config = {
  apiVersion: 'eso-render.dev/v1alpha1',
  kind: 'RenderConfig',
  metadata: { name: 'render' },
  spec: { stores: [store], externalSecrets: [externalSecret] },
};

async function answered(
  given: object,
  args: readonly string[] = [],
): Promise<RunOutcome & { readonly list: List }> {
  const list = { apiVersion: 'config.kubernetes.io/v1', kind: 'ResourceList', ...given };
  const command = parseCommand(args);
  if (!('input' in command)) throw new Error('no command with an input');
  const outcome = await runResourceList(Buffer.from(stringify(list)), command, {});
  return { ...outcome, list: parse(Buffer.from(outcome.stdout).toString()) as List };
}

const plain = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'plain' } };
const ofKustomize = {
  ...plain,
  metadata: { name: 'plain', annotations: { 'kustomize.config.k8s.io/id': 'x' } },
};

test.each<{ reason: string; given: object; kinds: readonly string[] }>([
  {
    reason: 'as kustomize calls a generator: the configuration is the only item, and stays an item',
    given: { items: [config], functionConfig: config },
    kinds: ['RenderConfig', 'Secret'],
  },
  {
    reason: 'behind other items',
    given: { items: [plain], functionConfig: config },
    kinds: ['ConfigMap', 'Secret'],
  },
  { reason: 'to an empty list', given: { items: [], functionConfig: config }, kinds: ['Secret'] },
  { reason: 'to no list at all', given: { functionConfig: config }, kinds: ['Secret'] },
])('added $reason', async ({ given, kinds }) => {
  const { exitCode, stderr, list } = await answered(given);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(list.items.map(({ kind }) => kind)).toEqual(kinds);
  expect(list.items.at(-1)?.metadata.annotations).toEqual(hash);
});

test('a transformer of kustomize asks for the hash in its own way', async () => {
  const { list } = await answered({ items: [ofKustomize], functionConfig: config });
  expect(list.items.at(-1)?.metadata.annotations).toEqual({
    'internal.config.kubernetes.io/needsHashSuffix': 'enabled',
  });
});

test('a Secret that is there already is not replaced without a word', async () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' } };
  const { exitCode, stderr, list } = await answered({ items: [secret], functionConfig: config });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^error CONFLICT ExternalSecret default\/db \(functionConfig, line \d+\): /u,
  );
  expect(list.items.map(({ kind }) => kind)).toEqual(['Secret']);
});

test('CreateOrMerge makes the Secret and, with that of the run before among the items, the same one again', async () => {
  const own = { ...externalSecret.spec, target: { creationPolicy: 'CreateOrMerge' } };
  const externalSecrets = [{ ...externalSecret, spec: own }];
  const functionConfig = { ...config, spec: { ...config.spec, externalSecrets } };
  const first = await answered({ items: [plain], functionConfig });
  const second = await answered({ items: first.list.items, functionConfig });
  expect(first.list.items.map(({ kind }) => kind)).toEqual(['ConfigMap', 'Secret']);
  expect(second).toMatchObject({ exitCode: 0, stderr: '' });
  expect(second.list.items).toEqual(first.list.items);
});

test('they are checked as those of the items are', async () => {
  const wrong = { ...externalSecret, spec: { ...externalSecret.spec, stor: {} } };
  const given = { functionConfig: { ...config, spec: { externalSecrets: [wrong] } } };
  const { exitCode, stderr } = await answered(given, ['validate']);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^error SCHEMA ExternalSecret default\/db \(functionConfig, line \d+\) spec\.stor: /u,
  );
});

test('in a configuration file they are refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'generator-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'config.yaml'), stringify(config));
  const args = ['--config', join(folder, 'config.yaml')];
  const { exitCode, stderr } = await answered({ items: [plain] }, args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('spec.externalSecrets stands in a functionConfig only');
});
