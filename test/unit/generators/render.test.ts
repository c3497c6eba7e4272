// Tests generators through the whole command: which one is meant, its rewrite, its seed, and what is said where there is none.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../../plugin/run.ts';
import { secretsIn } from '../../support/secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'generators-'));
const seedFile = join(folder, 'seed');
writeFileSync(seedFile, 'c2VlZCBvZiB0aGUgdGVzdHM6IG5ldmVyIHVzZSBpdA==\n');
afterAll(() => rmSync(folder, { recursive: true }));

type Ended = { readonly data: Readonly<Record<string, string>>; readonly stderr: string };

async function render(
  input: string,
  args: readonly string[] = ['--generator-seed-file', seedFile],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const file = join(folder, 'input.yaml');
  writeFileSync(file, input);
  const { stdout, stderr } = await run([...args, '--namespace', 'shop', file], env);
  const [secret] = secretsIn(Buffer.from(stdout).toString());
  const data = Object.entries(secret?.data ?? {}).map(
    ([key, value]) => [key, Buffer.from(value, 'base64').toString()] as const,
  );
  return { data: Object.fromEntries(data), stderr };
}

function uses(ref: string, more = ''): string {
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db}
spec:
  dataFrom:
    - sourceRef: {generatorRef: ${ref}}
${more}`;
}

function generator(kind: string, spec = '{}', name = 'g'): string {
  return `---
