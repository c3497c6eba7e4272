// Tests the examples that need nothing but the command: what their README says comes out of them.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../../plugin/run.ts';

const examples = resolve(import.meta.dirname, '../../examples');

async function rendered(...argv: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await run(argv, {});
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return Buffer.from(stdout).toString();
}

function kinds(manifests: string): readonly string[] {
  return [...manifests.matchAll(/^kind: (.*)$/gmu)].map(([, kind = '']) => kind);
}

describe('quickstart', () => {
  test('three Secrets in the places of their ExternalSecrets, and no store', async () => {
    const manifests = await rendered(join(examples, 'quickstart'));
    expect(kinds(manifests)).toEqual(['ConfigMap', 'Secret', 'Secret', 'Secret']);
    expect([...manifests.matchAll(/^ {2}name: (.*)$/gmu)].map(([, name]) => name)).toEqual([
      'database',
      'mail',
      'shop-signing-key',
    ]);
  });

  test('the ConfigMap byte for byte', async () => {
    const [configMap = ''] = readFileSync(join(examples, 'quickstart/shop.yaml'), 'utf8').split(
      '---\n',
    );
    const manifests = await rendered(join(examples, 'quickstart'));
    expect(manifests.startsWith(configMap)).toBe(true);
  });

  test('the values', async () => {
    const manifests = await rendered(join(examples, 'quickstart'));
    const values = [...manifests.matchAll(/^ {2}([\w.]+): "(.*)"$/gmu)].map(
      ([, key, value = '']) => {
        return `${key} ${Buffer.from(value, 'base64').toString()}`;
      },
    );
    expect(values).toEqual([
      'password not-a-real-password',
      'username shop',
      'SMTP_PASSWORD not-a-real-password-either',
      'SMTP_USER shop',
      'signing.key not a real key',
    ]);
  });
});

test.each([
  { example: 'pipe/manifests.yaml', kinds: ['Secret', 'Service'] },
  { example: 'argocd/app', kinds: ['ConfigMap', 'Secret', 'Service'] },
  { example: 'kpt', kinds: ['ConfigMap', 'Secret', 'Service'] },
  { example: 'kustomize/generator-folder/secrets', kinds: ['Secret'] },
])('$example', async ({ example, kinds: expected }) => {
  expect(kinds(await rendered(join(examples, example)))).toEqual(expected);
});
