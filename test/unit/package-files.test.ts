// Tests that no Secret is answered to a host which writes it into files, unless the user says that it may.
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseCommand } from '../../plugin/cli.ts';
import type { RunOutcome } from '../../plugin/outcome.ts';
import { runResourceList } from '../../plugin/run-resource-list.ts';

/** As kpt has it: nothing is known of what becomes of the answer. */
const inContainer = { STRUCTURED_RESULTS: 'true', LOG_TO_STDERR: 'true' };

type List = {
  readonly items: readonly { readonly kind: string }[];
  readonly results?: readonly unknown[];
};

const store = {
  apiVersion: 'external-secrets.io/v1',
  kind: 'SecretStore',
  metadata: { name: 'store', namespace: 'shop' },
  spec: { provider: { fake: { data: [{ key: 'k', value: 'v' }] } } },
};

function externalSecret(name: string, target: object = {}): object {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace: 'shop' },
    spec: {
      secretStoreRef: { name: 'store' },
      target,
      data: [{ secretKey: 'a', remoteRef: { key: 'k' } }],
    },
  };
}

/** The object as kpt sends one that it has read from a file. */
function inFile(object: object, prefix = 'internal.config.kubernetes.io'): object {
  const metadata = 'metadata' in object ? object.metadata : {};
  const annotations = { [`${prefix}/path`]: 'app/db.yaml', [`${prefix}/index`]: '0' };
  return { ...object, metadata: { ...(metadata as object), annotations } };
}

const functionConfig = (spec: object): object => ({
  apiVersion: 'eso-render.dev/v1alpha1',
  kind: 'RenderConfig',
  spec,
});

async function answered(
  items: readonly object[],
  args: readonly string[] = [],
  config: object = {},
): Promise<RunOutcome & { readonly list: List }> {
  const list = { apiVersion: 'config.kubernetes.io/v1', kind: 'ResourceList', items, ...config };
  const command = parseCommand(args);
  if (!('input' in command)) throw new Error('no command with an input');
  const outcome = await runResourceList(Buffer.from(stringify(list)), command, inContainer);
  return { ...outcome, list: parse(Buffer.from(outcome.stdout).toString()) as List };
}

test.each([
  { reason: 'the annotation of kpt', item: inFile(externalSecret('db')) },
  {
    reason: 'the annotation of the first version of the specification',
    item: inFile(externalSecret('db'), 'config.kubernetes.io'),
  },
])('refused, and nothing read or changed: $reason', async ({ item }) => {
  const { exitCode, stderr, list } = await answered([inFile(store), item]);
  expect(exitCode).toBe(1);
  expect(list.items.map(({ kind }) => kind)).toEqual(['SecretStore', 'ExternalSecret']);
  expect(stderr).toMatch(/^error PLAINTEXT ExternalSecret shop\/db \(.*\): .*app\/db\.yaml/u);
  expect(stderr).toContain('--allow-plaintext');
  expect(list.results).toMatchObject([
    { severity: 'error', file: { path: 'app/db.yaml' }, tags: { code: 'PLAINTEXT' } },
  ]);
});

test('refused where only another item comes from a file: kpt finds a file for what has none', async () => {
  const { stderr } = await answered([inFile(store), externalSecret('db')]);
  expect(stderr).toMatch(/^error PLAINTEXT ExternalSecret shop\/db/u);
});

test('one finding for all of them, beside what else is wrong', async () => {
  const other = externalSecret('other');
  const missing = { ...externalSecret('x'), spec: { secretStoreRef: { name: 'nowhere' } } };
  const { list } = await answered(
    [store, externalSecret('db'), other, missing].map((item) => inFile(item)),
  );
  const codes = (list.results as readonly { readonly tags: { readonly code: string } }[]).map(
    ({ tags }) => tags.code,
  );
  expect(codes.toSorted()).toEqual(['INVALID', 'PLAINTEXT']);
});

test.each<{ reason: string; args?: readonly string[]; config?: object }>([
  { reason: 'by a flag', args: ['--allow-plaintext'] },
  {
    reason: 'by a functionConfig',
    config: { functionConfig: functionConfig({ allowPlaintext: true }) },
  },
  {
    reason: 'by the ConfigMap that kpt makes of key=value',
    config: {
      functionConfig: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'function-input' },
        data: { allowPlaintext: 'true' },
      },
    },
  },
])('allowed $reason', async ({ args, config }) => {
  const { exitCode, stderr, list } = await answered(
    [inFile(store), inFile(externalSecret('db'))],
    args,
    config,
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(list.items.map(({ kind }) => kind)).toEqual(['Secret']);
});

test.each<{ reason: string; items: readonly object[]; args?: readonly string[]; kinds: string[] }>([
  {
    reason: 'no item comes from a file, as in kustomize',
    items: [store, externalSecret('db')],
    kinds: ['Secret'],
  },
  {
    reason: 'a validator writes nothing',
    items: [inFile(store), inFile(externalSecret('db'))],
    args: ['validate'],
    kinds: ['SecretStore', 'ExternalSecret'],
  },
  {
    reason: 'creationPolicy None makes no Secret',
    items: [inFile(store), inFile(externalSecret('db', { creationPolicy: 'None' }))],
    kinds: [],
  },
  {
    reason: 'a package that has no ExternalSecret',
    items: [inFile({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'own' } })],
    kinds: ['Secret'],
  },
])('not asked for: $reason', async ({ items, args, kinds }) => {
  const { exitCode, list } = await answered(items, args);
  expect(exitCode).toBe(0);
  expect(list.items.map(({ kind }) => kind)).toEqual(kinds);
});
