// Tests the operator's use of templates, rule by rule: what of a Secret comes from where, and which of two wins.
import { describe, expect, test } from 'vitest';
import { buildSecret, type BuildInput } from '../../../plugin/eso/build.ts';
import { goTemplateEngine } from '../../../plugin/eso/go-template.ts';
import type { SecretMap } from '../../../plugin/eso/keys.ts';
import type { Target, Template, TemplateFrom } from '../../../plugin/eso/types.ts';
import { SecretBytes } from '../../../plugin/secret-bytes.ts';

type Texts = Readonly<Record<string, string>>;

function bytes(texts: Texts): SecretMap {
  return new Map(Object.entries(texts).map(([key, text]) => [key, SecretBytes.ofText(text)]));
}

/** A byte for each character, so that what is not UTF-8 can be seen. */
function latin1(map: SecretMap): Texts {
  return Object.fromEntries(
    [...map].map(([key, value]) => [key, Buffer.from(value.reveal()).toString('latin1')]),
  );
}

type Given = {
  readonly template?: Partial<Template>;
  readonly target?: Partial<Target>;
  readonly data?: SecretMap;
  readonly base?: BuildInput['base'];
};

const provided = bytes({ user: 'ada', port: '5432', 'a-b': 'dashed', doc: '{"k": "v"}' });

const configMaps: Readonly<Record<string, SecretMap>> = {
  broken: bytes({ text: 'a: {{ uper .user }}' }),
  values: bytes({ one: 'from {{ .user }}', two: '{{ .port }}', pairs: '{{ .user }}: {{ .port }}' }),
};
const secrets: Readonly<Record<string, SecretMap>> = {
  broken: bytes({ text: 'a: {{ uper .user }}' }),
  values: bytes({ one: 'secret {{ .user }}', pairs: 'fromSecret: {{ .port }}' }),
  binary: new Map([
    ['plain', new SecretBytes(Buffer.from([0xff, 0x00, 0x7b]))],
    ['action', new SecretBytes(Buffer.concat([Buffer.from([0xfe]), Buffer.from('{{ .user }}')]))],
  ]),
};

function build({ template, target, data = provided, base }: Given): ReturnType<typeof buildSecret> {
  return buildSecret({
    task: {
      subject: {
        object: { apiVersion: 'v1', kind: 'ExternalSecret', name: 'es' },
        manifest: { value: {}, locate: () => ({ document: 1, line: 1, column: 1 }) },
      },
      externalSecret: {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { name: 'es', labels: { own: 'x' }, annotations: { own: 'y' } },
        spec: {
          target: {
            creationPolicy: 'Owner',
            deletionPolicy: 'Retain',
            ...target,
            ...(template === undefined
              ? {}
              : { template: { engineVersion: 'v2', mergePolicy: 'Replace', ...template } }),
          },
        },
      },
      specPath: ['spec'],
      namespace: { name: 'default', known: false, labels: {} },
    },
    data,
    sources: {
      configMap: (name) => configMaps[name],
      secret: (name) => secrets[name],
      absence: '',
    },
    renderText: goTemplateEngine(new Map()),
    ...(base === undefined ? {} : { base }),
  });
}

function made(given: Given): {
  readonly data: Texts;
  readonly labels: Texts | undefined;
  readonly annotations: Texts | undefined;
} {
  const built = build(given);
  if (!built.ok) throw new Error(built.findings.map(({ message }) => message).join('\n'));
  const { data, metadata } = built.object;
  return { data: latin1(data), labels: metadata.labels, annotations: metadata.annotations };
}

const literal = (text: string, more: Partial<TemplateFrom> = {}): TemplateFrom => ({
  target: 'Data',
  literal: text,
  ...more,
});

const item = (key: string, templateAs: 'Values' | 'KeysAndValues' = 'Values') => ({
  key,
  templateAs,
});