apiVersion: generators.external-secrets.io/v1alpha1
kind: ${kind}
metadata: {name: ${name}}
spec: ${spec}
`;
}

const password = uses('{kind: Password, name: g}') + generator('Password');

describe('values from the seed', () => {
  test('are the same in every render, and nothing is said', async () => {
    const one = await render(password);

    expect(one.stderr).toBe('');
    expect(one.data['password']).toHaveLength(24);
    expect(await render(password)).toEqual(one);
  });

  test('are these, until their derivation changes for everybody', async () => {
    const { data } = await render(uses('{kind: UUID, name: g}') + generator('UUID'));

    expect(data).toEqual({ uuid: '2b2d8e2b-6c45-4554-b943-9ad15f6e505a' });
  });

  test('the order of fields, and a default that is written, change nothing', async () => {
    const spec = '{length: 10, digits: 2}';
    const written = '{allowRepeat: false, digits: 2, encoding: raw, length: 10, noUpper: false}';
    const ref = uses('{kind: Password, name: g}');
    const first = await render(ref + generator('Password', spec));
    const second = await render(ref + generator('Password', written));

    expect(second).toEqual(first);
  });

  test.each([
    {
      reason: 'another name of the ExternalSecret',
      input: password.replace('name: db', 'name: mail'),
    },
    {
      reason: 'another namespace',
      input: password.replaceAll('metadata: {', 'metadata: {namespace: blog, '),
    },
    {
      reason: 'another generator',
      input: uses('{kind: Password, name: h}') + generator('Password', '{}', 'h'),
    },
    {
      reason: 'another spec',
      input: uses('{kind: Password, name: g}') + generator('Password', '{digits: 5}'),
    },
    {
      reason: 'the second use of the same generator',
      input: password.replace(
        '  dataFrom:\n',
        '  dataFrom:\n    - sourceRef: {generatorRef: {kind: Password, name: g}}\n',
      ),
    },
  ])('are others for $reason', async ({ input }) => {
    const [one, other] = [await render(password), await render(input)];

    expect(other.stderr).toBe('');
    expect(other.data['password']).not.toBe(one.data['password']);
  });

  test('what else stands in dataFrom changes nothing', async () => {
    const more = '  dataFrom:\n    - sourceRef: {generatorRef: {kind: Fake, name: f}}\n';
    const other = password.replace('  dataFrom:\n', more) + generator('Fake', '{data: {}}', 'f');

    expect(await render(other)).toEqual(await render(password));
  });

  test('another application has others, whatever its author calls himself', async () => {
    const args = ['--generator-seed-file', seedFile];
    const [one, other] = [
      await render(password, args, { ARGOCD_APP_NAME: 'shop' }),
      await render(password, args, { ARGOCD_APP_NAME: 'thief', ARGOCD_ENV_APP_NAME: 'shop' }),
    ];

    expect(one.data['password']).toHaveLength(24);
    expect(other.data['password']).toHaveLength(24);
    expect(other.data['password']).not.toBe(one.data['password']);
  });

  test('a line end behind the seed is none of it', async () => {
    const bare = join(folder, 'bare');
    writeFileSync(bare, 'c2VlZCBvZiB0aGUgdGVzdHM6IG5ldmVyIHVzZSBpdA==');

    expect(await render(password, ['--generator-seed-file', bare])).toEqual(await render(password));
  });

  test('the configuration may name the file', async () => {
    const config = join(folder, 'config.yaml');
    writeFileSync(
      config,
      `apiVersion: eso-render.dev/v1alpha1\nkind: RenderConfig\nspec: {generators: {seedFile: ${seedFile}}}\n`,
    );

    expect(await render(password, ['--config', config])).toEqual(await render(password));
  });
});

describe('without a good seed', () => {
  test('what is random is refused', async () => {
    const { data, stderr } = await render(password, []);

    expect(data).toEqual({});
    expect(stderr).toContain('error INVALID ExternalSecret shop/db');
    expect(stderr).toContain('Password "g" makes random values');
    expect(stderr).toContain('--generator-seed-file');
  });

  test('what is not random needs none', async () => {
    const input = uses('{kind: Fake, name: g}') + generator('Fake', '{data: {a: x}}');

    expect(await render(input, [])).toEqual({ data: { a: 'x' }, stderr: '' });
    expect(await render(input, ['--generator-seed-file', join(folder, 'absent')])).toEqual({
      data: { a: 'x' },
      stderr: '',
    });
  });

  test.each([
    {
      reason: 'too short',
      content: 'canary-short',
      message: 'holds 12 bytes, and 32 at least are needed',
    },
    {
      reason: 'line ends do not count',
      content: `${'c'.repeat(31)}\n\n`,
      message: 'holds 31 bytes',
    },
    { reason: 'absent', content: undefined, message: 'does not exist' },
  ])('a file is refused: $reason', async ({ content, message }) => {
    const file = join(folder, 'bad');
    rmSync(file, { force: true });
    if (content !== undefined) writeFileSync(file, content);
    const { stderr } = await render(password, ['--generator-seed-file', file]);

    expect(stderr).toContain(message);
    expect(stderr).not.toContain('canary');
  });
});

describe('which generator', () => {
  test('a ClusterGenerator, by the settings of its kind', async () => {
    const input =
      uses('{kind: ClusterGenerator, name: g}') +
      generator('ClusterGenerator', '{kind: Fake, generator: {fakeSpec: {data: {a: x}}}}');

    expect(await render(input, [])).toEqual({ data: { a: 'x' }, stderr: '' });
  });

  test.each([
    {
      reason: 'absent',
      input: uses('{kind: Password, name: g}'),
      message: 'error GENERATOR_NOT_FOUND ExternalSecret shop/db',
    },
    {
      reason: 'in another namespace',
      input:
        uses('{kind: Fake, name: g}') +
        generator('Fake').replace('{name: g}', '{name: g, namespace: blog}'),
      message: 'there is Fake blog/g',
    },
    {
      reason: 'of another group',
      input: uses('{kind: Fake, name: g, apiVersion: external-secrets.io/v1}') + generator('Fake'),
      message:
        'generatorRef may only reference the generators group, but got external-secrets.io/v1',
    },
    {
      reason: 'not one of ours',
      input: uses('{kind: Grafana, name: g}') + generator('Grafana', '{url: x}'),
      message: 'error UNSUPPORTED ExternalSecret shop/db',
    },
    {
      reason: 'with a field that is unknown',
      input: uses('{kind: Password, name: g}') + generator('Password', '{lenght: 3}'),
      message: 'error SCHEMA Password shop/g',
    },
    {
      reason: 'a ClusterGenerator with the settings of another kind',
      input:
        uses('{kind: ClusterGenerator, name: g}') +
        generator('ClusterGenerator', '{kind: Fake, generator: {uuidSpec: {}}}'),
      message: 'a ClusterGenerator of kind Fake has the settings of that kind',
    },
    {
      reason: 'a webhook that could not be asked',
      input:
        uses('{kind: Webhook, name: g}') +
        generator('Webhook', '{url: "http://x", result: {jsonPath: "$[\'ab\']"}}'),
      message: 'error INVALID Webhook shop/g',
    },
    {
      reason: 'twice',
      input: uses('{kind: Fake, name: g}') + generator('Fake') + generator('Fake'),
      message: 'error CONFLICT Fake shop/g',
    },
    {
      reason: 'in data, where ESO has none',
      input: `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db}
