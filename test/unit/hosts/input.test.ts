// Tests reading what is named on the command line.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readInput } from '../../../plugin/hosts/input.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'input-'));
  mkdirSync(join(folder, 'app'));
  symlinkSync('/nowhere', join(folder, 'app/link.yaml'));
});

afterAll(() => rmSync(folder, { recursive: true }));

test('a file that cannot be read is named as the user would name it', () => {
  const read = (): unknown => readInput(join(folder, 'app'), { recurse: false });
  const place = expect.objectContaining({ file: join(folder, 'app/link.yaml') }) as unknown;
  expect(read).toThrow(expect.objectContaining({ results: [expect.objectContaining({ place })] }));
});