describe('data', () => {
  test.each<{ reason: string; given: Given; data: Texts }>([
    {
      reason: 'without a template it is what was provided',
      given: { data: bytes({ a: '{{ x' }) },
      data: { a: '{{ x' },
    },
    {
      reason: 'an empty template changes nothing in it',
      given: { template: {}, data: bytes({ a: 'b' }) },
      data: { a: 'b' },
    },
    {
      reason: 'metadata alone changes nothing in it',
      given: { template: { metadata: { labels: { a: 'b' } } }, data: bytes({ a: 'b' }) },
      data: { a: 'b' },
    },
    {
      reason: 'template.data replaces it',
      given: { template: { data: { x: '{{ .user }}' } } },
      data: { x: 'ada' },
    },
    {
      reason: 'mergePolicy Merge keeps it, and template.data wins',
      given: {
        template: { mergePolicy: 'Merge', data: { port: '1{{ .port }}' } },
        data: bytes({ port: '2', a: 'b' }),
      },
      data: { port: '12', a: 'b' },
    },
    {
      reason: 'the dot is what was provided, whatever the policy',
      given: { template: { data: { user: 'x', again: '{{ .user }}' } } },
      data: { user: 'x', again: 'ada' },
    },
    {
      reason: 'templateFrom for labels alone leaves no data',
      given: { template: { templateFrom: [literal('a: b', { target: 'Labels' })] } },
      data: {},
    },
    {
      reason: 'an element of templateFrom with nothing in it leaves no data',
      given: { template: { templateFrom: [{ target: 'Data' }] } },
      data: {},
    },
    {
      reason: 'later elements win, and template.data over all',
      given: {
        template: {
          data: { c: '3' },
          templateFrom: [literal('{a: 1, b: 1, c: 1}'), literal('{b: 2, c: 2}')],
        },
      },
      data: { a: '1', b: '2', c: '3' },
    },
    {
      reason: 'in one element configMap, secret, literal',
      given: {
        template: {
          templateFrom: [
            {
              target: 'Data',
              literal: 'pairs: literal',
              configMap: {
                name: 'values',
                items: [item('one'), item('two'), item('pairs', 'KeysAndValues')],
              },
              secret: { name: 'values', items: [item('one'), item('pairs', 'KeysAndValues')] },
            },
          ],
        },
      },
      data: { one: 'secret ada', two: '5432', ada: '5432', fromSecret: '5432', pairs: 'literal' },
    },
    {
      reason: 'bytes of a Secret that are not UTF-8 pass',
      given: {
        template: {
          templateFrom: [
            { target: 'Data', secret: { name: 'binary', items: [item('plain'), item('action')] } },
          ],
        },
      },
      data: { plain: '\u00FF\0{', action: '\u00FEada' },
    },
    {
      reason: 'a rendered value is not trimmed',
      given: { template: { data: { x: '\n {{ .user }} \n' } } },
      data: { x: '\n ada \n' },
    },
    {
      reason: 'a key with a dash by index',
      given: { template: { data: { x: '{{ index . "a-b" }}' } } },
      data: { x: 'dashed' },
    },
    {
      reason: 'index of a key that is not there is empty',
      given: { template: { data: { x: '[{{ index . "nope" }}]' } } },
      data: { x: '[]' },
    },
    {
      reason: 'range over the dot is sorted',
      given: { template: { data: { x: '{{ range $k, $v := . }}{{ $k }};{{ end }}' } } },
      data: { x: 'a-b;doc;port;user;' },
    },
    {
      reason: 'the dot as JSON',
      given: { template: { data: { x: '{{ . | toJson }}' } }, data: bytes({ b: '<', a: '1' }) },
      data: { x: String.raw`{"a":"1","b":"\u003c"}` },
    },
    {
      reason: 'nothing rendered is no key under KeysAndValues',
      given: {
        template: { templateFrom: [literal('{{ if false }}a: b{{ end }}'), literal('# comment')] },
      },
      data: {},
    },
    {
      reason: 'numbers and words by YAML 1.1',
      given: {
        template: {
          templateFrom: [
            literal(
              '{a: 1.50, b: 1e3, c: 017, d: 0x1F, e: 2001-01-01, f: yes, g: , h: null, n: 1, 1: x, y: z, i: 1_000, j: 12345678901234567890, k: 0.1234567890123456789, l: 1e6, m: 1.5e-7, o: .inf}',
            ),
          ],
        },
      },
      data: {
        a: '1.5',
        b: '1000',
        c: '15',
        d: '31',
        e: '2001-01-01',
        f: 'true',
        g: '',
        h: '',
        false: '1',
        '1': 'x',
        true: 'z',
        i: '1000',
        j: '12345678901234567890',
        k: '0.12345679',
        l: '1e+06',
        m: '1.5e-07',
        o: '+Inf',
      },
    },
    {
      reason: 'the last of two equal keys, anchors, the first document only',
      given: {
        template: {
          templateFrom: [literal('a: 1\na: &x 2\nb: *x\nc: !!binary aGk=\n---\nd: 3\n')],
        },
      },
      data: { a: '2', b: '2', c: 'hi' },
    },
    {
      reason: 'each value is decoded, not the text',
      given: {
        template: {
          templateFrom: [
            literal('a: {{ .user | b64enc }}\nb: {{ .port | b64enc }}', {
              valuesDecodingStrategy: 'Base64',
            }),
          ],
        },
      },
      data: { a: 'ada', b: '5432' },
    },
    {
      reason: 'a value of Values is decoded',
      given: {
        template: {
          templateFrom: [
            {
              target: 'Data',
              valuesDecodingStrategy: 'Auto',
              configMap: { name: 'values', items: [item('two')] },
            },
          ],
        },
      },
      data: { two: Buffer.from('5432', 'base64').toString('latin1') },
    },
    {
      reason: 'template.data is not decoded',
      given: { template: { data: { x: 'YWRh' } } },
      data: { x: 'YWRh' },
    },
  ])('$reason', ({ given, data }) => {
    expect(made(given).data).toEqual(data);
  });
});

