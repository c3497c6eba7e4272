// Runs every folder beside this file as a case, on the source and on the bundle: input.yaml and args go in, expected.yaml
// (nothing, where it is absent) and results.txt come out. UPDATE_GOLDEN=1 rewrites the expectations, and fails.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { esoRender, programNames } from '../support/eso-render.ts';

const folder = import.meta.dirname;
const updates = process.env['UPDATE_GOLDEN'] === '1';
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

type Outcome = { readonly stdout: string; readonly stderr: string };

function textOf(name: string, file: string): string {
  const path = join(folder, name, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function argsOf(name: string): readonly string[] {
  return textOf(name, 'args').split('\n').filter((arg) => arg !== '');
}

function update(name: string, { stdout, stderr }: Outcome): void {
  for (const [file, text] of Object.entries({ 'expected.yaml': stdout, 'results.txt': stderr })) {
    if (text === '') rmSync(join(folder, name, file), { force: true });
    else writeFileSync(join(folder, name, file), text);
  }
}

test('there are cases, and their expectations are not being rewritten', () => {
  expect(names.length).toBeGreaterThan(20);
  expect(updates).toBe(false);
});

describe.each(programNames)('%s', (program) => {
  test.concurrent.each(names)('%s', async (name) => {
    const { code, stdout, stderr } = await esoRender(program, argsOf(name), { input: textOf(name, 'input.yaml') });
    if (updates) update(name, { stdout, stderr });
    expect({ stdout, stderr }).toEqual({ stdout: textOf(name, 'expected.yaml'), stderr: textOf(name, 'results.txt') });
    expect(code).toBe(stderr.includes('error ') ? 1 : 0);
  });
});