spec:
  data:
    - {secretKey: a, remoteRef: {key: a}, sourceRef: {generatorRef: {kind: Fake, name: g}}}
${generator('Fake')}`,
      message: 'error STORE_NOT_FOUND ExternalSecret shop/db',
    },
  ])('is refused: $reason', async ({ input, message }) => {
    expect((await render(input)).stderr).toContain(message);
  });

  test('with the class of another controller it leaves the ExternalSecret to that', async () => {
    const input =
      uses('{kind: Fake, name: g}') + generator('Fake', '{controller: other, data: {a: x}}');
    const file = join(folder, 'foreign.yaml');
    writeFileSync(file, input);
    const { stdout } = await run([file], {});

    expect(Buffer.from(stdout).toString()).toBe(input);
  });

  test('of a store file', async () => {
    const file = join(folder, 'generators.yaml');
    writeFileSync(
      file,
      generator('Fake', '{data: {a: x}}').replace('{name: g}', '{name: g, namespace: shop}'),
    );

    expect(await render(uses('{kind: Fake, name: g}'), ['--store-file', file])).toEqual({
      data: { a: 'x' },
      stderr: '',
    });
  });
});

describe('keys', () => {
  test('are rewritten, and neither converted nor decoded', async () => {
    const input =
      uses(
        '{kind: Fake, name: g}',
        '      rewrite: [{regexp: {source: "^(.*)$", target: "db.$1"}}]\n',
      ) + generator('Fake', '{data: {a: eA==}}');

    expect(await render(input)).toEqual({ data: { 'db.a': 'eA==' }, stderr: '' });
  });

  test('that no Secret can have are an error', async () => {
    const input = uses('{kind: Fake, name: g}') + generator('Fake', '{data: {"a/b": x}}');

    expect((await render(input)).stderr).toContain('error VALUE ExternalSecret shop/db');
  });
});

describe('MFA', () => {
  const input =
    uses('{kind: MFA, name: g}') +
    generator('MFA', '{secret: {name: otp, key: key, namespace: elsewhere}}');
  const secret = `---
apiVersion: v1
kind: Secret
metadata: {name: otp, namespace: shop}
stringData: {key: GEZDGNBVGY3TQOJQ}
`;

  test('takes its key from the namespace of the ExternalSecret, and warns that it changes', async () => {
    const { stderr } = await render(input + secret);

    expect(stderr).toMatch(
      /^warning VOLATILE ExternalSecret shop\/db .* MFA "g" is another one in every render/,
    );
  });

  test('without its Secret is an error', async () => {
    const { data, stderr } = await render(input);

    expect(data).toEqual({});
    expect(stderr).toContain('error CREDENTIALS ExternalSecret shop/db');
  });
});

test('a plan names generators, and reads no seed', async () => {
  const file = join(folder, 'plan.yaml');
  writeFileSync(file, password);
  const { stdout, exitCode } = await run(['plan', '--generator-seed-file', '/nowhere', file], {});

  expect(exitCode).toBe(0);
  expect(Buffer.from(stdout).toString()).toContain('all keys of Password "g"');
});

test('the example', async () => {
  const file = resolve(import.meta.dirname, '../../../examples/generators/manifests.yaml');
  const { stdout, stderr } = await run(['--generator-seed-file', seedFile, file], {});
  const [secret] = secretsIn(Buffer.from(stdout).toString());
  const data = Object.entries(secret?.data ?? {}).map(([key, value]) => [
    key,
    Buffer.from(value, 'base64').toString().split(/[ \n]/)[0],
  ]);

  expect(stderr).toBe('');
  expect(Object.fromEntries(data)).toMatchObject({
    'public.key': 'ssh-ed25519',
    'private.key': '-----BEGIN',
  });
  expect(Object.keys(secret?.data ?? {})).toEqual(['password', 'private.key', 'public.key']);
});