const base: NonNullable<BuildInput['base']> = {
  metadata: {
    name: 'es',
    labels: { there: '1' },
    annotations: { there: '2' },
    finalizers: ['example.com/there'],
  },
  type: 'example.com/there',
  data: bytes({ kept: 'x', user: 'old' }),
};

describe('merged into a Secret', () => {
  test.each<{ reason: string; given: Given; data: Texts }>([
    {
      reason: 'keys that are there stay, ours win',
      given: { base, data: bytes({ user: 'new' }) },
      data: { kept: 'x', user: 'new' },
    },
    {
      reason: 'so do those of a template',
      given: { base, template: { data: { user: '{{ .user }}!' } } },
      data: { kept: 'x', user: 'ada!' },
    },
  ])('$reason', ({ given, data }) => {
    expect(made({ ...given, target: { creationPolicy: 'Merge' } }).data).toEqual(data);
  });

  test('labels and annotations are added, finalizers appended, the type replaced where there is one', () => {
    const built = build({
      base,
      target: { creationPolicy: 'Merge' },
      template: {
        type: 'Opaque',
        metadata: { labels: { own: '{{ .user }}' }, finalizers: ['example.com/own'] },
      },
    });
    expect(built).toMatchObject({
      ok: true,
      object: {
        type: 'Opaque',
        metadata: {
          labels: { there: '1', own: 'ada' },
          annotations: { there: '2' },
          finalizers: ['example.com/there', 'example.com/own'],
        },
      },
    });
  });
});

describe('metadata', () => {
  test.each<{ reason: string; given: Given; labels: Texts; annotations: Texts }>([
    {
      reason: 'without a template it is that of the ExternalSecret',
      given: {},
      labels: { own: 'x' },
      annotations: { own: 'y' },
    },
    {
      reason: 'with an empty template there is none',
      given: { template: {} },
      labels: {},
      annotations: {},
    },
    {
      reason: 'values are templates, keys are not',
      given: {
        template: {
          metadata: { labels: { a: '{{ .user }}' }, annotations: { '{{ .user }}': 'x' } },
        },
      },
      labels: { a: 'ada' },
      annotations: { '{{ .user }}': 'x' },
    },
    {
      reason: 'metadata wins over templateFrom',
      given: {
        template: {
          metadata: { labels: { a: 'metadata' } },
          templateFrom: [literal('{a: from, b: from}', { target: 'Labels' })],
        },
      },
      labels: { a: 'metadata', b: 'from' },
      annotations: {},
    },
    ...['Annotations', 'annotations', 'ANNOTATIONS', 'aNNotations'].map((target) => ({
      reason: `the target ${target}`,
      given: { template: { templateFrom: [literal('a: {{ .port }}', { target })] } },
      labels: {},
      annotations: { a: '5432' },
    })),
    {
      reason: 'Values give a label of the key',
      given: {
        template: {
          templateFrom: [{ target: 'labels', configMap: { name: 'values', items: [item('two')] } }],
        },
      },
      labels: { two: '5432' },
      annotations: {},
    },
  ])('$reason', ({ given, labels, annotations }) => {
    expect(made(given)).toMatchObject({ labels, annotations });
  });
});

