// Tests what validate and plan say of templates: those that cannot be parsed are named before anything is fetched.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../plugin/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'eso-render-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const store = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: s}
spec: {provider: {fake: {data: [{key: k, value: v}]}}}
---
`;

function externalSecret(spec: string): string {
  return `${store}apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: e}
spec:
  secretStoreRef: {name: s}
${spec}
`;
}

async function answered(verb: string, input: string): ReturnType<typeof run> {
  const file = join(folder, 'input.yaml');
  writeFileSync(file, input);
  return run([verb, file], {});
}

const data = '  data: [{secretKey: a, remoteRef: {key: k}}]';

test.each([
  {
    reason: 'a function that there is not',
    spec: `  target: {template: {data: {u: "{{ .a | uper }}"}}}\n${data}`,
    field: 'spec.target.template.data.u',
    says: 'function "uper" not defined (did you mean upper?)',
  },
  {
    reason: 'no end',
    spec: `  target: {template: {metadata: {labels: {l: "{{ if .a }}"}}}}\n${data}`,
    field: 'spec.target.template.metadata.labels.l',
    says: 'unexpected EOF',
  },
  {
    reason: 'an annotation',
    spec: `  target: {template: {metadata: {annotations: {"x/y": "{{ .a"}}}}\n${data}`,
    field: 'spec.target.template.metadata.annotations["x/y"]',
    says: 'unclosed action',
  },
  {
    reason: 'a literal',
    spec: `  target: {template: {templateFrom: [{literal: "a: {{ }}"}]}}\n${data}`,
    field: 'spec.target.template.templateFrom[0].literal',
    says: 'missing value for command',
  },
  {
    reason: 'keys that are made anew',
    spec: '  dataFrom: [{extract: {key: k}, rewrite: [{transform: {template: "{{ nope }}"}}]}]',
    field: 'spec.dataFrom[0].rewrite[0].transform.template',
    says: 'function "nope" not defined',
  },
])('what cannot be parsed is an error of validate and plan: $reason', async (row) => {
  for (const verb of ['validate', 'plan']) {
    const { exitCode, stdout, stderr } = await answered(verb, externalSecret(row.spec));
    expect({ exitCode, stdout: stdout.toString() }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^error TEMPLATE ExternalSecret default\/e \(/);
    expect(stderr).toContain(`${row.field}: template: `);
    expect(stderr).toContain(row.says);
  }
});

test('what only its values could break is none', async () => {
  const spec = `  target: {template: {data: {u: "{{ .none | fromJson | genPrivateKey }}"}}}\n${data}`;
  const { exitCode, stderr } = await answered('validate', externalSecret(spec));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});
