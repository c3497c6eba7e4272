// Tests the checks that the API server makes of a Secret.
import { expect, test } from 'vitest';
import { type SecretObject, secretProblems } from '../../../plugin/k8s/secret.ts';
import { SecretBytes } from '../../../plugin/secret-bytes.ts';

type Given = {
  readonly reason: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly metadata?: Partial<SecretObject['metadata']>;
  readonly fields: readonly string[];
};

test.each<Given>([
  { reason: 'nothing is wrong', data: { 'a.B-c_1': 'x' }, fields: [] },
  { reason: 'no data at all', fields: [] },
  {
    reason: 'key names',
    data: { 'a b': '', ü: '', '..a': '', '.': '', '.ok': '' },
    fields: ['data["a b"]', 'data["ü"]', 'data["..a"]', 'data["."]'],
  },
  {
    reason: 'a key of 254 characters',
    data: { ['a'.repeat(254)]: '' },
    fields: [`data["${'a'.repeat(254)}"]`],
  },
  { reason: 'more than 1 MiB', data: { a: 'x'.repeat(1024 * 1024), b: 'x' }, fields: ['data'] },
  { reason: 'exactly 1 MiB', data: { a: 'x'.repeat(1024 * 1024) }, fields: [] },
  {
    reason: 'names',
    metadata: { name: 'Upper', namespace: 'a.b' },
    fields: ['metadata.name', 'metadata.namespace'],
  },
  {
    reason: 'labels',
    metadata: { labels: { 'a/b/c': 'x', ok: 'a b', long: 'x'.repeat(64), 'example.com/fine': '' } },
    fields: ['metadata.labels["a/b/c"]', 'metadata.labels["ok"]', 'metadata.labels["long"]'],
  },
  {
    reason: 'annotations: names as labels have them, any value',
    metadata: { annotations: { 'Example.com/Fine': 'a b\n', '-no': '' } },
    fields: ['metadata.annotations["-no"]'],
  },
  {
    reason: 'annotations beyond 256 KiB',
    metadata: { annotations: { a: 'x'.repeat(256 * 1024) } },
    fields: ['metadata.annotations'],
  },
  {
    reason: 'finalizers',
    metadata: { finalizers: ['example.com/ok', 'not ok'] },
    fields: ['metadata.finalizers'],
  },
  {
    reason: 'tls',
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': '' },
    fields: ['data["tls.key"]'],
  },
  {
    reason: 'tls with both',
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': '', 'tls.key': '' },
    fields: [],
  },
  {
    reason: 'basic-auth needs one of two',
    type: 'kubernetes.io/basic-auth',
    data: { password: '' },
    fields: [],
  },
  {
    reason: 'basic-auth with neither',
    type: 'kubernetes.io/basic-auth',
    fields: ['data["username"]', 'data["password"]'],
  },
  {
    reason: 'ssh-auth with an empty key',
    type: 'kubernetes.io/ssh-auth',
    data: { 'ssh-privatekey': '' },
    fields: ['data["ssh-privatekey"]'],
  },
  {
    reason: 'dockerconfigjson that is a list',
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': '[]' },
    fields: ['data[".dockerconfigjson"]'],
  },
  {
    reason: 'dockerconfigjson',
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': '{"auths":{}}' },
    fields: [],
  },
  {
    reason: 'dockercfg that is missing',
    type: 'kubernetes.io/dockercfg',
    fields: ['data[".dockercfg"]'],
  },
  {
    reason: 'service-account-token without its annotation',
    type: 'kubernetes.io/service-account-token',
    fields: ['metadata.annotations["kubernetes.io/service-account.name"]'],
  },
  { reason: 'a type of somebody else has no rules', type: 'example.com/x', fields: [] },
])('$reason', ({ data = {}, type, metadata, fields }) => {
  const secret: SecretObject = {
    metadata: { name: 's', ...metadata },
    ...(type === undefined ? {} : { type }),
    data: new Map(Object.entries(data).map(([key, value]) => [key, SecretBytes.ofText(value)])),
  };
  expect(secretProblems(secret).map(({ field }) => field)).toEqual(fields);
});
