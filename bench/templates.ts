// Owns the benchmark of templates: 1,000 of real size in this program and in Go's own engine, each less its run with one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildOracle, hasGo, wireCases } from '../test/conformance/go/oracle.ts';
import { childrenCpu } from './children-cpu.ts';

const bundle = resolve(import.meta.dirname, '../dist/eso-render.mjs');
const runs = 11;
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

/** What one run costs, in milliseconds: on the clock, and on the processors as the kernel counts it. */
type Cost = { readonly wall: number; readonly cpu: number };

/** Runs a program with a prepared file as its input and nobody to read its output. */
function costOf(program: string, args: readonly string[], file: string): Cost {
  const before = childrenCpu();
  const start = performance.now();
  const command = ['-c', 'exec "$@" < "$0" > /dev/null', file, program, ...args];
  const { status, stderr } = spawnSync('sh', command);
  if (status !== 0) throw new Error(`exit ${status}: ${stderr.toString()}`);
  return { wall: performance.now() - start, cpu: childrenCpu() - before };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function difference(many: Cost, one: Cost): Cost {
  return { wall: many.wall - one.wall, cpu: many.cpu - one.cpu };
}

function row(name: string, ours: number, theirs: number): string {
  return `| ${name} | ${ours.toFixed(0)} ms | ${theirs.toFixed(0)} ms | ${(ours / theirs).toFixed(2)} |\n`;
}

function goCases(many: number): string {
  const texts = Object.entries(data).map(([key, text]): [string, string] => [
    key,
    Buffer.from(text).toString('base64'),
  ]);
  const dot = { 'map[string]string': Object.fromEntries<string>(texts) };
  const cases = Array.from({ length: many }, (_, index) => ({
    template: templateOf(index),
    data: dot,
  }));
  return wireCases(cases, 'sprig');
}

if (hasGo()) {
  const oracle = buildOracle();
  const folder = mkdtempSync(join(tmpdir(), 'eso-render-bench-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const [one, many] = [file('one.yaml', manifests(1)), file('many.yaml', manifests(count))];
  const [goOne, goMany] = [file('one.jsonl', goCases(1)), file('many.jsonl', goCases(count))];
  const render = (input: string): Cost => costOf(process.execPath, [bundle], input);
  const ours: Cost[] = [];
  const theirs: Cost[] = [];
  for (let run = 0; run < runs; run += 1) {
    ours.push(difference(render(many), render(one)));
    theirs.push(difference(costOf(oracle, [], goMany), costOf(oracle, [], goOne)));
  }
  rmSync(folder, { recursive: true });
  const walls = [ours, theirs].map((costs) => median(costs.map(({ wall }) => wall)));
  const cpus = [ours, theirs].map((costs) => mean(costs.map(({ cpu }) => cpu)));
  process.stdout.write(
    `${count} templates, ${runs} runs, each less a run with one template, Node ${process.versions.node}\n\n| | eso-render | Go | ratio |\n| --- | --- | --- | --- |\n` +
      row('clock, median', walls[0] ?? 0, walls[1] ?? 0) +
      row('processor, mean', cpus[0] ?? 0, cpus[1] ?? 0),
  );
} else {
  process.stdout.write('templates: there is no Go on this machine to compare with\n');
}
