// Tests which files of a folder Argo CD takes for manifests by what is in them.
import { expect, test } from 'vitest';
import { isManifestFile } from '../../../../plugin/hosts/argo/manifest-files.ts';

test.each([
  { reason: 'a manifest', text: 'apiVersion: v1\nkind: A\nmetadata: {name: a}\n', taken: true },
  { reason: 'an object with no more than a kind', text: 'kind: A\n', taken: true },
  { reason: 'JSON in YAML', text: '{"apiVersion": "v1", "kind": "A"}', taken: true },
  {
    reason: 'broken, and meant as one: the host says what is wrong',
    text: 'apiVersion: v1\nkind: A\nmetadata: {\n',
    taken: true,
  },
  {
    reason: 'broken, with one of ours in it: we do',
    text: 'kind: ExternalSecret # external-secrets.io\n a: {\n',
    taken: true,
  },
  { reason: 'nothing but a comment', text: '# later\n', taken: true },
  { reason: 'empty', text: '', taken: true },
  { reason: "a chart's values", text: 'image: {tag: 1}\n', taken: false },
  { reason: 'a template', text: '{{ if .a }}\na: 1\n{{ end }}\n', taken: false },
  { reason: 'a list', text: '- kind: A\n', taken: false },
  { reason: 'a kind that is no text', text: 'kind: [A]\n', taken: false },
  { reason: 'a kind further in', text: 'a:\n  kind: A\n', taken: false },
])('$reason', ({ text, taken }) => {
  expect(isManifestFile({ file: 'a.yaml', bytes: Buffer.from(text) })).toBe(taken);
});

test('JSON is never passed over', () => {
  expect(isManifestFile({ file: 'a.json', bytes: Buffer.from('{"a": 1}') })).toBe(true);
});
