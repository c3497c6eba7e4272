// Tests the ResourceList as a host: items in, the same list with edits, annotations of the host and results out.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { openResourceList } from '../../../plugin/hosts/resource-list.ts';
import type { SecretObject } from '../../../plugin/k8s/secret.ts';
import type { Edit, Manifest } from '../../../plugin/manifest.ts';
import type { Result } from '../../../plugin/results.ts';
import { SecretBytes } from '../../../plugin/secret-bytes.ts';

type Annotations = Readonly<Record<string, string>>;
type Item = {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Annotations };
};
type List = {
  readonly items: readonly Item[];
  readonly results?: readonly unknown[];
  readonly functionConfig?: unknown;
};

const internal = 'internal.config.kubernetes.io';
const head = 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n';
const noEdits: ReadonlyMap<Manifest, Edit> = new Map();

function secret(name: string, annotations: Annotations = {}): SecretObject {
  return {
    metadata: { name, namespace: 'shop', annotations },
    data: new Map([['k', SecretBytes.ofText('v')]]),
  };
}

function externalSecret(name: string, annotations: Annotations = {}): object {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace: 'shop', annotations },
  };
}

function listOf(...items: readonly object[]): Buffer {
  return Buffer.from(head + stringify({ items }));
}

/** The list after its first item is replaced. */
function replaced(list: Buffer, ...objects: readonly SecretObject[]): List {
  const source = openResourceList(list);
  const [first] = source.manifests;
  if (first === undefined) throw new Error('no manifest');
  return parse(
    Buffer.from(source.emit(new Map([[first, { kind: 'replace', objects }]]))).toString(),
  ) as List;
}

function annotationsOf(list: List): readonly (Annotations | undefined)[] {
  return list.items.map(({ metadata }) => metadata.annotations);
}

describe('what stays', () => {
  const odd = `# kept
apiVersion: config.kubernetes.io/v1beta1
kind: ResourceList   # kept
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {on: 'off', n: "0123"}}
  # before b
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: b}
    big: 9007199254740993
    octal: 0123 # kept
functionConfig: {kind: ConfigMap}
`;

  test.each([
    { reason: 'block style with comments', text: odd },
    { reason: 'line ends of Windows', text: odd.replaceAll('\n', '\r\n') },
    { reason: 'a byte order mark', text: `\uFEFF${odd}` },
    {
      reason: 'JSON',
      text: '{"kind":"ResourceList","apiVersion":"config.kubernetes.io/v1","items":[{"kind":"A", "n":1.50}]}',
    },
    { reason: 'an empty list', text: `${head}items: []\n` },
  ])('byte for byte without edits and results: $reason', ({ text }) => {
    expect(
      Buffer.from(openResourceList(Buffer.from(text)).emitWithResults(noEdits, [])).toString(),
    ).toBe(text);
  });

  test('everything around a replaced item and a dropped one', () => {
    const text = odd.replace('  # before b\n', '  - {kind: Old}\n  # before b\n  - kind: Gone\n');
    const source = openResourceList(Buffer.from(text));
    const [, old, gone] = source.manifests;
    const edits = new Map<Manifest, Edit>();
    if (old !== undefined) edits.set(old, { kind: 'replace', objects: [secret('s')] });
    if (gone !== undefined) edits.set(gone, { kind: 'drop' });
    const [before = '', after = ''] = Buffer.from(source.emit(edits))
      .toString()
      .split(/ {2}- apiVersion: v1\n {4}kind: Secret\n[^]*k: .*\n/u);
    expect(before + after).toBe(odd);
  });

  test('any items, whatever they are, in their order', () => {
    const item = fc.record({
      kind: fc.string(),
      metadata: fc.record({ name: fc.string() }),
      data: fc.dictionary(fc.string(), fc.string()),
    });
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const bytes = Buffer.from(
          JSON.stringify({ apiVersion: 'config.kubernetes.io/v1', kind: 'ResourceList', items }),
        );
        const source = openResourceList(bytes);
        expect(source.problems).toEqual([]);
        expect(source.manifests).toHaveLength(items.length);
        expect(Buffer.from(source.emit(noEdits))).toEqual(bytes);
      }),
    );
  });
});

