// Tests the plain stream: which documents are read, what is reported, and what comes out.
import { describe, expect, test } from 'vitest';
import { everyLookUpKind, readStream } from '../../../plugin/hosts/stream.ts';
import type { Edit, Source } from '../../../plugin/manifest.ts';
import { SecretBytes } from '../../../plugin/secret-bytes.ts';

const own = 'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n';
const secret = 'apiVersion: v1\nkind: Secret\n';

function open(text: string, lookUps: readonly string[] = []): Source {
  return readStream(Buffer.from(text), 'a.yaml').open(lookUps);
}

describe('what is read', () => {
  test.each([
    { reason: 'our own, and no foreign one', text: `${own}---\n${secret}`, lookUps: [], count: 1 },
    {
      reason: 'of the kinds that are looked up',
      text: `${own}---\n${secret}`,
      lookUps: ['Secret'],
      count: 2,
    },
    {
      reason: 'the items of a List',
      text: `kind: List\nitems:\n- ${own.trimEnd().replaceAll('\n', '\n  ')}\n- a: 1\n`,
      lookUps: [],
      count: 2,
    },
    {
      reason: 'a List of our own kind',
      text: 'apiVersion: external-secrets.io/v1\nkind: ExternalSecretList\nitems: [{}, {}, {}]\n',
      lookUps: [],
      count: 3,
    },
    {
      reason: 'a kind List without items is itself',
      text: `${own}---\napiVersion: external-secrets.io/v1\nkind: List\nitems:\n`,
      lookUps: [],
      count: 2,
    },
    {
      reason: 'nothing of what is foreign and broken',
      text: `a: [\n---\n${own}`,
      lookUps: ['Secret'],
      count: 1,
    },
    {
      reason: 'an escaped spelling',
      text: 'apiVersion: "external\\x2dsecrets.io/v1"\nkind: ExternalSecret\n',
      lookUps: [],
      count: 1,
    },
  ])('$reason', ({ text, lookUps, count }) => {
    const { manifests, problems } = open(text, lookUps);
    expect({ count: manifests.length, problems }).toEqual({ count, problems: [] });
  });

  test.each([
    { reason: 'nothing where nothing is ours', text: secret, lookUps: [] },
    { reason: 'Secrets always', text: own, lookUps: ['Secret'] },
    {
      reason: 'ConfigMaps where they are spoken of',
      text: `${own}# configMap\n`,
      lookUps: ['Secret', 'ConfigMap'],
    },
    {
      reason: 'everything',
      text: `${own}# configMap ClusterExternalSecret serviceAccountRef\n`,
      lookUps: everyLookUpKind,
    },
    {
      reason: 'not for the words of a foreign document',
      text: `${own}---\nkind: ConfigMap\n`,
      lookUps: ['Secret'],
    },
  ])('looks up $reason', ({ text, lookUps }) => {
    expect(readStream(Buffer.from(text)).lookUps).toEqual(lookUps);
  });

  test('is plain data, with the place of each field in the stream', () => {
    const { manifests } = open(
      `a: 1\n---\n# c\nkind: List\nitems:\n- x: 1\n- ${own.trimEnd().replaceAll('\n', '\n  ')}\n`,
    );
    expect(manifests[1]?.value).toEqual(expect.objectContaining({ kind: 'ExternalSecret' }));
    expect(manifests[1]?.locate(['kind'])).toEqual({
      file: 'a.yaml',
      document: 2,
      item: 1,
      line: 8,
      column: 3,
    });
  });
});

describe('what is reported', () => {
  test.each([
    {
      reason: 'broken syntax in what may be ours',
      text: `a: 1\n---\n${own}b: [\n`,
      code: 'SYNTAX',
      line: 6,
    },
    {
      reason: 'a List within a List',
      text: `kind: List\nitems:\n- kind: List\n  items:\n  - ${own.trimEnd().replaceAll('\n', '\n    ')}\n`,
      code: 'UNSUPPORTED',
      line: 3,
    },
  ])('$reason', ({ text, code, line }) => {
    expect(
      open(text).problems.map((problem) => ({ code: problem.code, line: problem.place?.line })),
    ).toEqual([{ code, line }]);
  });
});

describe('what comes out', () => {
  const replaced: Edit = {
    kind: 'replace',
    objects: [
      {
        metadata: { name: 's', namespace: 'ns', labels: { b: '1', a: 'yes' } },
        type: 'Opaque',
        immutable: true,
        data: new Map([
          ['z', SecretBytes.ofText('1')],
          ['k.y', new SecretBytes(Uint8Array.of(0xff))],
        ]),
      },
    ],
  };
  const written =
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  namespace: ns\n  labels:\n    a: "yes"\n    b: "1"\ntype: Opaque\nimmutable: true\ndata:\n  k.y: "/w=="\n  z: "MQ=="\n';

  function emit(text: string, index: number, edit: Edit): string {
    const source = open(text);
    const manifest = source.manifests[index];
    if (manifest === undefined) throw new Error('no such manifest');
    return Buffer.from(source.emit(new Map([[manifest, edit]]))).toString();
  }

  test.each([
    {
      reason: 'a Secret in the place of a document',
      text: `a: 1 # x\n---\n# Source: e\n${own}---\n"b":   2\n`,
      output: `a: 1 # x\n---\n# Source: e\n${written}---\n"b":   2\n`,
      edit: replaced,
    },
    {
      reason: 'a Secret in the place of an item',
      text: `kind: List\nitems:\n- ${own.replace('\n', '\n  ')}# c\n- a:   1\n`,
      output: `kind: List\nitems:\n- ${written.trimEnd().replaceAll('\n', '\n  ')}\n# c\n- a:   1\n`,
      edit: replaced,
    },
    {
      reason: 'nothing in the place of a document',
      text: `a: 1\n---\n${own}---\nb: 2\n`,
      output: 'a: 1\n---\nb: 2\n',
      edit: { kind: 'drop' },
    },
    {
      reason: 'no List where it has lost all its items',
      text: `a: 1\n---\nkind: List\nitems:\n- ${own.replace('\n', '\n  ')}`,
      output: 'a: 1\n',
      edit: { kind: 'drop' },
    },
  ] satisfies readonly { reason: string; text: string; output: string; edit: Edit }[])(
    '$reason',
    ({ text, output, edit }) => {
      expect(emit(text, 0, edit)).toBe(output);
    },
  );

  test('every byte without edits, also of what is no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from(own), Buffer.of(0x23, 0xff, 0xfe, 0x0a)]);
    expect(readStream(bytes).open([]).emit(new Map())).toEqual(bytes);
  });
});
