// Tests telling a ResourceList from other input.
import { expect, test } from 'vitest';
import { isResourceList } from '../../../plugin/hosts/is-resource-list.ts';

const head = 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n';
const items = 'items:\n- kind: ConfigMap\n';

test.each([
  { reason: 'as kustomize and kpt write it', text: `${head}${items}` },
  { reason: 'the older version', text: head.replace('/v1', '/v1beta1') },
  {
    reason: 'the kind first, and the last of all',
    text: `kind: ResourceList\n${items}apiVersion: config.kubernetes.io/v1`,
  },
  { reason: 'quoted', text: `"apiVersion": 'config.kubernetes.io/v1'\n'kind' : "ResourceList"\n` },
  {
    reason: 'line ends of Windows and a byte order mark',
    text: `\uFEFF${head.replaceAll('\n', '\r\n')}`,
  },
  {
    reason: 'comments and blanks in front',
    text: `# kind: Pod\n\n  # more\n---\n# again\n\n${head}`,
  },
  { reason: 'a directive, and a comment on the marker', text: `%YAML 1.1\n--- # list\n${head}` },
  { reason: 'a comment after the value', text: head.replaceAll('\n', '   # so\n') },
  {
    reason: 'the marker and a flow mapping on one line',
    text: '--- {apiVersion: config.kubernetes.io/v1, kind: ResourceList}',
  },
  { reason: 'a second document', text: `${head}items: []\n---\nkind: Pod\n` },
  {
    reason: 'JSON on one line',
    text: '{"kind":"ResourceList","items":[{"a":"}"}],"apiVersion":"config.kubernetes.io/v1"}',
  },
  {
    reason: 'JSON with brackets and quotes in strings',
    text: `{"x": "]}\\"{,", "y": [{}, "'"],\n "apiVersion" : "config.kubernetes.io/v1" ,\n "kind" : "ResourceList"\n}\n`,
  },
  {
    reason: 'flow YAML with comments and an apostrophe',
    text: `{ # it's a list\n apiVersion: config.kubernetes.io/v1, x: don't, kind: ResourceList # end }\n}`,
  },
])('a ResourceList: $reason', ({ text }) => {
  expect(isResourceList(Buffer.from(text))).toBe(true);
});

test.each([
  { reason: 'nothing', text: '' },
  { reason: 'a plain stream', text: 'kind: ConfigMap\napiVersion: v1\n' },
  { reason: 'another group', text: head.replace('config.', 'example.') },
  { reason: 'a version that does not exist', text: head.replace('/v1', '/v12') },
  { reason: 'another kind that begins so', text: head.replace('ResourceList', 'ResourceListing') },
  { reason: 'the second document', text: `kind: Pod\n---\n${head}` },
  {
    reason: 'inside an item',
    text: `kind: List\nitems:\n- apiVersion: config.kubernetes.io/v1\n  kind: ResourceList\n`,
  },
  {
    reason: 'inside a block scalar',
    text: `kind: ConfigMap\ndata:\n  list: |\n    ${head.replace('\n', '\n    ')}`,
  },
  {
    reason: 'inside a string',
    text: `kind: ConfigMap\nx: "kind: ResourceList"\ny: "a, apiVersion: config.kubernetes.io/v1, b"\n`,
  },
  {
    reason: 'in comments',
    text: '# apiVersion: config.kubernetes.io/v1\n# kind: ResourceList\nkind: Pod\n',
  },
  {
    reason: 'in a value of JSON',
    text: '{"kind":"ConfigMap","data":{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList"}}',
  },
  {
    reason: 'in the strings of JSON',
    text: '{"kind":"x","a":"{\\"kind\\":\\"ResourceList\\",","b":"config.kubernetes.io/v1"}',
  },
  {
    reason: 'in the second object of a JSON stream',
    text: '{"kind":"Pod"}\n{"kind":"ResourceList","apiVersion":"config.kubernetes.io/v1"}',
  },
  {
    reason: 'a JSON array of one',
    text: '[{"kind":"ResourceList","apiVersion":"config.kubernetes.io/v1"}]',
  },
])('none: $reason', ({ text }) => {
  expect(isResourceList(Buffer.from(text))).toBe(false);
});

test('only the bytes of the view are looked at', () => {
  const around = Buffer.from(`${head}kind: Pod\n`);
  expect(isResourceList(around.subarray(head.length))).toBe(false);
});
