// Owns the benchmark of templates: 1,000 of real size in this program and in Go's own engine, each less its run with one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { askGo, buildOracle, hasGo } from '../test/conformance/go/oracle.ts';

const bundle = resolve(import.meta.dirname, '../dist/eso-render.mjs');
const runs = 7;
const count = 1000;

const data = {
  user: 'admin',
  pass: 'p@ss/w0rd "q"',
  host: 'db.example.com',
  port: '5432',
  registry: 'registry.example.com',
  json: '{"replicas":["a.example.com","b.example.com","c.example.com"],"tls":{"enabled":true,"ca":"PEM"}}',
};

/** What people write: a connection string, a docker config, a properties file, a list from JSON, a configuration in YAML. */
const templates: readonly string[] = [
  'postgresql://{{ .user | urlquery }}:{{ .pass | urlquery }}@{{ .host }}:{{ .port | default "5432" }}/shop?sslmode=require',
  `{"auths":{"{{ .registry }}":{"username":"{{ .user }}","password":{{ .pass | toJson }},"auth":"{{ printf "%s:%s" .user .pass | b64enc }}"}}}`,
  `# generated
spring.datasource.url=jdbc:postgresql://{{ .host }}:{{ .port }}/shop
spring.datasource.username={{ .user }}
spring.datasource.password={{ .pass }}
{{- if eq .port "5432" }}
spring.datasource.driver-class-name=org.postgresql.Driver
{{- else }}
spring.datasource.driver-class-name=unknown
{{- end }}
{{- $parsed := .json | fromJson }}
{{- range $i, $replica := $parsed.replicas }}
replica.{{ $i }}.host={{ $replica | upper | quote }}
{{- end }}
`,
  `{{- $config := fromJson .json }}{{ range $config.replicas }}{{ . | trimSuffix ".example.com" | printf "%-10s" }}{{ end }}{{ if $config.tls.enabled }} tls{{ end }}`,
  `server:
  host: {{ .host | quote }}
  port: {{ .port | int }}
  credentials: {{ list .user .pass | join ":" | sha256sum }}
{{ $config := fromJson .json }}{{ range $config.replicas }}
  - name: {{ . | replace "." "-" | trunc 20 }}
    url: https://{{ . }}/{{ $.user | lower }}{{ end }}
`,
];

function templateOf(index: number): string {
  return `{{/* ${index} */}}${templates[index % templates.length]}`;
}

/** One ExternalSecret with so many templates. */
function manifests(many: number): string {
  const store = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'SecretStore',
    metadata: { name: 's' },
    spec: { provider: { fake: { data: [{ key: 'k', value: JSON.stringify(data) }] } } },
  };
  const texts = Array.from({ length: many }, (_, index): [string, string] => [
    `k${index}`,
    templateOf(index),
  ]);
  const externalSecret = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'es' },
    spec: {
      secretStoreRef: { name: 's' },
      target: { template: { data: Object.fromEntries<string>(texts) } },
      dataFrom: [{ extract: { key: 'k' } }],
    },
  };
  return `${JSON.stringify(store)}\n---\n${JSON.stringify(externalSecret)}\n`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function time(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function render(file: string): void {
  const { status, stderr } = spawnSync(process.execPath, [bundle, file]);
  if (status !== 0) throw new Error(`exit ${status}: ${stderr.toString()}`);
}

if (hasGo()) {
  const oracle = buildOracle();
  const texts = Object.entries(data).map(([key, text]): [string, string] => [
    key,
    Buffer.from(text).toString('base64'),
  ]);
  const dot = { 'map[string]string': Object.fromEntries<string>(texts) };
  const go = (many: number): void => {
    const cases = Array.from({ length: many }, (_, index) => ({
      template: templateOf(index),
      data: dot,
    }));
    for (const answer of askGo(oracle, cases, 'sprig')) {
      if ('error' in answer) throw new Error(answer.error);
    }
  };
  const folder = mkdtempSync(join(tmpdir(), 'eso-render-bench-'));
  const [one, many] = [join(folder, 'one.yaml'), join(folder, 'many.yaml')];
  writeFileSync(one, manifests(1));
  writeFileSync(many, manifests(count));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    ours.push(time(() => render(many)) - time(() => render(one)));
    theirs.push(time(() => go(count)) - time(() => go(1)));
  }
  rmSync(folder, { recursive: true });
  process.stdout.write(
    `${count} templates, median of ${runs} runs, each less a run with one template\n\n| eso-render | Go | ratio |\n| --- | --- | --- |\n| ${median(ours).toFixed(0)} ms | ${median(theirs).toFixed(0)} ms | ${(median(ours) / median(theirs)).toFixed(2)} |\n`,
  );
} else {
  process.stdout.write('templates: there is no Go on this machine to compare with\n');
}
