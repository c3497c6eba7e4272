// Makes specs of ExternalSecrets: what is read, how it is decoded and named, and what becomes of it.
import * as fc from 'fast-check';

export type Spec = Readonly<Record<string, unknown>>;

/** What there is to read in a store. */
export type Names = {
  readonly keys: readonly string[];
  readonly properties: readonly string[];
  readonly versions: readonly string[];
  /** May be asked for with metadataPolicy Fetch. */
  readonly metadata: boolean;
  readonly finds: fc.Arbitrary<Spec>;
};

const conversionStrategy = fc.constantFrom('Default', 'Unicode');
const decodingStrategy = fc.constantFrom('None', 'Auto', 'Auto', 'Base64', 'Base64URL');

function often<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined, freq: 1 });
}

function sometimes<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: value },
  );
}

function rarely<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: value },
  );
}

function remoteRef({ keys, properties, versions, metadata }: Names): fc.Arbitrary<Spec> {
  return fc.record({
    key: fc.constantFrom(...keys),
    property: often(fc.constantFrom(...properties)),
    version: rarely(fc.constantFrom(...versions)),
    metadataPolicy: rarely(fc.constantFrom('None', ...(metadata ? ['Fetch'] : []))),
    decodingStrategy: rarely(decodingStrategy),
    conversionStrategy: sometimes(conversionStrategy),
  });
}

const rewriteStep = fc.constantFrom<Spec>(
  { regexp: { source: '[^a-zA-Z0-9._-]', target: '_' } },
  { regexp: { source: '^.*/', target: '' } },
  { regexp: { source: '(?P<first>[a-z]+)/(.*)', target: '${first}-$2' } },
  { regexp: { source: 'a', target: '$1x' } },
  { regexp: { source: '(', target: '' } },
  { transform: { template: '{{ .value | upper }}' } },
  { transform: { template: 'x-{{ .value | replace "/" "." }}' } },
  { transform: { template: '{{ .nothing }}' } },
  { transform: { template: '{{ .value ' } },
);

const rewrite = fc.array(rewriteStep, { minLength: 1, maxLength: 2 });

const template = fc.record({
  type: rarely(fc.constantFrom('Opaque', 'example.com/type')),
  mergePolicy: sometimes(fc.constantFrom('Replace', 'Merge')),
  metadata: sometimes(
    fc.constantFrom<Spec>(
      { labels: { size: '{{ len . }}' } },
      { annotations: { keys: '{{ range $k, $v := . }}{{ $k }},{{ end }}' } },
      { annotations: { missing: '{{ .nothing }}' } },
    ),
  ),
  data: sometimes(
    fc.constantFrom<Spec>(
      { text: 'static' },
      { all: '{{ range $k, $v := . }}{{ $k }}={{ $v | b64enc }};{{ end }}' },
      { k0: 'before {{ .k0 }}' },
      { missing: '{{ index . "nothing" }}' },
    ),
  ),
  templateFrom: sometimes(
    fc.constantFrom<readonly Spec[]>(
      [{ literal: 'a: 1\nb: yes\nc: 1.50\nd: null\n', target: 'Data' }],
      [{ literal: 'size: "{{ len . }}"', target: 'Labels' }],
      [{ literal: '- list' }],
      [{ literal: 'k0: later' }, { literal: 'k0: last', target: 'Annotations' }],
    ),
  ),
});

const target = fc.record({
  name: rarely(fc.constant('other')),
  creationPolicy: rarely(fc.constantFrom('Owner', 'Orphan', 'Merge', 'None')),
  deletionPolicy: sometimes(fc.constantFrom('Retain', 'Delete', 'Merge')),
  immutable: rarely(fc.boolean()),
  template: rarely(template),
});

/** Of an ExternalSecret whose store is called `store`. */
export function externalSecretSpec(names: Names): fc.Arbitrary<Spec> {
  const ref = remoteRef(names);
  const data = fc
    .array(ref, { minLength: 1, maxLength: 3 })
    .map((refs) => refs.map((one, i) => ({ secretKey: `k${i}`, remoteRef: one })));
  const from = fc.oneof(
    fc.record({ extract: ref, rewrite: rarely(rewrite) }),
    fc.record({ find: names.finds, rewrite: often(rewrite) }),
  );
  const dataFrom = fc.array(from, { minLength: 1, maxLength: 2 });
  return fc.record({
    secretStoreRef: fc.constantFrom<Spec>(
      { name: 'store' },
      { name: 'store', kind: 'SecretStore' },
    ),
    data: often(data),
    dataFrom: sometimes(dataFrom),
    target: sometimes(target),
  });
}

/** `find` by one of the patterns, with the rest of its fields at times. */
export function findByName(
  patterns: readonly string[],
  paths: readonly string[],
): fc.Arbitrary<Spec> {
  return fc.record({
    name: fc.constantFrom<Spec>({}, ...patterns.map((regexp) => ({ regexp }))),
    path: paths.length === 0 ? fc.constant(undefined) : rarely(fc.constantFrom(...paths)),
    conversionStrategy: sometimes(conversionStrategy),
    decodingStrategy: rarely(decodingStrategy),
  });
}

/** `find` by tags, or by nothing at all. */
export function findByTags(all: readonly Spec[], paths: readonly string[]): fc.Arbitrary<Spec> {
  return fc.record({
    tags: fc.constantFrom(undefined, ...all),
    path: rarely(fc.constantFrom(...paths)),
    conversionStrategy: sometimes(conversionStrategy),
    decodingStrategy: rarely(decodingStrategy),
  });
}
