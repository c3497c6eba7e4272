// Owns the benchmarks: whole processes, measured against `node -e 0` in the same run, so that the ratios hold on any machine.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const bundle = resolve(import.meta.dirname, '../dist/eso-render.mjs');
const runs = 9;

type Case = { readonly name: string; readonly args: readonly string[]; readonly input: string };

const store = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: s}
spec:
  provider:
    fake:
      data:
`;

function foreign(count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, index) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: config-${index}
  labels: {app.kubernetes.io/name: app-${index}}
data:
  script: |
    #!/bin/sh
    echo "hello ${index}" \\
      and more
    # ${'x'.repeat(150)}
`,
  );
}

function externalSecrets(count: number, keyOf: (index: number) => string): readonly string[] {
  return Array.from(
    { length: count },
    (_, index) => `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: es-${index}}
spec:
  secretStoreRef: {name: s}
  data:
    - {secretKey: user, remoteRef: {key: ${keyOf(index)}, property: user}}
`,
  );
}

const value = `'{"user":"u","pass":"p"}'`;
const oneSecret = `${store}        - {key: k, value: ${value}}\n`;
const manySecrets =
  store +
  Array.from({ length: 1000 }, (_, index) => `        - {key: k${index}, value: ${value}}\n`).join(
    '',
  );

const cases: readonly Case[] = [
  {
    name: 'no input of ours: 10,000 documents',
    args: [bundle],
    input: foreign(10_000).join('---\n'),
  },
  {
    name: '1 ExternalSecret',
    args: [bundle],
    input: [oneSecret, ...externalSecrets(1, () => 'k')].join('---\n'),
  },
  {
    name: '1,000 ExternalSecrets on one secret',
    args: [bundle],
    input: [oneSecret, ...externalSecrets(1000, () => 'k')].join('---\n'),
  },
  {
    name: '1,000 ExternalSecrets on 1,000 secrets',
    args: [bundle],
    input: [manySecrets, ...externalSecrets(1000, (index) => `k${index}`)].join('---\n'),
  },
  {
    name: '10,000 documents and 1,000 ExternalSecrets',
    args: [bundle],
    input: [oneSecret, ...externalSecrets(1000, () => 'k'), ...foreign(10_000)].join('---\n'),
  },
];

/** Wall time in milliseconds, with the input from a file as a shell gives it. */
function timeOnce(args: readonly string[], file: string): number {
  const start = performance.now();
  const { status } = spawnSync('sh', [
    '-c',
    'exec "$@" < "$0" > /dev/null',
    file,
    process.execPath,
    ...args,
  ]);
  if (status !== 0) throw new Error(`exit ${status}: ${args.join(' ')}`);
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const folder = mkdtempSync(join(tmpdir(), 'eso-render-bench-'));
process.stdout.write(
  `median of ${runs} runs, Node ${process.versions.node}\n\n| case | input | node -e 0 | eso-render | ratio |\n| --- | --- | --- | --- | --- |\n`,
);
for (const { name, args, input } of cases) {
  const file = join(folder, 'input.yaml');
  writeFileSync(file, input);
  const bare: number[] = [];
  const ours: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    bare.push(timeOnce(['-e', '0'], file));
    ours.push(timeOnce(args, file));
  }
  const size = `${(input.length / 1e6).toFixed(1)} MB`;
  process.stdout.write(
    `| ${name} | ${size} | ${median(bare).toFixed(0)} ms | ${median(ours).toFixed(0)} ms | ${(median(ours) / median(bare)).toFixed(1)} |\n`,
  );
}
rmSync(folder, { recursive: true });
