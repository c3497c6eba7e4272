// Tests which applications Argo CD's discovery finds: those of which generate makes a Secret, and no others.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { discover } from '../../../../plugin/hosts/argo/discover.ts';
import { folderOf } from '../../../hosts/folder.ts';

const own = 'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n';
const chart = 'apiVersion: v2\nname: a\n';
const definition =
  'kind: CustomResourceDefinition\nspec: {group: external-secrets.io, kind: ExternalSecret}\n';

type Row = {
  readonly reason: string;
  readonly files: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly found?: string;
};

const rows: readonly Row[] = [
  { reason: 'a plain folder', files: { 'app/a.yaml': 'a: 1\n', 'app/b.yml': own }, found: 'b.yml' },
  {
    reason: 'JSON',
    files: { 'app/a.json': '{"apiVersion":"external-secrets.io/v1","kind":"ExternalSecret"}' },
    found: 'a.json',
  },
  { reason: 'a folder without', files: { 'app/a.yaml': 'kind: Secret\n' } },
  { reason: 'an empty folder', files: { 'app/.keep': '' } },
  { reason: 'a file that is no manifest', files: { 'app/README.md': own } },
  {
    reason: 'a store alone',
    files: { 'app/a.yaml': 'apiVersion: external-secrets.io/v1\nkind: SecretStore\n' },
  },
  { reason: 'below, without recurse', files: { 'app/sub/a.yaml': own } },
  {
    reason: 'below, with recurse',
    files: { 'app/sub/a.yaml': own },
    env: { ARGOCD_APP_PARAMETERS: '[{"name":"recurse","string":"true"}]' },
    found: 'sub/a.yaml',
  },
  {
    reason: 'excluded',
    files: { 'app/a.yaml': own },
    env: { ARGOCD_APP_PARAMETERS: '[{"name":"exclude","string":"a*"}]' },
  },
  {
    reason: 'a base outside of the folder, over another base',
    files: {
      'app/kustomization.yaml': 'resources: [../mid]\n',
      'mid/kustomization.yml': 'bases: [../base]\n',
      'base/Kustomization': 'resources:\n- secrets/a.yaml\n',
      'base/secrets/a.yaml': own,
    },
    found: 'base/secrets/a.yaml',
  },
  {
    reason: 'a component',
    files: {
      'app/kustomization.yaml': 'components: [../part]\n',
      'part/kustomization.yaml': 'resources: [a.yaml]\n',
      'part/a.yaml': own,
    },
    found: 'part/a.yaml',
  },
  {
    reason: 'a generator that stands in the kustomization',
    files: { 'app/kustomization.yaml': `generators:\n- |-\n  ${own.replaceAll('\n', '\n  ')}\n` },
    found: 'app/kustomization.yaml',
  },
  {
    reason: 'bases in a circle, one that is not there, one of the net',
    files: { 'app/kustomization.yaml': 'resources: [../app, ../none, https://example.com/x]\n' },
  },
  {
    reason: 'a file beside a kustomization that does not name it',
    files: {
      'app/kustomization.yaml': 'resources: [b.yaml]\n',
      'app/b.yaml': 'a: 1\n',
      'app/a.yaml': own,
    },
  },
  {
    reason: 'a kustomization that is no YAML',
    files: { 'app/kustomization.yaml': 'resources: [\n' },
  },
  {
    reason: "a chart's template",
    files: { 'app/Chart.yaml': chart, 'app/templates/a.yaml': own },
    found: 'templates/a.yaml',
  },
  {
    reason: 'a template that puts its kind together',
    files: {
      'app/Chart.yaml': chart,
      'app/templates/a.tpl': 'apiVersion: external-secrets.io/v1\nkind: {{ .Values.kind }}\n',
    },
    found: 'templates/a.tpl',
  },
  {
    reason: 'a vendored dependency',
    files: { 'app/Chart.yaml': chart, 'app/charts/b/templates/a.yaml': own },
    found: 'charts/b/templates/a.yaml',
  },
  {
    reason: 'a dependency beside the chart, over another one, and back',
    files: {
      'app/Chart.yaml': `${chart}dependencies: [{name: b, repository: 'file://../b'}]\n`,
      'b/Chart.yaml': `${chart}dependencies: [{name: c, repository: 'file://../c'}]\n`,
      'c/Chart.yaml': `${chart}dependencies: [{name: a, repository: 'file://../app'}, {name: d, repository: 'https://example.com'}]\n`,
      'c/templates/c.tpl': own,
    },
    found: '../c/templates/c.tpl',
  },
  {
    reason: "the operator's own chart, which defines the kinds",
    files: {
      'app/Chart.yaml': chart,
      'app/templates/crds/a.yaml': definition,
      'app/crds/b.yaml': definition,
    },
  },
];

test.each(rows)('$reason', async ({ files, env = {}, found }) => {
  const root = await folderOf(files);
  const name = await discover(join(root, 'app'), env);
  expect(name?.replace(`${root}/`, '')).toBe(found);
});

test('a dependency as an archive', async () => {
  const root = await folderOf({ 'app/Chart.yaml': chart, 'app/charts/.keep': '' });
  await writeFile(join(root, 'app/charts/b-1.tgz'), gzipSync(own));
  await writeFile(join(root, 'app/charts/a-1.tgz'), 'no archive');
  expect(await discover(join(root, 'app'), {})).toBe('charts/b-1.tgz');
});

test('a link to a manifest', async () => {
  const root = await folderOf({ 'shared/a.yaml': own, 'app/.keep': '' });
  symlinkSync('../shared/a.yaml', join(root, 'app/b.yaml'));
  expect(await discover(join(root, 'app'), {})).toBe('b.yaml');
});