describe('errors', () => {
  test.each<{ reason: string; template: Partial<Template>; path: string; says: string }>([
    {
      reason: 'a key that is not there, even under default',
      template: { data: { x: '{{ .nope | default "a" }}' } },
      path: 'template.data.x',
      says: 'template: x:1:3: executing "x" at <.nope>: map has no entry for key "nope"',
    },
    {
      reason: 'functions of a map of anything',
      template: { data: { x: '{{ get . "user" }}' } },
      path: 'template.data.x',
      says: 'template: x:1:7: executing "x" at <.>: wrong type for value; expected map[string]interface {}; got map[string]string',
    },
    {
      reason: 'a map as a value',
      template: { templateFrom: [literal('a: {b: c}')] },
      path: 'template.templateFrom.0.literal',
      says: 'not a YAML map of plain values',
    },
    {
      reason: 'a list',
      template: { templateFrom: [literal('- a')] },
      path: 'template.templateFrom.0.literal',
      says: 'not a YAML map of plain values',
    },
    {
      reason: 'a value that is not base64',
      template: { templateFrom: [literal('a: "%"', { valuesDecodingStrategy: 'Base64' })] },
      path: 'template.templateFrom.0.literal',
      says: 'not Base64',
    },
    {
      reason: 'no such ConfigMap',
      template: {
        templateFrom: [{ target: 'Data', configMap: { name: 'nope', items: [item('a')] } }],
      },
      path: 'template.templateFrom.0.configMap.name',
      says: 'configMap "nope" not found',
    },
    {
      reason: 'no such key',
      template: {
        templateFrom: [
          { target: 'Data', secret: { name: 'values', items: [item('one'), item('nope')] } },
        ],
      },
      path: 'template.templateFrom.0.secret.items.1.key',
      says: 'error in secret values: missing key nope',
    },
    {
      reason: 'a text of a Secret is not shown',
      template: {
        templateFrom: [
          { target: 'Data', secret: { name: 'values', items: [item('one', 'KeysAndValues')] } },
        ],
      },
      path: 'template.templateFrom.0.secret.items.0',
      says: 'not a YAML map',
    },
    {
      reason: 'a label',
      template: { metadata: { labels: { a: '{{ uper .user }}' } } },
      path: 'template.metadata.labels.a',
      says: 'function "uper" not defined (did you mean upper?)',
    },
    {
      reason: 'functions that read the process are none',
      template: { data: { x: '{{ env "HOME" }}' } },
      path: 'template.data.x',
      says: 'function "env" not defined',
    },
  ])('$reason', ({ template, path, says }) => {
    const built = build({ template });
    const [finding] = built.ok ? [] : built.findings;
    expect(finding?.path?.join('.')).toBe(path);
    expect(finding?.message).toContain(says);
  });
});

describe('the place of an error', () => {
  test.each<{ reason: string; text: string; says: string }>([
    {
      reason: 'one line',
      text: 'x {{ .user | uper }}',
      says: 'in line 1, column 14: x {{ .user | uper }}',
    },
    {
      reason: 'one of several',
      text: 'a\n  b {{ .nope }}\nc',
      says: 'in line 2, column 8: b {{ .nope }}',
    },
    {
      reason: 'not bytes are counted',
      text: 'é😀 {{ .nope }}',
      says: 'in line 1, column 8: é😀 {{ .nope }}',
    },
    {
      reason: 'the piece of a long line',
      text: `${'x'.repeat(500)}{{ .nope }}${'y'.repeat(500)}`,
      says: `in line 1, column 504: …${'x'.repeat(57)}{{ .nope }}${'y'.repeat(52)}…`,
    },
    {
      reason: 'a function of the same name as what stands behind it',
      text: '{{ uper .user }} uper',
      says: 'column 4: {{ uper .user }} uper',
    },
  ])('$reason', ({ text, says }) => {
    const built = build({ template: { data: { x: text } } });
    expect(built.ok ? '' : built.findings[0]?.message).toContain(says);
  });

  test('in a text of a ConfigMap, by its key; in a Secret without the text', () => {
    const from = { name: 'broken', items: [item('text', 'KeysAndValues')] };
    const built = build({
      template: { templateFrom: [{ target: 'Data', configMap: from, secret: from }] },
    });
    expect(built.ok ? [] : built.findings.map(({ message }) => message)).toEqual([
      'template: text:1: function "uper" not defined (did you mean upper?), in line 1, column 7: a: {{ uper .user }}',
      'template: text:1:6: the template cannot be parsed (its text comes from a Secret, and is not shown)',
    ]);
  });
});
