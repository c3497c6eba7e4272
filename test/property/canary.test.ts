// No value of a secret is anywhere but in the object that is made: canaries in every value, and features that fail at random.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../plugin/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'eso-render-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a value could look like after somebody has "only" encoded it. */
function formsOf(canary: string): readonly string[] {
  const bytes = Buffer.from(canary);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [
    canary,
    base64,
    bytes.toString('base64url').replace(/=+$/, ''),
    bytes.toString('hex'),
    encodeURIComponent(canary),
  ];
}

const canary = fc
  .stringMatching(/^canary[A-Za-z0-9+/ !"'<>&%]{12,20}$/)
  .filter((text) => text.trim() === text);

/** Values around a canary: text, JSON, JSON in JSON, base64, a map of maps. */
function valueWith(text: string): fc.Arbitrary<string> {
  return fc.constantFrom(
    text,
    JSON.stringify({ user: text, pass: text }),
    JSON.stringify([text]),
    JSON.stringify(text),
    `{"user": ${text}}`,
    `{"user":"${text.replaceAll('"', '')}`,
    JSON.stringify({ [`key ${text.slice(0, 3)}`]: text }),
    JSON.stringify({ a: JSON.stringify({ x: text }), b: JSON.stringify({ x: text }) }),
    Buffer.from(`${text}\0`).toString('base64'),
  );
}

const remoteRef = fc.record(
  {
    key: fc.constantFrom('v', 'gone'),
    property: fc.constantFrom(
      'user',
      'user.x',
      '@keys',
      '#(user=="x")',
      '@tostr',
      'nope',
      '@pretty',
    ),
    version: fc.constantFrom('', '7'),
    decodingStrategy: fc.constantFrom('None', 'Base64', 'Base64URL', 'Auto'),
    conversionStrategy: fc.constantFrom('Default', 'Unicode'),
    nullBytePolicy: fc.constantFrom('Ignore', 'Fail'),
  },
  { requiredKeys: ['key'] },
);

const rewrite = fc.constantFrom(
  { merge: {} },
  { merge: { strategy: 'JSON', into: 'all' } },
  { merge: { priority: ['nope'] } },
  { regexp: { source: '(.*)', target: 'x y $1' } },
  { regexp: { source: '(', target: '' } },
  { transform: { template: '{{ .value | upper }}/' } },
  { transform: { template: '{{ fail .value }}' } },
);

const texts = fc.constantFrom(
  '{{ .a }}',
  '{{ .user | fail }}',
  '{{ fail .a }}',
  '{{ .a | atoi | add 1 }}{{ index .a 999 }}',
  '{{ .a | b64dec | fromJson | toJson }}',
  '{{ .a.b }}',
  '{{ regexFind .a "x" }}',
  '{{ .a | toDate "2006" }}',
  '{{ semver .a }}',
  '{{ printf "%d" .a }}',
  '{{ .a',
  '{{ template "x" . }}',
);

const template = fc.record(
  {
    type: fc.constantFrom(
      'Opaque',
      'kubernetes.io/tls',
      'kubernetes.io/dockerconfigjson',
      'kubernetes.io/ssh-auth',
    ),
    data: fc.record({ x: texts, '.dockerconfigjson': texts }, { requiredKeys: [] }),
    metadata: fc.record(
      { labels: fc.record({ l: texts }), annotations: fc.record({ n: texts }) },
      { requiredKeys: [] },
    ),
    templateFrom: fc.array(
      fc.oneof(
        fc.record({ literal: texts, target: fc.constantFrom('Data', 'Labels', 'Annotations') }),
        fc.constant({ secret: { name: 'plain', items: [{ key: 't' }] } }),
        // Only where the target is of another kind is a path not wrong in itself.
        fc.record({
          literal: fc.oneof(texts, fc.constantFrom('a: {{ .a }}', '{{ .a }}: [{{ .user }}')),
          target: fc.constantFrom('Data', 'spec', 'spec.a[1].b', 'metadata.labels', 'kind'),
        }),
        fc.constant({ target: 'spec.a', secret: { name: 'plain', items: [{ key: 'again' }] } }),
      ),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);

const spec = fc.record(
  {
    // What is wrong here ends a run before a value is read: most runs are to go on.
    secretStoreRef: fc.oneof(
      { weight: 9, arbitrary: fc.constant({ name: 's' }) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          { name: 'absent' },
          { name: 's', kind: 'Nothing' },
          { name: 's', nonsense: 1 },
        ),
      },
    ),
    target: fc.record(
      {
        template,
        deletionPolicy: fc.constantFrom('Retain', 'Delete', 'Merge'),
        creationPolicy: fc.constantFrom('Owner', 'Merge', 'CreateOrMerge'),
        name: fc.constantFrom('plain', 'other'),
        manifest: fc.constantFrom(
          { apiVersion: 'v1', kind: 'ConfigMap' },
          { apiVersion: 'v1', kind: 'Secret' },
          { apiVersion: 'example.com/v1', kind: 'Gateway' },
        ),
      },
      { requiredKeys: [] },
    ),
    data: fc.array(fc.record({ secretKey: fc.constantFrom('a', 'b', 'not ok'), remoteRef }), {
      minLength: 1,
      maxLength: 3,
    }),
    dataFrom: fc.array(
      fc.oneof(
        fc.record(
          { extract: remoteRef, rewrite: fc.array(rewrite, { maxLength: 2 }) },
          { requiredKeys: ['extract'] },
        ),
        fc.record(
          {
            find: fc.constantFrom(
              { name: { regexp: '.*' } },
              { tags: { a: 'b' } },
              { name: { regexp: '(' } },
            ),
            rewrite: fc.array(rewrite, { maxLength: 1 }),
          },
          { requiredKeys: ['find'] },
        ),
      ),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: ['secretStoreRef', 'data'] },
);

/** One that nothing is wrong with, so that what a run says when it succeeds is looked at as often. */
const soundSpec = fc.record(
  {
    secretStoreRef: fc.constant({ name: 's' }),
    target: fc.record(
      {
        template: fc.record({
          data: fc.record({
            x: fc.constantFrom('{{ .a }}', '{{ .a | b64enc | upper }}', '{{ printf "%q" .a }}'),
          }),
        }),
        manifest: fc.constantFrom(
          { apiVersion: 'v1', kind: 'ConfigMap' },
          { apiVersion: 'example.com/v1', kind: 'Settings' },
        ),
      },
      { requiredKeys: [] },
    ),
    data: fc.constant([{ secretKey: 'a', remoteRef: { key: 'v' } }]),
    dataFrom: fc.constant([{ find: { name: { regexp: '.*' } } }]),
  },
  { requiredKeys: ['secretStoreRef', 'data'] },
);

function stream(secret: string, value: string, specs: readonly unknown[]): string {
  const documents = [
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'SecretStore',
      metadata: { name: 's' },
      spec: {
        provider: {
          fake: {
            data: [
              { key: 'v', value },
              { key: 'w', value: secret },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'plain' },
      stringData: { t: `${secret} {{ .a }}`, u: secret, again: '{{ .a }}{{ "{{ fail .a }}" }}' },
    },
    {
      apiVersion: 'example.com/v1',
      kind: 'Gateway',
      metadata: { name: 'other' },
      spec: { a: [secret] },
    },
    ...specs.map((one, index) => ({
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: `e${index}` },
      spec: one,
    })),
  ];
  return documents.map((document) => JSON.stringify(document)).join('\n');
}

test('neither a message nor a failed run shows a value, in any form', async () => {
  const input = canary.chain((secret) =>
    fc.record({
      secret: fc.constant(secret),
      value: valueWith(secret),
      specs: fc.oneof(
        fc.array(spec, { minLength: 1, maxLength: 3 }),
        fc.array(soundSpec, { minLength: 1, maxLength: 3 }),
      ),
      json: fc.boolean(),
    }),
  );
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(input, async ({ secret, value, specs, json }) => {
      const file = join(folder, 'input.json');
      writeFileSync(file, stream(secret, value, specs));
      const { stdout, stderr, exitCode } = await run(
        [file, '--allow-generic-targets', '--format', json ? 'json' : 'text'],
        {},
      );
      seen.add(exitCode);
      expect([0, 1]).toContain(exitCode);
      expect(exitCode === 1 ? stdout : '').toBe('');
      for (const form of formsOf(secret)) expect(stderr).not.toContain(form);
    }),
    { numRuns: 600 },
  );
  expect(seen, 'both outcomes were looked at').toEqual(new Set([0, 1]));
}, 120_000);

/** X is the value. A field's name is shown, so none of them has it as a key of a map that is read. */
const brokenLines = [
  '  value: "X',
  "  value: 'X",
  '  value: X: y: z',
  '  value: [X',
  '  value: {X',
  '  value: *X',
  '\tvalue: X',
  '  value: "\\qX"',
  '  value: !!int X',
  '  - X',
  '  value: |2\n X',
  '  &X &X',
  '  value: X\n  value: X',
];

test('a document that is broken around a value does not show it', async () => {
  const word = fc.stringMatching(/^[A-Za-z0-9]{12,20}$/);
  await fc.assert(
    fc.asyncProperty(word, fc.constantFrom(...brokenLines), async (secret, line) => {
      const file = join(folder, 'broken.yaml');
      const text = line.replaceAll('X', secret);
      writeFileSync(
        file,
        `apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: s}\nspec:\n${text}\n`,
      );
      const { stdout, stderr, exitCode } = await run([file], {});
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).not.toContain(secret);
    }),
    { numRuns: 300 },
  );
});