describe('the annotations of the host', () => {
  const kpt = {
    'config.k8s.io/id': '3',
    'config.kubernetes.io/index': '1',
    'config.kubernetes.io/path': 'app.yaml',
    [`${internal}/id`]: '3',
    [`${internal}/index`]: '1',
    [`${internal}/package-path`]: '/work/pkg',
    [`${internal}/path`]: 'app.yaml',
    [`${internal}/seqindent`]: 'wide',
  };
  const history = {
    [`${internal}/prefixes`]: 'pre-',
    [`${internal}/previousKinds`]: 'ExternalSecret,ExternalSecret',
    [`${internal}/previousNames`]: 'db,db',
    [`${internal}/previousNamespaces`]: 'default,shop',
    'kustomize.config.k8s.io/id': 'group: external-secrets.io\n',
  };

  test('go to the Secret, beside its own', () => {
    const list = replaced(
      listOf(externalSecret('db', { ...kpt, team: 'a' })),
      secret('db', { own: 'x' }),
    );
    expect(annotationsOf(list)).toEqual([{ ...kpt, own: 'x' }]);
  });

  test('go to the first of several only, and those that were copied with the metadata leave the others', () => {
    const copied = { ...kpt, team: 'a' };
    const list = replaced(
      listOf(externalSecret('db', copied)),
      secret('db', copied),
      secret('db-2', copied),
    );
    expect(annotationsOf(list)).toEqual([copied, { team: 'a' }]);
  });

  test('a Secret called like its ExternalSecret keeps the history of names, as a Secret', () => {
    const list = replaced(listOf(externalSecret('pre-db', history)), secret('pre-db'));
    expect(annotationsOf(list)).toEqual([
      { ...history, [`${internal}/previousKinds`]: 'Secret,Secret' },
    ]);
  });

  test.each([
    { reason: 'a name of its own', name: 'creds', annotations: history },
    {
      reason: 'a history that is not whole',
      name: 'pre-db',
      annotations: { ...history, [`${internal}/previousNames`]: undefined },
    },
  ])('no history for $reason', ({ name, annotations }) => {
    const list = replaced(
      listOf(externalSecret('pre-db', JSON.parse(JSON.stringify(annotations)) as Annotations)),
      secret(name),
    );
    expect(annotationsOf(list)).toEqual([
      {
        [`${internal}/prefixes`]: 'pre-',
        'kustomize.config.k8s.io/id': history['kustomize.config.k8s.io/id'],
      },
    ]);
  });

  test.each([
    {
      reason: 'in a transformer of kustomize',
      annotations: { 'kustomize.config.k8s.io/id': 'x' },
      asked: 'true',
      hash: 'enabled',
    },
    {
      reason: 'not asked for',
      annotations: { 'kustomize.config.k8s.io/id': 'x' },
      asked: 'false',
      hash: undefined,
    },
    { reason: 'not in kustomize', annotations: {}, asked: 'true', hash: undefined },
  ])('the hash in the name: $reason', ({ annotations, asked, hash }) => {
    const needsHash = { 'kustomize.config.k8s.io/needs-hash': asked };
    const [found] = annotationsOf(
      replaced(listOf(externalSecret('db', annotations)), secret('db', needsHash)),
    );
    expect(found?.[`${internal}/needsHashSuffix`]).toBe(hash);
    expect(found?.['kustomize.config.k8s.io/needs-hash']).toBe(
      hash === undefined ? asked : undefined,
    );
  });

  test('names that every JavaScript object has are names like others', () => {
    const own = { constructor: 'x', toString: 'y' };
    expect(annotationsOf(replaced(listOf(externalSecret('db', kpt)), secret('db', own)))).toEqual([
      { ...kpt, ...own },
    ]);
  });
});

describe('functionConfig', () => {
  const config = {
    apiVersion: 'eso-render.dev/v1alpha1',
    kind: 'RenderConfig',
    metadata: { name: 'render' },
  };

  test('is a manifest with its place', () => {
    const { functionConfig } = openResourceList(
      Buffer.from(`${head}items: []\nfunctionConfig:\n  kind: RenderConfig\n  spec: {}\n`),
    );
    expect(functionConfig?.value).toEqual({ kind: 'RenderConfig', spec: {} });
    expect(functionConfig?.locate(['spec'])).toEqual({ document: 1, line: 6, column: 3 });
  });

  test.each([
    { reason: 'absent', text: 'items: []\n' },
    { reason: 'null', text: 'items: []\nfunctionConfig: null\n' },
  ])('may be $reason', ({ text }) => {
    expect(openResourceList(Buffer.from(head + text)).functionConfig).toBeUndefined();
  });

  test('as an item, as of a generator and in kpt, it is no manifest and stays', () => {
    const item = {
      ...config,
      metadata: { ...config.metadata, annotations: { [`${internal}/id`]: '1' } },
    };
    const other = { ...config, metadata: { name: 'other' } };
    const bytes = Buffer.from(head + stringify({ items: [item, other], functionConfig: config }));
    const source = openResourceList(bytes);
    expect(source.manifests.map(({ value }) => value)).toEqual([other]);
    expect(Buffer.from(source.emit(noEdits))).toEqual(bytes);
  });
});

describe('results', () => {
  const finding: Result = {
    code: 'NOT_FOUND',
    severity: 'error',
    message: '"prod/db" does not exist\n',
    object: {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      namespace: 'shop',
      name: 'db',
    },
    place: { document: 1, item: 0, line: 7, column: 3 },
    field: 'spec.data[0].remoteRef.key',
  };
  const inFile = { [`${internal}/path`]: 'app/db.yaml', [`${internal}/index`]: '2' };

  function resultsOf(bytes: Buffer, ...results: readonly Result[]): readonly unknown[] | undefined {
    return (
      parse(
        Buffer.from(openResourceList(bytes).emitWithResults(noEdits, results)).toString(),
      ) as List
    ).results;
  }

  /** As the result of a finding about the first item. */
  function resultOf(bytes: Buffer): unknown {
    const place = openResourceList(bytes).manifests[0]?.locate(['spec']);
    return resultsOf(bytes, { ...finding, ...(place === undefined ? {} : { place }) })?.[0];
  }

  test('name object, field, file and code', () => {
    expect(resultOf(listOf(externalSecret('db', inFile)))).toEqual({
      message: finding.message,
      severity: 'error',
      resourceRef: finding.object,
      field: { path: finding.field },
      file: { path: 'app/db.yaml', index: 2 },
      tags: { code: 'NOT_FOUND' },
    });
  });

  test.each([
    {
      reason: 'the older annotations',
      annotations: { 'config.kubernetes.io/path': 'a.yaml' },
      file: { path: 'a.yaml', index: 0 },
    },
    { reason: 'a host that knows no files', annotations: {}, file: undefined },
  ])('the file by $reason', ({ annotations, file }) => {
    const result = resultOf(listOf(externalSecret('db', annotations)));
    expect((result as { readonly file?: unknown }).file).toEqual(file);
  });

  test('hold what is known and no more', () => {
    const bare: Result = { code: 'INPUT', severity: 'warning', message: 'odd' };
    expect(resultsOf(listOf(), bare)).toEqual([
      { message: 'odd', severity: 'warning', tags: { code: 'INPUT' } },
    ]);
  });

  test.each([
    { reason: 'others take their place', results: [finding], count: 1 },
    { reason: 'none leave none', results: [], count: 0 },
  ])('of the function before go: $reason', ({ results, count }) => {
    const bytes = Buffer.from(`${head}results:\n- message: old\nitems: []\n`);
    expect(resultsOf(bytes, ...results)).toHaveLength(count);
  });

  test('say the same once', () => {
    expect(
      resultsOf(
        listOf(externalSecret('db')),
        finding,
        { ...finding },
        { ...finding, code: 'VALUE' },
      ),
    ).toHaveLength(2);
  });

  test('stand beside edits, in JSON too', () => {
    const text = `{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[${JSON.stringify(externalSecret('db', inFile))},{"kind":"A", "n":1.50}]}`;
    const source = openResourceList(Buffer.from(text));
    const [first] = source.manifests;
    const edits = new Map<Manifest, Edit>(
      first === undefined ? [] : [[first, { kind: 'replace', objects: [secret('db')] }]],
    );
    const output = Buffer.from(source.emitWithResults(edits, [finding])).toString();
    const list = JSON.parse(output) as List;
    expect(list.items.map(({ kind }) => kind)).toEqual(['Secret', 'A']);
    expect(list.results).toHaveLength(1);
    expect(output).toContain('{"kind":"A", "n":1.50}');
  });
});

describe('what is broken', () => {
  function problemsOf(bytes: Uint8Array): readonly string[] {
    return openResourceList(bytes).problems.map(
      ({ code, place, message }) => `${code} ${place?.line ?? '-'} ${message}`,
    );
  }

  test.each([
    {
      reason: 'items is not a list',
      items: 'items: {a: b}\n',
      problem: 'SCHEMA 3 items of a ResourceList is a list',
    },
    {
      reason: 'an item is not an object',
      items: 'items:\n- kind: A\n- text\n',
      problem: 'SCHEMA 5 an item of a ResourceList is an object',
    },
    {
      reason: 'an item is null',
      items: 'items:\n-\n- kind: A\n',
      problem: 'SCHEMA 4 an item of a ResourceList is an object',
    },
  ])('is answered with itself and the finding: $reason', ({ items, problem }) => {
    const bytes = Buffer.from(head + items);
    const source = openResourceList(bytes);
    const answer = Buffer.from(source.emitWithResults(noEdits, source.problems)).toString();
    expect(problemsOf(bytes)).toEqual([problem]);
    expect(answer.startsWith(head + items)).toBe(true);
    expect((parse(answer) as List).results).toHaveLength(1);
  });

  test.each(['', 'items:\n', 'items: null\n'])('no items are an empty list: %j', (items) => {
    const answer = parse(
      Buffer.from(openResourceList(Buffer.from(head + items)).emit(noEdits)).toString(),
    ) as List;
    expect(answer.items).toEqual([]);
  });

  test.each([
    { reason: 'no YAML', bytes: Buffer.from(`${head}items: [\n- canary: }`) },
    { reason: 'a key twice', bytes: Buffer.from(`${head}items:\n- {canary: 1, canary: 2}\n`) },
    { reason: 'no UTF-8', bytes: Buffer.from([...Buffer.from(`${head}items: # canary `), 0xff]) },
  ])('has no answer, and a finding that quotes no value: $reason', ({ bytes }) => {
    const source = openResourceList(bytes);
    expect(problemsOf(bytes).join('\n')).toMatch(/^SYNTAX /u);
    expect(source.emitWithResults(noEdits, source.problems)).toHaveLength(0);
    expect(source.manifests).toEqual([]);
  });
});
